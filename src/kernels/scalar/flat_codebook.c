/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/codebook.h"
#include "kernels/flat.h"

/* Blocks of 256 weights that choose points of a codebook. Values have fractions
 * in these formats; scales take the fraction, a power of two, so that codes are
 * whole: nothing is rounded differently by that. */

/* Here eight weights are one word, for looking their values up one by one would
 * take most of a product's time. */
#define EACH(byte) (0x0101010101010101 * (uint64_t)(byte))

/* The eight fields of 2 bits, a byte each. */
static uint64_t fields_of_8(uint16_t point)
{
    uint64_t v = point;
    v = (v | v << 24) & 0x000000FF000000FF;
    v = (v | v << 12) & 0x000F000F000F000F;
    return (v | v << 6) & 0x0303030303030303;
}

/* The four fields of 3 bits, the first lowest. */
static uint64_t fields_of_4(uint16_t point)
{
    return (point & 7) | (uint64_t)(point & 0x38) << 5 |
           (uint64_t)(point & 0x1C0) << 10 | (uint64_t)(point & 0xE00) << 15;
}

/* Bytes, which are 1 to 127, with a minus where a bit of signs is set: -v is
 * the complement of v, and one. */
static void store_8(uint64_t v, int signs, int8_t q[8])
{
    uint64_t bits = EACH(signs) & 0x8040201008040201;
    uint64_t minus = (bits + EACH(0x7F)) >> 7 & EACH(1);
    v = (v ^ minus * 0xFF) + minus;
    memcpy(q, &v, sizeof v);
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

/* 8, 25, 43. */
static void iq2_point(uint16_t point, int signs, int8_t q[8])
{
    uint64_t v = fields_of_8(point);
    store_8(EACH(8) + 17 * v + (v >> 1 & EACH(1)), signs, q);
}

/* Two points of four: 4, 12, 20 ... 52, 62. */
static void iq3_xxs_points(uint16_t a, uint16_t b, int signs, int8_t q[8])
{
    uint64_t v = fields_of_4(a) | fields_of_4(b) << 32;
    uint64_t last = v & v >> 1 & v >> 2 & EACH(1);
    store_8(EACH(4) + 8 * v + 2 * last, signs, q);
}

/* 1, 3, 5 ... 15. */
static void iq3_s_points(uint16_t a, uint16_t b, int signs, int8_t q[8])
{
    uint64_t v = fields_of_4(a) | fields_of_4(b) << 32;
    store_8(EACH(1) + 2 * v, signs, q);
}

void flat_iq2_xxs(const void *block, struct flat *out)
{
    const struct block_iq2_xxs *b = block;
    float d = f16_load(b->d);
    for (int g = 0; g < 8; g++) {
        uint32_t word = u32_load(b->q[g] + 4);
        float scale = d * (0.5f + (float)(word >> 28)) * 0.25f;
        out->scale[2 * g] = out->scale[2 * g + 1] = scale;
        for (int i = 0; i < 4; i++)
            iq2_point(grid_iq2_xxs[b->q[g][i]],
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
        iq2_point(grid_iq2_xs[word & 511], even_signs(word >> 9),
                  out->q + 8 * i);
    }
}

void flat_iq2_s(const void *block, struct flat *out)
{
    const struct block_iq2_s *b = block;
    iq2_scales(f16_load(b->d), b->scales, out->scale);
    for (int i = 0; i < 32; i++) {
        int high = b->qh[i / 4] >> i % 4 * 2 & 3;
        iq2_point(grid_iq2_s[b->q[i] | high << 8], b->signs[i], out->q + 8 * i);
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
        for (int i = 0; i < 4; i++)
            iq3_xxs_points(grid_iq3_xxs[b->q[g][2 * i]],
                           grid_iq3_xxs[b->q[g][2 * i + 1]],
                           even_signs(word >> 7 * i & 127),
                           out->q + 32 * g + 8 * i);
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
    for (int i = 0; i < 32; i++) {
        int high = b->qh[i / 4] >> i % 4 * 2;
        iq3_s_points(grid_iq3_s[b->q[2 * i] | (high & 1) << 8],
                     grid_iq3_s[b->q[2 * i + 1] | (high & 2) << 7], b->signs[i],
                     out->q + 8 * i);
    }
}

/* -1, 0, 1 and a shift of 1/8 up or down: in eighths -7, 1, 9 or -9, -1, 7.
 * With 128 added no byte is negative on the way. */
static void iq1_point(int index, bool down, int8_t q[8])
{
    uint64_t v = EACH(128 - 7) + 8 * fields_of_8(grid_iq1[index]);
    v = (down ? v - EACH(2) : v) ^ EACH(128);
    memcpy(q, &v, sizeof v);
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
