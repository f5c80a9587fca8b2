/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/gemm.h"

#include "base/clock.h"
#include "base/err.h"
#ifndef NN_DOUBLE
#include "kernels/blas.h"
#endif

const char *gemm_site_name(enum gemm_site site)
{
    static const char *const names[GEMM_SITES] = {
        [GEMM_PROJECTION] = "projections", [GEMM_ATTENTION] = "attention",
        [GEMM_DENSE] = "dense FFN",        [GEMM_ROUTER] = "router",
        [GEMM_EXPERTS] = "experts",        [GEMM_MTP] = "mtp join",
        [GEMM_HEAD] = "head",
    };
    return names[site];
}

#ifdef NN_DOUBLE
static void multiply(bool ta, bool tb, size_t m, size_t n, size_t k,
                     const real *a, size_t lda, const real *b, size_t ldb,
                     real *c, size_t ldc, bool add)
{
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            const real *x = ta ? a + i : a + i * lda;
            const real *y = tb ? b + j * ldb : b + j;
            size_t dx = ta ? lda : 1, dy = tb ? 1 : ldb;
            real sum = add ? c[i * ldc + j] : 0;
#pragma omp simd reduction(+ : sum)
            for (size_t l = 0; l < k; l++)
                sum += x[l * dx] * y[l * dy];
            c[i * ldc + j] = sum;
        }
}

bool gemm_available(struct err *err)
{
    (void)err;
    return true;
}
#else
#define multiply blas_sgemm

bool gemm_available(struct err *err)
{
    if (!blas_available())
        return err_set(err, ERR_UNSUPPORTED, "training multiplies with %s",
                       blas_description());
    return true;
}
#endif

static void run(struct gemm_meter *meter, enum gemm_site site, bool ta, bool tb,
                size_t m, size_t n, size_t k, const real *a, size_t lda,
                const real *b, size_t ldb, real *c, size_t ldc, bool add)
{
    if (m == 0 || n == 0)
        return;
    uint64_t start = meter->timed ? clock_ns() : 0;
    multiply(ta, tb, m, n, k, a, lda, b, ldb, c, ldc, add);
    meter->flop[site] += (uint64_t)2 * m * n * k;
    if (meter->timed)
        meter->ns[site] += clock_ns() - start;
}

void gemm_nt(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    run(meter, site, false, true, m, n, k, a, lda, b, ldb, c, ldc, add);
}

void gemm_nn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    run(meter, site, false, false, m, n, k, a, lda, b, ldb, c, ldc, add);
}

void gemm_tn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    run(meter, site, true, false, m, n, k, a, lda, b, ldb, c, ldc, add);
}
