/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/arm/neon.h"

#include <arm_neon.h>

#include "kernels/block.h"

/* What a vector is: the loops are those of every CPU (vector_loops.h,
 * rows_loops.h). */

#define LANES 4
typedef float32x4_t vec;
typedef struct {
    float64x2_t lo, hi;
} sums;

#define v_set vdupq_n_f32
#define v_load vld1q_f32
#define v_store vst1q_f32
#define v_add vaddq_f32
#define v_sub vsubq_f32
#define v_mul vmulq_f32
#define v_div vdivq_f32
#define v_fma(a, b, c) vfmaq_f32(c, a, b)
#define v_round vrndnq_f32

/* With a NaN, the second operand: the loops rely on it, FMIN and FMAX differ. */
INLINE vec v_min(vec a, vec b)
{
    return vbslq_f32(vcltq_f32(a, b), a, b);
}

INLINE vec v_max(vec a, vec b)
{
    return vbslq_f32(vcgtq_f32(a, b), a, b);
}

INLINE vec v_load_part(const float *p, size_t n)
{
    float part[LANES] = {0};
    memcpy(part, p, n * sizeof *p);
    return v_load(part);
}

INLINE void v_store_part(float *p, size_t n, vec v)
{
    float part[LANES];
    v_store(part, v);
    memcpy(p, part, n * sizeof *p);
}

INLINE vec v_load_f16(const uint16_t *p)
{
    return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p)));
}

INLINE vec v_load_bf16(const uint16_t *p)
{
    return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
}

INLINE void v_store_f16(uint16_t *p, vec v)
{
    vst1_u16(p, vreinterpret_u16_f16(vcvt_f16_f32(v)));
}

#define LOAD_PART(NAME, LOAD)                      \
    INLINE vec NAME(const uint16_t *p, size_t n)   \
    {                                              \
        uint16_t part[LANES] = {0};                \
        memcpy(part, p, n * sizeof *p);            \
        return LOAD(part);                         \
    }

LOAD_PART(v_load_part_f16, v_load_f16)
LOAD_PART(v_load_part_bf16, v_load_bf16)

INLINE void v_store_part_f16(uint16_t *p, size_t n, vec v)
{
    uint16_t part[LANES];
    v_store_f16(part, v);
    memcpy(p, part, n * sizeof *p);
}

INLINE float v_total(vec v)
{
    return vaddvq_f32(v);
}

/* No NaN comes here: v_max has not kept one. */
INLINE float v_largest(vec v)
{
    return vmaxnmvq_f32(v);
}

INLINE bool v_any_above(vec v, vec limit)
{
    return vmaxvq_u32(vcgtq_f32(v, limit)) != 0;
}

/* x 2^n in two steps: 2^n alone may not fit where the result does. */
INLINE vec v_scale_by_power(vec x, vec n)
{
    int32x4_t whole = vcvtnq_s32_f32(n), half = vshrq_n_s32(whole, 1);
    const int32x4_t bias = vdupq_n_s32(127);
    int32x4_t a = vaddq_s32(half, bias);
    int32x4_t b = vaddq_s32(vsubq_s32(whole, half), bias);
    x = vmulq_f32(x, vreinterpretq_f32_s32(vshlq_n_s32(a, 23)));
    return vmulq_f32(x, vreinterpretq_f32_s32(vshlq_n_s32(b, 23)));
}

INLINE sums s_zero(void)
{
    return (sums){vdupq_n_f64(0), vdupq_n_f64(0)};
}

INLINE sums s_add(sums s, vec v)
{
    s.lo = vaddq_f64(s.lo, vcvt_f64_f32(vget_low_f32(v)));
    s.hi = vaddq_f64(s.hi, vcvt_high_f64_f32(v));
    return s;
}

INLINE sums s_add_square(sums s, vec v)
{
    float64x2_t lo = vcvt_f64_f32(vget_low_f32(v)), hi = vcvt_high_f64_f32(v);
    s.lo = vfmaq_f64(s.lo, lo, lo);
    s.hi = vfmaq_f64(s.hi, hi, hi);
    return s;
}

INLINE double s_total(sums s)
{
    return vaddvq_f64(vaddq_f64(s.lo, s.hi));
}

/* out[i] = the sum of v_i's lanes. */
INLINE void v_four_totals(vec v0, vec v1, vec v2, vec v3, float out[4])
{
    vst1q_f32(out, vpaddq_f32(vpaddq_f32(v0, v1), vpaddq_f32(v2, v3)));
}

/* --- one block of activations, to the same bits as the scalar version ----- */

