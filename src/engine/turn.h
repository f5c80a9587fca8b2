/* turn.h - one turn: prompt, prefill, token after token, events all the way.
 *
 * Runs on the engine thread and owns nothing but the parts it works with. */
#ifndef ENGINE_TURN_H
#define ENGINE_TURN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "chat/telemetry.h"
#include "engine/reply.h"
#include "engine/speculate.h"
#include "model/kv_cache.h"
#include "text/encode.h"

struct conversation;
struct err;
struct event_queue;
struct expert_pick;
struct loaded_model;
struct sampler;
struct session;
struct turn_options;

/* What lives as long as the engine. */
struct turn_parts {
    struct loaded_model *m;      /* borrowed */
    struct event_queue *events;  /* borrowed */
    enum kv_type kv_type;
    struct session *session;     /* owned */
    struct sampler *sampler;     /* owned */
    struct speculate speculate;  /* over these two */
    struct reply reply;          /* owned */
    bool has_reply;
    uint16_t n_moe_layers, n_used; /* n_used: of this turn */
    struct expert_pick *picks;   /* owned; of the token being told */
    struct ids end_thought;      /* owned; how a thought is ended early */
    uint32_t n_turns;            /* of the last prompt; as telemetry has it */
    uint32_t turn_begins[TELEMETRY_TURNS];
};

bool turn_parts_init(struct turn_parts *p, struct loaded_model *m,
                     struct event_queue *events, enum kv_type type,
                     uint32_t context, uint32_t max_batch, int draft,
                     struct err *err);
void turn_parts_clear(struct turn_parts *p);

/* Rates of the turn so far, for the gauges. */
struct turn_rates {
    double prompt_tok_s, decode_tok_s, first_token_ms;
    bool ended;                  /* the last time of this turn */
};

struct turn {
    const struct conversation *conversation;
    const struct turn_options *options;
    uint32_t number;
    double began_ms;             /* when the front end asked */
    const atomic_bool *cancel;
    const atomic_bool *enough;   /* of thinking */
    /* Called after every token and every batch of the prompt. */
    void (*publish)(void *arg, const struct turn_rates *rates);
    void *publish_arg;
};

/* Ends with exactly one DONE or ERROR, unless the queue was closed. */
void turn_run(struct turn_parts *p, const struct turn *t);

#endif
