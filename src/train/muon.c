/* SPDX-License-Identifier: Apache-2.0 */
#include "train/muon.h"

#include <math.h>
#include <string.h>

#include "kernels/blas.h"

static const float coef_a = 3.4445f, coef_b = -4.7750f, coef_c = 2.0315f;

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The update itself, another of its size to change places with, A and A^2. */
size_t muon_work(size_t rows, size_t cols)
{
    size_t m = smaller(rows, cols);
    return 2 * rows * cols + 2 * m * m;
}

static void multiply(const struct muon *o, bool ta, bool tb, size_t m, size_t n,
                     size_t k, const float *a, size_t lda, const float *b,
                     size_t ldb, float *c, size_t ldc)
{
    if (o->rounded)
        o->rounded(&(struct gemm_product){.ta = ta, .tb = tb, .m = m, .n = n, .k = k,
                                     .a = a, .lda = lda, .b = b, .ldb = ldb,
                                     .c = c, .ldc = ldc},
                   o->room);
    else
        blas_sgemm(ta, tb, m, n, k, a, lda, b, ldb, c, ldc, false);
}

/* One step from x to y. A matrix with more rows than columns is multiplied from
 * the other side: A = X^T X, Y = X B; the products are then as small as they can
 * be, and nothing has to be turned round. a X goes into B as a I. */
static void newton_schulz(const struct muon *o, const float *x, float *y,
                          size_t rows, size_t cols, float *a)
{
    bool wide = rows <= cols;
    size_t m = wide ? rows : cols, n = wide ? cols : rows;
    float *b = a + m * m;
    multiply(o, !wide, wide, m, m, n, x, cols, x, cols, a, m);
    multiply(o, false, true, m, m, m, a, m, a, m, b, m); /* A = A^T */
    o->vec->combine(b, coef_b, a, coef_c, b, m * m);
    for (size_t i = 0; i < m; i++)
        b[i * m + i] += coef_a;
    if (wide)
        multiply(o, false, false, m, n, m, b, m, x, cols, y, cols);
    else
        multiply(o, false, false, n, m, m, x, cols, b, m, y, cols);
}

void muon_orthogonalize(const struct muon *o, float *x, size_t rows, size_t cols,
                        float *work)
{
    size_t n = rows * cols;
    float *y = work, *a = work + n, *from = x, *to = y;
    o->vec->scale(x, (float)(1 / (sqrt(o->vec->squares(x, n)) + 1e-20)), n);
    for (int step = 0; step < MUON_STEPS; step++) {
        newton_schulz(o, from, to, rows, cols, a);
        float *t = from;
        from = to;
        to = t;
    }
    if (from != x)
        memcpy(x, from, n * sizeof *x);
}

void muon_step(const struct muon *o, float *w, const float *g, float *m,
               size_t rows, size_t cols, float lr, float decay, float scale,
               float *work)
{
    size_t n = rows * cols;
    float *x = work;
    o->vec->combine(m, o->momentum, m, scale, g, n);
    o->vec->combine(x, o->momentum, m, scale, g, n);
    muon_orthogonalize(o, x, rows, cols, work + n);
    float step = lr * 0.2f * sqrtf((float)(rows > cols ? rows : cols));
    o->vec->descend(w, step, x, lr * decay, n);
}
