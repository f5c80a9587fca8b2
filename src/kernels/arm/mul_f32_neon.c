/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/arm/neon.h"

#include "kernels/arm/unpack_neon.h"

/* Weights decoded to float32 from the same layouts as integer products, bit for
 * bit as the scalar version does: a product and a sum stay two roundings. */

INLINE float32x4_t scaled(int16x4_t code, float scale, float min, bool has_min)
{
    float32x4_t v = vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(code)), scale);
    return has_min ? vaddq_f32(v, vdupq_n_f32(min)) : v;
}

INLINE void store16(float *out, int8x16_t code, float scale, float min,
                    bool has_min)
{
    int16x8_t lo = vmovl_s8(vget_low_s8(code)), hi = vmovl_high_s8(code);
    vst1q_f32(out, scaled(vget_low_s16(lo), scale, min, has_min));
    vst1q_f32(out + 4, scaled(vget_high_s16(lo), scale, min, has_min));
    vst1q_f32(out + 8, scaled(vget_low_s16(hi), scale, min, has_min));
    vst1q_f32(out + 12, scaled(vget_high_s16(hi), scale, min, has_min));
}

/* n blocks of 32. */
INLINE void decode_part(struct layout t, int n, const uint8_t *p, float *out)
{
    struct unpacked u;
    unpack(t, n, p, &u);
    UNROLL for (int i = 0; i < 16; i++)
        if (i < 2 * n) {
            int s = t.by16 ? i : i / 2;
            store16(out + 16 * i, u.code[i], u.scale[s / 4][s % 4],
                    t.has_min ? u.min[s / 4][s % 4] : 0, t.has_min);
        }
}

INLINE void decode_row(struct layout t, const uint8_t *p, float *out, size_t n)
{
    for (; n >= GROUP; n -= GROUP, p += group_bytes(t), out += GROUP)
        decode_part(t, GROUP_BLOCKS, p, out);
    if (n)
        decode_part(t, (int)(n / ACT_BLOCK), p, out);
}

#define DECODE(NAME, name, LEN, BY16, MIN)                                    \
    static void decode_##name##_neon(const void *blocks, float *out, size_t n) \
    {                                                                         \
        decode_row(LAYOUT(name, LEN, BY16, MIN), blocks, out, n);             \
    }

LAYOUTS(DECODE)

/* --- products --------------------------------------------------------------------
 *
 * 256 weights are decoded for up to four columns, which share the loads:
 *
 *     row      | w0 w1 w2 w3 | w4 .. w7 |        sum[c][0]   lanes of w0..w3
 *     column c | x0 x1 x2 x3 | x4 .. x7 |        sum[c][1]   lanes of w4..w7
 */

enum { COLS = 4 };

/* n is a multiple of 32. */
INLINE void add_chunk(int C, const float *w, const float *x, size_t ldx, size_t n,
                      float32x4_t sum[COLS][2])
{
    for (size_t i = 0; i < n; i += 8)
        UNROLL for (size_t j = 0; j < 2; j++) {
            float32x4_t a = vld1q_f32(w + i + 4 * j);
            UNROLL for (int c = 0; c < C; c++)
                sum[c][j] = vfmaq_f32(
                    sum[c][j], a, vld1q_f32(x + (size_t)c * ldx + i + 4 * j));
        }
}

INLINE void mul_rows(int C, decode_fn decode, size_t chunk_bytes, size_t k,
                     const uint8_t *w, size_t row_bytes, size_t n_rows,
                     const float *x, size_t ldx, float *y, size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++, w += row_bytes) {
        const uint8_t *p = w;
        float32x4_t sum[COLS][2];
        UNROLL for (int c = 0; c < C; c++)
            sum[c][0] = sum[c][1] = vdupq_n_f32(0);
        for (size_t i = 0; i < k; i += GROUP, p += chunk_bytes) {
            float part[GROUP];
            size_t n = k - i < GROUP ? k - i : GROUP;
            decode(p, part, n);
            add_chunk(C, part, x + i, ldx, n, sum);
        }
        UNROLL for (int c = 0; c < C; c++)
            y[(size_t)c * ldy + r] = vaddvq_f32(vaddq_f32(sum[c][0], sum[c][1]));
    }
}

/* One copy for all types: they differ in `decode`. */
static void mul_f32(decode_fn decode, size_t chunk_bytes, size_t k,
                    const uint8_t *w, size_t row_bytes, size_t n_rows,
                    const float *x, size_t ldx, size_t n_cols, float *y,
                    size_t ldy)
{
    size_t c = 0;
    for (; c + COLS <= n_cols; c += COLS)
        mul_rows(COLS, decode, chunk_bytes, k, w, row_bytes, n_rows, x + c * ldx,
                 ldx, y + c * ldy, ldy);
    for (; c < n_cols; c++)
        mul_rows(1, decode, chunk_bytes, k, w, row_bytes, n_rows, x + c * ldx,
                 ldx, y + c * ldy, ldy);
}

#define MUL_F32(FUNCTION, name, LEN, DECODE)                                 \
    static void FUNCTION(size_t k, const void *w, size_t row_bytes,          \
                         size_t n_rows, const float *x, size_t ldx,          \
                         size_t n_cols, float *y, size_t ldy)                \
    {                                                                        \
        mul_f32(DECODE, GROUP / LEN * sizeof(struct block_##name), k, w,     \
                row_bytes, n_rows, x, ldx, n_cols, y, ldy);                  \
    }
#define MUL(NAME, name, LEN, BY16, MIN) \
    MUL_F32(mul_##name##_f32_neon, name, LEN, decode_##name##_neon)
#define MUL_FLAT(NAME, name, LEN, MIN) \
    MUL_F32(mul_##name##_f32_flat, name, LEN, decode_##name##_scalar)

LAYOUTS(MUL)
FLAT_TYPES(MUL_FLAT)

/* F32, F16 and BF16 have products that decode nothing: vector_neon.c. */
void mul_f32_init_neon(struct kernels *k)
{
#define ENTRY(NAME, name, LEN, BY16, MIN)                    \
    k->weight[WEIGHT_##NAME].decode = decode_##name##_neon;  \
    k->weight[WEIGHT_##NAME].mul_f32 = mul_##name##_f32_neon;
#define FLAT_ENTRY(NAME, name, LEN, MIN) \
    k->weight[WEIGHT_##NAME].mul_f32 = mul_##name##_f32_flat;
    FLAT_TYPES(FLAT_ENTRY)
    LAYOUTS(ENTRY) /* over those that have a layout of their own */
#undef ENTRY
#undef FLAT_ENTRY
}
