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


size_t muon_work(size_t rows, size_t cols)
{
    size_t m = smaller(rows, cols);
    return 3 * rows * cols + 2 * m * m; /* x, turned, t, a, a2 */
}

static void transpose(const float *from, size_t rows, size_t cols, float *to)
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++)
            to[j * rows + i] = from[i * cols + j];
    }
}

/* m <= n: the products are then as small as they can be. t has room for X^T. */
static void newton_schulz(float *x, size_t m, size_t n, float *t, float *a)
{
    float *a2 = a + m * m;
    for (int step = 0; step < MUON_STEPS; step++) {
        blas_sgemm_nt(m, m, n, x, n, x, n, a, m, false);
        blas_sgemm_nt(m, m, m, a, m, a, m, a2, m, false); /* A = A^T */
        for (size_t i = 0; i < m * m; i++)
            a2[i] = coef_b * a[i] + coef_c * a2[i];
        transpose(x, m, n, t);
        for (size_t i = 0; i < m * n; i++)
            x[i] *= coef_a;
        blas_sgemm_nt(m, n, m, a2, m, t, m, x, n, true);
    }
}

void muon_orthogonalize(float *x, size_t rows, size_t cols, float *work)
{
    size_t n = rows * cols;
    float *turned = work, *t = work + n, *a = work + 2 * n;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * x[i];
    float scale = (float)(1 / (sqrt(sum) + 1e-20));
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
    if (rows <= cols) {
        newton_schulz(x, rows, cols, t, a);
        return;
    }
    transpose(x, rows, cols, turned);
    newton_schulz(turned, cols, rows, t, a);
    transpose(turned, cols, rows, x);
}

void muon_step(const struct muon *o, float *w, const float *g, float *m,
               size_t rows, size_t cols, float lr, float decay, float scale,
               float *work)
{
    size_t n = rows * cols;
    float *x = work;
    for (size_t i = 0; i < n; i++) {
        float gi = g[i] * scale;
        m[i] = o->momentum * m[i] + gi;
        x[i] = gi + o->momentum * m[i];
    }
    muon_orthogonalize(x, rows, cols, work + n);
    float step = lr * 0.2f * sqrtf((float)(rows > cols ? rows : cols));
    for (size_t i = 0; i < n; i++)
        w[i] -= step * x[i] + lr * decay * w[i];
}
