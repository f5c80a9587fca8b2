/* SPDX-License-Identifier: Apache-2.0 */
/* The K types: 256 weights whose sub-blocks have scales of their own, which are
 * quantized in turn. */
#include "kernels/encode.h"

#include "kernels/encode_block.h"
#include "kernels/encode_search.h"

/* --- Q4_K, Q5_K: scale * q - min, min >= 0 -------------------------------- */

enum { SUB = 32, N_SUBS = 8, LEN = N_SUBS * SUB };

/* The eight scales (or minimums) as multiples 0..63 of what is stored in d. */
static float store_sixths(const float v[N_SUBS], uint8_t d[2],
                          uint8_t out[N_SUBS])
{
    float max = 0;
    for (int j = 0; j < N_SUBS; j++)
        max = v[j] > max ? v[j] : max;
    float inverse = max > ENCODE_TINY ? 63 / max : 0;
    for (int j = 0; j < N_SUBS; j++)
        out[j] = (uint8_t)encode_nearest(inverse * v[j], 0, 63);
    return encode_f16_store(d, max / 63);
}

/* The inverse of q4_k_scales. */
static void pack_scales(const uint8_t scale[N_SUBS], const uint8_t min[N_SUBS],
                        uint8_t p[12])
{
    for (int j = 0; j < 4; j++) {
        p[j] = (uint8_t)(scale[j] | scale[j + 4] >> 4 << 6);
        p[j + 4] = (uint8_t)(min[j] | min[j + 4] >> 4 << 6);
        p[j + 8] = (uint8_t)((scale[j + 4] & 15) | (min[j + 4] & 15) << 4);
    }
}

struct k_header { /* how Q4_K and Q5_K begin */
    uint8_t d[2], dmin[2], scales[12];
};

/* Fills the header and all codes, which go from 0 to `most`. A minimum may be
 * as large as the weights: 63 steps of dmin, with room for the search. */
static bool encode_affine(const float x[LEN], int most, struct k_header *head,
                          uint8_t code[LEN])
{
    float scales[N_SUBS], mins[N_SUBS];
    uint8_t scale[N_SUBS], min[N_SUBS];
    if (!encode_within(x, LEN, 63 * F16_MAX / 2))
        return false;
    for (int j = 0; j < N_SUBS; j++) {
        struct affine fit = encode_search_affine(x + j * SUB, most, false);
        scales[j] = fit.scale;
        mins[j] = fit.min;
    }
    float d = store_sixths(scales, head->d, scale);
    float dmin = store_sixths(mins, head->dmin, min);
    pack_scales(scale, min, head->scales);
    for (int i = 0; i < LEN; i++) {
        float step = d * scale[i / SUB], low = dmin * min[i / SUB];
        code[i] = 0;
        if (step > 0)
            code[i] = (uint8_t)encode_nearest((x[i] + low) / step, 0, most);
    }
    return true;
}

/* Sub-blocks 2g and 2g + 1 share bytes 32g..32g + 31. */
static void pack_nibbles(const uint8_t code[LEN], uint8_t q[LEN / 2])
{
    for (int i = 0; i < LEN / 2; i++) {
        int low = i / SUB * 2 * SUB + i % SUB;
        q[i] = (uint8_t)((code[low] & 15) | (code[low + SUB] & 15) << 4);
    }
}

bool encode_q4_k(const float *x, void *blocks, size_t n)
{
    struct block_q4_k *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++) {
        struct k_header head;
        uint8_t code[LEN];
        if (!encode_affine(x + i, 15, &head, code))
            return false;
        memcpy(b, &head, sizeof head);
        pack_nibbles(code, b->q);
    }
    return true;
}

bool encode_q5_k(const float *x, void *blocks, size_t n)
{
    struct block_q5_k *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++) {
        struct k_header head;
        uint8_t code[LEN];
        if (!encode_affine(x + i, 31, &head, code))
            return false;
        memcpy(b, &head, sizeof head);
        pack_nibbles(code, b->q);
        memset(b->qh, 0, sizeof b->qh);
        for (int e = 0; e < LEN; e++)
            b->qh[e % SUB] |= (uint8_t)(code[e] >> 4 << e / SUB);
    }
    return true;
}

/* --- Q6_K: scale * q, the scale of either sign ---------------------------- */

enum { SUB6 = 16, N_SUBS6 = 16 };

/* The inverse of q6_k_codes; codes are 0..63 here. */
static void pack_q6_k(const uint8_t code[LEN], struct block_q6_k *b)
{
    memset(b->ql, 0, sizeof b->ql);
    memset(b->qh, 0, sizeof b->qh);
    for (int e = 0; e < LEN; e++) {
        int half = e / 128, run = e / 32 % 4, l = e % 32;
        b->ql[64 * half + run % 2 * 32 + l] |=
            (uint8_t)((code[e] & 15) << run / 2 * 4);
        b->qh[32 * half + l] |= (uint8_t)(code[e] >> 4 << run * 2);
    }
}

static void encode_block6(const float x[LEN], struct block_q6_k *b)
{
    float scales[N_SUBS6];
    uint8_t code[LEN];
    for (int j = 0; j < N_SUBS6; j++)
        scales[j] = encode_search_scale(x + j * SUB6, SUB6, 32);
    float extreme = encode_extreme(scales, N_SUBS6);
    if (fabsf(extreme) < ENCODE_TINY) {
        memset(b, 0, sizeof *b);
        return;
    }
    float d = encode_f16_store(b->d, extreme / -128);
    for (int j = 0; j < N_SUBS6; j++)
        b->scales[j] =
            (int8_t)encode_nearest(-128 / extreme * scales[j], -128, 127);
    for (int e = 0; e < LEN; e++) {
        float step = d * b->scales[e / SUB6];
        int q = step != 0 ? encode_nearest(x[e] / step, -32, 31) : 0;
        code[e] = (uint8_t)(q + 32);
    }
    pack_q6_k(code, b);
}

bool encode_q6_k(const float *x, void *blocks, size_t n)
{
    struct block_q6_k *b = blocks;
    for (size_t i = 0; i < n; i += LEN, b++) {
        if (!encode_within(x + i, LEN, 30.0f * 128 * F16_MAX))
            return false;
        encode_block6(x + i, b);
    }
    return true;
}
