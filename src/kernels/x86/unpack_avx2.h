/* unpack_avx2.h - 256 weights of any type as bytes and scales.
 *
 * As for AVX-512 (unpack_avx512vnni.h), with one vector per 32 weights. Bytes
 * are multiplied in pairs whose sum must fit 16 bits: codes up to 129 do, so
 * larger ones keep their sign here, and dot32 moves it to the other factor. */
#ifndef KERNELS_X86_UNPACK_AVX2_H
#define KERNELS_X86_UNPACK_AVX2_H

#include <immintrin.h>

#include "kernels/block_rare.h"
#include "kernels/x86/x86.h"

struct unpacked {
    __m256i code[8];
    __m256 scale; /* one per 32 */
    __m256 min;
    int16_t fine[16]; /* where there are scales per 16: a factor before `scale` */
    int16_t fine_min[16]; /* the same before `min` */
};

/* n_blocks of 32 (8; fewer at the end of a row whose type has small blocks). */
typedef void (*unpack_fn)(const uint8_t *p, int n_blocks, struct unpacked *u);

struct layout {
    unpack_fn unpack;
    int group_bytes; /* of 256 weights */
    int block_bytes; /* of 32, for what is left of a row */
    int offset;      /* to be subtracted from every code */
    bool is_signed, has_min, has_fine;
    bool has_fine_min; /* a minimum per 16: not together with an offset */
};

INLINE __m256i nibbles(const uint8_t *p)
{
    __m128i q = _mm_loadu_si128((const void *)p);
    __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(q),
                                           _mm_srli_epi16(q, 4), 1);
    return _mm256_and_si256(both, _mm256_set1_epi8(15));
}

/* Eight float16 that are `stride` bytes apart; zero from n on. */
INLINE __m256 scales_at(const uint8_t *p, size_t stride, int n)
{
    uint16_t h[8] = {0};
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            h[j] = u16_load(p + (size_t)j * stride);
    return _mm256_cvtph_ps(_mm_loadu_si128((const void *)h));
}

/* The codes of blocks that are not there do not matter: x is zero there. */
INLINE void unpack_q8_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = _mm256_loadu_si256((const void *)(p + 34 * j + 2));
    u->scale = scales_at(p, 34, n);
}

INLINE void unpack_q4_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = nibbles(p + 18 * j + 2);
    u->scale = scales_at(p, 18, n);
}

INLINE void unpack_q4_1(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = nibbles(p + 20 * j + 4);
    u->scale = scales_at(p, 20, n);
    u->min = scales_at(p + 2, 20, n);
}

/* The fifth bits of a block: 32 bits become 16 in each byte. */
INLINE __m256i fifth_bits(const uint8_t *p)
{
    const __m256i byte_of = _mm256_set_epi64x(
        0x0303030303030303, 0x0202020202020202, 0x0101010101010101, 0);
    const __m256i bit = _mm256_set1_epi64x((long long)0x8040201008040201);
    int bits;
    memcpy(&bits, p, 4);
    __m256i v = _mm256_shuffle_epi8(_mm256_set1_epi32(bits), byte_of);
    v = _mm256_cmpeq_epi8(_mm256_and_si256(v, bit), bit);
    return _mm256_and_si256(v, _mm256_set1_epi8(16));
}

INLINE void unpack_q5_0(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = _mm256_or_si256(nibbles(p + 22 * j + 6),
                                         fifth_bits(p + 22 * j + 2));
    u->scale = scales_at(p, 22, n);
}

INLINE void unpack_q5_1(const uint8_t *p, int n, struct unpacked *u)
{
    UNROLL for (int j = 0; j < 8; j++)
        if (j < n)
            u->code[j] = _mm256_or_si256(nibbles(p + 24 * j + 8),
                                         fifth_bits(p + 24 * j + 4));
    u->scale = scales_at(p, 24, n);
    u->min = scales_at(p + 2, 24, n);
}

#define layout_q8_0 \
    ((struct layout){.unpack = unpack_q8_0, .group_bytes = 272, \
                     .block_bytes = 34, .is_signed = true})
#define layout_q4_0 \
    ((struct layout){.unpack = unpack_q4_0, .group_bytes = 144, \
                     .block_bytes = 18, .offset = 8})
#define layout_q4_1 \
    ((struct layout){.unpack = unpack_q4_1, .group_bytes = 160, \
                     .block_bytes = 20, .has_min = true})
#define layout_q5_0 \
    ((struct layout){.unpack = unpack_q5_0, .group_bytes = 176, \
                     .block_bytes = 22, .offset = 16})
#define layout_q5_1 \
    ((struct layout){.unpack = unpack_q5_1, .group_bytes = 192, \
                     .block_bytes = 24, .has_min = true})

#endif
