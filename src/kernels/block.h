/* block.h - how weights lie in memory, and the small float formats.
 *
 * A row is a run of blocks without padding. Blocks of 18, 34 or 210 bytes leave
 * nothing aligned, so every field here is made of bytes: a block may stand at
 * any address. Wider fields are read by f16_load, which copies.
 *
 * In the formulas d and m are float16, q the stored codes; Q4_0 and Q4_1 keep
 * weight j in the low and weight j + 16 in the high half of byte j. */
#ifndef KERNELS_BLOCK_H
#define KERNELS_BLOCK_H

#include <math.h>
#include <stdint.h>
#include <string.h>

struct block_q8_0 { /* 32 weights: d * q */
    uint8_t d[2];
    int8_t q[32];
};

struct block_q4_0 { /* 32 weights: d * (q - 8) */
    uint8_t d[2];
    uint8_t q[16];
};

struct block_q4_1 { /* 32 weights: d * q + m */
    uint8_t d[2], m[2];
    uint8_t q[16];
};

struct block_q5_0 { /* 32 weights: d * (q - 16), q of 5 bits */
    uint8_t d[2];
    uint8_t qh[4]; /* bit j of the little-endian word: the top bit of weight j */
    uint8_t q[16];
};

struct block_q5_1 { /* 32 weights: d * q + m, q of 5 bits */
    uint8_t d[2], m[2];
    uint8_t qh[4];
    uint8_t q[16];
};

struct block_iq4_nl { /* 32 weights: d * iq4_nl_values[q] */
    uint8_t d[2];
    uint8_t q[16];
};

/* Denser near zero, as weights are. */
static const int8_t iq4_nl_values[16] = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
};

/* 256 weights in 8 sub-blocks of 32: d * scale * q - dmin * min. Bytes 32g..
 * hold sub-block 2g in their low and 2g + 1 in their high halves. */
struct block_q4_k {
    uint8_t d[2], dmin[2];
    uint8_t scales[12]; /* 8 scales and 8 minimums of 6 bits: q4_k_scales */
    uint8_t q[128];
};

/* The same with q of 5 bits: bit j of byte l in qh is the top bit of weight
 * 32j + l. */
struct block_q5_k {
    uint8_t d[2], dmin[2];
    uint8_t scales[12];
    uint8_t qh[32];
    uint8_t q[128];
};

/* 256 weights in 16 sub-blocks of 16: d * scale * (q - 32), q of 6 bits. */
struct block_q6_k {
    uint8_t ql[128]; /* low 4 bits */
    uint8_t qh[64];  /* high 2 bits */
    int8_t scales[16];
    uint8_t d[2];
};

_Static_assert(sizeof(struct block_q8_0) == 34, "Q8_0 layout");
_Static_assert(sizeof(struct block_q4_0) == 18, "Q4_0 layout");
_Static_assert(sizeof(struct block_q4_1) == 20, "Q4_1 layout");
_Static_assert(sizeof(struct block_q5_0) == 22, "Q5_0 layout");
_Static_assert(sizeof(struct block_q5_1) == 24, "Q5_1 layout");
_Static_assert(sizeof(struct block_iq4_nl) == 18, "IQ4_NL layout");
_Static_assert(sizeof(struct block_q4_k) == 144, "Q4_K layout");
_Static_assert(sizeof(struct block_q5_k) == 176, "Q5_K layout");
_Static_assert(sizeof(struct block_q6_k) == 210, "Q6_K layout");
_Static_assert(_Alignof(struct block_q6_k) == 1, "blocks stand anywhere");

/* The largest value of 256 * hi + lo in a block of activations (act_group.h). */
#define ACT_MAX (127 * 256)
/* 127 / (largest magnitude) must stay finite, and the largest over ACT_MAX a
 * normal number: a block of activations below this counts as zero. */
#define ACT_AMAX_MIN 0x1p-100f

static inline float float_of_bits(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static inline uint32_t bits_of_float(float f)
{
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

static inline float f32_of_f16(uint16_t h)
{
    uint32_t sign = (uint32_t)(h & 0x8000) << 16, mag = h & 0x7FFF;
    if (mag < 0x400) { /* zero or subnormal: a multiple of 2^-24 */
        float f = (float)mag * 0x1p-24f;
        return sign ? -f : f;
    }
    if (mag < 0x7C00)
        return float_of_bits(sign | ((mag + (112u << 10)) << 13));
    /* A NaN becomes quiet, as the CPU's own conversion makes it. */
    uint32_t quiet = mag > 0x7C00 ? 0x400000 : 0;
    return float_of_bits(sign | 0x7F800000 | (mag & 0x3FF) << 13 | quiet);
}

/* Rounds to nearest, ties to even; too large becomes infinite. */
static inline uint16_t f16_of_f32(float f)
{
    uint32_t bits = bits_of_float(f), mag = bits & 0x7FFFFFFF;
    uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    if (mag > 0x7F800000)
        return (uint16_t)(sign | 0x7E00 | (mag >> 13 & 0x3FF));
    if (mag >= 0x477FF000) /* 65520: half way past the largest */
        return sign | 0x7C00;
    if (mag < 0x38800000) /* below 2^-14: a multiple of 2^-24 */
        return (uint16_t)(sign | lrintf(float_of_bits(mag) * 0x1p24f));
    mag += 0xFFF + (mag >> 13 & 1);
    return (uint16_t)(sign | (mag - (112u << 23)) >> 13);
}

static inline uint16_t u16_load(const void *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline float f16_load(const void *p)
{
    return f32_of_f16(u16_load(p));
}

static inline float bf16_load(const void *p)
{
    return float_of_bits((uint32_t)u16_load(p) << 16);
}

/* The 6-bit scales and minimums of a Q4_K block's 8 sub-blocks: the first four
 * lie whole in bytes 0-3 and 4-7, the others are put together from the halves
 * of bytes 8-11 and the two bits left over above the first four. */
static inline void q4_k_scales(const uint8_t p[12], uint8_t scale[8],
                               uint8_t min[8])
{
    for (int j = 0; j < 4; j++) {
        scale[j] = p[j] & 63;
        min[j] = p[j + 4] & 63;
        scale[j + 4] = (uint8_t)((p[j + 8] & 15) | (p[j] >> 6) << 4);
        min[j + 4] = (uint8_t)(p[j + 8] >> 4 | (p[j + 4] >> 6) << 4);
    }
}

/* The 32 codes of a Q5_0 or Q5_1 block, 0..31. */
static inline void q5_codes(const uint8_t low[16], const uint8_t high[4],
                            int8_t q[32])
{
    for (int j = 0; j < 32; j++) {
        int nibble = low[j % 16] >> j / 16 * 4 & 15;
        q[j] = (int8_t)(nibble | (high[j / 8] >> j % 8 & 1) << 4);
    }
}

/* The 256 codes of a Q6_K block, -32..31. Each half of 128 has four runs of
 * 32: two from the low and two from the high halves of its 64 bytes ql, with
 * two bits each from its 32 bytes qh. */
static inline void q6_k_codes(const struct block_q6_k *b, int8_t q[256])
{
    for (int e = 0; e < 256; e++) {
        int half = e / 128, run = e / 32 % 4, l = e % 32;
        int low = b->ql[64 * half + run % 2 * 32 + l] >> run / 2 * 4 & 15;
        int high = b->qh[32 * half + l] >> run * 2 & 3;
        q[e] = (int8_t)((low | high << 4) - 32);
    }
}

#endif
