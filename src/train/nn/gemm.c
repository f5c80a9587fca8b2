/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/gemm.h"

#include <assert.h>

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
static void multiply(const struct gemm_meter *meter, enum gemm_site site,
                     bool ta, bool tb, size_t m, size_t n, size_t k,
                     const real *a, size_t lda, const real *b, size_t ldb,
                     real *c, size_t ldc, bool add)
{
    (void)meter, (void)site;
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
/* Up to m n k = 10^6 OpenBLAS has kernels for AVX-512 that take operands as they
 * lie, without packing them first. For forms whose second operand is not turned
 * they reach 115 GFLOP/s where the packing ones stay below 100 (128 x 128 x 128
 * and 1000 x 128 x 128, one core), so a larger product is cut into pieces of
 * that size. On other CPUs the pieces cost as much as the whole. */
enum { SMALL = 1000 * 1000, ROWS = 48, FEWEST_ROWS = 24 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How much of k goes into one piece: all of it, or what keeps the sums that are
 * read and written again for each piece from becoming the work. */
static size_t depth(bool ta, size_t m, size_t n, size_t k)
{
    if (!ta && n * k <= SMALL / ROWS)
        return k;
    return smaller(k, ta && m * n <= 1 << 16 ? 128 : 256);
}

static void in_pieces(bool ta, bool tb, size_t m, size_t n, size_t k,
                      const real *a, size_t lda, const real *b, size_t ldb,
                      real *c, size_t ldc, bool add)
{
    size_t deep = depth(ta, m, n, k), rows = smaller(ROWS, SMALL / (n * deep));
    if (tb || rows < FEWEST_ROWS || m * n * k <= SMALL) {
        blas_sgemm(ta, tb, m, n, k, a, lda, b, ldb, c, ldc, add);
        return;
    }
    for (size_t l = 0; l < k; l += deep)
        for (size_t i = 0; i < m; i += rows)
            blas_sgemm(ta, false, smaller(rows, m - i), n, smaller(deep, k - l),
                       ta ? a + l * lda + i : a + i * lda + l, lda, b + l * ldb,
                       ldb, c + i * ldc, ldc, add || l > 0);
}

static void multiply(const struct gemm_meter *meter, enum gemm_site site,
                     bool ta, bool tb, size_t m, size_t n, size_t k,
                     const real *a, size_t lda, const real *b, size_t ldb,
                     real *c, size_t ldc, bool add)
{
    if (meter->rounded && site != GEMM_ROUTER)
        meter->rounded(ta, tb, m, n, k, a, lda, b, ldb, c, ldc, add,
                       meter->room);
    else
        in_pieces(ta, tb, m, n, k, a, lda, b, ldb, c, ldc, add);
}

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
    assert(k > 0 || add);
    if (m == 0 || n == 0 || k == 0) /* a shard without documents */
        return;
    uint64_t start = meter->timed ? clock_ns() : 0;
    multiply(meter, site, ta, tb, m, n, k, a, lda, b, ldb, c, ldc, add);
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
