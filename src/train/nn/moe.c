/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/moe.h"

#include <string.h>

#include "base/arena.h"
#include "train/nn/vec.h"

void moe_saved_layout(struct moe_saved *s, const struct shape *sh,
                uint32_t max_tokens, struct arena *mem)
{
    size_t slots = (size_t)max_tokens * sh->n_used;
    router_saved_layout(&s->router, sh, max_tokens, mem);
    s->first = arena_take(mem, sh->n_experts + 1, sizeof *s->first);
    s->slot = arena_take(mem, slots, sizeof *s->slot);
    s->gate_up = arena_take(mem, slots * 2 * sh->expert_ff, sizeof(real));
}

void moe_scratch_layout(struct moe_scratch *s, const struct shape *sh,
                        uint32_t max_tokens, struct arena *mem)
{
    size_t T = max_tokens;
    router_scratch_layout(&s->router, sh, mem);
    s->x = arena_take(mem, T * sh->n_embd, sizeof(real));
    s->y = arena_take(mem, T * sh->n_embd, sizeof(real));
    s->act = arena_take(mem, T * sh->expert_ff, sizeof(real));
    s->dact = arena_take(mem, T * sh->expert_ff, sizeof(real));
    s->weight = arena_take(mem, T, sizeof(real));
    s->dw = arena_take(mem, T, sizeof(real));
    s->dweight = arena_take(mem, T * sh->n_used, sizeof(real));
}

/* Counting sort of the n * n_used choices. */
static void sort_by_expert(const struct shape *sh, size_t n,
                           struct moe_saved *s)
{
    uint32_t E = sh->n_experts, *first = s->first;
    size_t slots = n * sh->n_used;
    const uint16_t *chosen = s->router.chosen;
    memset(first, 0, (E + 1) * sizeof *first);
    for (size_t i = 0; i < slots; i++)
        first[chosen[i] + 1]++;
    for (uint32_t e = 0; e < E; e++)
        first[e + 1] += first[e];
    for (size_t i = 0; i < slots; i++)
        s->slot[first[chosen[i]]++] = (uint32_t)i;
    /* Each entry now holds the start of the next: move them back. */
    memmove(first + 1, first, E * sizeof *first);
    first[0] = 0;
}

static void gather(const struct lane *l, const uint32_t *slot, size_t n,
                   const real *x, real *out)
{
    size_t D = l->shape->n_embd;
    uint32_t K = l->shape->n_used;
    for (size_t i = 0; i < n; i++)
        memcpy(out + i * D, x + slot[i] / K * D, D * sizeof *x);
}

static void scatter_add(const struct lane *l, const uint32_t *slot, size_t n,
                        const real *rows, real *y)
{
    size_t D = l->shape->n_embd;
    uint32_t K = l->shape->n_used;
    for (size_t i = 0; i < n; i++)
        l->vec->add(y + slot[i] / K * D, rows + i * D, D);
}

static void take_weights(const struct moe_saved *s, const uint32_t *slot,
                         size_t n, real *weight)
{
    for (size_t i = 0; i < n; i++)
        weight[i] = s->router.weight[slot[i]];
}

/* The routing weight is applied before the last product, not after it: the
 * same by linearity, and the narrower place. */
static void expert_forward(struct lane *l, uint32_t e, const struct ffn_at *at,
                           const real *p, const real *x, real *y,
                           struct moe_saved *s, struct moe_scratch *t)
{
    size_t D = l->shape->n_embd, F = l->shape->expert_ff;
    const uint32_t *slot = s->slot + s->first[e];
    size_t n = s->first[e + 1] - s->first[e];
    real *gate_up = s->gate_up + (size_t)s->first[e] * 2 * F;

    gather(l, slot, n, x, t->x);
    take_weights(s, slot, n, t->weight);
    gemm_nt(&l->meter, GEMM_EXPERTS, n, 2 * F, D, t->x, D,
            p + at->exps_gate_up + e * 2 * F * D, D, gate_up, 2 * F, false);
    l->vec->swiglu(gate_up, t->weight, n, F, t->act);
    gemm_nt(&l->meter, GEMM_EXPERTS, n, D, F, t->act, F,
            p + at->exps_down + e * D * F, F, t->y, D, false);
    scatter_add(l, slot, n, t->y, y);
}

void moe_forward(struct lane *l, size_t n, const struct ffn_at *at,
                 const real *p, const real *x, real *y, uint32_t *load,
                 struct moe_saved *s, struct moe_scratch *t)
{
    uint32_t E = l->shape->n_experts;
    router_forward(l, n, p + at->router, p + at->bias, x, &s->router,
                   &t->router);
    sort_by_expert(l->shape, n, s);
    for (uint32_t e = 0; e < E; e++) {
        load[e] += s->first[e + 1] - s->first[e];
        if (s->first[e + 1] > s->first[e])
            expert_forward(l, e, at, p, x, y, s, t);
    }
}

static void expert_back(struct lane *l, uint32_t e, const struct ffn_at *at,
                        const real *p, real *g, const real *x, const real *dy,
                        real *dx, struct moe_saved *s, struct moe_scratch *t)
{
    size_t D = l->shape->n_embd, F = l->shape->expert_ff;
    const uint32_t *slot = s->slot + s->first[e];
    size_t n = s->first[e + 1] - s->first[e];
    size_t gate_up_at = at->exps_gate_up + e * 2 * F * D;
    size_t down_at = at->exps_down + e * D * F;
    real *gate_up = s->gate_up + (size_t)s->first[e] * 2 * F;

    gather(l, slot, n, dy, t->y);
    take_weights(s, slot, n, t->weight);
    gemm_nn(&l->meter, GEMM_EXPERTS, n, F, D, t->y, D, p + down_at, F, t->dact,
            F, false);
    l->vec->swiglu_back(gate_up, t->dact, t->weight, n, F, t->act, t->dw);
    gemm_tn(&l->meter, GEMM_EXPERTS, D, F, n, t->y, D, t->act, F, g + down_at,
            F, true);
    gather(l, slot, n, x, t->x);
    gemm_tn(&l->meter, GEMM_EXPERTS, 2 * F, D, n, gate_up, 2 * F, t->x, D,
            g + gate_up_at, D, true);
    gemm_nn(&l->meter, GEMM_EXPERTS, n, D, 2 * F, gate_up, 2 * F,
            p + gate_up_at, D, t->x, D, false);
    scatter_add(l, slot, n, t->x, dx);
    for (size_t i = 0; i < n; i++)
        t->dweight[slot[i]] = t->dw[i];
}

void moe_back(struct lane *l, const struct docs *docs, const struct ffn_at *at,
              const real *p, real *g, const real *x, const real *dy, real *dx,
              struct moe_saved *s, struct moe_scratch *t)
{
    for (uint32_t e = 0; e < l->shape->n_experts; e++)
        if (s->first[e + 1] > s->first[e])
            expert_back(l, e, at, p, g, x, dy, dx, s, t);
    router_back(l, docs, p + at->router, g + at->router, x, t->dweight, dx,
                &s->router, &t->router);
}
