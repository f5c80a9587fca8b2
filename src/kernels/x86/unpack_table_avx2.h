/* unpack_table_avx2.h - types whose codes choose from a table of 16. */
#ifndef KERNELS_X86_UNPACK_TABLE_AVX2_H
#define KERNELS_X86_UNPACK_TABLE_AVX2_H

#include "kernels/x86/unpack_avx2.h"

INLINE __m256i look_up(const int8_t table[16], __m256i code)
{
    __m128i t = _mm_loadu_si128((const void *)table);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(t), code);
}

INLINE void unpack_iq4_nl(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = look_up(iq4_nl_values, nibbles(p + 18 * j + 2));
    u->scale = scales_at(p, 18, n);
}

INLINE void unpack_iq4_xs(const uint8_t *p, int n, struct unpacked *u)
{
    (void)n;
    UNROLL for (int j = 0; j < 8; j++)
        u->code[j] = look_up(iq4_nl_values, nibbles(p + 8 + 16 * j));
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
    u->scale = _mm256_mul_ps(_mm256_cvtepi32_ps(scale),
                             _mm256_set1_ps(_cvtsh_ss(u16_load(p))));
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

/* Codes with 12 added: sums of these fit longer than signed ones. */
INLINE void unpack_mxfp4(const uint8_t *p, int n, struct unpacked *u)
{
    uint64_t e = 0;
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n) {
            u->code[j] = _mm256_add_epi8(
                look_up(fp4_values, nibbles(p + 17 * j + 1)),
                _mm256_set1_epi8(12));
            e |= (uint64_t)p[17 * j] << 8 * j;
        }
    u->scale = powers(e);
}

#define layout_iq4_nl \
    ((struct layout){.unpack = unpack_iq4_nl, .group_bytes = 144, \
                     .block_bytes = 18, .is_signed = true})
#define layout_iq4_xs \
    ((struct layout){.unpack = unpack_iq4_xs, .group_bytes = 136, \
                     .is_signed = true})
#define layout_mxfp4 \
    ((struct layout){.unpack = unpack_mxfp4, .group_bytes = 136, \
                     .block_bytes = 17, .offset = 12})

#endif
