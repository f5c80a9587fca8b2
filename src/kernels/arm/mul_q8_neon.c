/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/arm/neon.h"

#include "kernels/arm/unpack_neon.h"

/* Products with columns of integers: one loop, made into functions by the layouts
 * of all types (unpack_neon.h).
 *
 * 256 weights of a row are unpacked into 16 registers and stay there while half
 * a group (act_group.h) of each of up to 16 columns passes by. SDOT adds four
 * products of signed bytes to each of four sums; the upper plane of a block goes
 * first, is multiplied by 256, and the lower one is added to the same sums:
 *
 *     code[2j]     | w0 .. w15  |         sum  |  .  |  .  |  .  |  .  |
 *     x->hi        | first half |  SDOT ->      and second half SDOT ->  << 8
 *     x->lo        | first half |  SDOT ->      and second half SDOT ->
 *
 * Adding neighbours twice makes the 16 sums of four blocks four totals, exactly;
 * they become floats and are scaled together:
 *
 *     sums of b0, b1, b2, b3 -> | b0 | b1 | b2 | b3 | * scale * d -> one sum of
 *                                                        four floats per column
 *
 * Where every 16 weights have a scale, the halves of two blocks take the place of
 * four blocks. */

enum { COLS = 16 };

/* Four totals. */
INLINE int32x4_t add_up(const int32x4_t v[4])
{
    return vpaddq_s32(vpaddq_s32(v[0], v[1]), vpaddq_s32(v[2], v[3]));
}

/* Codes times both planes of the 16 or 32 activations at x->hi + at. No more
 * than 32 * 128 * 32639: it fits. */
INLINE int32x4_t dot(int n, const int8x16_t *code, const struct act_group *x,
                     unsigned at)
{
    int32x4_t v = vdupq_n_s32(0);
    UNROLL for (int i = 0; i < n; i++)
        v = vdotq_s32(v, code[i], vld1q_s8(x->hi + at + i * ACT_SECOND));
    v = vshlq_n_s32(v, 8);
    UNROLL for (int i = 0; i < n; i++)
        v = vdotq_s32(v, code[i], vld1q_s8(x->lo + at + i * ACT_SECOND));
    return v;
}

/* Of d or s those of half h of a group, in the order of the row. */
INLINE float32x4x2_t load_half(const float v[ACT_GROUP_BLOCKS], unsigned h)
{
    v += 2 * h;
    return vuzpq_f32(vcombine_f32(vld1_f32(v), vld1_f32(v + 4)),
                     vcombine_f32(vld1_f32(v + 8), vld1_f32(v + 12)));
}

/* The sums of the halves of blocks b and b + 1. */
INLINE int32x4_t load_sums(const struct act_group *x, unsigned b)
{
    const int32_t *half = x->half_sum[b / 8];
    return vcombine_s32(vld1_s32(half + act_half_at(b)),
                        vld1_s32(half + act_half_at(b + 1)));
}

INLINE float32x4_t add_by32(struct layout t, const struct unpacked *w,
                            const struct act_group *x, unsigned h,
                            float32x4_t sum)
{
    const float32x4x2_t d = load_half(x->d, h), s = load_half(x->s, h);
    UNROLL for (unsigned i = 0; i < 2; i++) {
        int32x4_t v[4];
        UNROLL for (unsigned j = 0; j < 4; j++)
            v[j] = dot(2, w->code + 8 * i + 2 * j, x, act_at(8 * h + 4 * i + j));
        sum = vfmaq_f32(sum, vcvtq_f32_s32(add_up(v)),
                        vmulq_f32(w->scale[i], d.val[i]));
        if (t.has_min)
            sum = vfmaq_f32(sum, w->min[i], s.val[i]);
    }
    return sum;
}

INLINE float32x4_t add_by16(struct layout t, const struct unpacked *w,
                            const struct act_group *x, unsigned h,
                            float32x4_t sum)
{
    const float32x4x2_t d = load_half(x->d, h);
    UNROLL for (unsigned i = 0; i < 4; i++) {
        const unsigned b = 8 * h + 2 * i;
        int32x4_t v[4];
        UNROLL for (unsigned j = 0; j < 4; j++)
            v[j] = dot(1, w->code + 4 * i + j, x,
                       act_at(b + j / 2) + j % 2 * ACT_SECOND);
        float32x4_t twice = i % 2 ? vzip2q_f32(d.val[i / 2], d.val[i / 2])
                                  : vzip1q_f32(d.val[i / 2], d.val[i / 2]);
        sum = vfmaq_f32(sum, vcvtq_f32_s32(add_up(v)),
                        vmulq_f32(w->scale[i], twice));
        if (t.has_min)
            sum = vfmaq_f32(sum, vcvtq_f32_s32(load_sums(x, b)),
                            vmulq_f32(w->min[i], twice));
    }
    return sum;
}

