/* unpack_table_avx512vnni.h - types whose codes choose from a table of 16. */
#ifndef KERNELS_X86_UNPACK_TABLE_AVX512VNNI_H
#define KERNELS_X86_UNPACK_TABLE_AVX512VNNI_H

#include "kernels/x86/unpack_avx512vnni.h"

/* Values of the table, with `offset` added to make them unsigned. */
INLINE __m512i look_up(const int8_t table[16], int offset, __m512i code)
{
    __m128i t = _mm_add_epi8(_mm_loadu_si128((const void *)table),
                             _mm_set1_epi8((char)offset));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(t), code);
}

/* Q4_0 with other values. */
INLINE void unpack_iq4_nl(const uint8_t *p, struct unpacked *u)
{
    unpack_q4_0(p, u);
    UNROLL for (int j = 0; j < 4; j++)
        u->code[j] = look_up(iq4_nl_values, 128, u->code[j]);
}

INLINE __m512i unpack_pair_iq4_nl(const uint8_t *p, int n)
{
    return look_up(iq4_nl_values, 128, unpack_pair_q4_0(p, n));
}

INLINE void unpack_iq4_xs(const uint8_t *p, struct unpacked *u)
{
    const __m512i twice = _mm512_set_epi64(3, 2, 3, 2, 1, 0, 1, 0);
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i q = _mm512_castsi256_si512(
            _mm256_loadu_si256((const void *)(p + 8 + 32 * j)));
        u->code[j] = look_up(iq4_nl_values, 128,
                             split_nibbles(_mm512_permutexvar_epi64(twice, q)));
    }
    int low;
    memcpy(&low, p + 4, 4);
    __m256i by4 = _mm256_set_epi32(28, 24, 20, 16, 12, 8, 4, 0);
    __m256i by2 = _mm256_set_epi32(14, 12, 10, 8, 6, 4, 2, 0);
    __m256i l = _mm256_and_si256(_mm256_srlv_epi32(_mm256_set1_epi32(low), by4),
                                 _mm256_set1_epi32(15));
    __m256i h = _mm256_and_si256(
        _mm256_srlv_epi32(_mm256_set1_epi32(u16_load(p + 2)), by2),
        _mm256_set1_epi32(3));
    __m256i scale = _mm256_sub_epi32(
        _mm256_or_si256(l, _mm256_slli_epi32(h, 4)), _mm256_set1_epi32(32));
    u->scale = _mm512_castps256_ps512(
        _mm256_mul_ps(_mm256_cvtepi32_ps(scale),
                      _mm256_set1_ps(_cvtsh_ss(u16_load(p)))));
}

/* e8m0_half of eight bytes. */
INLINE __m256 powers(uint64_t exponents)
{
    __m256i e = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)exponents));
    __m256i normal =
        _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
    __m256i small = _mm256_sllv_epi32(_mm256_set1_epi32(0x200000), e);
    __m256i is_small = _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e);
    return _mm256_castsi256_ps(_mm256_blendv_epi8(normal, small, is_small));
}

INLINE void unpack_mxfp4(const uint8_t *p, struct unpacked *u)
{
    const __m512i pick = TWICE(1, 18), pick_last = TWICE(31, 48);
    uint64_t e = 0;
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i at = _mm512_loadu_si512(p + (j < 3 ? 34 * j : 72));
        u->code[j] = look_up(fp4_values, 12, split_nibbles(
            _mm512_permutexvar_epi8(j < 3 ? pick : pick_last, at)));
    }
    UNROLL for (int j = 0; j < 8; j++)
        e |= (uint64_t)p[17 * j] << 8 * j;
    u->scale = _mm512_castps256_ps512(powers(e));
}

INLINE __m512i unpack_pair_mxfp4(const uint8_t *p, int n)
{
    __m512i at = _mm512_maskz_loadu_epi8(n == 2 ? (1ull << 34) - 1
                                                : (1ull << 17) - 1, p);
    return look_up(fp4_values, 12, split_nibbles(
        _mm512_permutexvar_epi8(TWICE(1, 18), at)));
}

#define layout_iq4_nl \
    ((struct layout){unpack_iq4_nl, unpack_pair_iq4_nl, 144, 18, 8, 128, 0, \
                     false, false})
#define layout_iq4_xs \
    ((struct layout){unpack_iq4_xs, unpack_pair_none, 136, 0, 8, 128, 0, \
                     false, false})
#define layout_mxfp4 \
    ((struct layout){unpack_mxfp4, unpack_pair_mxfp4, 136, 17, 8, 12, 0, \
                     false, true})

#endif
