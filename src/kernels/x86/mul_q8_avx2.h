/* mul_q8_avx2.h - products with columns of integers: the loops of every type,
 * made into functions by mul_q8_FAMILY_avx2.c.
 *
 * 256 weights of a row are unpacked (unpack_avx2.h), brought into the order of
 * the activations (act_group.h), and multiplied, two blocks of 32 at a time, with
 * half a group of each of up to 16 columns. The two planes of the activations are
 * put together by the instruction that adds pairs of sums:
 *
 *     codes       | b0 first  | b1 first  |   | b0 second | b1 second |
 *     times hi    sums of two, of 16 bits   + the same        * 256 and added
 *     times lo    sums of two, of 16 bits   + the same        * 1   and added
 *     in all      | b0 b0 b0 b0 | b1 b1 b1 b1 |    8 sums of 32 bits
 *
 * which then become floats and are scaled. Where sums of four do not fit 16 bits,
 * or halves have scales of their own, first and second halves stay apart. */
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

/* Codes in the order of the activations, and their scales. */
struct half {
    __m256i code[8];  /* 2m: first halves of blocks 2m and 2m + 1; then second */
    __m256i fine[8];  /* has_fine: their factors, of 16 bits */
    __m256 scale, min;
    struct unpacked u;
};

INLINE __m256i halves_of(__m256i a, __m256i b, int second)
{
    return second ? _mm256_permute2x128_si256(a, b, 0x31)
                  : _mm256_permute2x128_si256(a, b, 0x20);
}

INLINE void unpack(struct layout t, int n, const uint8_t *p, struct half *w)
{
    UNROLL for (int j = 0; j < 8; j++) /* no compiler sees that only n count */
        w->u.code[j] = _mm256_setzero_si256();
    t.unpack(p, n, &w->u);
    UNROLL for (int j = 0; j < 8; j++) {
        const int b = j / 2 * 2, h = j % 2;
        w->code[j] = halves_of(w->u.code[b], w->u.code[b + 1], h);
        if (t.has_fine)
            w->fine[j] = _mm256_set_m128i(_mm_set1_epi16(w->u.fine[2 * b + 2 + h]),
                                          _mm_set1_epi16(w->u.fine[2 * b + h]));
    }
    w->scale = lanes(w->u.scale);
    if (t.has_min || t.has_fine_min)
        w->min = lanes(w->u.min);
}

/* 16 sums of two products. */
INLINE __m256i pairs(struct layout t, __m256i code, const int8_t *p)
{
    __m256i x = _mm256_loadu_si256((const void *)p);
    if (t.is_signed)
        return _mm256_maddubs_epi16(_mm256_abs_epi8(code),
                                    _mm256_sign_epi8(x, code));
    return _mm256_maddubs_epi16(code, x);
}

/* Both planes. */
INLINE __m256i planes(__m256i hi, __m256i lo, __m256i factor)
{
    return _mm256_add_epi32(
        _mm256_madd_epi16(hi, _mm256_slli_epi16(factor, 8)),
        _mm256_madd_epi16(lo, factor));
}

/* A number for each of two blocks. */
INLINE __m256i two_lanes(int a, int b)
{
    return _mm256_set_m128i(_mm_cvtsi32_si128(b), _mm_cvtsi32_si128(a));
}

/* The products of blocks b and b + 1, codes 2m and 2m + 1: exact. With has_fine
 * first halves and second ones, else both in v[0]. */
