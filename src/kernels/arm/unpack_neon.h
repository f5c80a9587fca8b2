/* unpack_neon.h - 256 weights of any type as bytes and scales.
 *
 * A layout says how a type is unpacked; decoding, float products and integer
 * products follow from it. Codes come out signed, offsets taken off, because
 * SDOT multiplies signed bytes, and in the order of the row:
 *
 *     code[2j]      weights 32 j + 0..15      code[2j + 1]    32 j + 16..31
 *
 *     scale, min    by 32   | 0 1 2 3 | 4 5 6 7 |           one per block
 *                   by 16   | 0 0 1 1 | 2 2 3 3 | .. | 7 7 |  one per half
 *
 * A weight is scale * code + min, rounded as the scalar decoders round: factors
 * are multiplied in the order of the formats. Types without a function of their
 * own here are taken apart by their readable one (flat.h). */
#ifndef KERNELS_ARM_UNPACK_NEON_H
#define KERNELS_ARM_UNPACK_NEON_H

#include <arm_neon.h>

#include "kernels/arm/neon.h"
#include "kernels/block_rare.h"
#include "kernels/flat.h"

enum { GROUP = 256, GROUP_BLOCKS = GROUP / ACT_BLOCK };

struct unpacked {
    int8x16_t code[GROUP / 16];
    float32x4_t scale[4], min[4]; /* by 32: two of each */
};

/* n_blocks of 32: 8, or fewer at the end of a row whose type has small blocks. */
typedef void (*unpack_fn)(const uint8_t *p, int n_blocks, struct unpacked *u);

struct layout {
    unpack_fn unpack; /* NULL: flat */
    flat_fn flat;
    int len, bytes; /* of a block as it is stored */
    bool by16, has_min;
};

INLINE size_t group_bytes(struct layout t)
{
    return (size_t)(GROUP / t.len * t.bytes);
}

/* --- pieces --------------------------------------------------------------- */

INLINE int8x16_t low_half(uint8x16_t v)
{
    return vreinterpretq_s8_u8(vandq_u8(v, vdupq_n_u8(15)));
}

INLINE int8x16_t high_half(uint8x16_t v)
{
    return vreinterpretq_s8_u8(vshrq_n_u8(v, 4));
}

INLINE int8x16_t less(int8x16_t code, int offset)
{
    return vsubq_s8(code, vdupq_n_s8((int8_t)offset));
}

/* In the bytes where bit j is set: value. */
INLINE int8x16_t if_bit(uint8x16_t bits, int j, int value)
{
    uint8x16_t set = vtstq_u8(bits, vdupq_n_u8((uint8_t)(1 << j)));
    return vreinterpretq_s8_u8(vandq_u8(set, vdupq_n_u8((uint8_t)value)));
}

/* Eight floats. */
INLINE void from_f16s(const uint16_t h[8], float32x4_t to[2])
{
    float16x8_t v = vreinterpretq_f16_u16(vld1q_u16(h));
    to[0] = vcvt_f32_f16(vget_low_f16(v));
    to[1] = vcvt_high_f32_f16(v);
}

INLINE void from_floats(const float v[8], float32x4_t to[2])
{
    to[0] = vld1q_f32(v);
    to[1] = vld1q_f32(v + 4);
}

INLINE void from_bytes(uint8x8_t v, float d, float32x4_t to[2])
{
    uint16x8_t wide = vmovl_u8(v);
    to[0] = vmulq_n_f32(vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide))), d);
    to[1] = vmulq_n_f32(vcvtq_f32_u32(vmovl_high_u16(wide)), d);
}

INLINE void from_signed_bytes(int8x8_t v, float d, float32x4_t to[2])
{
    int16x8_t wide = vmovl_s8(v);
    to[0] = vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(wide))), d);
    to[1] = vmulq_n_f32(vcvtq_f32_s32(vmovl_high_s16(wide)), d);
}

/* n float16 that are `stride` bytes apart; the others are zero. */
INLINE void scales_at(const uint8_t *p, size_t stride, int n, float32x4_t to[2])
{
    uint16_t h[GROUP_BLOCKS] = {0};
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n)
            h[j] = u16_load(p + (size_t)j * stride);
    from_f16s(h, to);
}

