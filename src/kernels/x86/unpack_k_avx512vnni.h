/* unpack_k_avx512vnni.h - the K types: blocks of 256. */
#ifndef KERNELS_X86_UNPACK_K_AVX512VNNI_H
#define KERNELS_X86_UNPACK_K_AVX512VNNI_H

#include "kernels/x86/unpack_avx512vnni.h"

/* 32 bytes, twice. */
INLINE __m512i both_halves(const uint8_t *p)
{
    return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)p));
}

/* 16 bytes, four times. */
INLINE __m512i four_times(const uint8_t *p)
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const void *)p));
}

/* Eight bytes, each times d. */
INLINE __m256 scale_bytes(uint64_t bytes, float d)
{
    __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_set1_ps(d));
}

/* d, dmin and the 6-bit scales of Q4_K and Q5_K: q4_k_scales, four bytes at a
 * time. */
INLINE void put_k_scales(const uint8_t *p, int v, struct group *g)
{
    uint32_t a, b, c;
    memcpy(&a, p + 4, 4);
    memcpy(&b, p + 8, 4);
    memcpy(&c, p + 12, 4);
    uint32_t scale = (c & 0x0F0F0F0F) | (a >> 2 & 0x30303030);
    uint32_t min = (c >> 4 & 0x0F0F0F0F) | (b >> 2 & 0x30303030);
    float d = _cvtsh_ss(u16_load(p)), dmin = _cvtsh_ss(u16_load(p + 2));
    g->scale[v] = _mm512_castps256_ps512(
        scale_bytes((uint64_t)scale << 32 | (a & 0x3F3F3F3F), d));
    g->min[v] = _mm512_castps256_ps512(
        scale_bytes((uint64_t)min << 32 | (b & 0x3F3F3F3F), -dmin));
}

/* 64 bytes with b0 in the low, b1 in the high halves of the first 32 (first
 * halves of blocks before second ones), b2 and b3 in the others. */
INLINE void put_k_nibbles(const uint8_t *p, int u, struct group *g)
{
    const __m512i low4 = _mm512_set1_epi8(15);
    __m512i q = _mm512_loadu_si512(p);
    __m512i low = _mm512_and_si512(q, low4);
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(q, 4), low4);
    g->code[2 * u] = _mm512_mask_permutex_epi64(low, 0xCC, high, 0x44);
    g->code[2 * u + 1] = _mm512_mask_permutex_epi64(high, 0x33, low, 0xEE);
}

INLINE void half_q4_k(const uint8_t *p, int v, struct group *g)
{
    put_k_nibbles(p + 16, 2 * v, g);
    put_k_nibbles(p + 80, 2 * v + 1, g);
    put_k_scales(p, v, g);
}

/* Where bit 4j + i of the bytes under block i is set: 16 more. */
INLINE __m512i add_fifth(__m512i code, __m512i bits, int j)
{
    const __m512i probe = _mm512_set_epi64(
        0x0808080808080808, 0x0808080808080808, 0x0404040404040404,
        0x0404040404040404, 0x0202020202020202, 0x0202020202020202,
        0x0101010101010101, 0x0101010101010101);
    __mmask64 set =
        _mm512_test_epi8_mask(bits, j ? _mm512_slli_epi16(probe, 4) : probe);
    return _mm512_mask_add_epi8(code, set, code, _mm512_set1_epi8(16));
}

INLINE void half_q5_k(const uint8_t *p, int v, struct group *g)
{
    const __m512i first = four_times(p + 16), second = four_times(p + 32);
    UNROLL for (int j = 0; j < 2; j++) {
        const int u = 2 * v + j;
        put_k_nibbles(p + 48 + 64 * j, u, g);
        g->code[2 * u] = add_fifth(g->code[2 * u], first, j);
        g->code[2 * u + 1] = add_fifth(g->code[2 * u + 1], second, j);
    }
    put_k_scales(p, v, g);
}

/* A scale for each 16 in order: into the lanes of the sums, as half_sum. */
INLINE __m128i lanes16(__m128i bytes)
{
    return _mm_shuffle_epi8(bytes, _mm_set_epi8(15, 14, 7, 6, 13, 12, 5, 4, 11,
                                                10, 3, 2, 9, 8, 1, 0));
}

INLINE __m512 times16(__m512i scale, const uint8_t *d, bool negative)
{
    float f = _cvtsh_ss(u16_load(d));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(scale),
                         _mm512_set1_ps(negative ? -f : f));
}

