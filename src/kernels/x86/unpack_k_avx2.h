/* unpack_k_avx2.h - the K types: blocks of 256. */
#ifndef KERNELS_X86_UNPACK_K_AVX2_H
#define KERNELS_X86_UNPACK_K_AVX2_H

#include "kernels/x86/unpack_avx2.h"

INLINE __m256i load32(const void *p)
{
    return _mm256_loadu_si256(p);
}

/* Where bit j is set in `bits`: `value`. */
INLINE __m256i if_bit(__m256i bits, int j, int value)
{
    const __m256i bit = _mm256_set1_epi8((char)(1 << j));
    __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bits, bit), bit);
    return _mm256_and_si256(set, _mm256_set1_epi8((char)value));
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
    u->scale = scale_bytes((uint64_t)scale << 32 | (a & 0x3F3F3F3F), d);
    u->min = scale_bytes((uint64_t)min << 32 | (b & 0x3F3F3F3F), -dmin);
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
    unpack_k_scales(p, u);
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

INLINE void unpack_q5_k(const uint8_t *p, int n, struct unpacked *u)
{
    const __m256i low = _mm256_set1_epi8(15), high = load32(p + 16);
    (void)n;
    UNROLL for (int j = 0; j < 8; j++) {
        __m256i q = load32(p + 48 + j / 2 * 32);
        q = _mm256_and_si256(j % 2 ? _mm256_srli_epi16(q, 4) : q, low);
        u->code[j] = _mm256_or_si256(q, if_bit(high, j, 16));
    }
    unpack_k_scales(p, u);
}

/* k_low2: 32 weights. */
INLINE __m256i two_bits(const uint8_t *q, int j)
{
    return _mm256_and_si256(_mm256_srli_epi16(load32(q + j / 4 * 32), j % 4 * 2),
                            _mm256_set1_epi8(3));
}

INLINE void unpack_q2_k(const uint8_t *p, int n, struct unpacked *u)
{
    const __m256i low = _mm256_set1_epi16(15);
    (void)n;
    UNROLL for (int j = 0; j < 8; j++)
        u->code[j] = two_bits(p + 16, j);
    __m256i both = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)p));
    _mm256_storeu_si256((void *)u->fine, _mm256_and_si256(both, low));
    _mm256_storeu_si256((void *)u->fine_min, _mm256_srli_epi16(both, 4));
    u->scale = _mm256_set1_ps(_cvtsh_ss(u16_load(p + 80)));
    u->min = _mm256_set1_ps(-_cvtsh_ss(u16_load(p + 82)));
}

INLINE void unpack_q3_k(const uint8_t *p, int n, struct unpacked *u)
{
    const __m256i high = load32(p);
    (void)n;
    UNROLL for (int j = 0; j < 8; j++)
        u->code[j] = _mm256_or_si256(two_bits(p + 32, j), if_bit(high, j, 4));
    /* q3_k_scales, eight bytes at a time. */
    uint64_t low;
    uint32_t top;
    memcpy(&low, p + 96, 8);
    memcpy(&top, p + 104, 4);
    uint64_t a = low & 0x0F0F0F0F0F0F0F0F, b = low >> 4 & 0x0F0F0F0F0F0F0F0F;
    a |= (uint64_t)(top << 2 & 0x30303030) << 32 | (top << 4 & 0x30303030);
    b |= (uint64_t)(top >> 2 & 0x30303030) << 32 | (top & 0x30303030);
    __m256i scale =
        _mm256_cvtepu8_epi16(_mm_set_epi64x((long long)b, (long long)a));
    _mm256_storeu_si256((void *)u->fine,
                        _mm256_sub_epi16(scale, _mm256_set1_epi16(32)));
    u->scale = _mm256_set1_ps(_cvtsh_ss(u16_load(p + 108)));
}

#define layout_q2_k \
    ((struct layout){.unpack = unpack_q2_k, .group_bytes = 84, \
                     .has_fine = true, .has_fine_min = true})
#define layout_q3_k \
    ((struct layout){.unpack = unpack_q3_k, .group_bytes = 110, .offset = 4, \
                     .has_fine = true})
#define layout_q4_k \
    ((struct layout){.unpack = unpack_q4_k, .group_bytes = 144, \
                     .has_min = true})
#define layout_q5_k \
    ((struct layout){.unpack = unpack_q5_k, .group_bytes = 176, \
                     .has_min = true})
#define layout_q6_k \
    ((struct layout){.unpack = unpack_q6_k, .group_bytes = 210, \
                     .offset = 32, .has_fine = true})

#endif