/* --- blocks of 32 --------------------------------------------------------- */

INLINE void unpack_q8_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n) {
            u->code[2 * j] = vld1q_s8((const int8_t *)p + 34 * j + 2);
            u->code[2 * j + 1] = vld1q_s8((const int8_t *)p + 34 * j + 18);
        }
    scales_at(p, 34, n, u->scale);
}

INLINE void unpack_q4_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n) {
            uint8x16_t q = vld1q_u8(p + 18 * j + 2);
            u->code[2 * j] = less(low_half(q), 8);
            u->code[2 * j + 1] = less(high_half(q), 8);
        }
    scales_at(p, 18, n, u->scale);
}

INLINE void unpack_q4_1(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n) {
            uint8x16_t q = vld1q_u8(p + 20 * j + 4);
            u->code[2 * j] = low_half(q);
            u->code[2 * j + 1] = high_half(q);
        }
    scales_at(p, 20, n, u->scale);
    scales_at(p + 2, 20, n, u->min);
}

/* The fifth bits of 16 codes: 16 in every byte whose bit is set. */
INLINE int8x16_t fifth_bits(const uint8_t *p)
{
    const uint8x16_t bit = vreinterpretq_u8_u64(vdupq_n_u64(0x8040201008040201));
    uint8x16_t set = vtstq_u8(vcombine_u8(vdup_n_u8(p[0]), vdup_n_u8(p[1])), bit);
    return vreinterpretq_s8_u8(vandq_u8(set, vdupq_n_u8(16)));
}

/* Fifth bits at p, halves behind them. */
INLINE void q5_block(const uint8_t *p, int8x16_t code[2])
{
    uint8x16_t q = vld1q_u8(p + 4);
    code[0] = vorrq_s8(low_half(q), fifth_bits(p));
    code[1] = vorrq_s8(high_half(q), fifth_bits(p + 2));
}

INLINE void unpack_q5_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n) {
            q5_block(p + 22 * j + 2, u->code + 2 * j);
            u->code[2 * j] = less(u->code[2 * j], 16);
            u->code[2 * j + 1] = less(u->code[2 * j + 1], 16);
        }
    scales_at(p, 22, n, u->scale);
}

INLINE void unpack_q5_1(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n)
            q5_block(p + 24 * j + 4, u->code + 2 * j);
    scales_at(p, 24, n, u->scale);
    scales_at(p + 2, 24, n, u->min);
}

/* --- codes that choose from a table of 16 --------------------------------- */

INLINE void look_up(const int8_t table[16], const uint8_t *p, int8x16_t code[2])
{
    const int8x16_t t = vld1q_s8(table);
    uint8x16_t q = vld1q_u8(p);
    code[0] = vqtbl1q_s8(t, vreinterpretq_u8_s8(low_half(q)));
    code[1] = vqtbl1q_s8(t, vreinterpretq_u8_s8(high_half(q)));
}

INLINE void unpack_iq4_nl(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n)
            look_up(iq4_nl_values, p + 18 * j + 2, u->code + 2 * j);
    scales_at(p, 18, n, u->scale);
}

INLINE void unpack_iq4_xs(const uint8_t *p, int n, struct unpacked *u)
{
    const float d = f16_load(p);
    const int high = u16_load(p + 2);
    float scale[GROUP_BLOCKS];
    (void)n;
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++) {
        int low = p[4 + j / 2] >> j % 2 * 4 & 15;
        scale[j] = d * (float)((low | (high >> 2 * j & 3) << 4) - 32);
        look_up(iq4_nl_values, p + 8 + 16 * j, u->code + 2 * j);
    }
    from_floats(scale, u->scale);
}

INLINE void unpack_mxfp4(const uint8_t *p, int n, struct unpacked *u)
{
    float scale[GROUP_BLOCKS] = {0};
    UNROLL for (int j = 0; j < GROUP_BLOCKS; j++)
        if (j < n) {
            look_up(fp4_values, p + 17 * j + 1, u->code + 2 * j);
            scale[j] = e8m0_half(p[17 * j]);
        }
    from_floats(scale, u->scale);
}