INLINE void half_q6_k(const uint8_t *p, int v, struct group *g)
{
    const __m512i low = _mm512_set1_epi8(15), high = _mm512_set1_epi8(0x30);
    const __m512i left = _mm512_set_epi64(2, 2, 2, 2, 4, 4, 4, 4);
    const __m512i right = _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0);
    UNROLL for (int j = 0; j < 2; j++) {
        __m512i ql = _mm512_loadu_si512(p + 64 * j);
        __m512i qh = both_halves(p + 128 + 32 * j);
        /* 0xF8: a | (b & c) */
        put_natural(
            _mm512_ternarylogic_epi64(_mm512_and_si512(ql, low),
                                      _mm512_sllv_epi64(qh, left), high, 0xF8),
            _mm512_ternarylogic_epi64(
                _mm512_and_si512(_mm512_srli_epi16(ql, 4), low),
                _mm512_srlv_epi64(qh, right), high, 0xF8),
            2 * v + j, g);
    }
    __m128i scales = lanes16(_mm_loadu_si128((const void *)(p + 192)));
    g->scale[v] = times16(_mm512_cvtepi8_epi32(scales), p + 208, false);
}

/* k_low2: 64 weights from 32 bytes. */
INLINE __m512i two_bits(const uint8_t *q, int j)
{
    const __m512i shift =
        j % 2 ? _mm512_set_epi64(6, 6, 6, 6, 4, 4, 4, 4)
              : _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0);
    return _mm512_and_si512(
        _mm512_srlv_epi64(both_halves(q + j / 2 * 32), shift),
        _mm512_set1_epi8(3));
}

INLINE void half_q2_k(const uint8_t *p, int v, struct group *g)
{
    UNROLL for (int j = 0; j < 2; j++)
        put_natural(two_bits(p + 16, 2 * j), two_bits(p + 16, 2 * j + 1),
                    2 * v + j, g);
    __m512i both = _mm512_cvtepu8_epi32(
        lanes16(_mm_loadu_si128((const void *)p)));
    g->scale[v] = times16(_mm512_and_si512(both, _mm512_set1_epi32(15)), p + 80,
                          false);
    g->min[v] = times16(_mm512_srli_epi32(both, 4), p + 82, true);
}

/* Where bit j of the 32 bytes is set, for 32 weights, and bit j + 1 for the next
 * 32: 4 more. */
INLINE __m512i add_third(__m512i code, __m512i bits, int j)
{
    const __m512i probe = _mm512_inserti64x4(
        _mm512_set1_epi8((char)(1 << j)), _mm256_set1_epi8((char)(2 << j)), 1);
    return _mm512_mask_add_epi8(code, _mm512_test_epi8_mask(bits, probe), code,
                                _mm512_set1_epi8(4));
}

INLINE void half_q3_k(const uint8_t *p, int v, struct group *g)
{
    const __m512i high = both_halves(p);
    UNROLL for (int j = 0; j < 2; j++)
        put_natural(add_third(two_bits(p + 32, 2 * j), high, 4 * j),
                    add_third(two_bits(p + 32, 2 * j + 1), high, 4 * j + 2),
                    2 * v + j, g);
    /* q3_k_scales, eight bytes at a time. */
    uint64_t low;
    uint32_t top;
    memcpy(&low, p + 96, 8);
    memcpy(&top, p + 104, 4);
    uint64_t a = low & 0x0F0F0F0F0F0F0F0F, b = low >> 4 & 0x0F0F0F0F0F0F0F0F;
    a |= (uint64_t)(top << 2 & 0x30303030) << 32 | (top << 4 & 0x30303030);
    b |= (uint64_t)(top >> 2 & 0x30303030) << 32 | (top & 0x30303030);
    __m128i scales = lanes16(_mm_set_epi64x((long long)b, (long long)a));
    g->scale[v] = times16(_mm512_sub_epi32(_mm512_cvtepu8_epi32(scales),
                                           _mm512_set1_epi32(32)),
                          p + 108, false);
}

#define layout_q2_k \
    ((struct layout){.half = half_q2_k, .block_bytes = 84, .by16 = true, \
                     .has_min = true})
#define layout_q3_k \
    ((struct layout){.half = half_q3_k, .block_bytes = 110, .by16 = true, \
                     .offset = 4})
#define layout_q4_k \
    ((struct layout){.half = half_q4_k, .block_bytes = 144, .has_min = true})
#define layout_q5_k \
    ((struct layout){.half = half_q5_k, .block_bytes = 176, .has_min = true})
#define layout_q6_k \
    ((struct layout){.half = half_q6_k, .block_bytes = 210, .by16 = true, \
                     .offset = 32})

#endif
