/* quantize_x86.h - one block of activations to int8, to the same bits as the
 * scalar version. */
#ifndef KERNELS_X86_QUANTIZE_X86_H
#define KERNELS_X86_QUANTIZE_X86_H

#include <immintrin.h>

#include "kernels/block.h"
#include "kernels/x86/x86.h"

/* Compared as integers, so that a NaN is the largest of all. */
INLINE uint32_t largest_magnitude(__m256 v[4])
{
    const __m256i mag = _mm256_set1_epi32(0x7FFFFFFF);
    __m256i m[4];
    UNROLL for (int i = 0; i < 4; i++)
        m[i] = _mm256_and_si256(_mm256_castps_si256(v[i]), mag);
    m[0] = _mm256_max_epi32(_mm256_max_epi32(m[0], m[1]),
                            _mm256_max_epi32(m[2], m[3]));
    __m128i h = _mm_max_epi32(_mm256_castsi256_si128(m[0]),
                              _mm256_extracti128_si256(m[0], 1));
    h = _mm_max_epi32(h, _mm_shuffle_epi32(h, 0x4E));
    h = _mm_max_epi32(h, _mm_shuffle_epi32(h, 0xB1));
    return (uint32_t)_mm_cvtsi128_si32(h);
}

INLINE int sum_of(__m256i v)
{
    __m128i h = _mm_add_epi32(_mm256_castsi256_si128(v),
                              _mm256_extracti128_si256(v, 1));
    h = _mm_add_epi32(h, _mm_shuffle_epi32(h, 0x4E));
    h = _mm_add_epi32(h, _mm_shuffle_epi32(h, 0xB1));
    return _mm_cvtsi128_si32(h);
}

INLINE void quantize_block(const float *x, int8_t *q, float *d, float *s)
{
    __m256 v[4];
    __m256i n[4];
    UNROLL for (int i = 0; i < 4; i++)
        v[i] = _mm256_loadu_ps(x + 8 * i);
    uint32_t max = largest_magnitude(v);
    float amax = float_of_bits(max);
    bool finite = max < 0x7F800000;
    float inverse = finite && amax >= ACT_AMAX_MIN ? 127 / amax : 0;
    /* Not finite: the conversion gives the lowest integer, this clears it. */
    const __m256i keep = _mm256_set1_epi32(finite ? -1 : 0);
    UNROLL for (int i = 0; i < 4; i++)
        n[i] = _mm256_and_si256(
            keep, _mm256_cvtps_epi32(
                      _mm256_mul_ps(v[i], _mm256_set1_ps(inverse))));
    /* Packing works in halves of the vector: the order is mended at the end. */
    __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(n[0], n[1]),
                                        _mm256_packs_epi32(n[2], n[3]));
    const __m256i order = _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0);
    _mm256_storeu_si256((void *)q, _mm256_permutevar8x32_epi32(packed, order));
    int sum = sum_of(_mm256_add_epi32(_mm256_add_epi32(n[0], n[1]),
                                      _mm256_add_epi32(n[2], n[3])));
    *d = inverse || !finite ? amax / 127 : 0;
    *s = *d * (float)sum;
}

#endif
