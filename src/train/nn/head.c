/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/head.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "train/nn/vec.h"

void head_layout(struct head_scratch *s, const struct shape *sh,
                 struct arena *mem)
{
    size_t n = HEAD_ROWS;
    s->logits = arena_take(mem, n * sh->n_vocab, sizeof(real));
    s->x = arena_take(mem, n * sh->n_embd, sizeof(real));
    s->dx = arena_take(mem, n * sh->n_embd, sizeof(real));
}

static uint32_t chunk(uint32_t n)
{
    return n < HEAD_ROWS ? n : HEAD_ROWS;
}

static void gather(const struct lane *l, const struct head_row *rows,
                   uint32_t n, const real *x, real *out)
{
    size_t D = l->shape->n_embd;
    for (uint32_t i = 0; i < n; i++)
        memcpy(out + i * D, x + rows[i].row * D, D * sizeof *x);
}

static void multiply(struct lane *l, const struct head_row *rows, uint32_t n,
                     const real *w, const real *x, real *logits,
                     struct head_scratch *s)
{
    size_t D = l->shape->n_embd, V = l->shape->n_vocab;
    gather(l, rows, n, x, s->x);
    gemm_nt(&l->meter, GEMM_HEAD, n, V, D, s->x, D, w, D, logits, V, false);
}

/* One row: its loss, and grad * (p - target) in place of the logits. */
static void row_back(const struct lane *l, const struct head_row *row, real *z,
                     struct head_sums *sums)
{
    size_t V = l->shape->n_vocab;
    real max = l->vec->max(z, V), at_target = z[row->target];
    real sum = l->vec->exp_sum(z, V, max);
    sums->loss +=
        row->weight * ((double)max + log((double)sum) - (double)at_target);
    sums->n_right += at_target == max;
    l->vec->scale(z, row->grad / sum, V);
    z[row->target] -= row->grad;
}

void head_step(struct lane *l, const struct head_row *rows, uint32_t n,
               const real *w, real *dw, const real *x, real *dx,
               struct head_sums *sums, struct head_scratch *s)
{
    size_t D = l->shape->n_embd, V = l->shape->n_vocab;
    for (uint32_t at = 0, m; at < n; at += m, rows += m) {
        m = chunk(n - at);
        multiply(l, rows, m, w, x, s->logits, s);
        for (uint32_t i = 0; i < m; i++)
            row_back(l, &rows[i], s->logits + i * V, sums);
        gemm_nn(&l->meter, GEMM_HEAD, m, D, V, s->logits, V, w, D, s->dx, D,
                false);
        if (dw)
            gemm_tn(&l->meter, GEMM_HEAD, V, D, m, s->logits, V, s->x, D, dw, D,
                    true);
        for (uint32_t i = 0; i < m; i++)
            l->vec->add(dx + rows[i].row * D, s->dx + i * D, D);
    }
}

void head_score(struct lane *l, const struct head_row *rows, uint32_t n,
                const real *w, const real *x, float *logprob, float *entropy,
                struct head_sums *sums, struct head_scratch *s)
{
    size_t V = l->shape->n_vocab;
    for (uint32_t i = 0; i < n; i++) {
        const real *z = s->logits + i % HEAD_ROWS * V;
        if (i % HEAD_ROWS == 0)
            multiply(l, rows + i, chunk(n - i), w, x, s->logits, s);
        real max = l->vec->max(z, V), at_target = z[rows[i].target], sum, mean;
        l->vec->exp_sums(z, V, max, &sum, &mean);
        double log_sum = (double)max + log((double)sum);
        logprob[i] = (float)((double)at_target - log_sum);
        if (entropy)
            entropy[i] = (float)(log_sum - (double)(mean / sum));
        sums->loss += rows[i].weight * (log_sum - (double)at_target);
        sums->n_right += at_target == max;
    }
}

void head_logits(struct lane *l, const struct head_row *rows, uint32_t n,
                 const real *w, const real *x, real *logits,
                 struct head_scratch *s)
{
    for (uint32_t at = 0, m; at < n; at += m) {
        m = chunk(n - at);
        multiply(l, rows + at, m, w, x, logits + (size_t)at * l->shape->n_vocab,
                 s);
    }
}
