/* SPDX-License-Identifier: Apache-2.0 */
/* Floats, and blocks of 32 weights with one scale. */
#include "kernels/encode.h"

#include "kernels/encode_block.h"
#include "kernels/encode_search.h"

enum { LEN = 32 };

/* --- floats --------------------------------------------------------------- */

bool encode_f16(const float *x, void *blocks, size_t n)
{
    uint8_t *out = blocks;
    for (size_t i = 0; i < n; i++)
        encode_f16_store(out + 2 * i, x[i]);
    return encode_within(x, n, 65519.996f); /* from 65520 on it is infinite */
}

bool encode_bf16(const float *x, void *blocks, size_t n)
{
    uint8_t *out = blocks;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = bits_of_float(x[i]);
        uint16_t h = (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
        memcpy(out + 2 * i, &h, sizeof h);
    }
    return encode_within(x, n, 0x1.fefffep127f); /* the last to round down */
}

/* --- a scale -------------------------------------------------------------- */

static float inverse(float d)
{
    return fabsf(d) < ACT_AMAX_MIN ? 0 : 1 / d;
}

/* 127 steps are so fine that a search finds nothing; codes are made with the
 * scale as computed, not as stored, and are those of the public tools. */
bool encode_q8_0(const float *x, void *blocks, size_t n)
{
    struct block_q8_0 *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++, x += LEN) {
        if (!encode_within(x, LEN, 127 * F16_MAX))
            return false;
        float d = fabsf(encode_extreme(x, LEN)) / 127, id = inverse(d);
        encode_f16_store(b->d, d);
        for (int j = 0; j < LEN; j++)
            b->q[j] = (int8_t)roundf(x[j] * id);
    }
    return true;
}

/* Weight j in the low, j + 16 in the high half of byte j. */
static void pack_low(const uint8_t q[LEN], uint8_t out[LEN / 2])
{
    for (int j = 0; j < LEN / 2; j++)
        out[j] = (uint8_t)((q[j] & 15) | (q[j + 16] & 15) << 4);
}

static void pack_high(const uint8_t q[LEN], uint8_t out[LEN / 8])
{
    memset(out, 0, LEN / 8);
    for (int j = 0; j < LEN; j++)
        out[j / 8] |= (uint8_t)(q[j] >> 4 << j % 8);
}

/* Codes 0..2*half-1 that stand for -half..half-1. */
static void encode_symmetric(const float x[LEN], int half, uint8_t d[2],
                             uint8_t q[LEN])
{
    float id = inverse(encode_f16_store(d, encode_search_scale(x, LEN, half)));
    for (int j = 0; j < LEN; j++)
        q[j] = (uint8_t)(encode_nearest(x[j] * id, -half, half - 1) + half);
}

/* The search may stretch the scale by a little over a code: hence one code
 * less in the limits. */
bool encode_q4_0(const float *x, void *blocks, size_t n)
{
    struct block_q4_0 *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++, x += LEN) {
        uint8_t q[LEN];
        if (!encode_within(x, LEN, 6 * F16_MAX))
            return false;
        encode_symmetric(x, 8, b->d, q);
        pack_low(q, b->q);
    }
    return true;
}

bool encode_q5_0(const float *x, void *blocks, size_t n)
{
    struct block_q5_0 *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++, x += LEN) {
        uint8_t q[LEN];
        if (!encode_within(x, LEN, 14 * F16_MAX))
            return false;
        encode_symmetric(x, 16, b->d, q);
        pack_low(q, b->q);
        pack_high(q, b->qh);
    }
    return true;
}

/* --- a scale and a minimum ------------------------------------------------ */

bool encode_q5_1(const float *x, void *blocks, size_t n)
{
    struct block_q5_1 *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++, x += LEN) {
        uint8_t q[LEN];
        if (!encode_within(x, LEN, F16_MAX / 2)) /* the minimum is a float16 */
            return false;
        struct affine fit = encode_search_affine(x, 31, true);
        float id = inverse(encode_f16_store(b->d, fit.scale));
        float min = encode_f16_store(b->m, -fit.min);
        for (int j = 0; j < LEN; j++)
            q[j] = (uint8_t)encode_nearest((x[j] - min) * id, 0, 31);
        pack_low(q, b->q);
        pack_high(q, b->qh);
    }
    return true;
}
