/* SPDX-License-Identifier: Apache-2.0 */
#include "model/mtp.h"

#include <assert.h>

#include "base/clock.h"
#include "model/kv_cache.h"
#include "model/model.h"
#include "model/pass.h"

/* x = eh_proj [norm(e) | norm(h)]. */
static void join(struct forward *f, const float *h)
{
    struct batch *b = &f->b;
    const struct mtp_weights *w = &f->m->w.mtp;
    uint32_t D = b->cfg->n_embd;
    batch_norm(b, b->x, D, w->enorm, f->mtp_in, 2 * D, D, b->n);
    batch_norm(b, h, D, w->hnorm, f->mtp_in + D, 2 * D, D, b->n);
    act_set(&b->act, f->mtp_in, 2 * D, 2 * D, b->n);
    matmul(b->c, &w->eh_proj, &b->act, b->x, D);
}

/* Rows that nobody asks for are only remembered; the others go on. */
static void attention(struct forward *f, uint32_t layer, enum logits_wanted want)
{
    struct batch *b = &f->b;
    b->looks_from = want == LOGITS_NONE ? b->n : want == LOGITS_LAST ? b->n - 1 : 0;
    pass_attention(f, layer);
    b->looks_from = 0;
    pass_keep_wanted(f, want);
}

static bool run(struct forward *f, struct kv_cache *kv, uint32_t pos,
                const float *h, const int32_t *next, uint32_t n,
                enum logits_wanted want, struct err *err)
{
    struct batch *b = &f->b;
    const struct mtp_weights *w = &f->m->w.mtp;
    uint32_t layer = b->cfg->n_layers, D = b->cfg->n_embd;
    pass_begin(f, kv, &w->token_embd, next, pos, n);
    join(f, h);
    attention(f, layer, want);
    if (want == LOGITS_NONE)
        return true;
    pass_ffn(f, layer, f->mtp_choices);
    batch_norm(b, b->x, D, w->output_norm, b->xn, D, D, b->n);
    return want == LOGITS_LAST && w->n_drafts > 0
               ? pass_draft_head(f, w, b->xn, err)
               : pass_head(f, &w->output, b->xn, b->n, err);
}

bool mtp_run(struct forward *f, struct kv_cache *kv, uint32_t pos,
             const float *h, const int32_t *next, uint32_t n,
             enum logits_wanted want, struct err *err)
{
    assert(f->b.cfg->n_mtp == 1);
    assert(n >= 1 && n <= f->max_batch);
    assert(pos <= kv_cache_max(kv) && n <= kv_cache_max(kv) - pos);
    if (!pass_check_ids(f, next, n, err))
        return false;
    compute_enter(f->b.c);
    bool ok = run(f, kv, pos, h, next, n, want, err);
    compute_leave(f->b.c);
    return ok;
}

const float *mtp_hidden(const struct forward *f)
{
    return f->b.xn;
}

const float *mtp_guess_logits(const struct forward *f)
{
    return f->m->w.mtp.n_drafts > 0 ? f->guess_logits : f->logits;
}

/* --- beside the trunk ----------------------------------------------------- */

struct beside {
    struct kv_cache *kv;
    struct mtp_guess *g;
};

static int32_t find(void *arg, struct forward *p)
{
    const struct beside *b = arg;
    struct mtp_guess *g = b->g;
    double began = clock_ms();
    g->ok = run(p, b->kv, g->pos, g->h, g->next, g->n, LOGITS_LAST, &g->err);
    g->id = g->ok ? g->choose(g->arg, mtp_guess_logits(p)) : -1;
    g->ms = clock_ms() - began;
    return g->id;
}

bool mtp_can_run_beside(const struct forward *f, uint32_t n)
{
    return forward_few_can(f, 2, LOGITS_ALL) && n <= f->parts[0].f.max_batch;
}

bool mtp_run_beside(struct forward *f, struct kv_cache *kv, int32_t id, struct mtp_guess *g,
                    const atomic_bool *cancel, struct err *err)
{
    struct beside b = {kv, g};
    uint32_t n, pos = kv_cache_len(kv);
    assert(mtp_can_run_beside(f, g->n) && g->n >= 1 && g->pos + g->n <= kv_cache_max(kv));
    assert(kv_cache_max(kv) - pos >= 2 && pos + 2 <= f->max_context);
    if (!pass_check_ids(f, &id, 1, err) || !pass_check_ids(f, g->next, g->n, err))
        return false;
    if (cancel && atomic_load_explicit(cancel, memory_order_relaxed))
        return err_set(err, ERR_CANCELLED, "cancelled");
    compute_enter(f->b.c);
    bool ok = forward_few_run_found(f, kv, id, pos, find, &b, &n, err);
    compute_leave(f->b.c);
    if (ok)
        kv_cache_extend(kv, n);
    return ok;
}
