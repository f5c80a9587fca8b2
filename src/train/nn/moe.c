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
    s->token = arena_take(mem, T, sizeof *s->token);
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

/* Which tokens come to an expert, and what its output weighs for each. */
static void take_tokens(const struct lane *l, const struct moe_saved *s,
                        const uint32_t *slot, size_t n, struct moe_scratch *t)
{
    uint32_t K = l->shape->n_used;
    for (size_t i = 0; i < n; i++) {
        t->token[i] = slot[i] / K;
        t->weight[i] = s->router.weight[slot[i]];
    }
}

/* The rows of an expert's tokens. Rounded products find them by a list; for others
 * they are put one behind the other into `room`. */
static const real *gather(const struct lane *l, const uint32_t *token, size_t n,
                          const real *x, real *room, const uint32_t **list)
{
    size_t D = l->shape->n_embd;
    *list = l->meter.rounded ? token : NULL;
    if (*list)
        return x;
    for (size_t i = 0; i < n; i++)
        memcpy(room + i * D, x + token[i] * D, D * sizeof *x);
    return room;
}

/* A product of [n][n_embd], added to the rows of the tokens. */
static void scatter_add(struct lane *l, const uint32_t *token,
                        struct gemm_product *p, real *room, real *y)
{
    size_t D = l->shape->n_embd;
    bool direct = l->meter.rounded != NULL;
    p->n = p->ldc = D;
    p->c = direct ? y : room;
    p->add = direct;
    p->c_rows = direct ? token : NULL;
    gemm(&l->meter, GEMM_EXPERTS, p);
    for (size_t i = 0; !direct && i < p->m; i++)
        l->vec->add(y + token[i] * D, room + i * D, D);
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
    struct gemm_product in = {.tb = true, .m = n, .n = 2 * F, .k = D, .lda = D,
                         .b = p + at->exps_gate_up + e * 2 * F * D, .ldb = D,
                         .c = s->gate_up + (size_t)s->first[e] * 2 * F,
                         .ldc = 2 * F};
    struct gemm_product out = {.tb = true, .m = n, .k = F, .a = t->act, .lda = F,
                          .b = p + at->exps_down + e * D * F, .ldb = F};

    take_tokens(l, s, slot, n, t);
    in.a = gather(l, t->token, n, x, t->x, &in.a_rows);
    gemm(&l->meter, GEMM_EXPERTS, &in);
    l->vec->swiglu(in.c, t->weight, n, F, t->act);
    scatter_add(l, t->token, &out, t->y, y);
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
    struct gemm_product dact = {.m = n, .n = F, .k = D, .lda = D, .b = p + down_at,
                           .ldb = F, .c = t->dact, .ldc = F};
    struct gemm_product ddown = {.ta = true, .add = true, .m = D, .n = F, .k = n,
                            .lda = D, .b = t->act, .ldb = F, .c = g + down_at,
                            .ldc = F};
    struct gemm_product dgate_up = {.ta = true, .add = true, .m = 2 * F, .n = D,
                               .k = n, .a = gate_up, .lda = 2 * F, .ldb = D,
                               .c = g + gate_up_at, .ldc = D};
    struct gemm_product out = {.m = n, .k = 2 * F, .a = gate_up, .lda = 2 * F,
                          .b = p + gate_up_at, .ldb = D};

    take_tokens(l, s, slot, n, t);
    dact.a = ddown.a = gather(l, t->token, n, dy, t->y, &dact.a_rows);
    ddown.a_rows = dact.a_rows;
    gemm(&l->meter, GEMM_EXPERTS, &dact);
    l->vec->swiglu_back(gate_up, t->dact, t->weight, n, F, t->act, t->dw);
    gemm(&l->meter, GEMM_EXPERTS, &ddown);
    dgate_up.b = gather(l, t->token, n, x, t->x, &dgate_up.b_rows);
    gemm(&l->meter, GEMM_EXPERTS, &dgate_up);
    scatter_add(l, t->token, &out, t->x, dx);
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
