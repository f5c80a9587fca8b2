/* asker.h - a model in training asked as users will ask it: by the engine, from
 * the file it is exported to, greedily. */
#ifndef TRAIN_ASKER_H
#define TRAIN_ASKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "chat/event.h"
#include "gguf/gguf_type.h"
#include "model/cache_cost.h"

struct asker;
struct err;

/* The bytes of a GGUF file: of a model file as it is, of a checkpoint as it
 * would be exported, matrices of `type`. */
bool model_bytes(const char *path, enum gguf_type type, struct buf *out,
                 struct err *err);

struct asker_options {
    unsigned threads;    /* 0: as many as there are CPUs */
    uint32_t context;    /* 0: the model's */
    bool plain;          /* no chat: the model goes on with the prompt as it is */
    bool drafts;         /* let the MTP block guess ahead: the same text, faster */
    double temp;         /* 0: greedy */
    uint64_t seed;
    /* Called with every token and the experts it went to; NULL: not wanted, and
     * faster. */
    void (*token)(void *arg, const struct token_info *t);
    void *arg;
};

/* `model` is borrowed until asker_close. */
struct asker *asker_open(struct str model, const struct asker_options *o,
                         struct err *err);
void asker_close(struct asker *a); /* NULL is fine */

/* Bytes of cache a token takes, and would take with other attention. */
struct cache_cost asker_cache_cost(const struct asker *a);

struct answer {
    struct buf think, reply; /* owned; raw */
    struct turn_stats stats;
    bool thought_closed;     /* the thought was ended by its tag */
    bool ended;              /* the model ended by itself */
};
void answer_clear(struct answer *a);

/* One question in a new conversation. system may be empty. max_tokens 0: as many
 * as the context holds. tell: called with every piece of text as it comes, or
 * NULL. */
typedef void (*asker_tell_fn)(void *arg, enum text_part part, struct str text);
bool asker_ask(struct asker *a, struct str system, struct str prompt,
               uint32_t max_tokens, asker_tell_fn tell, void *arg,
               struct answer *out, struct err *err);

#endif
