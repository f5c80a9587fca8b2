/* mul_q8_avx2.h - products with columns of integers: the loops of every type,
 * made into functions by mul_q8_FAMILY_avx2.c.
 *
 * 256 weights of a row are unpacked (unpack_avx2.h) and multiplied, block by
 * block of 32, with half a group of each of up to 16 columns (act_group.h). The
 * two planes of the activations are put together by the instruction that adds
 * pairs of sums:
 *
 *     code * hi    16 sums of two, of 16 bits  -> * 256 and added:  8 sums
 *     code * lo    16 sums of two, of 16 bits  -> * 1   and added: +8 sums
 *
 * Eight sums of four products then become floats and are scaled. */
#ifndef KERNELS_X86_MUL_Q8_AVX2_H
#define KERNELS_X86_MUL_Q8_AVX2_H

#include "kernels/x86/unpack_avx2.h"

/* The vectors d and s of half a group have the eight blocks in an order that
 * turns round the three bits of their number: 0 4 2 6 1 5 3 7. */
INLINE int lane_of(int block)
{
    return (block & 1) << 2 | (block & 2) | block >> 2;
}

INLINE __m256 lanes(__m256 natural)
{
    return _mm256_permutevar8x32_ps(
        natural, _mm256_set_epi32(7, 3, 5, 1, 6, 2, 4, 0));
}

INLINE __m256 load_half(const float v[ACT_GROUP_BLOCKS], unsigned h)
{
    __m256d a = _mm256_castps_pd(_mm256_loadu_ps(v));
    __m256d b = _mm256_castps_pd(_mm256_loadu_ps(v + 8));
    return _mm256_castpd_ps(h ? _mm256_unpackhi_pd(a, b)
                              : _mm256_unpacklo_pd(a, b));
}

INLINE __m256 spread(__m256 v, int lane)
{
    return _mm256_permutevar8x32_ps(v, _mm256_set1_epi32(lane));
}

/* 32 values of a block. */
INLINE __m256i load_block(const int8_t *p)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const void *)p)),
        _mm_loadu_si128((const void *)(p + ACT_SECOND)), 1);
}

/* 16 sums of two products. */
INLINE __m256i pairs(struct layout t, __m256i code, __m256i x)
{
    if (t.is_signed)
        return _mm256_maddubs_epi16(_mm256_abs_epi8(code),
                                    _mm256_sign_epi8(x, code));
    return _mm256_maddubs_epi16(code, x);
}

/* What the offset takes off the sums of block j. `fine`: a factor for each
 * half. */
INLINE __m256i offset_of(struct layout t, const struct act_group *x, unsigned b,
                         const int16_t *fine)
{
    if (!t.has_fine)
        return _mm256_zextsi128_si256(
            _mm_cvtsi32_si128(t.offset * x->sum[act_block_at(b)]));
    const int32_t *half = x->half_sum[b / 8] + act_half_at(b);
    return _mm256_set_m128i(_mm_cvtsi32_si128(t.offset * fine[1] * half[1]),
                            _mm_cvtsi32_si128(t.offset * fine[0] * half[0]));
}

/* 32 products, of both planes, in 8 sums: exact. */
INLINE __m256i dot32(struct layout t, __m256i code, const struct act_group *x,
                     unsigned b, const int16_t *fine)
{
    __m256i one = _mm256_set1_epi16(1);
    if (t.has_fine)
        one = _mm256_set_m128i(_mm_set1_epi16(fine[1]), _mm_set1_epi16(fine[0]));
    __m256i hi = pairs(t, code, load_block(x->hi + act_at(b)));
    __m256i lo = pairs(t, code, load_block(x->lo + act_at(b)));
    __m256i sum = _mm256_add_epi32(
        _mm256_madd_epi16(hi, _mm256_slli_epi16(one, 8)),
        _mm256_madd_epi16(lo, one));
    return t.offset ? _mm256_sub_epi32(sum, offset_of(t, x, b, fine)) : sum;
}

