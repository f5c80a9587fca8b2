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

/* 32 products in 8 sums, four for each 16. */
INLINE __m256 dot32(__m256i code, __m256i x)
{
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(code),
                                         _mm256_sign_epi8(x, code));
    return _mm256_cvtepi32_ps(
        _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

/* One factor for each 16 of 32. */
INLINE __m256 two(const float *p)
{
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_broadcast_ss(p)),
                                _mm_broadcast_ss(p + 1), 1);
}

/* Part j of 32 weights of a block times a column. */
INLINE __m256 add32(const struct flat *f, bool has_min, size_t j,
                    const int8_t *q, float d, __m256 sum)
{
    __m256i code = _mm256_loadu_si256((const void *)(f->q + 32 * j));
    __m256i x = _mm256_loadu_si256((const void *)q);
    __m256 part = _mm256_mul_ps(dot32(code, x), two(f->scale + 2 * j));
    if (has_min)
        part = _mm256_fnmadd_ps(dot32(_mm256_set1_epi8(1), x),
                                two(f->min + 2 * j), part);
    return _mm256_fmadd_ps(part, _mm256_set1_ps(d), sum);
}

INLINE float total(__m256 v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

static void mul_row(const struct type *t, size_t k, const uint8_t *p,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy)
{
    const size_t n_blocks = k / ACT_BLOCK;
    __m256 sum[COLS];
    for (size_t c = 0; c < n_cols; c++)
        sum[c] = _mm256_setzero_ps();
    for (size_t i = 0; i < k; i += t->len, p += t->bytes) {
        struct flat f;
        t->flat(p, &f);
        for (size_t c = 0; c < n_cols; c++) {
            const int8_t *q = x.q + c * k + i;
            const float *d = x.d + c * n_blocks + i / ACT_BLOCK;
            __m256 s = sum[c];
            if (t->has_min)
                for (size_t j = 0; j < t->len / 32; j++)
                    s = add32(&f, true, j, q + 32 * j, d[j], s);
            else
                for (size_t j = 0; j < t->len / 32; j++)
                    s = add32(&f, false, j, q + 32 * j, d[j], s);
            sum[c] = s;
        }
    }
    for (size_t c = 0; c < n_cols; c++)
        y[c * ldy] = total(sum[c]);
}

static void mul_q8(const struct type *t, size_t k, const void *w,
                   size_t row_bytes, size_t n_rows, struct act_q8 x,
                   size_t n_cols, float *y, size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++)
        for (size_t c = 0; c < n_cols; c += COLS) {
            size_t n = n_cols - c < COLS ? n_cols - c : COLS;
            struct act_q8 from = {x.q + c * k, x.d + c * (k / ACT_BLOCK),
                                  x.s + c * (k / ACT_BLOCK)};
            mul_row(t, k, (const uint8_t *)w + r * row_bytes, from, n,
                    y + c * ldy + r, ldy);
        }
}

#define MUL_Q8(NAME, name, LEN, MIN)                                         \
    static void mul_##name##_q8_flat(size_t k, const void *w,                \
                                     size_t row_bytes, size_t n_rows,        \
                                     struct act_q8 x, size_t n_cols,         \
                                     float *y, size_t ldy)                   \
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
