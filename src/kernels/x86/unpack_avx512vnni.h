/* unpack_avx512vnni.h - 256 weights of any type as unsigned bytes and scales.
 *
 * The products know one shape only: codes 0..255, of which an offset is to be
 * subtracted (a constant of the type), a scale for every 32 weights or every 16,
 * and a minimum to add for as many where the type has one. Nothing beyond the
 * blocks is read. Types of blocks of 32 are here, those of 256 and those with
 * tables in unpack_k_ and unpack_table_. */
#ifndef KERNELS_X86_UNPACK_AVX512VNNI_H
#define KERNELS_X86_UNPACK_AVX512VNNI_H

#include <immintrin.h>

#include "kernels/block_rare.h"
#include "kernels/x86/x86.h"

struct unpacked {
    __m512i code[4]; /* 64 each, in order */
    __m512 scale;    /* the first 8, or 16 */
    __m256 min;
    __m512 min16; /* of every 16, where the type has that */
};

/* 256 weights; two blocks of 32, or the one that is left of a row. */
typedef void (*unpack_fn)(const uint8_t *p, struct unpacked *u);
typedef __m512i (*unpack_pair_fn)(const uint8_t *p, int n);

struct layout {
    unpack_fn unpack;
    unpack_pair_fn unpack_pair;
    int group_bytes; /* of 256 weights */
    int block_bytes; /* of 32, for what is left of a row */
    int n_scales;    /* in a group */
    int offset;      /* to be subtracted from every code */
    int min_at;      /* offset of the minimum in a block; 0: there is none */
    bool has_min16;  /* a minimum for every 16 */
    bool has_e8m0;   /* a block of 32 has a byte of exponent for a scale */
};

/* The scale of a block of 32. */
INLINE float scale_of(struct layout t, const uint8_t *p)
{
    return t.has_e8m0 ? e8m0_half(*p) : _cvtsh_ss(u16_load(p));
}

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

/* Of types whose rows are whole groups of 256. */
INLINE __m512i unpack_pair_none(const uint8_t *p, int n)
{
    (void)p, (void)n;
    return _mm512_setzero_si512();
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

/* The fifth bits of two blocks: a mask of 64. */
INLINE __m512i with_fifth(__m512i nibbles, const uint8_t *high, int stride)
{
    uint32_t a, b;
    memcpy(&a, high, 4);
    memcpy(&b, high + stride, 4);
    return _mm512_mask_add_epi8(nibbles, (__mmask64)b << 32 | a, nibbles,
                                _mm512_set1_epi8(16));
}

/* The 16-bit words of eight blocks. */
INLINE __m128i words_at(const uint8_t *p, int stride)
{
    __m128i w[4];
    UNROLL for (int j = 0; j < 4; j++)
        w[j] = _mm_insert_epi16(_mm_cvtsi32_si128(u16_load(p + 2 * j * stride)),
                                u16_load(p + (2 * j + 1) * stride), 1);
    return _mm_unpacklo_epi64(_mm_unpacklo_epi32(w[0], w[1]),
                              _mm_unpacklo_epi32(w[2], w[3]));
}

INLINE void unpack_q5_0(const uint8_t *p, struct unpacked *u)
{
    const __m512i pick = TWICE(6, 28), pick_last = TWICE(26, 48);
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i at = _mm512_loadu_si512(p + (j < 3 ? 44 * j : 112));
        u->code[j] = with_fifth(
            split_nibbles(_mm512_permutexvar_epi8(j < 3 ? pick : pick_last, at)),
            p + 44 * j + 2, 22);
    }
    u->scale = _mm512_castps256_ps512(_mm256_cvtph_ps(words_at(p, 22)));
}

INLINE void unpack_q5_1(const uint8_t *p, struct unpacked *u)
{
    const __m512i pick = TWICE(8, 32), pick_last = TWICE(24, 48);
    UNROLL for (int j = 0; j < 4; j++) {
        __m512i at = _mm512_loadu_si512(p + (j < 3 ? 48 * j : 128));
        u->code[j] = with_fifth(
            split_nibbles(_mm512_permutexvar_epi8(j < 3 ? pick : pick_last, at)),
            p + 48 * j + 4, 24);
    }
    u->scale = _mm512_castps256_ps512(_mm256_cvtph_ps(words_at(p, 24)));
    u->min = _mm256_cvtph_ps(words_at(p + 2, 24));
}

INLINE __m512i unpack_pair_q5_0(const uint8_t *p, int n)
{
    __m512i at = _mm512_maskz_loadu_epi8(n == 2 ? (1ull << 44) - 1
                                                : (1ull << 22) - 1, p);
    return with_fifth(split_nibbles(_mm512_permutexvar_epi8(TWICE(6, 28), at)),
                      p + 2, n == 2 ? 22 : 0);
}

INLINE __m512i unpack_pair_q5_1(const uint8_t *p, int n)
{
    __m512i at = _mm512_maskz_loadu_epi8(n == 2 ? (1ull << 48) - 1
                                                : (1ull << 24) - 1, p);
    return with_fifth(split_nibbles(_mm512_permutexvar_epi8(TWICE(8, 32), at)),
                      p + 4, n == 2 ? 24 : 0);
}

#define layout_q8_0 \
    ((struct layout){unpack_q8_0, unpack_pair_q8_0, 272, 34, 8, 128, 0, \
                     false, false})
#define layout_q4_0 \
    ((struct layout){unpack_q4_0, unpack_pair_q4_0, 144, 18, 8, 8, 0, \
                     false, false})
#define layout_q4_1 \
    ((struct layout){unpack_q4_1, unpack_pair_q4_1, 160, 20, 8, 0, 2, \
                     false, false})
#define layout_q5_0 \
    ((struct layout){unpack_q5_0, unpack_pair_q5_0, 176, 22, 8, 16, 0, \
                     false, false})
#define layout_q5_1 \
    ((struct layout){unpack_q5_1, unpack_pair_q5_1, 192, 24, 8, 0, 2, \
                     false, false})

#endif