/* n blocks of a row, which are half h of a group, times all columns. */
INLINE void add_half(struct layout t, int n, const uint8_t *p,
                     const struct act_group *x, size_t x_step, unsigned h,
                     size_t n_cols, float32x4_t sum[COLS])
{
    struct unpacked w;
    unpack(t, n, p, &w);
    for (size_t c = 0; c < n_cols; c++, x += x_step)
        sum[c] = t.by16 ? add_by16(t, &w, x, h, sum[c])
                        : add_by32(t, &w, x, h, sum[c]);
}

/* One row times up to COLS columns. */
INLINE void mul_row(struct layout t, size_t k, const uint8_t *p,
                    const struct act_group *x, size_t n_cols, float *y,
                    size_t ldy)
{
    const size_t n_groups = act_groups(k), n_whole = k / GROUP;
    const int rest = (int)(k % GROUP / ACT_BLOCK);
    float32x4_t sum[COLS];
    for (size_t c = 0; c < n_cols; c++)
        sum[c] = vdupq_n_f32(0);
    for (size_t i = 0; i < n_whole; i++, p += group_bytes(t))
        add_half(t, GROUP_BLOCKS, p, x + i / 2, n_groups, i % 2, n_cols, sum);
    if (rest)
        add_half(t, rest, p, x + n_whole / 2, n_groups, n_whole % 2, n_cols, sum);
    for (size_t c = 0; c < n_cols; c++)
        y[c * ldy] = vaddvq_f32(sum[c]);
}

/* Rows that all columns pass by while they are in the cache. */
enum { ROWS = 64 };

INLINE void mul_q8(struct layout t, size_t k, const uint8_t *w, size_t row_bytes,
                   size_t n_rows, const struct act_group *x, size_t n_cols,
                   float *y, size_t ldy)
{
    if (n_cols == 1) { /* the sum stays in a register */
        for (size_t r = 0; r < n_rows; r++)
            mul_row(t, k, w + r * row_bytes, x, 1, y + r, ldy);
        return;
    }
    for (size_t r = 0; r < n_rows; r += ROWS)
        for (size_t c = 0; c < n_cols; c += COLS)
            for (size_t i = r; i < n_rows && i < r + ROWS; i++)
                mul_row(t, k, w + i * row_bytes, x + c * act_groups(k),
                        n_cols - c < COLS ? n_cols - c : COLS, y + c * ldy + i,
                        ldy);
}

/* What is taken apart by readable code shares one copy of the loop. */
static void mul_flat(struct layout t, size_t k, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, const struct act_group *x,
                     size_t n_cols, float *y, size_t ldy)
{
    mul_q8((struct layout){.flat = t.flat, .len = t.len, .bytes = t.bytes,
                           .by16 = true, .has_min = t.has_min},
           k, w, row_bytes, n_rows, x, n_cols, y, ldy);
}

#define MUL_Q8(NAME, MULTIPLY, LAYOUT)                                      \
    static void NAME(size_t k, const void *w, size_t row_bytes,             \
                     size_t n_rows, const struct act_group *x,              \
                     size_t n_cols, float *y, size_t ldy)                   \
    {                                                                       \
        MULTIPLY(LAYOUT, k, w, row_bytes, n_rows, x, n_cols, y, ldy);       \
    }
#define MUL(NAME, name, LEN, BY16, MIN) \
    MUL_Q8(mul_##name##_q8_neon, mul_q8, LAYOUT(name, LEN, BY16, MIN))
#define MUL_FLAT(NAME, name, LEN, MIN) \
    MUL_Q8(mul_##name##_q8_flat, mul_flat, FLAT_LAYOUT(name, LEN, MIN))

LAYOUTS(MUL)
FLAT_TYPES(MUL_FLAT)

void mul_q8_init_neon(struct kernels *k)
{
#define ENTRY(NAME, name, LEN, BY16, MIN) \
    k->weight[WEIGHT_##NAME].mul_q8 = mul_##name##_q8_neon;
#define FLAT_ENTRY(NAME, name, LEN, MIN) \
    k->weight[WEIGHT_##NAME].mul_q8 = mul_##name##_q8_flat;
    FLAT_TYPES(FLAT_ENTRY)
    LAYOUTS(ENTRY) /* over those that have a layout of their own */
#undef ENTRY
#undef FLAT_ENTRY
}