/* --- the K types: blocks of 256 ------------------------------------------- */

/* d, dmin and the 6-bit scales of Q4_K and Q5_K: q4_k_scales, four bytes at a
 * time. */
INLINE void k_scales(const uint8_t *p, struct unpacked *u)
{
    uint32_t a, b, c;
    memcpy(&a, p + 4, 4);
    memcpy(&b, p + 8, 4);
    memcpy(&c, p + 12, 4);
    uint32_t scale = (c & 0x0F0F0F0F) | (a >> 2 & 0x30303030);
    uint32_t min = (c >> 4 & 0x0F0F0F0F) | (b >> 2 & 0x30303030);
    uint64_t scales = (uint64_t)scale << 32 | (a & 0x3F3F3F3F);
    uint64_t mins = (uint64_t)min << 32 | (b & 0x3F3F3F3F);
    from_bytes(vcreate_u8(scales), f16_load(p), u->scale);
    from_bytes(vcreate_u8(mins), -f16_load(p + 2), u->min);
}

/* 32 bytes hold two blocks, in their low and in their high halves. */
INLINE void k_codes(const uint8_t *p, struct unpacked *u)
{
    UNROLL for (int i = 0; i < 8; i++) {
        uint8x16_t q = vld1q_u8(p + 16 * i);
        u->code[i / 2 * 4 + i % 2] = low_half(q);
        u->code[i / 2 * 4 + i % 2 + 2] = high_half(q);
    }
}

INLINE void unpack_q4_k(const uint8_t *p, int n, struct unpacked *u)
{
    (void)n;
    k_codes(p + 16, u);
    k_scales(p, u);
}

INLINE void unpack_q5_k(const uint8_t *p, int n, struct unpacked *u)
{
    const uint8x16_t high[2] = {vld1q_u8(p + 16), vld1q_u8(p + 32)};
    (void)n;
    k_codes(p + 48, u);
    UNROLL for (int i = 0; i < 16; i++)
        u->code[i] = vorrq_s8(u->code[i], if_bit(high[i % 2], i / 2, 16));
    k_scales(p, u);
}

/* q6_k_codes: ql, qh, scales, d. */
INLINE void unpack_q6_k(const uint8_t *p, int n, struct unpacked *u)
{
    (void)n;
    UNROLL for (int i = 0; i < 4; i++) {
        const uint8_t *at = p + i / 2 * 64 + i % 2 * 16;
        uint8x16_t a = vld1q_u8(at), b = vld1q_u8(at + 32);
        uint8x16_t h = vld1q_u8(p + 128 + 16 * i);
        int8x16_t *to = u->code + i / 2 * 8 + i % 2;
#define JOIN(low, high) \
    less(vorrq_s8(low, vreinterpretq_s8_u8(vandq_u8(high, vdupq_n_u8(48)))), 32)
        to[0] = JOIN(low_half(a), vshlq_n_u8(h, 4));
        to[2] = JOIN(low_half(b), vshlq_n_u8(h, 2));
        to[4] = JOIN(high_half(a), h);
        to[6] = JOIN(high_half(b), vshrq_n_u8(h, 2));
#undef JOIN
    }
    int8x16_t fine = vld1q_s8((const int8_t *)p + 192);
    const float d = f16_load(p + 208);
    from_signed_bytes(vget_low_s8(fine), d, u->scale);
    from_signed_bytes(vget_high_s8(fine), d, u->scale + 2);
}

/* k_low2: the 16 codes of half-block i. */
INLINE int8x16_t two_bits(const uint8_t *p, int i)
{
    uint8x16_t q = vld1q_u8(p + i / 8 * 32 + i % 2 * 16);
    q = vshlq_u8(q, vdupq_n_s8((int8_t)(-(i / 2 % 4) * 2)));
    return vreinterpretq_s8_u8(vandq_u8(q, vdupq_n_u8(3)));
}

