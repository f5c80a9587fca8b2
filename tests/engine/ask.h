/* ask.h - an engine for tests: opened from bytes or a file, asked, and its
 * events gathered and checked for order. */
#ifndef TESTS_ENGINE_ASK_H
#define TESTS_ENGINE_ASK_H

#include "check.h"

#include "base/buf.h"
#include "chat/backend.h"
#include "chat/conversation.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "tiny/tiny.h"

struct subject {
    struct buf bytes; /* of a tiny model */
    struct loaded_model m;
    struct backend *b;
};

struct subject_options {
    const struct tiny_spec *tiny; /* or */
    const char *path;             /* or neither: the pilot in models/ */
    unsigned threads;             /* 0: 2 */
    bool exact;                   /* float32 activations */
    uint32_t context, max_batch;
    const char *state;            /* file of a saved cache */
    int draft;                    /* 0: auto */
};

void subject_open(struct subject *s, struct subject_options o);
void subject_close(struct subject *s);

struct reply_heard {
    struct buf thought, text;
    bool ended;                 /* DONE, else ERROR */
    enum done_reason reason;
    struct turn_stats stats;
    struct err err;
    uint32_t n_tokens, n_prefill_events;
    uint32_t n_given;           /* tokens that the model did not choose */
    int32_t ids[1024];          /* of the first tokens */
};

/* When to call backend_cancel while listening. */
enum stop_at { STOP_NEVER, STOP_IN_PREFILL, STOP_AT_TOKEN };

struct turn_options greedy(uint32_t max_tokens);

struct reply_heard ask(struct subject *s, const struct conversation *c,
                       struct turn_options o, enum stop_at stop);
/* A conversation of one message. */
struct reply_heard ask_text(struct subject *s, const char *text,
                            struct turn_options o, enum stop_at stop);
void forget(struct reply_heard *r);

#endif