/* 32 values to bytes: the first 16, and the others where second halves are. */
INLINE void store_bytes(int8_t *to, const int32x4_t v[8])
{
    UNROLL for (int h = 0; h < 2; h++, v += 4) {
        int16x8_t a = vcombine_s16(vmovn_s32(v[0]), vmovn_s32(v[1]));
        int16x8_t b = vcombine_s16(vmovn_s32(v[2]), vmovn_s32(v[3]));
        vst1q_s8(to + h * ACT_SECOND, vcombine_s8(vmovn_s16(a), vmovn_s16(b)));
    }
}

/* Compared as integers, so that a NaN is the largest of all. */
INLINE uint32_t largest_magnitude(const uint32x4_t v[8])
{
    uint32x4_t max = vdupq_n_u32(0);
    UNROLL for (int i = 0; i < 8; i++)
        max = vmaxq_u32(max, vandq_u32(v[i], vdupq_n_u32(0x7FFFFFFF)));
    return vmaxvq_u32(max);
}

INLINE int sum_of(const int32x4_t v[4])
{
    return vaddvq_s32(vaddq_s32(vaddq_s32(v[0], v[1]), vaddq_s32(v[2], v[3])));
}

INLINE void quantize_block(const float *x, unsigned b, int planes,
                           struct act_group *out)
{
    const int most_lo = planes == 1 ? 0 : 127;
    uint32x4_t bits[8];
    int32x4_t hi[8], lo[8], all[8];
    UNROLL for (int i = 0; i < 8; i++)
        bits[i] = vreinterpretq_u32_f32(vld1q_f32(x + 4 * i));
    uint32_t max = largest_magnitude(bits);
    float amax = float_of_bits(max);
    bool finite = max < 0x7F800000;
    float inverse = finite && amax >= ACT_AMAX_MIN ? 127 / amax : 0;
    /* Not finite: nothing is left of them here. */
    const uint32x4_t keep = vdupq_n_u32(finite ? UINT32_MAX : 0);
    const int32x4_t most = vdupq_n_s32(most_lo), least = vdupq_n_s32(-most_lo);
    UNROLL for (int i = 0; i < 8; i++) {
        float32x4_t v = vmulq_n_f32(
            vreinterpretq_f32_u32(vandq_u32(bits[i], keep)), inverse);
        hi[i] = vcvtnq_s32_f32(v);
        float32x4_t rest = vsubq_f32(v, vcvtq_f32_s32(hi[i]));
        lo[i] = vcvtnq_s32_f32(vmulq_n_f32(rest, 256));
        lo[i] = vmaxq_s32(vminq_s32(lo[i], most), least);
        all[i] = vaddq_s32(vshlq_n_s32(hi[i], 8), lo[i]);
    }
    store_bytes(out->hi + act_at(b), hi);
    store_bytes(out->lo + act_at(b), lo);
    int32_t *half_sum = out->half_sum[b / 8] + act_half_at(b);
    half_sum[0] = sum_of(all);
    half_sum[1] = sum_of(all + 4);
    unsigned at = act_block_at(b);
    out->d[at] = inverse || !finite ? amax / ACT_MAX : 0;
    out->sum[at] = half_sum[0] + half_sum[1];
    out->s[at] = out->d[at] * (float)out->sum[at];
}

/* 16 sums, and no more than 8 loads beside them. */
enum { DOT_ROWS = 4, DOT_COLS = 4, MIX_COLS = 8 };

#include "kernels/rows_loops.h"
#include "kernels/vector_loops.h"

DOT_ROWS_OF(dot_rows_bf16, uint16_t, v_load_bf16, v_load_part_bf16)

static void decode_f32(const void *values, float *out, size_t n)
{
    memcpy(out, values, n * sizeof *out);
}

static void decode_f16(const void *values, float *out, size_t n)
{
    from_f16(values, out, n);
}

static void decode_bf16(const void *values, float *out, size_t n)
{
    const uint16_t *p = values;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        v_store(out + i, v_load_bf16(p + i));
    if (i < n)
        v_store_part(out + i, n - i, v_load_part_bf16(p + i, n - i));
}

void vector_init_neon(struct kernels *k)
{
    vector_init(k);
    rows_init(k);
    k->weight[WEIGHT_F32].decode = decode_f32;
    k->weight[WEIGHT_F16].decode = decode_f16;
    k->weight[WEIGHT_BF16].decode = decode_bf16;
    k->weight[WEIGHT_BF16].mul_f32 = dot_rows_bf16;
}
