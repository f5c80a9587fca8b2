/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include <immintrin.h>

#include "kernels/flat.h"

/* The types of flat.h, all by one loop: a block is taken apart by the readable
 * function, once for up to COLS columns, and multiplied here. What taking apart
 * costs is most of the time for few columns. Types that deserve better have a
 * layout (unpack_avx2.h) instead. */

#define COLS 16

struct type {
    flat_fn flat;
    size_t len, bytes;
    bool has_min;
};

/* 32 values of a block. */
INLINE __m256i load_block(const int8_t *p)
{
    return _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128((const void *)p)),
        _mm_loadu_si128((const void *)(p + ACT_SECOND)), 1);
}

/* 32 products, of both planes, in 8 sums, four for each 16. */
INLINE __m256 dot32(__m256i code, const struct act_group *x, unsigned b)
{
    __m256i size = _mm256_abs_epi8(code);
    __m256i hi = load_block(x->hi + act_at(b)), lo = load_block(x->lo + act_at(b));
    hi = _mm256_maddubs_epi16(size, _mm256_sign_epi8(hi, code));
    lo = _mm256_maddubs_epi16(size, _mm256_sign_epi8(lo, code));
    return _mm256_cvtepi32_ps(_mm256_add_epi32(
        _mm256_madd_epi16(hi, _mm256_set1_epi16(256)),
        _mm256_madd_epi16(lo, _mm256_set1_epi16(1))));
}

/* One factor for each 16 of 32. */
INLINE __m256 two(const float *p)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_broadcast_ss(p)),
                                _mm_broadcast_ss(p + 1), 1);
}

/* Part j of 32 weights of a block times block b of a group. */
INLINE __m256 add32(const struct flat *f, bool has_min, size_t j,
                    const struct act_group *x, unsigned b, __m256 sum)
{
    __m256i code = _mm256_loadu_si256((const void *)(f->q + 32 * j));
    __m256 part = _mm256_mul_ps(dot32(code, x, b), two(f->scale + 2 * j));
    if (has_min) {
        const int32_t *half = x->half_sum[b / 8] + act_half_at(b);
        float least = f->min[2 * j] * (float)half[0] +
                      f->min[2 * j + 1] * (float)half[1];
        part = _mm256_sub_ps(part,
                             _mm256_zextps128_ps256(_mm_set_ss(least)));
    }
    return _mm256_fmadd_ps(part, _mm256_set1_ps(x->d[act_block_at(b)]), sum);
}

INLINE float total(__m256 v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

/* A block of weights times a column, from the block of activations `b` on. */
INLINE __m256 add_flat(const struct flat *f, size_t len, bool has_min,
                       const struct act_group *x, size_t b, __m256 sum)
{
    for (size_t j = 0; j < len / ACT_BLOCK; j++, b++)
        sum = add32(f, has_min, j, x + b / ACT_GROUP_BLOCKS,
                    b % ACT_GROUP_BLOCKS, sum);
    return sum;
}

static void mul_row(const struct type *t, size_t k, const uint8_t *p,
                    const struct act_group *x, size_t n_cols, float *y,
                    size_t ldy)
{
    __m256 sum[COLS];
    for (size_t c = 0; c < n_cols; c++)
        sum[c] = _mm256_setzero_ps();
    for (size_t i = 0; i < k; i += t->len, p += t->bytes) {
        struct flat f;
        t->flat(p, &f);
        for (size_t c = 0; c < n_cols; c++) {
            const struct act_group *from = x + c * act_groups(k);
            sum[c] = t->has_min
                         ? add_flat(&f, t->len, true, from, i / ACT_BLOCK, sum[c])
                         : add_flat(&f, t->len, false, from, i / ACT_BLOCK,
                                    sum[c]);
        }
    }
    for (size_t c = 0; c < n_cols; c++)
        y[c * ldy] = total(sum[c]);
}

static void mul_q8(const struct type *t, size_t k, const void *w,
                   size_t row_bytes, size_t n_rows, const struct act_group *x,
                   size_t n_cols, float *y, size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c += COLS)
            mul_row(t, k, (const uint8_t *)w + r * row_bytes,
                    x + c * act_groups(k), n_cols - c < COLS ? n_cols - c : COLS,
                    y + c * ldy + r, ldy);
}

#define MUL_Q8(NAME, name, LEN, MIN)                                         \
    static void mul_##name##_q8_flat(size_t k, const void *w,                \
                                     size_t row_bytes, size_t n_rows,        \
                                     const struct act_group *x,              \
                                     size_t n_cols, float *y, size_t ldy)    \
    {                                                                        \
        static const struct type t = {flat_##name, LEN,                      \
                                      sizeof(struct block_##name), MIN};     \
        mul_q8(&t, k, w, row_bytes, n_rows, x, n_cols, y, ldy);              \
    }

FLAT_TYPES(MUL_Q8)

void mul_flat_init_avx2(struct kernels *k)
{
#define ENTRY(NAME, name, LEN, MIN) \
    k->weight[WEIGHT_##NAME].mul_q8 = mul_##name##_q8_flat;
    FLAT_TYPES(ENTRY)
#undef ENTRY
}
