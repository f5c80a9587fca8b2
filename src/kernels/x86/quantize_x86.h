/* quantize_x86.h - one block of activations to integers, to the same bits as
 * the scalar version. */
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

/* 32 values to bytes: the first 16, and the others where second halves are.
 * Packing works in halves of the vector: the order is mended at the end. */
INLINE void store_bytes(int8_t *to, const __m256i v[4])
{
    const __m256i order = _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0);
    __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(v[0], v[1]),
                                        _mm256_packs_epi32(v[2], v[3]));
    packed = _mm256_permutevar8x32_epi32(packed, order);
    _mm_storeu_si128((void *)to, _mm256_castsi256_si128(packed));
    _mm_storeu_si128((void *)(to + ACT_SECOND),
                     _mm256_extracti128_si256(packed, 1));
}

INLINE void quantize_block(const float *x, unsigned b, int planes,
                           struct act_group *out)
{
    const int most_lo = planes == 1 ? 0 : 127;
    __m256 v[4];
    __m256i hi[4], lo[4], all[4];
    UNROLL for (int i = 0; i < 4; i++)
        v[i] = _mm256_loadu_ps(x + 8 * i);
    uint32_t max = largest_magnitude(v);
    float amax = float_of_bits(max);
    bool finite = max < 0x7F800000;
    float inverse = finite && amax >= ACT_AMAX_MIN ? 127 / amax : 0;
    /* Not finite: nothing is left of them here. */
    const __m256 keep = _mm256_castsi256_ps(_mm256_set1_epi32(finite ? -1 : 0));
    const __m256i most = _mm256_set1_epi32(most_lo);
    const __m256i least = _mm256_set1_epi32(-most_lo);
    UNROLL for (int i = 0; i < 4; i++) {
        v[i] = _mm256_mul_ps(_mm256_and_ps(v[i], keep), _mm256_set1_ps(inverse));
        hi[i] = _mm256_cvtps_epi32(v[i]);
        __m256 rest = _mm256_sub_ps(v[i], _mm256_cvtepi32_ps(hi[i]));
        lo[i] = _mm256_cvtps_epi32(_mm256_mul_ps(rest, _mm256_set1_ps(256)));
        lo[i] = _mm256_max_epi32(_mm256_min_epi32(lo[i], most), least);
        all[i] = _mm256_add_epi32(_mm256_slli_epi32(hi[i], 8), lo[i]);
    }
    store_bytes(out->hi + act_at(b), hi);
    store_bytes(out->lo + act_at(b), lo);
    int32_t *half_sum = out->half_sum[b / 8] + act_half_at(b);
    half_sum[0] = sum_of(_mm256_add_epi32(all[0], all[1]));
    half_sum[1] = sum_of(_mm256_add_epi32(all[2], all[3]));
    unsigned at = act_block_at(b);
    out->d[at] = inverse || !finite ? amax / ACT_MAX : 0;
    out->sum[at] = half_sum[0] + half_sum[1];
    out->s[at] = out->d[at] * (float)out->sum[at];
}

#endif
