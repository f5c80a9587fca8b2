/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/codebook.h"
#include "kernels/flat.h"

/* Blocks of 256 weights that choose points of a codebook. Values have fractions
 * in these formats; scales take the fraction, a power of two, so that codes are
 * whole: nothing is rounded differently by that. */

/* 8 values of 2 bits each from the table; a set bit in signs: minus. */
static void point_of_8(uint16_t point, const int8_t *table, int signs,
                       int8_t q[8])
{
    for (int i = 0; i < 8; i++) {
        int v = table[point >> 2 * i & 3];
        q[i] = (int8_t)(signs >> i & 1 ? -v : v);
    }
}

static void point_of_4(uint16_t point, const int8_t *table, int signs,
                       int8_t q[4])
{
    for (int i = 0; i < 4; i++) {
        int v = table[point >> 3 * i & 7];
        q[i] = (int8_t)(signs >> i & 1 ? -v : v);
    }
}

/* 7 signs, and the one that makes the number of minuses even. */
static int even_signs(uint32_t seven)
{
    uint32_t parity = seven ^ seven >> 4;
    parity ^= parity >> 2;
    parity ^= parity >> 1;
    return (int)(seven | (parity & 1) << 7);
}

static uint32_t u32_load(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static const int8_t iq2_values[3] = {8, 25, 43};
static const int8_t iq3_xxs_values[8] = {4, 12, 20, 28, 36, 44, 52, 62};
static const int8_t iq3_s_values[8] = {1, 3, 5, 7, 9, 11, 13, 15};

void flat_iq2_xxs(const void *block, struct flat *out)
{
    const struct block_iq2_xxs *b = block;
    float d = f16_load(b->d);
    for (int g = 0; g < 8; g++) {
        uint32_t word = u32_load(b->q[g] + 4);
        float scale = d * (0.5f + (float)(word >> 28)) * 0.25f;
        out->scale[2 * g] = out->scale[2 * g + 1] = scale;
        for (int i = 0; i < 4; i++)
            point_of_8(grid_iq2_xxs[b->q[g][i]], iq2_values,
                       even_signs(word >> 7 * i & 127),
                       out->q + 32 * g + 8 * i);
    }
}

/* Half a byte for every 16 weights. */
static void iq2_scales(float d, const uint8_t scales[8], float scale[16])
{
    for (int j = 0; j < 16; j++) {
        int s = scales[j / 2] >> j % 2 * 4 & 15;
        scale[j] = d * (0.5f + (float)s) * 0.25f;
    }
}

void flat_iq2_xs(const void *block, struct flat *out)
{
    const struct block_iq2_xs *b = block;
    iq2_scales(f16_load(b->d), b->scales, out->scale);
    for (int i = 0; i < 32; i++) {
        uint16_t word = u16_load(b->q[i]);
        point_of_8(grid_iq2_xs[word & 511], iq2_values, even_signs(word >> 9),
                   out->q + 8 * i);
    }
}

void flat_iq2_s(const void *block, struct flat *out)
{
    const struct block_iq2_s *b = block;
    iq2_scales(f16_load(b->d), b->scales, out->scale);
    for (int i = 0; i < 32; i++) {
        int high = b->qh[i / 4] >> i % 4 * 2 & 3;
        point_of_8(grid_iq2_s[b->q[i] | high << 8], iq2_values, b->signs[i],
                   out->q + 8 * i);
    }
}

void flat_iq3_xxs(const void *block, struct flat *out)
{
    const struct block_iq3_xxs *b = block;
    float d = f16_load(b->d);
    for (int g = 0; g < 8; g++) {
        uint32_t word = u32_load(b->signs[g]);
        float scale = d * (0.5f + (float)(word >> 28)) * 0.5f;
        out->scale[2 * g] = out->scale[2 * g + 1] = scale;
        for (int i = 0; i < 8; i++) {
            int signs = even_signs(word >> i / 2 * 7 & 127) >> i % 2 * 4;
            point_of_4(grid_iq3_xxs[b->q[g][i]], iq3_xxs_values, signs,
                       out->q + 32 * g + 4 * i);
        }
    }
}

void flat_iq3_s(const void *block, struct flat *out)
{
    const struct block_iq3_s *b = block;
    float d = f16_load(b->d);
    for (int j = 0; j < 16; j++) {
        int s = b->scales[j / 4] >> j / 2 % 2 * 4 & 15;
        out->scale[j] = d * (float)(1 + 2 * s);
    }
    for (int i = 0; i < 64; i++) {
        int high = b->qh[i / 8] >> i % 8 & 1;
        point_of_4(grid_iq3_s[b->q[i] | high << 8], iq3_s_values,
                   b->signs[i / 2] >> i % 2 * 4, out->q + 4 * i);
    }
}

/* -1, 0, 1 and a shift of 1/8 up or down: in eighths. */
static void iq1_point(int index, bool down, int8_t q[8])
{
    static const int8_t up_values[3] = {-7, 1, 9}, down_values[3] = {-9, -1, 7};
    point_of_8(grid_iq1[index], down ? down_values : up_values, 0, q);
}

void flat_iq1_s(const void *block, struct flat *out)
{
    const struct block_iq1_s *b = block;
    float d = f16_load(b->d);
    for (int g = 0; g < 8; g++) {
        int word = u16_load(b->qh[g]);
        float scale = d * (float)(2 * (word >> 12 & 7) + 1) * 0.125f;
        out->scale[2 * g] = out->scale[2 * g + 1] = scale;
        for (int i = 0; i < 4; i++)
            iq1_point(b->q[4 * g + i] | (word >> 3 * i & 7) << 8, word >> 15,
                      out->q + 32 * g + 8 * i);
    }
}

void flat_iq1_m(const void *block, struct flat *out)
{
    const struct block_iq1_m *b = block;
    uint16_t bits = 0;
    for (int i = 0; i < 4; i++) /* the highest 4 bits of each word */
        bits |= (uint16_t)(b->scales[i][1] >> 4 << 4 * i);
    float d = f32_of_f16(bits);
    for (int j = 0; j < 16; j++) {
        int s = u16_load(b->scales[j / 4]) >> j % 4 * 3 & 7;
        out->scale[j] = d * (float)(2 * s + 1) * 0.125f;
    }
    for (int i = 0; i < 32; i++) {
        int half = b->qh[i / 2] >> i % 2 * 4 & 15;
        iq1_point(b->q[i] | (half & 7) << 8, half >> 3, out->q + 8 * i);
    }
}
