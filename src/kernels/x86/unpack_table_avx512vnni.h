/* unpack_table_avx512vnni.h - types whose codes choose from a table of 16. */
#ifndef KERNELS_X86_UNPACK_TABLE_AVX512VNNI_H
#define KERNELS_X86_UNPACK_TABLE_AVX512VNNI_H

#include "kernels/x86/unpack_avx512vnni.h"

/* The codes of unit u become values of the table, with `offset` added to make
 * them unsigned. */
INLINE void look_up(const int8_t table[16], int offset, int u, struct group *g)
{
    __m512i t = _mm512_broadcast_i32x4(
        _mm_add_epi8(_mm_loadu_si128((const void *)table),
                     _mm_set1_epi8((char)offset)));
    g->code[2 * u] = _mm512_shuffle_epi8(t, g->code[2 * u]);
    g->code[2 * u + 1] = _mm512_shuffle_epi8(t, g->code[2 * u + 1]);
}

/* Q4_0 with other values. */
INLINE void unit_iq4_nl(const uint8_t *p, int u, int n, struct group *g,
                        __m512i *heads)
{
    put_nibbles(bytes_q4_0(p, u, n, heads), u, g);
    look_up(iq4_nl_values, 128, u, g);
}

INLINE void half_iq4_xs(const uint8_t *p, int v, struct group *g)
{
    UNROLL for (int j = 0; j < 2; j++) {
        put_nibbles(_mm512_loadu_si512(p + 8 + 64 * j), 2 * v + j, g);
        look_up(iq4_nl_values, 128, 2 * v + j, g);
    }
}

/* Eight scales of one block, in order. */
INLINE __m512 natural_iq4_xs(const uint8_t *p)
{
    __m256i by4 = _mm256_set_epi32(28, 24, 20, 16, 12, 8, 4, 0);
    __m256i by2 = _mm256_set_epi32(14, 12, 10, 8, 6, 4, 2, 0);
    __m256i low = _mm256_set1_epi32(i32_load(p + 4));
    __m256i high = _mm256_set1_epi32(u16_load(p + 2));
    low = _mm256_and_si256(_mm256_srlv_epi32(low, by4), _mm256_set1_epi32(15));
    high = _mm256_and_si256(_mm256_srlv_epi32(high, by2), _mm256_set1_epi32(3));
    __m256i scale = _mm256_sub_epi32(
        _mm256_or_si256(low, _mm256_slli_epi32(high, 4)), _mm256_set1_epi32(32));
    return _mm512_castps256_ps512(
        _mm256_mul_ps(_mm256_cvtepi32_ps(scale),
                      _mm256_set1_ps(_cvtsh_ss(u16_load(p)))));
}

INLINE void scales_iq4_xs(const uint8_t *p, int units, struct group *g)
{
    const __m512i order = _mm512_set_epi32(23, 19, 7, 3, 22, 18, 6, 2, 21, 17, 5,
                                           1, 20, 16, 4, 0);
    __m512 a = natural_iq4_xs(p);
    g->scale[0] = units > 2 ? _mm512_permutex2var_ps(a, order,
                                                     natural_iq4_xs(p + 136))
                            : _mm512_maskz_permutexvar_ps(0x3333, order, a);
}

INLINE void unit_mxfp4(const uint8_t *p, int u, int n, struct group *g,
                       __m512i *heads)
{
    put_nibbles(bytes_at(p + 1, 17, n), u, g);
    look_up(fp4_values, 12, u, g);
    put_heads(heads_at(p, 17, n), u, heads);
}

/* e8m0_half of the lowest bytes. */
INLINE void heads_e8m0(__m512i heads, struct group *g)
{
    __m512i e = _mm512_and_si512(heads, _mm512_set1_epi32(255));
    __m512i normal =
        _mm512_slli_epi32(_mm512_sub_epi32(e, _mm512_set1_epi32(1)), 23);
    __m512i small = _mm512_sllv_epi32(_mm512_set1_epi32(0x200000), e);
    __mmask16 is_small = _mm512_cmplt_epi32_mask(e, _mm512_set1_epi32(2));
    g->scale[0] = _mm512_castsi512_ps(
        _mm512_mask_blend_epi32(is_small, normal, small));
}

#define layout_iq4_nl \
    ((struct layout){.unit = unit_iq4_nl, .heads = heads_d, .block_bytes = 18, \
                     .offset = 128})
#define layout_iq4_xs \
    ((struct layout){.half = half_iq4_xs, .scales = scales_iq4_xs, \
                     .block_bytes = 136, .offset = 128})
#define layout_mxfp4 \
    ((struct layout){.unit = unit_mxfp4, .heads = heads_e8m0, \
                     .block_bytes = 17, .offset = 12})

#endif
