/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/router.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "train/nn/vec.h"

/* As the engine has it: the weights of a token that no expert wants stay
 * finite. */
static const real SMALLEST_SUM = (real)6.103515625e-5;

void router_saved_layout(struct router_saved *s, const struct shape *shape,
                   uint32_t max_tokens, struct arena *mem)
{
    size_t T = max_tokens, used = T * shape->n_used;
    s->score = arena_take(mem, T * shape->n_experts, sizeof *s->score);
    s->chosen = arena_take(mem, used, sizeof *s->chosen);
    s->weight = arena_take(mem, used, sizeof *s->weight);
}

void router_scratch_layout(struct router_scratch *s, const struct shape *shape,
                           struct arena *mem)
{
    size_t E = shape->n_experts;
    s->selection = arena_take(mem, E, sizeof *s->selection);
    s->group = arena_take(mem, shape->n_groups, sizeof *s->group);
    s->share = arena_take(mem, E, sizeof *s->share);
    s->load = arena_take(mem, E, sizeof *s->load);
}

/* A taken entry. All others are finite, whatever the parameters hold: so no
 * expert is chosen twice, and none has more tokens than there are. */
#define TAKEN ((real)-INFINITY)

static real rankable(real x)
{
    if (!(x >= -FLT_MAX)) /* NaN too: the last */
        return -FLT_MAX;
    return x <= FLT_MAX ? x : FLT_MAX;
}

/* The largest that is left; the lower index on ties. */
static uint32_t take_best(real *x, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    x[best] = TAKEN;
    return best;
}

static real sum_of_best_two(const real *x, uint32_t n)
{
    real first = TAKEN, second = TAKEN;
    for (uint32_t i = 0; i < n; i++)
        if (x[i] > first) {
            second = first;
            first = x[i];
        } else if (x[i] > second) {
            second = x[i];
        }
    return rankable(first + second);
}

static void keep_groups(const struct shape *sh, real *selection, real *group)
{
    uint32_t size = sh->n_experts / sh->n_groups;
    for (uint32_t g = 0; g < sh->n_groups; g++)
        group[g] = sum_of_best_two(selection + g * size, size);
    for (uint32_t i = 0; i < sh->n_groups_used; i++)
        take_best(group, sh->n_groups);
    for (uint32_t g = 0; g < sh->n_groups; g++)
        for (uint32_t e = 0; group[g] != TAKEN && e < size; e++)
            selection[g * size + e] = TAKEN;
}

void router_pick(const struct shape *sh, const real *score, const real *bias,
                   uint16_t *chosen, real *weight, struct router_scratch *t)
{
    real sum = 0;
    for (uint32_t e = 0; e < sh->n_experts; e++)
        t->selection[e] = rankable(score[e] + bias[e]);
    if (sh->n_groups > 1)
        keep_groups(sh, t->selection, t->group);
    for (uint32_t j = 0; j < sh->n_used; j++) {
        uint32_t e = take_best(t->selection, sh->n_experts);
        chosen[j] = (uint16_t)e;
        sum += score[e];
    }
    real scale = sh->routed_scale / (sum > SMALLEST_SUM ? sum : SMALLEST_SUM);
    for (uint32_t j = 0; j < sh->n_used; j++)
        weight[j] = score[chosen[j]] * scale;
}

void router_forward(struct lane *l, size_t n, const real *w, const real *bias,
                    const real *x, struct router_saved *s,
                    struct router_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t E = sh->n_experts, K = sh->n_used, D = sh->n_embd;
    gemm_nt(&l->meter, GEMM_ROUTER, n, E, D, x, D, w, D, s->score, E, false);
    l->vec->sigmoid(s->score, n * E);
    for (size_t i = 0; i < n; i++)
        router_pick(sh, s->score + i * E, bias, s->chosen + i * K,
                      s->weight + i * K, t);
}

static real total(const real *score, uint32_t n)
{
    real sum = 0;
    for (uint32_t e = 0; e < n; e++)
        sum += score[e];
    return sum;
}

