/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include <string.h>

#include "kernels/block.h"

/* The order of the float operations is part of the formats: other programs
 * decode to the same bits. */

void decode_f32_scalar(const void *blocks, float *out, size_t n)
{
    memcpy(out, blocks, n * sizeof *out);
}

void decode_f16_scalar(const void *blocks, float *out, size_t n)
{
    const uint8_t *p = blocks;
    for (size_t i = 0; i < n; i++)
        out[i] = f16_load(p + 2 * i);
}

void decode_bf16_scalar(const void *blocks, float *out, size_t n)
{
    const uint8_t *p = blocks;
    for (size_t i = 0; i < n; i++)
        out[i] = bf16_load(p + 2 * i);
}

void decode_q8_0_scalar(const void *blocks, float *out, size_t n)
{
    const struct block_q8_0 *b = blocks;
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = f16_load(b->d);
        for (int j = 0; j < 32; j++)
            out[j] = d * b->q[j];
    }
}

void decode_q4_0_scalar(const void *blocks, float *out, size_t n)
{
    const struct block_q4_0 *b = blocks;
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = f16_load(b->d);
        for (int j = 0; j < 16; j++) {
            out[j] = d * ((b->q[j] & 15) - 8);
            out[j + 16] = d * ((b->q[j] >> 4) - 8);
        }
    }
}

void decode_q4_1_scalar(const void *blocks, float *out, size_t n)
{
    const struct block_q4_1 *b = blocks;
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = f16_load(b->d), m = f16_load(b->m);
        for (int j = 0; j < 16; j++) {
            out[j] = d * (b->q[j] & 15) + m;
            out[j + 16] = d * (b->q[j] >> 4) + m;
        }
    }
}

void decode_q4_k_scalar(const void *blocks, float *out, size_t n)
{
    const struct block_q4_k *b = blocks;
    for (size_t i = 0; i < n; i += 256, b++) {
        float d = f16_load(b->d), dmin = f16_load(b->dmin);
        uint8_t scale[8], min[8];
        q4_k_scales(b->scales, scale, min);
        for (int j = 0; j < 8; j++) {
            float dj = d * scale[j], mj = dmin * min[j];
            const uint8_t *q = b->q + j / 2 * 32;
            for (int l = 0; l < 32; l++)
                *out++ = dj * (q[l] >> j % 2 * 4 & 15) - mj;
        }
    }
}

void decode_q6_k_scalar(const void *blocks, float *out, size_t n)
{
    const struct block_q6_k *b = blocks;
    for (size_t i = 0; i < n; i += 256, b++) {
        float d = f16_load(b->d);
        int8_t q[256];
        q6_k_codes(b, q);
        for (int e = 0; e < 256; e++)
            *out++ = d * b->scales[e / 16] * q[e];
    }
}
