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
 * token does not depend on the tokens beside it, hence not on this either.
 *
 * A draft need not be known before the token in front of it is computed, only before
 * it is itself. So it is guessed meanwhile, by the thread that then computes it and
 * comes in last; the other one, which is through by then, helps it with the head, a
 * quarter of a token's work:
 *
 *     thread 0   token 0  | layer 0 | layer 1 | ... | head | half of that head |
 *     thread 1   MTP block, draft | layer 0 | layer 1 | ... | head of the draft | */
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
    few_find_fn find;          /* of the last of two tokens, or NULL */
    void *arg;
    int32_t found;             /* < 0: none */
    atomic_bool last_runs;     /* the last part has begun, on a thread of its own */
    struct open_product head;  /* of the last part */
};

/* What a part works with, before it has a token. */
static struct forward *part_of(const struct few *job, unsigned part)
{
    struct forward *f = job->f, *p = &f->parts[part].f;
    p->b.cfg = &f->cfg;
    p->b.c = &f->alone;
    p->b.stored = NULL;
    p->b.before = NULL;
    p->moe.off = f->moe.off;
    p->keep_hidden = f->keep_hidden;
    p->head = NULL;
    return p;
}

/* Its results go where those of a whole batch go. */
static void part_set(struct few *job, struct forward *p, unsigned part, uint32_t first)
{
    struct forward *f = job->f;
    p->b.stored = &f->parts[part].stored;
    p->b.before = part > 0 ? &f->parts[part - 1].stored : NULL;
    p->head = part + 1 == job->n_parts ? &job->head : NULL;
    p->logits = f->logits + (size_t)first * f->cfg.n_vocab;
    if (f->keep_hidden)
        p->hidden = f->hidden + (size_t)first * f->cfg.n_embd;
}

/* The MTP block's scratch serves whoever guesses; the logits of the tokens are being
 * written by others. */
static int32_t find_token(const struct few *job, struct forward *p)
{
    struct forward *f = job->f;
    p->mtp_in = f->mtp_in;
    p->mtp_choices = f->mtp_choices;
    p->draft_logits = f->draft_logits;
    p->guess_logits = p->logits = f->guess_logits;
    return job->find(job->arg, p);
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

static void run_tokens(struct few *job, struct forward *p, unsigned part, const int32_t *ids,
                       uint32_t first, uint32_t n)
{
    struct forward_part *out = &job->f->parts[part];
    part_set(job, p, part, first);
    pass_begin(p, job->kv, &p->m->w.token_embd, ids, job->pos + first, n);
    for (uint32_t i = 0; i < job->f->cfg.n_layers; i++)
        pass_layer(p, i, LOGITS_ALL, n);
    out->ok = pass_end(p, LOGITS_ALL, &out->err);
    copy_choices(job->f, p, first, n);
}

static void last_part(struct few *job, unsigned part, uint32_t first, uint32_t n)
{
    struct forward *p = part_of(job, part);
    const int32_t *ids = job->ids + first;
    atomic_store(&job->last_runs, true);
    if (job->find) {
        job->found = find_token(job, p);
        ids = &job->found;
    }
    if (*ids >= 0) {
        run_tokens(job, p, part, ids, first, n);
    } else {
        job->f->parts[part].ok = true;
        open_nothing(&job->head);
    }
}

static void few_part(void *arg, unsigned part, unsigned n_threads)
{
    struct few *job = arg;
    size_t begin, end;
    (void)n_threads;
    if (part >= job->n_parts)
        return;
    pool_range(job->n, 1, part, job->n_parts, &begin, &end);
    uint32_t first = (uint32_t)begin, n = (uint32_t)(end - begin);
    if (part + 1 == job->n_parts) {
        last_part(job, part, first, n);
        return;
    }
    run_tokens(job, part_of(job, part), part, job->ids + first, first, n);
    /* The same thread may have to run the last part yet: then nobody waits for it. */
    if (atomic_load(&job->last_runs))
        matmul_help(&job->f->alone, &job->head);
}

bool forward_few_can(const struct forward *f, uint32_t n,
                     enum logits_wanted want)
{
    return f->parts && want == LOGITS_ALL && n >= 2 && n <= FEW_TOKENS;
}

static bool run(struct few *job, struct err *err)
{
    struct forward *f = job->f;
    open_product_init(&job->head);
    for (unsigned i = 0; i < job->n_parts; i++)
        atomic_store(&f->parts[i].stored, 0);
    pool_run(f->b.c->pool, few_part, job);
    for (unsigned i = 0; i < job->n_parts; i++)
        if (!f->parts[i].ok) {
            *err = f->parts[i].err;
            return false;
        }
    return true;
}

bool forward_few_run(struct forward *f, struct kv_cache *kv, const int32_t *ids,
                     uint32_t pos, uint32_t n, struct err *err)
{
    assert(forward_few_can(f, n, LOGITS_ALL));
    struct few job = {.f = f, .kv = kv, .ids = ids, .pos = pos, .n = n,
                      .n_parts = n < f->n_parts ? n : f->n_parts};
    return run(&job, err);
}

bool forward_few_run_found(struct forward *f, struct kv_cache *kv, int32_t id,
                           uint32_t pos, few_find_fn find, void *arg, uint32_t *n,
                           struct err *err)
{
    assert(forward_few_can(f, 2, LOGITS_ALL) && f->cfg.n_mtp > 0);
    struct few job = {.f = f, .kv = kv, .ids = &id, .pos = pos, .n = 2, .n_parts = 2,
                      .find = find, .arg = arg};
    bool ok = run(&job, err);
    *n = job.found < 0 ? 1 : 2;
    return ok;
}