INLINE void dot_two(struct layout t, const struct half *w, int m,
                    const struct act_group *x, unsigned b, __m256i v[2])
{
    const __m256i one = _mm256_set1_epi16(1);
    const unsigned at = act_at(b);
    __m256i hi[2], lo[2];
    UNROLL for (unsigned h = 0; h < 2; h++) {
        hi[h] = pairs(t, w->code[2 * m + (int)h], x->hi + at + h * ACT_SECOND);
        lo[h] = pairs(t, w->code[2 * m + (int)h], x->lo + at + h * ACT_SECOND);
    }
    if (t.has_fine) {
        UNROLL for (int h = 0; h < 2; h++)
            v[h] = planes(hi[h], lo[h], w->fine[2 * m + h]);
    } else if (t.is_signed) { /* codes up to 128 */
        v[0] = _mm256_add_epi32(planes(hi[0], lo[0], one),
                                planes(hi[1], lo[1], one));
    } else { /* up to 63: four of them fit */
        v[0] = planes(_mm256_add_epi16(hi[0], hi[1]),
                      _mm256_add_epi16(lo[0], lo[1]), one);
    }
    if (!t.offset)
        return;
    if (!t.has_fine) {
        v[0] = _mm256_sub_epi32(
            v[0], two_lanes(t.offset * x->sum[act_block_at(b)],
                            t.offset * x->sum[act_block_at(b + 1)]));
        return;
    }
    const int32_t *p = x->half_sum[b / 8] + act_half_at(b);
    const int32_t *q = x->half_sum[b / 8] + act_half_at(b + 1);
    const int16_t *fine = w->u.fine + 4 * m;
    UNROLL for (int h = 0; h < 2; h++)
        v[h] = _mm256_sub_epi32(v[h], two_lanes(t.offset * fine[h] * p[h],
                                                t.offset * fine[2 + h] * q[h]));
}

/* The minimums of every 16 weights of blocks b and b + 1. */
INLINE __m256 min_of(const struct act_group *x, unsigned b, const int16_t *fine)
{
    const int32_t *p = x->half_sum[b / 8] + act_half_at(b);
    const int32_t *q = x->half_sum[b / 8] + act_half_at(b + 1);
    return _mm256_cvtepi32_ps(two_lanes(fine[0] * p[0] + fine[1] * p[1],
                                        fine[2] * q[0] + fine[3] * q[1]));
}

/* From the vector of eight: four times that of block 2m, four times the next. */
INLINE __m256 spread(__m256 v, int m)
{
    const int a = lane_of(2 * m), b = lane_of(2 * m + 1);
    return _mm256_permutevar8x32_ps(v, _mm256_set_epi32(b, b, b, b, a, a, a, a));
}

/* The first n blocks of half h of a group. sum: two, because one would wait for
 * its own additions. */
INLINE void add_half(struct layout t, int n, const struct half *w,
                     const struct act_group *x, unsigned h, __m256 sum[2])
{
    __m256 d = load_half(x->d, h), scale = _mm256_mul_ps(w->scale, d), min;
    if (t.has_fine_min)
        min = _mm256_mul_ps(w->min, d);
    UNROLL for (int m = 0; m < 4; m++)
        if (2 * m < n) {
            const unsigned b = 8 * h + 2 * (unsigned)m;
            __m256 f = spread(scale, m);
            __m256i v[2];
            dot_two(t, w, m, x, b, v);
            sum[m % 2] =
                _mm256_fmadd_ps(_mm256_cvtepi32_ps(v[0]), f, sum[m % 2]);
            if (t.has_fine)
                sum[m % 2] =
                    _mm256_fmadd_ps(_mm256_cvtepi32_ps(v[1]), f, sum[m % 2]);
            if (t.has_fine_min)
                sum[m % 2] = _mm256_fmadd_ps(min_of(x, b, w->u.fine_min + 4 * m),
                                             spread(min, m), sum[m % 2]);
        }
    if (t.has_min)
        sum[0] = _mm256_fmadd_ps(w->min, load_half(x->s, h), sum[0]);
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
    struct half w;
    __m256 sum[COLS][2];
    for (size_t c = 0; c < n_cols; c++)
        sum[c][0] = sum[c][1] = _mm256_setzero_ps();
    size_t i = 0; /* halves of groups */
    for (; i < n_blocks / 8; i++, p += t.group_bytes) {
        unpack(t, 8, p, &w);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, 8, &w, x + c * n_groups + i / 2, i % 2, sum[c]);
    }
    if (rest == 2) { /* rows of 576: a constant is faster */
        unpack(t, 2, p, &w);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, 2, &w, x + c * n_groups + i / 2, i % 2, sum[c]);
    } else if (rest) {
        unpack(t, rest, p, &w);
        for (size_t c = 0; c < n_cols; c++)
            add_half(t, rest, &w, x + c * n_groups + i / 2, i % 2, sum[c]);
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
