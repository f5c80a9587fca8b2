/* unpack_avx2.h - 256 weights of any type as bytes and scales.
 *
 * As for AVX-512 (unpack_avx512vnni.h), with one vector per 32 weights. Bytes
 * are multiplied in pairs whose sum must fit 16 bits: codes up to 129 do, so
 * Q8_0 keeps its sign here, and dot32 moves it to the other factor. */
#ifndef KERNELS_X86_UNPACK_AVX2_H
#define KERNELS_X86_UNPACK_AVX2_H

#include <immintrin.h>

#include "kernels/block.h"
#include "kernels/x86/x86.h"

struct unpacked {
    __m256i code[8];
    __m256 scale; /* one per 32 */
    __m256 min;
    int16_t fine[16]; /* Q6_K: a factor per 16, before the scale */
};

/* n_blocks of 32 (8; fewer at the end of a row whose type has small blocks). */
typedef void (*unpack_fn)(const uint8_t *p, int n_blocks, struct unpacked *u);

struct layout {
    unpack_fn unpack;
    int group_bytes; /* of 256 weights */
    int block_bytes; /* of 32, for what is left of a row */
    int offset;      /* to be subtracted from every code */
    bool is_signed, has_min, has_fine;
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

/* Eight bytes, each times d. */
INLINE __m256 scale_bytes(uint64_t bytes, float d)
{
    __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(wide), _mm256_set1_ps(d));
}

INLINE void unpack_q4_k(const uint8_t *p, int n, struct unpacked *u)
{
    const __m256i low = _mm256_set1_epi8(15);
    (void)n;
    UNROLL for (int j = 0; j < 4; j++) {
        __m256i q = _mm256_loadu_si256((const void *)(p + 16 + 32 * j));
        u->code[2 * j] = _mm256_and_si256(q, low);
        u->code[2 * j + 1] = _mm256_and_si256(_mm256_srli_epi16(q, 4), low);
    }
    /* q4_k_scales, four bytes at a time. */
    uint32_t a, b, c;
    memcpy(&a, p + 4, 4);
    memcpy(&b, p + 8, 4);
    memcpy(&c, p + 12, 4);
    uint32_t scale = (c & 0x0F0F0F0F) | (a >> 2 & 0x30303030);
    uint32_t min = (c >> 4 & 0x0F0F0F0F) | (b >> 2 & 0x30303030);
    float d = _cvtsh_ss(u16_load(p)), dmin = _cvtsh_ss(u16_load(p + 2));
    u->scale = scale_bytes((uint64_t)scale << 32 | (a & 0x3F3F3F3F), d);
    u->min = scale_bytes((uint64_t)min << 32 | (b & 0x3F3F3F3F), -dmin);
}

INLINE void unpack_q6_k(const uint8_t *p, int n, struct unpacked *u)
{
    const __m256i low = _mm256_set1_epi8(15), high = _mm256_set1_epi8(0x30);
    (void)n;
    UNROLL for (int half = 0; half < 2; half++) {
        const uint8_t *ql = p + 64 * half, *qh = p + 128 + 32 * half;
        __m256i a = _mm256_loadu_si256((const void *)ql);
        __m256i b = _mm256_loadu_si256((const void *)(ql + 32));
        __m256i h = _mm256_loadu_si256((const void *)qh);
        __m256i *to = u->code + 4 * half;
#define JOIN(l, h) \
    _mm256_or_si256(_mm256_and_si256(l, low), _mm256_and_si256(h, high))
        to[0] = JOIN(a, _mm256_slli_epi16(h, 4));
        to[1] = JOIN(b, _mm256_slli_epi16(h, 2));
        to[2] = JOIN(_mm256_srli_epi16(a, 4), h);
        to[3] = JOIN(_mm256_srli_epi16(b, 4), _mm256_srli_epi16(h, 2));
#undef JOIN
    }
    _mm256_storeu_si256(
        (void *)u->fine,
        _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(p + 192))));
    u->scale = _mm256_set1_ps(_cvtsh_ss(u16_load(p + 208)));
}

#define layout_q8_0 \
    ((struct layout){unpack_q8_0, 272, 34, 0, true, false, false})
#define layout_q4_0 \
    ((struct layout){unpack_q4_0, 144, 18, 8, false, false, false})
#define layout_q4_1 \
    ((struct layout){unpack_q4_1, 160, 20, 0, false, true, false})
#define layout_q4_k \
    ((struct layout){unpack_q4_k, 144, 0, 0, false, true, false})
#define layout_q6_k \
    ((struct layout){unpack_q6_k, 210, 0, 32, false, false, true})

#endif
