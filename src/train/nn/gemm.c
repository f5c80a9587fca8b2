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
                     const struct gemm_product *p)
{
    (void)meter, (void)site;
    for (size_t i = 0; i < p->m; i++)
        for (size_t j = 0; j < p->n; j++) {
            const real *x = p->ta ? p->a + i : p->a + i * p->lda;
            const real *y = p->tb ? p->b + j * p->ldb : p->b + j;
            size_t dx = p->ta ? p->lda : 1, dy = p->tb ? 1 : p->ldb;
            real sum = p->add ? p->c[i * p->ldc + j] : 0;
#pragma omp simd reduction(+ : sum)
            for (size_t l = 0; l < p->k; l++)
                sum += x[l * dx] * y[l * dy];
            p->c[i * p->ldc + j] = sum;
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
                     const struct gemm_product *p)
{
    if (meter->rounded && site != GEMM_ROUTER)
        meter->rounded(p, meter->room);
    else
        in_pieces(p->ta, p->tb, p->m, p->n, p->k, p->a, p->lda, p->b, p->ldb,
                  p->c, p->ldc, p->add);
}

bool gemm_available(struct err *err)
{
    if (!blas_available())
        return err_set(err, ERR_UNSUPPORTED, "training multiplies with %s",
                       blas_description());
    return true;
}
#endif

/* What a mask takes away is not counted, computed or not. */
static uint64_t flop(const struct gemm_product *p)
{
    if (p->causal == CAUSAL_NOT)
        return (uint64_t)2 * p->m * p->n * p->k;
    uint64_t queries = p->causal == CAUSAL_TURNED ? p->k : p->m;
    uint64_t other = p->causal == CAUSAL_C ? p->k : p->n;
    return 2 * other * (queries * p->first + queries * (queries + 1) / 2);
}

void gemm(struct gemm_meter *meter, enum gemm_site site, const struct gemm_product *p)
{
    assert(p->k > 0 || p->add);
    assert(meter->rounded || (!p->a_rows && !p->b_rows && !p->c_rows));
    if (p->m == 0 || p->n == 0 || p->k == 0) /* a shard without documents */
        return;
    uint64_t start = meter->timed ? clock_ns() : 0;
    multiply(meter, site, p);
    meter->flop[site] += flop(p);
    if (meter->timed)
        meter->ns[site] += clock_ns() - start;
}

void gemm_nt(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    gemm(meter, site,
         &(struct gemm_product){.tb = true, .add = add, .m = m, .n = n, .k = k,
                                .a = a, .lda = lda, .b = b, .ldb = ldb,
                                .c = c, .ldc = ldc});
}

void gemm_nn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    gemm(meter, site,
         &(struct gemm_product){.add = add, .m = m, .n = n, .k = k,
                                .a = a, .lda = lda, .b = b, .ldb = ldb,
                                .c = c, .ldc = ldc});
}

void gemm_tn(struct gemm_meter *meter, enum gemm_site site, size_t m, size_t n,
             size_t k, const real *a, size_t lda, const real *b, size_t ldb,
             real *c, size_t ldc, bool add)
{
    gemm(meter, site,
         &(struct gemm_product){.ta = true, .add = add, .m = m, .n = n, .k = k,
                                .a = a, .lda = lda, .b = b, .ldb = ldb,
                                .c = c, .ldc = ldc});
}
