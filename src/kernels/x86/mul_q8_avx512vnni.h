/* mul_q8_avx512vnni.h - int8 products: the loops of every type, made into
 * functions by mul_q8_FAMILY_avx512vnni.c. One file for all types would take a
 * compiler with sanitizers minutes.
 *
 * Few columns: bound by memory, or by unpacking. Each group of 256 weights is
 * unpacked into registers and multiplied with up to four columns. */
#ifndef KERNELS_X86_MUL_Q8_AVX512VNNI_H
#define KERNELS_X86_MUL_Q8_AVX512VNNI_H

#include "kernels/x86/tile_avx512vnni.h"

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

/* What one row and one column have come to. */
struct sums {
    __m512 even, odd; /* two, because one would wait for its own additions */
    __m256 min;
};

/* The minimums of every 16 weights times the sums of their activations, which
 * nobody has added up before. */
INLINE void add_min16(const struct unpacked *u, size_t k, int c,
                      const int8_t *q, const float *d, struct sums *to)
{
    __m512 scale = scale_by(u->min16, 16, d + (size_t)c * (k / ACT_BLOCK));
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i x = _mm512_loadu_si512(q + (size_t)c * k + 64 * j);
        __m512 *sum = j % 2 ? &to->odd : &to->even;
        *sum = _mm512_fmadd_ps(dot64(_mm512_set1_epi8(1), x, 0),
                               spread(scale, 16, j), *sum);
    }
}

/* 256 weights of a row times C columns. */
INLINE void add_group(struct layout t, int C, size_t k, const uint8_t *p,
                      const int8_t *q, const float *d, const float *s,
                      struct sums out[4])
{
    const size_t n_blocks = k / ACT_BLOCK;
    struct unpacked u;
    t.unpack(p, &u);
    UNROLL for (int c = 0; c < C; c++) {
        struct sums *to = &out[c];
        __m512 scale = scale_by(u.scale, t.n_scales, d + (size_t)c * n_blocks);
        UNROLL for (int j = 0; j < 4; j++) {
            __m512i x = _mm512_loadu_si512(q + (size_t)c * k + 64 * j);
            __m512 *sum = j % 2 ? &to->odd : &to->even;
            *sum = _mm512_fmadd_ps(dot64(u.code[j], x, t.offset),
                                   spread(scale, t.n_scales, j), *sum);
        }
        if (t.has_min16)
            add_min16(&u, k, c, q, d, to);
        if (t.min_at)
            to->min = _mm256_fmadd_ps(
                u.min, _mm256_loadu_ps(s + (size_t)c * n_blocks), to->min);
    }
}

/* The same for the two blocks (n = 1: the one) that are left of a row. */
INLINE void add_pair(struct layout t, int C, int n, size_t k, const uint8_t *p,
                     const int8_t *q, const float *d, const float *s,
                     struct sums out[4])
{
    const size_t n_blocks = k / ACT_BLOCK;
    const uint8_t *next = n == 2 ? p + t.block_bytes : p;
    __m512i code = t.unpack_pair(p, n);
    float d0 = scale_of(t, p), d1 = scale_of(t, next);
    UNROLL for (int c = 0; c < C; c++) {
        struct sums *to = &out[c];
        const float *dc = d + (size_t)c * n_blocks;
        const float *sc = s + (size_t)c * n_blocks;
        __m512i x = _mm512_maskz_loadu_epi64(n == 2 ? 0xFF : 0x0F,
                                             q + (size_t)c * k);
        __m512 scale =
            _mm512_insertf32x8(_mm512_set1_ps(d0 * dc[0]),
                               _mm256_set1_ps(n == 2 ? d1 * dc[1] : 0), 1);
        to->even = _mm512_fmadd_ps(dot64(code, x, t.offset), scale, to->even);
        if (t.min_at) {
            float min = _cvtsh_ss(u16_load(p + t.min_at)) * sc[0];
            if (n == 2)
                min += _cvtsh_ss(u16_load(next + t.min_at)) * sc[1];
            to->min = _mm256_add_ps(to->min,
                                    _mm256_castps128_ps256(_mm_set_ss(min)));
        }
    }
}

INLINE float total(const struct sums *s)
{
    __m512 all = _mm512_add_ps(s->even, s->odd);
    __m256 half = _mm256_add_ps(_mm512_castps512_ps256(all),
                                _mm512_extractf32x8_ps(all, 1));
    half = _mm256_add_ps(half, s->min);
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(half),
                             _mm256_extractf128_ps(half, 1));
    four = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(four, _mm_movehdup_ps(four)));
}

/* One row after the other, as they lie in memory: two or four at a time would
 * share activations, and are 10 % faster in cache, but from memory only half as
 * fast, because the CPU's own prefetching follows one stream best. Asking for
 * lines ahead of it did not help either. */
INLINE void mul_rows(struct layout t, int C, size_t k, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, struct act_q8 x, float *y,
                     size_t ldy)
{
    const size_t n_blocks = k / ACT_BLOCK;
    for (size_t r = 0; r < n_rows; r++) {
        const uint8_t *p = w + r * row_bytes;
        struct sums sum[4];
        UNROLL for (int c = 0; c < C; c++)
            sum[c] = (struct sums){_mm512_setzero_ps(), _mm512_setzero_ps(),
                                   _mm256_setzero_ps()};
        size_t b = 0;
        for (; b + 8 <= n_blocks; b += 8, p += t.group_bytes)
            add_group(t, C, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b, sum);
        for (; b + 2 <= n_blocks; b += 2, p += 2 * t.block_bytes)
            add_pair(t, C, 2, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b, sum);
        if (b < n_blocks)
            add_pair(t, C, 1, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b, sum);
        UNROLL for (int c = 0; c < C; c++)
            y[(size_t)c * ldy + r] = total(&sum[c]);
    }
}

/* Beside tiles, going over the weights again for what is left of the columns is
 * faster up to here. Measured. */
#define FEW_COLS 4

INLINE void mul_q8(struct layout t, tile_fn many, size_t k, const void *w,
                   size_t row_bytes, size_t n_rows, struct act_q8 x,
                   size_t n_cols, float *y, size_t ldy)
{
    /* Tiles add in another order, so small batches are all without them. */
    const size_t few = n_cols <= KERNELS_SAME_COLS ? n_cols : FEW_COLS;
    while (n_cols) {
        size_t n = n_cols;
        if (n > few) {
            n = n < TILE_COLS ? n : TILE_COLS;
            many(k, w, row_bytes, n_rows, x, n, y, ldy);
        } else if (n == 1) {
            mul_rows(t, 1, k, w, row_bytes, n_rows, x, y, ldy);
        } else if (n == 2 || n == 3) {
            n = 2;
            mul_rows(t, 2, k, w, row_bytes, n_rows, x, y, ldy);
        } else {
            n = 4;
            mul_rows(t, 4, k, w, row_bytes, n_rows, x, y, ldy);
        }
        x.q += n * k;
        x.d += n * (k / ACT_BLOCK);
        x.s += n * (k / ACT_BLOCK);
        y += n * ldy;
        n_cols -= n;
    }
}

/* The product of a type, from its layout. */
#define MUL_Q8(TYPE)                                                      \
    TILE(TYPE)                                                            \
    static void mul_##TYPE##_q8_avx512(                                   \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,         \
        struct act_q8 x, size_t n_cols, float *y, size_t ldy)             \
    {                                                                     \
        mul_q8(layout_##TYPE, tile_##TYPE##_avx512, k, w, row_bytes,      \
               n_rows, x, n_cols, y, ldy);                                \
    }

#endif
