/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/flat.h"

/* Blocks of 256 weights, without a codebook. */

void flat_q2_k(const void *block, struct flat *out)
{
    const struct block_q2_k *b = block;
    float d = f16_load(b->d), dmin = f16_load(b->dmin);
    for (int j = 0; j < 16; j++) {
        out->scale[j] = d * (b->scales[j] & 15);
        out->min[j] = dmin * (b->scales[j] >> 4);
    }
    for (int e = 0; e < 256; e++)
        out->q[e] = (int8_t)k_low2(b->q, e);
}

void flat_q3_k(const void *block, struct flat *out)
{
    const struct block_q3_k *b = block;
    float d = f16_load(b->d);
    int8_t scale[16];
    q3_k_scales(b->scales, scale);
    for (int j = 0; j < 16; j++)
        out->scale[j] = d * scale[j];
    for (int e = 0; e < 256; e++) {
        int high = b->hmask[e % 32] >> e / 32 & 1;
        out->q[e] = (int8_t)((k_low2(b->q, e) | high << 2) - 4);
    }
}

void flat_q5_k(const void *block, struct flat *out)
{
    const struct block_q5_k *b = block;
    float d = f16_load(b->d), dmin = f16_load(b->dmin);
    uint8_t scale[8], min[8];
    q4_k_scales(b->scales, scale, min);
    for (int j = 0; j < 16; j++) {
        out->scale[j] = d * scale[j / 2];
        out->min[j] = dmin * min[j / 2];
    }
    for (int e = 0; e < 256; e++) {
        int j = e / 32, l = e % 32;
        int low = b->q[j / 2 * 32 + l] >> j % 2 * 4 & 15;
        out->q[e] = (int8_t)(low | (b->qh[l] >> j & 1) << 4);
    }
}

void flat_iq4_xs(const void *block, struct flat *out)
{
    const struct block_iq4_xs *b = block;
    float d = f16_load(b->d);
    int high = u16_load(b->scales_h);
    for (int j = 0; j < 8; j++) {
        int low = b->scales_l[j / 2] >> j % 2 * 4 & 15;
        float scale = d * (float)((low | (high >> 2 * j & 3) << 4) - 32);
        out->scale[2 * j] = out->scale[2 * j + 1] = scale;
    }
    for (int e = 0; e < 256; e++) {
        int byte = b->q[e / 32 * 16 + e % 16];
        out->q[e] = iq4_nl_values[byte >> e / 16 % 2 * 4 & 15];
    }
}

/* Digit n after the point of a byte's value in base 3, as a weight. */
static int8_t ternary(uint8_t fraction, int n)
{
    for (; n > 0; n--)
        fraction = (uint8_t)(fraction * 3);
    return (int8_t)((fraction * 3 >> 8) - 1);
}

/* The first 160 weights are the digits of 32 bytes, all first ones first; then
 * 80 those of 16, and 16 those of 4. */
void flat_tq1_0(const void *block, struct flat *out)
{
    const struct block_tq1_0 *b = block;
    for (int e = 0; e < 160; e++)
        out->q[e] = ternary(b->q[e % 32], e / 32);
    for (int e = 0; e < 80; e++)
        out->q[160 + e] = ternary(b->q[32 + e % 16], e / 16);
    for (int e = 0; e < 16; e++)
        out->q[240 + e] = ternary(b->qh[e % 4], e / 4);
    for (int j = 0; j < 16; j++)
        out->scale[j] = f16_load(b->d);
}

void flat_tq2_0(const void *block, struct flat *out)
{
    const struct block_tq2_0 *b = block;
    for (int e = 0; e < 256; e++)
        out->q[e] = (int8_t)(k_low2(b->q, e) - 1);
    for (int j = 0; j < 16; j++)
        out->scale[j] = f16_load(b->d);
}
