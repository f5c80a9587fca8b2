/* vec.h - the loops between the products: norms, gates, softmax.
 *
 * Written once (vec_body.h), built for each instruction set; vec_best chooses
 * at start. Sums run in several lanes, so levels differ in the last bits, but
 * each gives the same bits every time. */
#ifndef TRAIN_NN_VEC_H
#define TRAIN_NN_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/real.h"

struct vec {
    void (*add)(real *y, const real *x, size_t n);             /* y += x */
    void (*scale)(real *y, real a, size_t n);                  /* y *= a */
    real (*dot)(const real *x, const real *y, size_t n);
    double (*squares)(const real *x, size_t n);                /* their sum */
    /* out = a x + b y; out may be either. */
    void (*combine)(real *out, real a, const real *x, real b, const real *y,
                    size_t n);
    /* w -= step * x + decay * w */
    void (*descend)(real *w, real step, const real *x, real decay, size_t n);

    /* RMSNorm of n rows of d: y = x * inv * w, inv = 1/sqrt(mean x^2 + eps). */
    void (*norm)(const real *x, size_t ldx, const real *w, real eps, size_t n,
                 size_t d, real *y, size_t ldy, real *inv);
    /* dx = (or +=, add) its input's gradient, dw += its weight's. */
    void (*norm_back)(const real *x, size_t ldx, const real *w,
                      const real *inv, const real *dy, size_t lddy, size_t n,
                      size_t d, real *dx, size_t lddx, real *dw, bool add);

    /* gu: n rows of [gate f | up f]. act = weight_row * silu(gate) * up; weight
     * NULL: 1. */
    void (*swiglu)(const real *gu, const real *weight, size_t n, size_t f,
                   real *act);
    /* dact: gradient of act / weight_row. gu becomes its own gradient, act what
     * it was in the forward pass, dweight (with weight) the weight's. */
    void (*swiglu_back)(real *gu, const real *dact, const real *weight,
                        size_t n, size_t f, real *act, real *dweight);

    void (*sigmoid)(real *x, size_t n);

    /* Pairs of u are turned by the angles whose cosines and sines cs has, pair by
     * pair; sign -1: back. */
    void (*rotate)(real *u, const real *cs, real sign, size_t n_pairs);

    /* Causal softmax over rows of scores: row r sees columns 0 .. first + r,
     * the others of n_cols become 0. lse: log of the sum, per row. */
    void (*softmax)(real *s, size_t ld, size_t n_rows, size_t first,
                    size_t n_cols, real scale, real *lse);
    /* The same probabilities again, out of scores and lse. */
    void (*softmax_again)(real *s, size_t ld, size_t n_rows, size_t first,
                          size_t n_cols, real scale, const real *lse);
    /* dp becomes the scores' gradient: p * (dp - delta_row) * scale, and 0 where
     * the row does not see. */
    void (*softmax_back)(const real *p, real *dp, size_t ld, size_t n_rows,
                         size_t first, size_t n_cols, real scale,
                         const real *delta);

    real (*max)(const real *z, size_t n);
    /* z = exp(z - max); the sum. */
    real (*exp_sum)(real *z, size_t n, real max);
    /* sum of exp(z - max) and of exp(z - max) * z. */
    void (*exp_sums)(const real *z, size_t n, real max, real *sum, real *dot);
};

const struct vec *vec_best(void);

/* The levels, for vec_best and the tests; NULL where the build has none. */
extern const struct vec vec_plain;
#if defined HAVE_AVX2_KERNELS && !defined NN_DOUBLE
extern const struct vec vec_avx2;
#endif
#if defined HAVE_AVX512_KERNELS && !defined NN_DOUBLE
extern const struct vec vec_avx512;
#endif

#endif
