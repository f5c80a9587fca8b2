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

/* d, dmin and the 6-bit scales of two blocks of Q4_K or Q5_K, q4_k_scales for 16
 * at a time. The lanes of the sums have those that lie whole in a byte (j < 4) at
 * even places and those put together of two at odd ones: of 12 bytes a word of 16
 * bits each, the second byte on top. */
INLINE void put_k_scales(const uint8_t *p, int block_bytes, int units,
                         struct group *g)
{
#define FOUR(v, i, whole, low, high)                                       \
    (16 * v + low + i) | (16 * v + high + i) << 8, (16 * v + whole + i)
#define ALL(whole, low, high)                                                 \
    _mm512_set_epi32(FOUR(1, 3, whole, low, high), FOUR(0, 3, whole, low, high), \
                     FOUR(1, 2, whole, low, high), FOUR(0, 2, whole, low, high), \
                     FOUR(1, 1, whole, low, high), FOUR(0, 1, whole, low, high), \
                     FOUR(1, 0, whole, low, high), FOUR(0, 0, whole, low, high))
#define EACH(whole, part)                                                    \
    _mm512_set4_epi32(part, whole, part, whole)
    const __m256i d_at = _mm256_set1_epi64x(0x0008000800000000);
    __m256i head = _mm256_castsi128_si256(_mm_loadu_si128((const void *)p));
    if (units > 2)
        head = _mm256_inserti128_si256(
            head, _mm_loadu_si128((const void *)(p + block_bytes)), 1);
    else
        head = _mm256_zextsi128_si256(_mm256_castsi256_si128(head));
    const __m512i wide = _mm512_castsi256_si512(head);
    __m512i scale = _mm512_permutexvar_epi8(ALL(4, 12, 4), wide);
    __m512i min = _mm512_permutexvar_epi8(ALL(8, 12, 8), wide);
    /* 0xF8: a | (b & c) */
    scale = _mm512_ternarylogic_epi32(
        _mm512_and_si512(scale, EACH(63, 15)), _mm512_srli_epi32(scale, 10),
        EACH(0, 0x30), 0xF8);
    min = _mm512_ternarylogic_epi32(
        _mm512_and_si512(_mm512_srlv_epi32(min, EACH(0, 4)), EACH(63, 15)),
        _mm512_srli_epi32(min, 10), EACH(0, 0x30), 0xF8);
    __m256i d = _mm256_permutexvar_epi16(d_at, head);
    __m256i dmin = _mm256_xor_si256(
        _mm256_permutexvar_epi16(
            _mm256_or_si256(d_at, _mm256_set1_epi16(1)), head),
        _mm256_set1_epi16((short)0x8000));
    g->scale[0] = _mm512_mul_ps(_mm512_cvtepi32_ps(scale), _mm512_cvtph_ps(d));
    g->min[0] = _mm512_mul_ps(_mm512_cvtepi32_ps(min), _mm512_cvtph_ps(dmin));
#undef FOUR
#undef ALL
#undef EACH
}

INLINE void scales_q4_k(const uint8_t *p, int units, struct group *g)
{
    put_k_scales(p, 144, units, g);
}

INLINE void scales_q5_k(const uint8_t *p, int units, struct group *g)
{
    put_k_scales(p, 176, units, g);
}

/* 64 bytes with b0 in the low, b1 in the high halves of the first 32 (first
 * halves of blocks before second ones), b2 and b3 in the others. */
INLINE void put_k_nibbles(const uint8_t *p, int u, struct group *g)
{
    const __m512i low4 = _mm512_set1_epi8(15);
    __m512i q = load_bytes(p, 64);
    __m512i low = _mm512_and_si512(q, low4);
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(q, 4), low4);
    g->code[2 * u] = _mm512_mask_permutex_epi64(low, 0xCC, high, 0x44);
    g->code[2 * u + 1] = _mm512_mask_permutex_epi64(high, 0x33, low, 0xEE);
}

INLINE void half_q4_k(const uint8_t *p, int v, struct group *g)
{
    put_k_nibbles(p + 16, 2 * v, g);
    put_k_nibbles(p + 80, 2 * v + 1, g);
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
        __m512i ql = load_bytes(p + 64 * j, 64);
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
    ((struct layout){.half = half_q4_k, .scales = scales_q4_k, \
                     .block_bytes = 144, .has_min = true})
#define layout_q5_k \
    ((struct layout){.half = half_q5_k, .scales = scales_q5_k, \
                     .block_bytes = 176, .has_min = true})
#define layout_q6_k \
    ((struct layout){.half = half_q6_k, .block_bytes = 210, .by16 = true, \
                     .offset = 32})

#endif
