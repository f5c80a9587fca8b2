/* block_rare.h - layouts, as in block.h, of the formats met less often.
 *
 * d is float16 wherever it has two bytes. */
#ifndef KERNELS_BLOCK_RARE_H
#define KERNELS_BLOCK_RARE_H

#include "kernels/block.h"

/* 256 weights in 16 sub-blocks of 16: d * scale * q - dmin * min. Codes of two
 * bits, in the order of k_low2. */
struct block_q2_k {
    uint8_t scales[16]; /* scale in the low, minimum in the high half */
    uint8_t q[64];
    uint8_t d[2], dmin[2];
};

/* 256 weights in 16 sub-blocks of 16: d * scale * q, q in -4..3: two bits from
 * q, and 4 to be subtracted where bit e / 32 of hmask[e % 32] is not set. */
struct block_q3_k {
    uint8_t hmask[32];
    uint8_t q[64];
    uint8_t scales[12]; /* 16 of 6 bits, stored with 32 added: q3_k_scales */
    uint8_t d[2];
};

/* 256 weights in 8 sub-blocks of 32: d * scale * iq4_nl_values[q]. */
struct block_iq4_xs {
    uint8_t d[2];
    uint8_t scales_h[2]; /* of scale j, bits 2j: the two high ones of six */
    uint8_t scales_l[4]; /* the low four; stored with 32 added */
    uint8_t q[128];      /* sub-blocks as those of IQ4_NL */
};

/* 32 weights: 2^(e - 128) * fp4_values[q]. */
struct block_mxfp4 {
    uint8_t e;
    uint8_t q[16];
};

/* 64 weights in 4 sub-blocks of 16, each with a scale of 4 bits of exponent and
 * 3 of mantissa: ue4m3_half. Weight j of a sub-block in the low, j + 8 in the
 * high half of its byte j. */
struct block_nvfp4 {
    uint8_t scales[4];
    uint8_t q[32];
};

struct block_q1_0 { /* 128 weights: d or -d, lowest bit first, 1 is d */
    uint8_t d[2];
    uint8_t q[16];
};

struct block_q2_0 { /* 64 weights: d * (q - 1), two bits each, lowest first */
    uint8_t d[2];
    uint8_t q[16];
};

/* 256 weights of d * (-1, 0, 1), five to a byte of q and four to one of qh: the
 * byte is a fraction of 256, its digits in base 3 are the weights. */
struct block_tq1_0 {
    uint8_t q[48];
    uint8_t qh[4];
    uint8_t d[2];
};

struct block_tq2_0 { /* 256 weights: d * (q - 1), in the order of k_low2 */
    uint8_t q[64];
    uint8_t d[2];
};

/* Codebooks (codebook.h), 256 weights in groups of 32. A set bit among the signs
 * is a minus; where seven bits stand for eight signs, the eighth makes their
 * number even. */
struct block_iq2_xxs { /* a group: 4 points, then a word of 4 x 7 signs and the
                          scale in its highest 4 bits */
    uint8_t d[2];
    uint8_t q[8][8];
};

struct block_iq2_xs { /* words: 9 bits of point, 7 of signs */
    uint8_t d[2];
    uint8_t q[32][2];
    uint8_t scales[8]; /* of a group: low half for its first 16 weights */
};

struct block_iq2_s {
    uint8_t d[2];
    uint8_t q[32]; /* points, low 8 bits */
    uint8_t signs[32];
    uint8_t qh[8]; /* 2 more bits for each of the 4 points of a group */
    uint8_t scales[8];
};

struct block_iq3_xxs { /* a group: 8 points, and a word as in IQ2_XXS */
    uint8_t d[2];
    uint8_t q[8][8];
    uint8_t signs[8][4];
};

struct block_iq3_s {
    uint8_t d[2];
    uint8_t q[64]; /* points, low 8 bits */
    uint8_t qh[8]; /* the ninth, of the 8 points of a group */
    uint8_t signs[32];
    uint8_t scales[4]; /* of two groups */
};

struct block_iq1_s {
    uint8_t d[2];
    uint8_t q[32];    /* points, low 8 bits */
    uint8_t qh[8][2]; /* 4 x 3 more bits, 3 of scale, 1: the shift is down */
};

struct block_iq1_m {
    uint8_t q[32];
    uint8_t qh[16];       /* a half for each point: 3 more bits, 1 of shift */
    uint8_t scales[4][2]; /* 4 x 3 bits for 16 weights each, and 4 bits of d */
};

_Static_assert(sizeof(struct block_q2_k) == 84, "Q2_K layout");
_Static_assert(sizeof(struct block_q3_k) == 110, "Q3_K layout");
_Static_assert(sizeof(struct block_iq4_xs) == 136, "IQ4_XS layout");
_Static_assert(sizeof(struct block_mxfp4) == 17, "MXFP4 layout");
_Static_assert(sizeof(struct block_nvfp4) == 36, "NVFP4 layout");
_Static_assert(sizeof(struct block_q1_0) == 18, "Q1_0 layout");
_Static_assert(sizeof(struct block_q2_0) == 18, "Q2_0 layout");
_Static_assert(sizeof(struct block_tq1_0) == 54, "TQ1_0 layout");
_Static_assert(sizeof(struct block_tq2_0) == 66, "TQ2_0 layout");
_Static_assert(sizeof(struct block_iq2_xxs) == 66, "IQ2_XXS layout");
_Static_assert(sizeof(struct block_iq2_xs) == 74, "IQ2_XS layout");
_Static_assert(sizeof(struct block_iq2_s) == 82, "IQ2_S layout");
_Static_assert(sizeof(struct block_iq3_xxs) == 98, "IQ3_XXS layout");
_Static_assert(sizeof(struct block_iq3_s) == 110, "IQ3_S layout");
_Static_assert(sizeof(struct block_iq1_s) == 50, "IQ1_S layout");
_Static_assert(sizeof(struct block_iq1_m) == 56, "IQ1_M layout");

/* Twice the values of a 4-bit float with 2 bits of exponent, 1 of mantissa. */
static const int8_t fp4_values[16] = {
    0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12,
};

/* 2^(e - 128): half of what e stands for, because fp4_values are doubled. */
static inline float e8m0_half(uint8_t e)
{
    return float_of_bits(e < 2 ? 0x200000u << e : (uint32_t)(e - 1) << 23);
}

/* Half the value of an unsigned float with exponents of 4 bits, biased by 7, and
 * mantissas of 3. The highest bit does not count; 0x7F is zero. */
static inline float ue4m3_half(uint8_t v)
{
    int exponent = v >> 3 & 15, mantissa = v & 7;
    if (v == 0x7F)
        return 0;
    if (exponent == 0)
        return (float)mantissa * 0x1p-10f;
    return (float)((8 + mantissa) << exponent) * 0x1p-11f;
}

/* Of 256 codes of two bits the one of weight e: in each half of 128, runs of 32
 * share 32 bytes. */
static inline int k_low2(const uint8_t q[64], int e)
{
    return q[e / 128 * 32 + e % 32] >> e / 32 % 4 * 2 & 3;
}

/* The 16 scales of a Q3_K block: four low bits each in the halves of the first
 * 8 bytes, two high ones in the last 4. */
static inline void q3_k_scales(const uint8_t p[12], int8_t scale[16])
{
    for (int j = 0; j < 16; j++) {
        int low = p[j % 8] >> j / 8 * 4 & 15;
        int high = p[8 + j % 4] >> j / 4 * 2 & 3;
        scale[j] = (int8_t)((low | high << 4) - 32);
    }
}

#endif
