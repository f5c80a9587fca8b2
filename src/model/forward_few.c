/* SPDX-License-Identifier: Apache-2.0 */
/* A few tokens of a small model: each thread takes some of them through all the
 * layers, on scratch of its own.
 *
 *     thread 0   token 0  | layer 0 rows | rest of it | layer 1 rows | ...
 *                token 1  |            \                           \
 *     thread 1   token 2     layer 0 rows `-> attends | rest of it   `-> ...
 *
 * Where the weights are in the cache, dealing out every product costs more than
 * it saves, because the threads wait for each other thirty times in 100 us.
 * Dealt like this they meet once in a layer, and in one direction only: a token
 * looks at the rows of those before it. So the first part never waits, and a
 * thread that comes late finds its part done by another. What comes out for a
 * token does not depend on the tokens beside it, hence not on this either. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/model.h"
#include "model/pass.h"

/* Multiply-adds of a token, about as many as bytes of weights: each thread reads
 * them for itself, and they are to stay in a cache that all share. */
static const uint64_t SMALL_WORK = 12u << 20;

/* --- the scratch ---------------------------------------------------------- */

static bool is_small(const struct model_config *cfg)
{
    const struct moe_config *moe = &cfg->moe;
    uint64_t D = cfg->n_embd, heads = cfg->n_heads;
    uint64_t width = moe->n_experts > 0
                         ? (uint64_t)(moe->n_used + moe->n_shared) * moe->ff_dim
                         : cfg->n_ff;
    uint64_t layer = D * heads * (cfg->head_dim + cfg->v_head_dim) +
                     3 * D * width;
    return cfg->n_layers * layer + D * cfg->n_vocab <= SMALL_WORK;
}

static uint32_t tokens_of_part(uint32_t max_batch, unsigned n_parts)
{
    uint32_t n = max_batch < FEW_TOKENS ? max_batch : FEW_TOKENS;
    return (n + n_parts - 1) / n_parts;
}

void forward_few_layout(struct forward *f, unsigned n_threads,
                        struct arena *mem)
{
    f->parts = NULL;
    f->n_parts = 0;
    if (n_threads < 2 || f->max_batch < 2 || !is_small(&f->cfg))
        return;
    f->n_parts = n_threads < FEW_TOKENS ? n_threads : FEW_TOKENS;
    f->parts = arena_take(mem, f->n_parts, sizeof *f->parts);
    for (unsigned i = 0; i < f->n_parts; i++) {
        struct forward_part part = {.f = {
            .m = f->m, .cfg = f->cfg, .max_context = f->max_context,
            .one_plane_from = UINT32_MAX,
            .max_batch = tokens_of_part(f->max_batch, f->n_parts),
        }};
        forward_layout_work(&part.f, 1, mem);
        if (f->parts)
            memcpy(&f->parts[i], &part, sizeof part);
    }
}

/* --- running it ----------------------------------------------------------- */

struct few {
    struct forward *f;
    struct kv_cache *kv;
    const int32_t *ids;
    uint32_t pos, n;
    unsigned n_parts;
};

/* What a part works with; its results go where those of a whole batch go. */
static struct forward *part_set(const struct few *job, unsigned part,
                                uint32_t first)
{
    struct forward *f = job->f, *p = &f->parts[part].f;
    p->b.cfg = &f->cfg;
    p->b.c = &f->alone;
    p->b.stored = &f->parts[part].stored;
    p->b.before = part > 0 ? &f->parts[part - 1].stored : NULL;
    p->moe.off = f->moe.off;
    p->keep_hidden = f->keep_hidden;
    p->logits = f->logits + (size_t)first * f->cfg.n_vocab;
    if (f->keep_hidden)
        p->hidden = f->hidden + (size_t)first * f->cfg.n_embd;
    return p;
}

static void copy_choices(struct forward *f, const struct forward *p,
                         uint32_t first, uint32_t n)
{
    size_t K = f->cfg.moe.n_used;
    for (uint32_t j = 0; j < model_config_moe_layers(&f->cfg); j++)
        memcpy(f->choices + ((size_t)j * f->max_batch + first) * K,
               p->choices + (size_t)j * p->max_batch * K,
               n * K * sizeof *f->choices);
}

static void few_part(void *arg, unsigned part, unsigned n_threads)
{
    const struct few *job = arg;
    size_t begin, end;
    (void)n_threads;
    if (part >= job->n_parts)
        return;
    pool_range(job->n, 1, part, job->n_parts, &begin, &end);
    uint32_t first = (uint32_t)begin, n = (uint32_t)(end - begin);
    struct forward *p = part_set(job, part, first);
    pass_begin(p, job->kv, &p->m->w.token_embd, job->ids + first,
               job->pos + first, n);
    for (uint32_t i = 0; i < job->f->cfg.n_layers; i++)
        pass_layer(p, i, LOGITS_ALL, n);
    struct forward_part *out = &job->f->parts[part];
    out->ok = pass_end(p, LOGITS_ALL, &out->err);
    copy_choices(job->f, p, first, n);
}

bool forward_few_can(const struct forward *f, uint32_t n,
                     enum logits_wanted want)
{
    return f->parts && want == LOGITS_ALL && n >= 2 && n <= FEW_TOKENS;
}

bool forward_few_run(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                     uint32_t pos, uint32_t n, struct err *err)
{
    struct few job = {f, kv, ids, pos, n, n < f->n_parts ? n : f->n_parts};
    assert(forward_few_can(f, n, LOGITS_ALL));
    for (unsigned i = 0; i < job.n_parts; i++)
        atomic_store(&f->parts[i].stored, 0);
    pool_run(f->b.c->pool, few_part, &job);
    for (unsigned i = 0; i < job.n_parts; i++)
        if (!f->parts[i].ok) {
            *err = f->parts[i].err;
            return false;
        }
    return true;
}