/* The minimums of every 16 weights of block b. */
INLINE __m256 min_of(const struct act_group *x, unsigned b,
                     const int16_t *fine_min)
{
    const int32_t *half = x->half_sum[b / 8] + act_half_at(b);
    return _mm256_zextps128_ps256(_mm_cvtepi32_ps(_mm_cvtsi32_si128(
        fine_min[0] * half[0] + fine_min[1] * half[1])));
}

/* The first n blocks of half h of a group. sum: two, because one would wait for
 * its own additions. */
INLINE void add_half(struct layout t, int n, const struct unpacked *u,
                     const struct act_group *x, unsigned h, __m256 sum[2])
{
    __m256 d = load_half(x->d, h), scale = _mm256_mul_ps(u->scale, d), min;
    if (t.has_fine_min)
        min = _mm256_mul_ps(u->min, d);
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n) {
            const unsigned b = 8 * h + (unsigned)j;
            __m256i v = dot32(t, u->code[j], x, b, u->fine + 2 * j);
            sum[j % 2] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(v),
                                         spread(scale, lane_of(j)), sum[j % 2]);
            if (t.has_fine_min)
                sum[j % 2] =
                    _mm256_fmadd_ps(min_of(x, b, u->fine_min + 2 * j),
                                    spread(min, lane_of(j)), sum[j % 2]);
        }
    if (t.has_min)
        sum[0] = _mm256_fmadd_ps(u->min, load_half(x->s, h), sum[0]);
}

INLINE void unpack(struct layout t, int n, const uint8_t *p, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++) /* no compiler sees that only n count */
        u->code[j] = _mm256_setzero_si256();
    t.unpack(p, n, u);
    u->scale = lanes(u->scale);
    if (t.has_min)
        u->min = lanes(u->min);
}

INLINE float total(const __m256 sum[2])
{
    __m256 v = _mm256_add_ps(sum[0], sum[1]);
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

#define COLS 16

/* One row times up to COLS columns. */
INLINE void mul_row(struct layout t, size_t k, const uint8_t *p,
                    const struct act_group *x, size_t n_cols, float *y,
                    size_t ldy)
{
    const size_t n_groups = act_groups(k), n_blocks = k / ACT_BLOCK;
    const int rest = (int)(n_blocks % 8);
    struct unpacked u;
    __m256 sum[COLS][2];
    for (size_t c = 0; c < n_cols; c++)
        sum[c][0] = sum[c][1] = _mm256_setzero_ps();
    size_t i = 0; /* halves of groups */
    for (; i < n_blocks / 8; i++, p += t.group_bytes) {
        unpack(t, 8, p, &u);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, 8, &u, x + c * n_groups + i / 2, i % 2, sum[c]);
    }
    if (rest == 2) { /* rows of 576: a constant is faster */
        unpack(t, 2, p, &u);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, 2, &u, x + c * n_groups + i / 2, i % 2, sum[c]);
    } else if (rest) {
        unpack(t, rest, p, &u);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, rest, &u, x + c * n_groups + i / 2, i % 2, sum[c]);
    }
    for (size_t c = 0; c < n_cols; c++)
        y[c * ldy] = total(sum[c]);
}

/* Rows that all columns pass by while they are in the cache. */
#define ROWS 64

INLINE void mul_q8(struct layout t, size_t k, const uint8_t *w, size_t row_bytes,
                   size_t n_rows, const struct act_group *x, size_t n_cols,
                   float *y, size_t ldy)
{
    if (n_cols == 1) { /* a constant is faster */
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

/* The product of a type, from its layout. */
#define MUL_Q8(TYPE)                                                         \
    static void mul_##TYPE##_q8_avx2(                                        \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,            \
        const struct act_group *x, size_t n_cols, float *y, size_t ldy)      \
    {                                                                        \
        mul_q8(layout_##TYPE, k, w, row_bytes, n_rows, x, n_cols, y, ldy);   \
    }

#endif
