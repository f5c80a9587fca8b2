/* plan.h - what a model would take on this machine, from its header alone.
 *
 * The rules are those of engine_open, asked before anything is loaded: no
 * weight is read, so a file larger than memory costs a moment as well. */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/config.h"
#include "model/kv_type.h"

struct engine_options;
struct gguf;
struct load_options;
struct model;

struct plan {
    struct model_config cfg;
    enum kv_type type;        /* of the cache: asked for, or what mull takes */
    bool has_type[KV_Q8_0 + 1]; /* whether rows can be stored like that */
    unsigned threads;
    uint32_t max_batch;
    bool drafts;
    uint64_t weights;         /* mapped from the file */
    uint64_t decoded;         /* copies of those that cannot be used in place */
    uint64_t active_bytes;    /* of the weights, read for each token */
    uint64_t n_params, n_active_params;

    uint64_t memory;          /* that may be taken now; UINT64_MAX: not known */
    uint64_t room;            /* of that for a cache */
    uint32_t context;         /* that a start would have; 0: it is refused, */
    struct err why_not;       /* for this reason */
    uint32_t largest;         /* tokens of context that there is room for */
};

/* `memory`: context_memory_free(), or what is to be planned for. false: the
 * model cannot be opened at all, however much memory there is. */
bool plan_make(struct plan *p, const struct gguf *g,
               const struct load_options *l, const struct engine_options *o,
               uint64_t memory, struct err *err);

uint64_t plan_cache(const struct plan *p, enum kv_type type, uint32_t tokens);
/* Working memory of a session with a context of so many tokens. */
uint64_t plan_scratch(const struct plan *p, uint32_t tokens);
/* All of it: weights, their copies, working memory and the cache of p->type. */
uint64_t plan_total(const struct plan *p, uint32_t tokens);

/* Whether that many tokens would not be refused; and whether then all of it is
 * in memory at once, else weights are read from the disk again and again. */
bool plan_accepts(const struct plan *p, enum kv_type type, uint32_t tokens);
bool plan_in_memory(const struct plan *p, uint32_t tokens);

/* Bytes read to decode one token behind so many; cache of p->type. */
uint64_t plan_token_bytes(const struct plan *p, uint32_t tokens);

/* Tokens of a prompt that are read at once. A layer is the longest stretch that
 * nothing can cancel, so large models read their prompts in smaller batches.
 * Decided by size, not by the clock: results must not depend on how busy the
 * machine was. */
uint32_t plan_batch(const struct model *m);

#endif
