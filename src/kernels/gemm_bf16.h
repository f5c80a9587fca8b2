/* gemm_bf16.h - products whose operands are rounded to bfloat16 first.
 *
 * Both operands are rounded to nearest, ties to even; products are exact then, and
 * summed in float32. Denormal numbers count as zero. CPUs that multiply pairs of
 * bfloat16 do two of these in the time of one float32 product: a training step
 * that is mostly products takes little more than half as long, and so does the
 * attention of long prompts (model/attn_rounded.c). Weights, gradients and sums
 * stay float32; that eight bits of operands are enough for them is what mixed
 * precision training rests on (1905.12322).
 *
 * The order of the sum depends on the sizes alone. */
#ifndef KERNELS_GEMM_BF16_H
#define KERNELS_GEMM_BF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernels/real.h"

/* Of attention, where query i sees the keys up to i + first. C: only these scores
 * are wanted, the others may be anything. A: A[i][l] is 0 for l > i + first.
 * TURNED: op(A)[i][l] is 0 for i > l + first. */
enum causal { CAUSAL_NOT, CAUSAL_C, CAUSAL_A, CAUSAL_TURNED };

/* C[m][n] (+)= op(A) op(B), row-major, op turning an operand where its flag says
 * so: A lies as [m][k], or [k][m] with ta; B as [k][n], or [n][k] with tb. Rows are
 * lda, ldb, ldc apart. Where a list of rows is given, row i is the one that the
 * list's number i names: gathering and scattering on the way (not of B with tb). No
 * row of C may come twice. k > 0. */
struct gemm_product {
    bool ta, tb, add;
    size_t m, n, k;
    const real *a;
    size_t lda;
    const real *b;
    size_t ldb;
    real *c;
    size_t ldc;
    const uint32_t *a_rows, *b_rows, *c_rows; /* or NULL */
    enum causal causal;
    size_t first;
};

/* Columns and depth of B, and rows of A, that are packed at a time: B's part of a
 * tile (64 columns) stays in the first cache, the whole in the second. */
enum {
    GEMM_BF16_COLS = 512,
    GEMM_BF16_DEPTH = 192,
    GEMM_BF16_ROWS = 192,
    GEMM_BF16_STRIDE = GEMM_BF16_ROWS + 16, /* no power of two: spread over a cache */
};

/* Where one thread packs its operands: pairs of numbers that follow each other in
 * k, the first in the low half. */
struct gemm_bf16_room {
    uint32_t b[GEMM_BF16_COLS * GEMM_BF16_DEPTH / 2];
    uint32_t a[GEMM_BF16_STRIDE * GEMM_BF16_DEPTH / 2];
};

typedef void (*gemm_bf16_fn)(const struct gemm_product *p,
                             struct gemm_bf16_room *room);

/* NULL where CPU or build have no such instruction: float32 is faster there. */
gemm_bf16_fn gemm_bf16_best(void);

/* Defines what is right; uses no room. */
void gemm_bf16_plain(const struct gemm_product *p, struct gemm_bf16_room *room);
#ifdef HAVE_AVX512BF16_KERNELS
void gemm_bf16_avx512(const struct gemm_product *p, struct gemm_bf16_room *room);
#endif

/* The upper half of the float next to x that has no lower one. Too large becomes
 * infinite; what is no number stays none. */
static inline uint16_t bf16_from(float x)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    if ((u & 0x7F800000) == 0)
        return (uint16_t)(u >> 16 & 0x8000);
    if ((u & 0x7FFFFFFF) > 0x7F800000)
        return (uint16_t)(u >> 16 | 0x40);
    return (uint16_t)((u + 0x7FFF + (u >> 16 & 1)) >> 16);
}

static inline float bf16_value(uint16_t h)
{
    uint32_t u = (uint32_t)h << 16;
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

#endif
