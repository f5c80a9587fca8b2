/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include "kernels/x86/tile_avx512vnni.h"

/* Few columns: bound by memory, or by unpacking. Each group of 256 weights is
 * unpacked into registers and multiplied with up to four columns. */

/* Which scale each 32-bit sum of 64 products belongs to: two scales for eight
 * sums each, or four for four. */
INLINE __m512 spread(__m512 scale, int n_scales, int j)
{
    const __m512i by8 = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
                                         0, 0, 0);
    const __m512i by4 = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0,
                                         0, 0, 0);
    __m512i pick = n_scales == 8
                       ? _mm512_add_epi32(by8, _mm512_set1_epi32(2 * j))
                       : _mm512_add_epi32(by4, _mm512_set1_epi32(4 * j));
    return _mm512_permutexvar_ps(pick, scale);
}

/* The scale of every block times that of the activations under it. */
INLINE __m512 scale_by(__m512 scale, int n_scales, const float *d)
{
    __m256 x = _mm256_loadu_ps(d);
    if (n_scales == 8)
        return _mm512_castps256_ps512(
            _mm256_mul_ps(_mm512_castps512_ps256(scale), x));
    const __m512i twice = _mm512_set_epi32(7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2,
                                           1, 1, 0, 0);
    return _mm512_mul_ps(
        scale, _mm512_permutexvar_ps(twice, _mm512_castps256_ps512(x)));
}

INLINE __m512 dot64(__m512i code, __m512i x, int offset)
{
    __m512i sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), code, x);
    if (offset)
        sum = _mm512_sub_epi32(
            sum, _mm512_dpbusd_epi32(_mm512_setzero_si512(),
                                     _mm512_set1_epi8((char)offset), x));
    return _mm512_cvtepi32_ps(sum);
}

/* One row times C columns from column x on. */
INLINE void dot_row(struct layout t, int C, size_t k, const uint8_t *p,
                    struct act_q8 x, float *y, size_t ldy)
{
    const size_t n_blocks = k / ACT_BLOCK;
    __m512 sum[4][2];
    __m256 min[4];
    UNROLL for (int c = 0; c < C; c++) {
        sum[c][0] = sum[c][1] = _mm512_setzero_ps();
        min[c] = _mm256_setzero_ps();
    }
    size_t b = 0;
    for (; b + 8 <= n_blocks; b += 8, p += t.group_bytes) {
        struct unpacked u;
        UNROLL for (int line = 0; line < t.group_bytes; line += 64)
            _mm_prefetch((const char *)p + PREFETCH_BYTES + line, _MM_HINT_T0);
        t.unpack(p, &u);
        UNROLL for (int c = 0; c < C; c++) {
            const int8_t *q = x.q + (size_t)c * k + b * ACT_BLOCK;
            __m512 scale = scale_by(u.scale, t.n_scales,
                                    x.d + (size_t)c * n_blocks + b);
            UNROLL for (int j = 0; j < 4; j++)
                sum[c][j % 2] = _mm512_fmadd_ps(
                    dot64(u.code[j], _mm512_loadu_si512(q + 64 * j), t.offset),
                    spread(scale, t.n_scales, j), sum[c][j % 2]);
            if (t.min_at)
                min[c] = _mm256_fmadd_ps(
                    u.min, _mm256_loadu_ps(x.s + (size_t)c * n_blocks + b),
                    min[c]);
        }
    }
    float rest[4] = {0};
    for (; b < n_blocks; b += 2, p += 2 * t.block_bytes) {
        int n = n_blocks - b >= 2 ? 2 : 1;
        __m512i code = t.unpack_pair(p, n);
        float d0 = _cvtsh_ss(u16_load(p));
        float d1 = n == 2 ? _cvtsh_ss(u16_load(p + t.block_bytes)) : 0;
        UNROLL for (int c = 0; c < C; c++) {
            const float *d = x.d + (size_t)c * n_blocks + b;
            const float *s = x.s + (size_t)c * n_blocks + b;
            __m512i q = _mm512_maskz_loadu_epi64(
                n == 2 ? 0xFF : 0x0F,
                x.q + (size_t)c * k + b * ACT_BLOCK);
            __m512 scale = _mm512_insertf32x8(
                _mm512_set1_ps(d0 * d[0]),
                _mm256_set1_ps(n == 2 ? d1 * d[1] : 0), 1);
            sum[c][0] = _mm512_fmadd_ps(dot64(code, q, t.offset), scale,
                                        sum[c][0]);
            for (int i = 0; t.min_at && i < n; i++)
                rest[c] += _cvtsh_ss(u16_load(p + i * t.block_bytes +
                                              t.min_at)) * s[i];
        }
    }
    UNROLL for (int c = 0; c < C; c++) {
        __m512 all = _mm512_add_ps(sum[c][0], sum[c][1]);
        __m256 half = _mm256_add_ps(_mm512_castps512_ps256(all),
                                    _mm512_extractf32x8_ps(all, 1));
        half = _mm256_add_ps(half, min[c]);
        __m128 four = _mm_add_ps(_mm256_castps256_ps128(half),
                                 _mm256_extractf128_ps(half, 1));
        four = _mm_add_ps(four, _mm_movehl_ps(four, four));
        four = _mm_add_ss(four, _mm_movehdup_ps(four));
        y[(size_t)c * ldy] = _mm_cvtss_f32(four) + rest[c];
    }
}