/* load and share (P, not yet divided by the tokens) of one document. */
static void measure(const struct shape *sh, const struct router_saved *s,
                    uint32_t begin, uint32_t end, struct router_scratch *t)
{
    uint32_t E = sh->n_experts, K = sh->n_used;
    memset(t->load, 0, E * sizeof *t->load);
    memset(t->share, 0, E * sizeof *t->share);
    for (uint32_t i = begin; i < end; i++) {
        const real *score = s->score + (size_t)i * E;
        real over = 1 / total(score, E);
        for (uint32_t e = 0; e < E; e++)
            t->share[e] += score[e] * over;
        for (uint32_t j = 0; j < K; j++)
            t->load[s->chosen[(size_t)i * K + j]]++;
    }
}

double router_balance(const struct shape *sh, const struct docs *docs,
                      const struct router_saved *s, struct router_scratch *t)
{
    double loss = 0;
    for (uint32_t d = 0; d < docs->n; d++) {
        uint32_t begin = docs->start[d], end = docs->start[d + 1];
        if (begin == end)
            continue;
        double f = (double)sh->n_experts / (sh->n_used * (double)(end - begin));
        measure(sh, s, begin, end, t);
        for (uint32_t e = 0; e < sh->n_experts; e++)
            loss += f * t->load[e] * (double)t->share[e];
    }
    return loss;
}

/* With t = sum of the chosen: ds_i = (scale dw_i - sum_j w_j dw_j) / t. */
static void choice_back(const struct shape *sh, const real *score,
                        const uint16_t *chosen, const real *weight,
                        const real *dweight, real *dscore)
{
    real sum = 0, mean = 0;
    for (uint32_t j = 0; j < sh->n_used; j++) {
        sum += score[chosen[j]];
        mean += weight[j] * dweight[j];
    }
    if (sum < SMALLEST_SUM) { /* the sum is a constant then */
        sum = SMALLEST_SUM;
        mean = 0;
    }
    for (uint32_t j = 0; j < sh->n_used; j++)
        dscore[chosen[j]] += (sh->routed_scale * dweight[j] - mean) / sum;
}

/* c_e: the gradient of one token's share of expert e, in t->share. With p = s /
 * sum s: ds_e = (c_e - sum_j c_j p_j) / sum s. */
static void balance_back(const struct shape *sh, const real *score,
                         const real *c, real *dscore)
{
    real sum = total(score, sh->n_experts), mean = 0;
    for (uint32_t e = 0; e < sh->n_experts; e++)
        mean += c[e] * score[e];
    mean /= sum;
    for (uint32_t e = 0; e < sh->n_experts; e++)
        dscore[e] += (c[e] - mean) / sum;
}

static void document_back(const struct lane *l, uint32_t begin, uint32_t end,
                          const real *dweight, struct router_saved *s,
                          struct router_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t E = sh->n_experts, K = sh->n_used;
    real *c = t->share, *dscore = t->selection;
    if (l->balance != 0) {
        real f = l->balance * (real)E / ((real)K * (real)(end - begin));
        measure(sh, s, begin, end, t);
        for (size_t e = 0; e < E; e++)
            c[e] = f * (real)t->load[e];
    }
    for (size_t i = begin; i < end; i++) {
        real *score = s->score + i * E;
        memset(dscore, 0, E * sizeof *dscore);
        choice_back(sh, score, s->chosen + i * K, s->weight + i * K,
                    dweight + i * K, dscore);
        if (l->balance != 0)
            balance_back(sh, score, c, dscore);
        for (size_t e = 0; e < E; e++)
            score[e] = dscore[e] * score[e] * (1 - score[e]);
    }
}

void router_back(struct lane *l, const struct docs *docs, const real *w,
                 real *dw, const real *x, const real *dweight, real *dx,
                 struct router_saved *s, struct router_scratch *t)
{
    size_t E = l->shape->n_experts, D = l->shape->n_embd, T = docs->n_tokens;
    for (uint32_t d = 0; d < docs->n; d++)
        document_back(l, docs->start[d], docs->start[d + 1], dweight, s, t);
    gemm_nn(&l->meter, GEMM_ROUTER, T, D, E, s->score, E, w, D, dx, D, true);
    gemm_tn(&l->meter, GEMM_ROUTER, E, D, T, s->score, E, x, D, dw, D, true);
}
