/* unpack_avx512vnni.h - 256 weights of any type as unsigned bytes and scales.
 *
 * The products know one shape only: codes 0..255, of which an offset is to be
 * subtracted (a constant of the type), a scale for every 32 weights (Q6_K: 16),
 * and a minimum to add for every 32 where the type has one. Nothing beyond the
 * blocks is read. */
#ifndef KERNELS_X86_UNPACK_AVX512VNNI_H
#define KERNELS_X86_UNPACK_AVX512VNNI_H

#include <immintrin.h>

#include "kernels/block.h"
#include "kernels/x86/x86.h"

struct unpacked {
    __m512i code[4]; /* 64 each, in order */
    __m512 scale;    /* the first 8, or 16 */
    __m256 min;
};

/* 256 weights; two blocks of 32, or the one that is left of a row. */
typedef void (*unpack_fn)(const uint8_t *p, struct unpacked *u);
typedef __m512i (*unpack_pair_fn)(const uint8_t *p, int n);

#define NIBBLES(p4)                                                       \
    p4 + 15, p4 + 14, p4 + 13, p4 + 12, p4 + 11, p4 + 10, p4 + 9, p4 + 8, \
        p4 + 7, p4 + 6, p4 + 5, p4 + 4, p4 + 3, p4 + 2, p4 + 1, p4
/* The 16 bytes at a, twice, and those at b, twice: for the low and the high
 * halves. */
#define TWICE(a, b) \
    _mm512_set_epi8(NIBBLES(b), NIBBLES(b), NIBBLES(a), NIBBLES(a))

/* In every other 128 bits the high halves, in the rest the low ones. */
INLINE __m512i split_nibbles(__m512i twice)
{
    const __m512i shift = _mm512_set_epi64(4, 4, 0, 0, 4, 4, 0, 0);
    return _mm512_and_si512(_mm512_srlv_epi64(twice, shift),
                            _mm512_set1_epi8(15));
}

/* Eight words `stride` words apart, from two loads of 64 bytes. */
#define EVERY(stride, from)                                            \
    (short)(from + 32 + 3 * stride), (short)(from + 32 + 2 * stride),  \
        (short)(from + 32 + stride), (short)(from + 32),               \
        (short)(from + 3 * stride), (short)(from + 2 * stride),        \
        (short)(from + stride), (short)(from)

INLINE void unpack_q4_0(const uint8_t *p, struct unpacked *u)
{
    const __m512i pick = TWICE(2, 20), pick_last = TWICE(30, 48);
    __m512i at[4];
    UNROLL for (int j = 0; j < 4; j++)
        at[j] = _mm512_loadu_si512(p + (j < 3 ? 36 * j : 80));
    UNROLL for (int j = 0; j < 4; j++)
        u->code[j] = split_nibbles(
            _mm512_permutexvar_epi8(j < 3 ? pick : pick_last, at[j]));
    /* The scales at 0, 18, 36, 54 and, seen from 64, at 8, 26, 44, 62. */
    const __m512i heads = _mm512_castsi128_si512(
        _mm_set_epi16(32 + 31, 32 + 22, 32 + 13, 32 + 4, 27, 18, 9, 0));
    __m512i d = _mm512_permutex2var_epi16(at[0], heads,
                                          _mm512_loadu_si512(p + 64));
    u->scale = _mm512_castps256_ps512(
        _mm256_cvtph_ps(_mm512_castsi512_si128(d)));
}

INLINE void unpack_q4_1(const uint8_t *p, struct unpacked *u)
{
    const __m512i pick = TWICE(4, 24), pick_last = TWICE(28, 48);
    __m512i at[4];
    UNROLL for (int j = 0; j < 4; j++)
        at[j] = _mm512_loadu_si512(p + (j < 3 ? 40 * j : 96));
    UNROLL for (int j = 0; j < 4; j++)
        u->code[j] = split_nibbles(
            _mm512_permutexvar_epi8(j < 3 ? pick : pick_last, at[j]));
    /* Eight scales, then eight minimums, from 0 and from 80. */
    const __m512i heads = _mm512_castsi256_si512(
        _mm256_set_epi16(EVERY(10, 1), EVERY(10, 0)));
    __m512i dm = _mm512_permutex2var_epi16(at[0], heads, at[2]);
    u->scale = _mm512_castps256_ps512(
        _mm256_cvtph_ps(_mm512_castsi512_si128(dm)));
    u->min = _mm256_cvtph_ps(_mm512_extracti32x4_epi32(dm, 1));
}

INLINE void unpack_q8_0(const uint8_t *p, struct unpacked *u)
{
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m128i d[4];
    UNROLL for (int j = 0; j < 4; j++, p += 68) {
        __m256i a = _mm256_loadu_si256((const void *)(p + 2));
        __m256i b = _mm256_loadu_si256((const void *)(p + 36));
        u->code[j] = _mm512_xor_si512(
            _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1), flip);
        d[j] = _mm_insert_epi16(_mm_cvtsi32_si128(u16_load(p)),
                                u16_load(p + 34), 1);
    }
    __m128i all = _mm_unpacklo_epi64(_mm_unpacklo_epi32(d[0], d[1]),
                                     _mm_unpacklo_epi32(d[2], d[3]));
    u->scale = _mm512_castps256_ps512(_mm256_cvtph_ps(all));
}

/* Eight bytes, each times d. */
INLINE __m256 scale_bytes(uint64_t bytes, float d)
{
    __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_set1_ps(d));
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
    /* q4_k_scales, four bytes at a time. */
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

INLINE __m512i unpack_pair_q4_0(const uint8_t *p, int n)
{
    __m512i at = _mm512_maskz_loadu_epi8(n == 2 ? (1ull << 36) - 1
                                                : (1ull << 18) - 1, p);
    return split_nibbles(_mm512_permutexvar_epi8(TWICE(2, 20), at));
}

INLINE __m512i unpack_pair_q4_1(const uint8_t *p, int n)
{
    __m512i at = _mm512_maskz_loadu_epi8(n == 2 ? (1ull << 40) - 1
                                                : (1ull << 20) - 1, p);
    return split_nibbles(_mm512_permutexvar_epi8(TWICE(4, 24), at));
}

INLINE __m512i unpack_pair_q8_0(const uint8_t *p, int n)
{
    __m256i a = _mm256_loadu_si256((const void *)(p + 2));
    __m256i b = n == 2 ? _mm256_loadu_si256((const void *)(p + 36))
                       : _mm256_setzero_si256();
    return _mm512_xor_si512(
        _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1),
        _mm512_set1_epi8((char)0x80));
}

/* Q4_K and Q6_K rows are whole groups of 256. */
INLINE __m512i unpack_pair_none(const uint8_t *p, int n)
{
    (void)p, (void)n;
    return _mm512_setzero_si512();
}

#endif
