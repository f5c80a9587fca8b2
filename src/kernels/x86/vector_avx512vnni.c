/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include <immintrin.h>

#include "kernels/block.h"
#include "kernels/x86/quantize_x86.h"

#define LANES 16
typedef __m512 vec;
typedef struct {
    __m512d lo, hi;
} sums;

#define v_set _mm512_set1_ps
#define v_load _mm512_loadu_ps
#define v_store _mm512_storeu_ps
#define v_add _mm512_add_ps
#define v_sub _mm512_sub_ps
#define v_mul _mm512_mul_ps
#define v_div _mm512_div_ps
#define v_fma _mm512_fmadd_ps
#define v_min _mm512_min_ps
#define v_max _mm512_max_ps
#define v_round(x) \
    _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define v_scale_by_power _mm512_scalef_ps
#define v_total _mm512_reduce_add_ps
#define v_largest _mm512_reduce_max_ps

INLINE bool v_any_above(vec v, vec limit)
{
    return _mm512_cmp_ps_mask(v, limit, _CMP_GT_OQ) != 0;
}

INLINE __mmask16 first(size_t n)
{
    return (__mmask16)((1u << n) - 1);
}

INLINE vec v_load_part(const float *p, size_t n)
{
    return _mm512_maskz_loadu_ps(first(n), p);
}

INLINE void v_store_part(float *p, size_t n, vec v)
{
    _mm512_mask_storeu_ps(p, first(n), v);
}

INLINE vec v_load_f16(const uint16_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const void *)p));
}

INLINE vec v_load_part_f16(const uint16_t *p, size_t n)
{
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first(n), p));
}

INLINE void v_store_f16(uint16_t *p, vec v)
{
    _mm256_storeu_si256((void *)p,
                        _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}

INLINE void v_store_part_f16(uint16_t *p, size_t n, vec v)
{
    _mm256_mask_storeu_epi16(p, first(n),
                             _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}

INLINE sums s_zero(void)
{
    return (sums){_mm512_setzero_pd(), _mm512_setzero_pd()};
}

INLINE sums s_add(sums s, vec v)
{
    s.lo = _mm512_add_pd(s.lo, _mm512_cvtps_pd(_mm512_castps512_ps256(v)));
    s.hi = _mm512_add_pd(s.hi, _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)));
    return s;
}

INLINE sums s_add_square(sums s, vec v)
{
    __m512d lo = _mm512_cvtps_pd(_mm512_castps512_ps256(v));
    __m512d hi = _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1));
    s.lo = _mm512_fmadd_pd(lo, lo, s.lo);
    s.hi = _mm512_fmadd_pd(hi, hi, s.hi);
    return s;
}

INLINE double s_total(sums s)
{
    return _mm512_reduce_add_pd(_mm512_add_pd(s.lo, s.hi));
}

/* out[i] = the sum of v_i's lanes. Two at a time are halved in one go. */
INLINE void v_four_totals(vec v0, vec v1, vec v2, vec v3, float out[4])
{
    vec a = v_add(_mm512_unpacklo_ps(v0, v1), _mm512_unpackhi_ps(v0, v1));
    vec b = v_add(_mm512_unpacklo_ps(v2, v3), _mm512_unpackhi_ps(v2, v3));
    vec c = v_add(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xEE));
    __m256 d = _mm256_add_ps(_mm512_castps512_ps256(c),
                             _mm512_extractf32x8_ps(c, 1));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(d),
                                  _mm256_extractf128_ps(d, 1)));
}

enum { DOT_ROWS = 3, DOT_COLS = 8, MIX_COLS = 8 };

#include "kernels/rows_loops.h"
#include "kernels/vector_loops.h"

void vector_init_avx512(struct kernels *k)
{
    vector_init(k);
    rows_init(k);
}
