/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include <immintrin.h>

#include "kernels/block.h"
#include "kernels/x86/quantize_x86.h"

#define LANES 8
typedef __m256 vec;
typedef struct {
    __m256d lo, hi;
} sums;

#define v_set _mm256_set1_ps
#define v_load _mm256_loadu_ps
#define v_store _mm256_storeu_ps
#define v_add _mm256_add_ps
#define v_sub _mm256_sub_ps
#define v_mul _mm256_mul_ps
#define v_div _mm256_div_ps
#define v_fma _mm256_fmadd_ps
#define v_min _mm256_min_ps
#define v_max _mm256_max_ps
#define v_round(x) \
    _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

/* All ones in the first n lanes. */
INLINE __m256i first(size_t n)
{
    const __m256i index = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), index);
}

INLINE vec v_load_part(const float *p, size_t n)
{
    return _mm256_maskload_ps(p, first(n));
}

INLINE void v_store_part(float *p, size_t n, vec v)
{
    _mm256_maskstore_ps(p, first(n), v);
}

INLINE vec v_load_f16(const uint16_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const void *)p));
}

INLINE vec v_load_part_f16(const uint16_t *p, size_t n)
{
    uint16_t part[8] = {0};
    memcpy(part, p, n * sizeof *p);
    return v_load_f16(part);
}

INLINE void v_store_f16(uint16_t *p, vec v)
{
    _mm_storeu_si128((void *)p, _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}

INLINE void v_store_part_f16(uint16_t *p, size_t n, vec v)
{
    uint16_t part[8];
    v_store_f16(part, v);
    memcpy(p, part, n * sizeof *p);
}

INLINE float v_total(vec v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

INLINE float v_largest(vec v)
{
    __m128 s = _mm_max_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_max_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}

INLINE bool v_any_above(vec v, vec limit)
{
    return _mm256_movemask_ps(_mm256_cmp_ps(v, limit, _CMP_GT_OQ)) != 0;
}

/* x 2^n in two steps: 2^n alone may not fit where the result does. */
INLINE vec v_scale_by_power(vec x, vec n)
{
    __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1);
    const __m256i bias = _mm256_set1_epi32(127);
    __m256i a = _mm256_add_epi32(half, bias);
    __m256i b = _mm256_add_epi32(_mm256_sub_epi32(whole, half), bias);
    x = _mm256_mul_ps(x, _mm256_castsi256_ps(_mm256_slli_epi32(a, 23)));
    return _mm256_mul_ps(x, _mm256_castsi256_ps(_mm256_slli_epi32(b, 23)));
}

INLINE sums s_zero(void)
{
    return (sums){_mm256_setzero_pd(), _mm256_setzero_pd()};
}

INLINE sums s_add(sums s, vec v)
{
    s.lo = _mm256_add_pd(s.lo, _mm256_cvtps_pd(_mm256_castps256_ps128(v)));
    s.hi = _mm256_add_pd(s.hi, _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)));
    return s;
}

INLINE sums s_add_square(sums s, vec v)
{
    __m256d lo = _mm256_cvtps_pd(_mm256_castps256_ps128(v));
    __m256d hi = _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1));
    s.lo = _mm256_fmadd_pd(lo, lo, s.lo);
    s.hi = _mm256_fmadd_pd(hi, hi, s.hi);
    return s;
}

INLINE double s_total(sums s)
{
    __m256d all = _mm256_add_pd(s.lo, s.hi);
    __m128d two = _mm_add_pd(_mm256_castpd256_pd128(all),
                             _mm256_extractf128_pd(all, 1));
    return _mm_cvtsd_f64(_mm_add_sd(two, _mm_unpackhi_pd(two, two)));
}

/* out[i] = the sum of v_i's lanes. */
INLINE void v_four_totals(vec v0, vec v1, vec v2, vec v3, float out[4])
{
    vec a = _mm256_hadd_ps(v0, v1), b = _mm256_hadd_ps(v2, v3);
    vec c = _mm256_hadd_ps(a, b);
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(c),
                                  _mm256_extractf128_ps(c, 1)));
}

enum { DOT_ROWS = 4, DOT_COLS = 2, MIX_COLS = 4 };

#include "kernels/rows_loops.h"
#include "kernels/vector_loops.h"

void vector_init_avx2(struct kernels *k)
{
    vector_init(k);
    rows_init(k);
}