INLINE void mul_rows(struct layout t, int C, size_t k, const void *w,
                     size_t row_bytes, size_t n_rows, struct act_q8 x, float *y,
                     size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++)
        dot_row(t, C, k, (const uint8_t *)w + r * row_bytes, x, y + r, ldy);
}

/* Up to here, going over the weights again for every four columns is faster
 * than a tile that is mostly empty. Measured. */
#define FEW_COLS 4

INLINE void mul_q8(struct layout t, tile_fn tile, size_t k, const void *w,
                   size_t row_bytes, size_t n_rows, struct act_q8 x,
                   size_t n_cols, float *y, size_t ldy)
{
    while (n_cols) {
        size_t n = n_cols;
        if (n > FEW_COLS) {
            n = n < TILE_COLS ? n : TILE_COLS;
            tile(k, w, row_bytes, n_rows, x, n, y, ldy);
        } else if (n == 1) {
            mul_rows(t, 1, k, w, row_bytes, n_rows, x, y, ldy);
        } else if (n == 2 || n == 3) {
            n = 2;
            mul_rows(t, 2, k, w, row_bytes, n_rows, x, y, ldy);
        } else {
            mul_rows(t, 4, k, w, row_bytes, n_rows, x, y, ldy);
        }
        x.q += n * k;
        x.d += n * (k / ACT_BLOCK);
        x.s += n * (k / ACT_BLOCK);
        y += n * ldy;
        n_cols -= n;
    }
}

#define MUL_Q8(TYPE)                                                      \
    static void mul_##TYPE##_q8_avx512(                                   \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,         \
        struct act_q8 x, size_t n_cols, float *y, size_t ldy)             \
    {                                                                     \
        mul_q8(layout_##TYPE, tile_##TYPE##_avx512, k, w, row_bytes,      \
               n_rows, x, n_cols, y, ldy);                                \
    }

MUL_Q8(q8_0)
MUL_Q8(q4_0)
MUL_Q8(q4_1)
MUL_Q8(q4_k)
MUL_Q8(q6_k)

void mul_q8_init_avx512(struct kernels *k)
{
    k->weight[WEIGHT_Q8_0].mul_q8 = mul_q8_0_q8_avx512;
    k->weight[WEIGHT_Q4_0].mul_q8 = mul_q4_0_q8_avx512;
    k->weight[WEIGHT_Q4_1].mul_q8 = mul_q4_1_q8_avx512;
    k->weight[WEIGHT_Q4_K].mul_q8 = mul_q4_k_q8_avx512;
    k->weight[WEIGHT_Q6_K].mul_q8 = mul_q6_k_q8_avx512;
}
