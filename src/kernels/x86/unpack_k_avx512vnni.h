/* unpack_k_avx512vnni.h - the K types: blocks of 256. */
#ifndef KERNELS_X86_UNPACK_K_AVX512VNNI_H
#define KERNELS_X86_UNPACK_K_AVX512VNNI_H

#include "kernels/x86/unpack_avx512vnni.h"

/* 32 bytes, twice. */
INLINE __m512i both_halves(const uint8_t *p)
{
    return _mm512_broadcast_i64x4(_mm256_loadu_si256((const void *)p));
}

/* Where bit j of the 32 bytes is set, for 32 weights, and bit j + 1 for the next
 * 32: `add` more. */
INLINE __m512i add_bit(__m512i code, __m512i bits, int j, int add)
{
    const __m512i probe = _mm512_inserti64x4(
        _mm512_set1_epi8((char)(1 << j)), _mm256_set1_epi8((char)(2 << j)), 1);
    return _mm512_mask_add_epi8(code, _mm512_test_epi8_mask(bits, probe), code,
                                _mm512_set1_epi8((char)add));
}

/* Eight bytes, each times d. */
INLINE __m256 scale_bytes(uint64_t bytes, float d)
{
    __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_set1_ps(d));
}

/* d, dmin and the 6-bit scales of Q4_K and Q5_K: q4_k_scales, four bytes at a
 * time. */
INLINE void unpack_k_scales(const uint8_t *p, struct unpacked *u)
{
    uint32_t a, b, c;
    memcpy(&a, p + 4, 4);
    memcpy(&b, p + 8, 4);
    memcpy(&c, p + 12, 4);
    uint32_t scale = (c & 0x0F0F0F0F) | (a >> 2 & 0x30303030);
    uint32_t min = (c >> 4 & 0x0F0F0F0F) | (b >> 2 & 0x30303030);
    float d = _cvtsh_ss(u16_load(p)), dmin = _cvtsh_ss(u16_load(p + 2));
    u->scale = _mm512_castps256_ps512(
        scale_bytes((uint64_t)scale << 32 | (a & 0x3F3F3F3F), d));
    u->min = scale_bytes((uint64_t)min << 32 | (b & 0x3F3F3F3F), -dmin);
}

INLINE void unpack_q4_k(const uint8_t *p, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 4; j++) {
        const __m512i shift = _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0);
        __m512i both = _mm512_broadcast_i64x4(
            _mm256_loadu_si256((const void *)(p + 16 + 32 * j)));
        u->code[j] = _mm512_and_si512(_mm512_srlv_epi64(both, shift),
                                      _mm512_set1_epi8(15));
    }
    unpack_k_scales(p, u);
}

INLINE void unpack_q6_k(const uint8_t *p, struct unpacked *u)
{
    const __m512i low = _mm512_set1_epi8(15), high = _mm512_set1_epi8(0x30);
    const __m512i left = _mm512_set_epi64(2, 2, 2, 2, 4, 4, 4, 4);
    const __m512i right = _mm512_set_epi64(2, 2, 2, 2, 0, 0, 0, 0);
    UNROLL for (int half = 0; half < 2; half++) {
        __m512i ql = _mm512_loadu_si512(p + 64 * half);
        __m512i qh = _mm512_broadcast_i64x4(
            _mm256_loadu_si256((const void *)(p + 128 + 32 * half)));
        /* 0xF8: a | (b & c) */
        u->code[2 * half] = _mm512_ternarylogic_epi64(
            _mm512_and_si512(ql, low), _mm512_sllv_epi64(qh, left), high, 0xF8);
        u->code[2 * half + 1] = _mm512_ternarylogic_epi64(
            _mm512_and_si512(_mm512_srli_epi16(ql, 4), low),
            _mm512_srlv_epi64(qh, right), high, 0xF8);
    }
    __m512i scales =
        _mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)(p + 192)));
    u->scale = _mm512_mul_ps(_mm512_cvtepi32_ps(scales),
                             _mm512_set1_ps(_cvtsh_ss(u16_load(p + 208))));
}

INLINE void unpack_q5_k(const uint8_t *p, struct unpacked *u)
{
    const __m512i high = both_halves(p + 16);
    const __m512i shift = _mm512_set_epi64(4, 4, 4, 4, 0, 0, 0, 0);
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i code =
            _mm512_and_si512(_mm512_srlv_epi64(both_halves(p + 48 + 32 * j),
                                               shift), _mm512_set1_epi8(15));
        u->code[j] = add_bit(code, high, 2 * j, 16);
    }
    unpack_k_scales(p, u);
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

INLINE void unpack_q2_k(const uint8_t *p, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 4; j++)
        u->code[j] = two_bits(p + 16, j);
    __m512i both = _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)p));
    __m512i scale = _mm512_and_si512(both, _mm512_set1_epi32(15));
    __m512i min = _mm512_srli_epi32(both, 4);
    u->scale = _mm512_mul_ps(_mm512_cvtepi32_ps(scale),
                             _mm512_set1_ps(_cvtsh_ss(u16_load(p + 80))));
    u->min16 = _mm512_mul_ps(_mm512_cvtepi32_ps(min),
                             _mm512_set1_ps(-_cvtsh_ss(u16_load(p + 82))));
}

INLINE void unpack_q3_k(const uint8_t *p, struct unpacked *u)
{
    const __m512i high = both_halves(p);
    UNROLL for (int j = 0; j < 4; j++)
        u->code[j] = add_bit(two_bits(p + 32, j), high, 2 * j, 4);
    /* q3_k_scales, eight bytes at a time. */
    uint64_t low;
    uint32_t top;
    memcpy(&low, p + 96, 8);
    memcpy(&top, p + 104, 4);
    uint64_t a = low & 0x0F0F0F0F0F0F0F0F, b = low >> 4 & 0x0F0F0F0F0F0F0F0F;
    a |= (uint64_t)(top << 2 & 0x30303030) << 32 | (top << 4 & 0x30303030);
    b |= (uint64_t)(top >> 2 & 0x30303030) << 32 | (top & 0x30303030);
    __m512i scale = _mm512_sub_epi32(
        _mm512_cvtepu8_epi32(_mm_set_epi64x((long long)b, (long long)a)),
        _mm512_set1_epi32(32));
    u->scale = _mm512_mul_ps(_mm512_cvtepi32_ps(scale),
                             _mm512_set1_ps(_cvtsh_ss(u16_load(p + 108))));
}

#define layout_q2_k \
    ((struct layout){unpack_q2_k, unpack_pair_none, 84, 0, 16, 0, 0, \
                     true, false})
#define layout_q3_k \
    ((struct layout){unpack_q3_k, unpack_pair_none, 110, 0, 16, 4, 0, \
                     false, false})
#define layout_q4_k \
    ((struct layout){unpack_q4_k, unpack_pair_none, 144, 0, 8, 0, 2, \
                     false, false})
#define layout_q5_k \
    ((struct layout){unpack_q5_k, unpack_pair_none, 176, 0, 8, 0, 2, \
                     false, false})
#define layout_q6_k \
    ((struct layout){unpack_q6_k, unpack_pair_none, 210, 0, 16, 32, 0, \
                     false, false})

#endif