INLINE void unpack_q2_k(const uint8_t *p, int n, struct unpacked *u)
{
    const float d = f16_load(p + 80), dmin = -f16_load(p + 82);
    (void)n;
    UNROLL for (int i = 0; i < 16; i++)
        u->code[i] = two_bits(p + 16, i);
    uint8x16_t both = vld1q_u8(p);
    uint8x16_t scale = vandq_u8(both, vdupq_n_u8(15));
    uint8x16_t min = vshrq_n_u8(both, 4);
    from_bytes(vget_low_u8(scale), d, u->scale);
    from_bytes(vget_high_u8(scale), d, u->scale + 2);
    from_bytes(vget_low_u8(min), dmin, u->min);
    from_bytes(vget_high_u8(min), dmin, u->min + 2);
}

INLINE void unpack_q3_k(const uint8_t *p, int n, struct unpacked *u)
{
    const uint8x16_t high[2] = {vld1q_u8(p), vld1q_u8(p + 16)};
    const float d = f16_load(p + 108);
    int8_t scale[16];
    (void)n;
    UNROLL for (int i = 0; i < 16; i++)
        u->code[i] = less(
            vorrq_s8(two_bits(p + 32, i), if_bit(high[i % 2], i / 2, 4)), 4);
    q3_k_scales(p + 96, scale);
    from_signed_bytes(vld1_s8(scale), d, u->scale);
    from_signed_bytes(vld1_s8(scale + 8), d, u->scale + 2);
}

/* --- all of them ---------------------------------------------------------- */

/* NAME, in small letters, weights in a block, scales by 16, minimums. */
#define LAYOUTS(X)                       \
    X(Q8_0, q8_0, 32, false, false)      \
    X(Q4_0, q4_0, 32, false, false)      \
    X(Q4_1, q4_1, 32, false, true)       \
    X(Q5_0, q5_0, 32, false, false)      \
    X(Q5_1, q5_1, 32, false, true)       \
    X(IQ4_NL, iq4_nl, 32, false, false)  \
    X(IQ4_XS, iq4_xs, 256, false, false) \
    X(MXFP4, mxfp4, 32, false, false)    \
    X(Q2_K, q2_k, 256, true, true)       \
    X(Q3_K, q3_k, 256, true, false)      \
    X(Q4_K, q4_k, 256, false, true)      \
    X(Q5_K, q5_k, 256, false, true)      \
    X(Q6_K, q6_k, 256, true, false)

#define LAYOUT(name, LEN, BY16, MIN)                                   \
    ((struct layout){.unpack = unpack_##name, .len = LEN,              \
                     .bytes = (int)sizeof(struct block_##name),        \
                     .by16 = BY16, .has_min = MIN})

#define FLAT_LAYOUT(name, LEN, MIN)                                    \
    ((struct layout){.flat = flat_##name, .len = LEN,                  \
                     .bytes = (int)sizeof(struct block_##name),        \
                     .by16 = true, .has_min = MIN})

INLINE void unpack_flat(struct layout t, const uint8_t *p, int n,
                        struct unpacked *u)
{
    struct flat f, all = {.scale = {0}};
    for (int i = 0; i < n * ACT_BLOCK; i += t.len, p += t.bytes) {
        t.flat(p, &f);
        memcpy(all.q + i, f.q, (size_t)t.len);
        memcpy(all.scale + i / 16, f.scale, (size_t)t.len / 4);
        if (t.has_min)
            memcpy(all.min + i / 16, f.min, (size_t)t.len / 4);
    }
    UNROLL for (int i = 0; i < 16; i++)
        u->code[i] = vld1q_s8(all.q + 16 * i);
    UNROLL for (int i = 0; i < 4; i++) {
        u->scale[i] = vld1q_f32(all.scale + 4 * i);
        u->min[i] = vnegq_f32(vld1q_f32(all.min + 4 * i));
    }
}

/* The codes of blocks that are not there are zero. */
INLINE void unpack(struct layout t, int n, const uint8_t *p, struct unpacked *u)
{
    if (!t.unpack) {
        unpack_flat(t, p, n, u);
        return;
    }
    UNROLL for (int i = 0; i < 16; i++) /* no compiler sees that n is 8 */
        u->code[i] = vdupq_n_s8(0);
    t.unpack(p, n, u);
}

#endif
