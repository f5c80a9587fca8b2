/* mul_q8_avx2.h - int8 products: the loops of every type, made into functions by
 * mul_q8_FAMILY_avx2.c.
 *
 * Few columns: each group of 256 weights is unpacked and multiplied with up to
 * four columns. */
#ifndef KERNELS_X86_MUL_Q8_AVX2_H
#define KERNELS_X86_MUL_Q8_AVX2_H

#include "kernels/x86/tile_avx2.h"

/* 16 sums of pairs to 8 of 32 bits. `fine`: the factors of both halves. */
INLINE __m256 add_pairs(__m256i pairs, bool has_fine, const int16_t *fine)
{
    __m256i factor = _mm256_set1_epi16(1);
    if (has_fine)
        factor = _mm256_inserti128_si256(
            _mm256_castsi128_si256(_mm_set1_epi16(fine[0])),
            _mm_set1_epi16(fine[1]), 1);
    return _mm256_cvtepi32_ps(_mm256_madd_epi16(pairs, factor));
}

/* 32 products in 8 sums. */
INLINE __m256 dot32(struct layout t, __m256i code, __m256i x,
                    const int16_t *fine)
{
    __m256i pairs;
    if (t.is_signed)
        pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(code),
                                     _mm256_sign_epi8(x, code));
    else
        pairs = _mm256_maddubs_epi16(code, x);
    if (t.offset)
        pairs = _mm256_sub_epi16(
            pairs, _mm256_maddubs_epi16(_mm256_set1_epi8((char)t.offset), x));
    return add_pairs(pairs, t.has_fine, fine);
}

INLINE __m256 spread(__m256 scale, int j)
{
    return _mm256_permutevar8x32_ps(scale, _mm256_set1_epi32(j));
}

INLINE __m256 load_first(const float *p, int n)
{
    const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    return _mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(n), lane));
}

/* The minimums of every 16 weights times the sums of their activations, which
 * nobody has added up before. */
INLINE void add_fine_min(const struct unpacked *u, const int8_t *q,
                         const float *d, __m256 sum[2])
{
    __m256 scale = _mm256_mul_ps(u->min, _mm256_loadu_ps(d));
    UNROLL for (int j = 0; j < 8; j++) {
        __m256i x = _mm256_loadu_si256((const void *)(q + 32 * j));
        __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), x);
        sum[j % 2] = _mm256_fmadd_ps(add_pairs(pairs, true, u->fine_min + 2 * j),
                                     spread(scale, j), sum[j % 2]);
    }
}

/* n blocks of one row times C columns: what both loops below do. */
INLINE void add_group(struct layout t, int C, int n, size_t k,
                      const uint8_t *p, const int8_t *q, const float *d,
                      const float *s, __m256 sum[4][2])
{
    const size_t n_blocks = k / ACT_BLOCK;
    struct unpacked u;
    t.unpack(p, n, &u);
    UNROLL for (int c = 0; c < C; c++) {
        const int8_t *qc = q + (size_t)c * k;
        const float *dc = d + (size_t)c * n_blocks;
        const float *sc = s + (size_t)c * n_blocks;
        __m256 scale = _mm256_mul_ps(
            u.scale, n == 8 ? _mm256_loadu_ps(dc) : load_first(dc, n));
        UNROLL for (int j = 0; j < 8; j++)
            if (j < n)
                sum[c][j % 2] = _mm256_fmadd_ps(
                    dot32(t, u.code[j],
                          _mm256_loadu_si256((const void *)(qc + 32 * j)),
                          u.fine + 2 * j),
                    spread(scale, j), sum[c][j % 2]);
        if (t.has_fine_min && n == 8)
            add_fine_min(&u, qc, dc, sum[c]);
        if (t.has_min)
            sum[c][0] = _mm256_fmadd_ps(
                u.min, n == 8 ? _mm256_loadu_ps(sc) : load_first(sc, n),
                sum[c][0]);
    }
}

INLINE float total(__m256 a, __m256 b)
{
    __m256 v = _mm256_add_ps(a, b);
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

INLINE void mul_rows(struct layout t, int C, size_t k, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, struct act_q8 x, float *y,
                     size_t ldy)
{
    const size_t n_blocks = k / ACT_BLOCK;
    for (size_t r = 0; r < n_rows; r++) {
        const uint8_t *p = w + r * row_bytes;
        __m256 sum[4][2];
        UNROLL for (int c = 0; c < C; c++)
            sum[c][0] = sum[c][1] = _mm256_setzero_ps();
        size_t b = 0;
        for (; b + 8 <= n_blocks; b += 8, p += t.group_bytes)
            add_group(t, C, 8, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b,
                      sum);
        /* Pairs, so that the count stays a constant: rows of 576 have one. */
        for (; b + 2 <= n_blocks; b += 2, p += 2 * t.block_bytes)
            add_group(t, C, 2, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b,
                      sum);
        if (b < n_blocks)
            add_group(t, C, 1, k, p, x.q + b * ACT_BLOCK, x.d + b, x.s + b,
                      sum);
        UNROLL for (int c = 0; c < C; c++)
            y[(size_t)c * ldy + r] = total(sum[c][0], sum[c][1]);
    }
}

/* Beside tiles, up to here one of eight columns would be too empty. Measured. */
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
        } else {
            n = 2;
            mul_rows(t, 2, k, w, row_bytes, n_rows, x, y, ldy);
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
    static void mul_##TYPE##_q8_avx2(                                     \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,         \
        struct act_q8 x, size_t n_cols, float *y, size_t ldy)             \
    {                                                                     \
        mul_q8(layout_##TYPE, tile_##TYPE##_avx2, k, w, row_bytes,        \
               n_rows, x, n_cols, y, ldy);                                \
    }

#endif
