/* flat.h - blocks of any layout as codes with a scale for every 16.
 *
 * Most formats differ only in how their bytes are packed. For each of them there
 * is one function that takes a block apart; decoding and both products follow
 * from it, here readable (scalar/flat.c) and in x86/ faster for all of them at
 * once. Formats that models are often stored in have kernels of their own over
 * these. */
#ifndef KERNELS_FLAT_H
#define KERNELS_FLAT_H

#include <stdbool.h>

#include "kernels/block_rare.h"
#include "kernels/kernels.h"

/* Weight i of the block is scale[i / 16] * q[i], less min[i / 16] where the
 * format has minimums. What lies beyond the block's length is not written. */
struct flat {
    int8_t q[256];
    float scale[16];
    float min[16];
};

typedef void (*flat_fn)(const void *block, struct flat *out);

/* NAME, in small letters, weights in a block, whether there are minimums. */
#define FLAT_TYPES(X)               \
    X(Q5_0, q5_0, 32, false)        \
    X(Q5_1, q5_1, 32, true)         \
    X(Q2_K, q2_k, 256, true)        \
    X(Q3_K, q3_k, 256, false)       \
    X(Q5_K, q5_k, 256, true)        \
    X(IQ4_NL, iq4_nl, 32, false)    \
    X(IQ4_XS, iq4_xs, 256, false)   \
    X(MXFP4, mxfp4, 32, false)      \
    X(NVFP4, nvfp4, 64, false)      \
    X(Q1_0, q1_0, 128, false)       \
    X(Q2_0, q2_0, 64, false)        \
    X(TQ1_0, tq1_0, 256, false)     \
    X(TQ2_0, tq2_0, 256, false)     \
    X(IQ1_S, iq1_s, 256, false)     \
    X(IQ1_M, iq1_m, 256, false)     \
    X(IQ2_XXS, iq2_xxs, 256, false) \
    X(IQ2_XS, iq2_xs, 256, false)   \
    X(IQ2_S, iq2_s, 256, false)     \
    X(IQ3_XXS, iq3_xxs, 256, false) \
    X(IQ3_S, iq3_s, 256, false)

#define FLAT_DECLARE(NAME, name, LEN, MIN)              \
    void flat_##name(const void *block, struct flat *out); \
    void decode_##name##_scalar(const void *blocks, float *out, size_t n);
FLAT_TYPES(FLAT_DECLARE)
#undef FLAT_DECLARE

#endif
