/* unpack_avx512vnni.h - 512 weights of any type as unsigned bytes and scales.
 *
 * The products know one shape only: codes 0..255 in the order of the activations
 * (act_group.h), of which an offset is to be subtracted (a constant of the type),
 * a scale for every 32 weights or every 16, and a minimum to add for as many
 * where the type has one. Nothing beyond the blocks is read. Types of blocks of
 * 32 are here, those of 256 and those with tables in unpack_k_ and unpack_table_.
 *
 * Four blocks of 4 bits (a unit: 72 or 80 bytes) come out of two loads:
 *
 *     memory   | head b0 16 bytes | head b1 16 bytes | head b2 | head b3 |
 *     permute  | b0 16 bytes | b1 16 bytes | b2 16 bytes | b3 16 bytes |
 *     low 4    | b0 first    | b1 first    | b2 first    | b3 first    |  code[0]
 *     high 4   | b0 second   | b1 second   | b2 second   | b3 second   |  code[1]
 *
 * and their heads (d, or d and m) are put into every fourth lane, where the sums
 * of blocks will be: that of block 4u + i into lane 4i + u. */
#ifndef KERNELS_X86_UNPACK_AVX512VNNI_H
#define KERNELS_X86_UNPACK_AVX512VNNI_H

#include <immintrin.h>

#include "kernels/block_rare.h"
#include "kernels/x86/x86.h"

/* 512 weights of one row. */
struct group {
    __m512i code[8];  /* 2u and 2u + 1: unit u */
    __m512 scale[2];  /* of 16 blocks; or of 16 halves in each half of the group */
    __m512 min[2];
};

/* n blocks (1..4) of 32 weights to unit u; their heads to where they belong. */
typedef void (*unit_fn)(const uint8_t *p, int u, int n, struct group *g,
                        __m512i *heads);
/* What 16 heads say. */
typedef void (*heads_fn)(__m512i heads, struct group *g);
/* The codes of a block of 256 to half v; its scales and minimums, too, if they
 * are of 16 weights. */
typedef void (*half_fn)(const uint8_t *p, int v, struct group *g);
/* Scales and minimums of two blocks of 256 together; of one if units is 2. */
typedef void (*scales_fn)(const uint8_t *p, int units, struct group *g);

struct layout {
    unit_fn unit;   /* with `heads`, or else `half` and, but for by16, `scales` */
    heads_fn heads;
    half_fn half;
    scales_fn scales;
    int block_bytes;
    int offset;     /* to be subtracted from every code */
    bool by16;      /* scales and minimums are of 16 weights, else of 32 */
    bool has_min;
};

/* Loaded once: a compiler takes a load for nothing and repeats it for each use,
 * but one across two lines costs two. */
INLINE __m512i once(__m512i v)
{
    __asm__("" : "+v"(v));
    return v;
}

/* The first n bytes of 64; all where the compiler sees that n is enough. */
INLINE __m512i load_bytes(const uint8_t *p, int n)
{
    if (n >= 64)
        return once(_mm512_loadu_si512(p));
    return _mm512_maskz_loadu_epi8(n > 0 ? (1ull << n) - 1 : 0, p);
}

/* Lanes of unit u. */
INLINE __mmask16 lanes_of(int u)
{
    return (__mmask16)(0x1111 << u);
}

/* Bytes of 16 blocks (the low of each) to low and high halves. */
INLINE void put_nibbles(__m512i bytes, int u, struct group *g)
{
    const __m512i low = _mm512_set1_epi8(15);
    g->code[2 * u] = _mm512_and_si512(bytes, low);
    g->code[2 * u + 1] = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), low);
}

/* 128 codes in natural order, 64 in each: first halves, then second ones. */
INLINE void put_natural(__m512i a, __m512i b, int u, struct group *g)
{
    g->code[2 * u] = _mm512_shuffle_i32x4(a, b, 0x88);
    g->code[2 * u + 1] = _mm512_shuffle_i32x4(a, b, 0xDD);
}

/* Four words of 32 bits to the lanes of unit u. */
INLINE void put_heads(__m128i four, int u, __m512i *heads)
{
    const __m512i each = _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0,
                                          0, 0, 0);
    *heads = _mm512_mask_permutexvar_epi32(*heads, lanes_of(u), each,
                                           _mm512_castsi128_si512(four));
}

INLINE int i32_load(const uint8_t *p)
{
    int v;
    memcpy(&v, p, 4);
    return v;
}

INLINE long long i64_load(const uint8_t *p)
{
    long long v;
    memcpy(&v, p, 8);
    return v;
}

/* The first four bytes of each of n blocks, the others zero. */
INLINE __m128i heads_at(const uint8_t *p, int block_bytes, int n)
{
    __m128i v = _mm_cvtsi32_si128(i32_load(p));
    if (n > 1)
        v = _mm_insert_epi32(v, i32_load(p + block_bytes), 1);
    if (n > 2)
        v = _mm_insert_epi32(v, i32_load(p + 2 * block_bytes), 2);
    if (n > 3)
        v = _mm_insert_epi32(v, i32_load(p + 3 * block_bytes), 3);
    return v;
}

/* Heads whose low halves are float16 scales. */
INLINE void heads_d(__m512i heads, struct group *g)
{
    g->scale[0] = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(heads));
}

/* And whose high halves are minimums. */
INLINE void heads_dm(__m512i heads, struct group *g)
{
    g->scale[0] = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(heads));
    g->min[0] =
        _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_srli_epi32(heads, 16)));
}

INLINE void unit_q4_1(const uint8_t *p, int u, int n, struct group *g,
                      __m512i *heads)
{
    /* 20 words of 32 bits, of which the last four are all of b3. */
    const __m512i codes = _mm512_set_epi32(0, 0, 0, 0, 14, 13, 12, 11, 9, 8, 7, 6,
                                           4, 3, 2, 1);
    const __m512i first = _mm512_set_epi32(15, 15, 15, 15, 10, 10, 10, 10, 5, 5,
                                           5, 5, 0, 0, 0, 0);
    __m512i a = load_bytes(p, n == 4 ? 64 : 20 * n);
    __m512i bytes = _mm512_permutexvar_epi32(codes, a);
    if (n == 4)
        bytes = _mm512_mask_broadcast_i32x4(
            bytes, 0xF000, _mm_loadu_si128((const void *)(p + 64)));
    put_nibbles(bytes, u, g);
    *heads = _mm512_mask_permutexvar_epi32(*heads, lanes_of(u), first, a);
}

/* Eight 16-bit words from `from` on. */
#define WORDS(from)                                                        \
    (from) + 7, (from) + 6, (from) + 5, (from) + 4, (from) + 3, (from) + 2, \
        (from) + 1, (from)

/* The bytes of Q4_0 and of what differs only in its values. */
INLINE __m512i bytes_q4_0(const uint8_t *p, int u, int n, __m512i *heads)
{
    /* 36 words of 16 bits, of which the last four are of b3. */
    const __m512i codes = _mm512_set_epi16(WORDS(28), WORDS(19), WORDS(10),
                                           WORDS(1));
    const __m512i first = _mm512_set_epi32(27, 27, 27, 27, 18, 18, 18, 18, 9, 9,
                                           9, 9, 0, 0, 0, 0);
    __m512i a = load_bytes(p, n == 4 ? 64 : 18 * n);
    __m512i bytes = _mm512_permutexvar_epi16(codes, a);
    if (n == 4)
        bytes = _mm512_mask_set1_epi64(bytes, 0x80, i64_load(p + 64));
    *heads = _mm512_mask_permutexvar_epi16(*heads, 0x01010101u << 2 * u, first, a);
    return bytes;
}

INLINE void unit_q4_0(const uint8_t *p, int u, int n, struct group *g,
                      __m512i *heads)
{
    put_nibbles(bytes_q4_0(p, u, n, heads), u, g);
}

/* 136 bytes: 0..127 in a and b, the last eight are of b3. */
INLINE void unit_q8_0(const uint8_t *p, int u, int n, struct group *g,
                      __m512i *heads)
{
    const __m512i first = _mm512_set_epi16(WORDS(32 + 20), WORDS(32 + 3),
                                           WORDS(18), WORDS(1));
    const __m512i second = _mm512_set_epi16(WORDS(32 + 28), WORDS(32 + 11),
                                            WORDS(26), WORDS(9));
    const __m512i scales = _mm512_set_epi32(51, 51, 51, 51, 34, 34, 34, 34, 17,
                                            17, 17, 17, 0, 0, 0, 0);
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    const int bytes = n == 4 ? 136 : 34 * n;
    __m512i a = load_bytes(p, bytes), b = load_bytes(p + 64, bytes - 64);
    __m512i codes = _mm512_permutex2var_epi16(a, second, b);
    if (n == 4)
        codes = _mm512_mask_set1_epi64(codes, 0x80, i64_load(p + 128));
    g->code[2 * u] =
        _mm512_xor_si512(_mm512_permutex2var_epi16(a, first, b), flip);
    g->code[2 * u + 1] = _mm512_xor_si512(codes, flip);
    *heads = _mm512_or_si512(
        *heads, _mm512_maskz_permutex2var_epi16(0x01010101u << 2 * u, a, scales,
                                                b));
}

/* 16 bytes of each of n blocks. */
INLINE __m512i bytes_at(const uint8_t *p, int block_bytes, int n)
{
    __m512i v = _mm512_castsi128_si512(_mm_loadu_si128((const void *)p));
#define ADD(i)                                                               \
    if (n > i)                                                               \
        v = _mm512_inserti32x4(                                              \
            v, _mm_loadu_si128((const void *)(p + i * block_bytes)), i)
    ADD(1);
    ADD(2);
    ADD(3);
#undef ADD
    return v;
}

/* The fifth bits: the masks of the first halves of n blocks, and the second. */
INLINE void put_fifth(const uint8_t *high, int block_bytes, int u, int n,
                      struct group *g)
{
    const __m512i bit = _mm512_set1_epi8(16);
    uint64_t first = 0, second = 0;
    UNROLL for (int i = 0; i < 4; i++)
        if (i < n) {
            first |= (uint64_t)u16_load(high + i * block_bytes) << 16 * i;
            second |= (uint64_t)u16_load(high + i * block_bytes + 2) << 16 * i;
        }
    g->code[2 * u] =
        _mm512_mask_add_epi8(g->code[2 * u], first, g->code[2 * u], bit);
    g->code[2 * u + 1] =
        _mm512_mask_add_epi8(g->code[2 * u + 1], second, g->code[2 * u + 1], bit);
}

INLINE void unit_q5_0(const uint8_t *p, int u, int n, struct group *g,
                      __m512i *heads)
{
    put_nibbles(bytes_at(p + 6, 22, n), u, g);
    put_fifth(p + 2, 22, u, n, g);
    put_heads(heads_at(p, 22, n), u, heads);
}

INLINE void unit_q5_1(const uint8_t *p, int u, int n, struct group *g,
                      __m512i *heads)
{
    put_nibbles(bytes_at(p + 8, 24, n), u, g);
    put_fifth(p + 4, 24, u, n, g);
    put_heads(heads_at(p, 24, n), u, heads);
}

#define layout_q8_0 \
    ((struct layout){.unit = unit_q8_0, .heads = heads_d, .block_bytes = 34, \
                     .offset = 128})
#define layout_q4_0 \
    ((struct layout){.unit = unit_q4_0, .heads = heads_d, .block_bytes = 18, \
                     .offset = 8})
#define layout_q4_1 \
    ((struct layout){.unit = unit_q4_1, .heads = heads_dm, .block_bytes = 20, \
                     .has_min = true})
#define layout_q5_0 \
    ((struct layout){.unit = unit_q5_0, .heads = heads_d, .block_bytes = 22, \
                     .offset = 16})
#define layout_q5_1 \
    ((struct layout){.unit = unit_q5_1, .heads = heads_dm, .block_bytes = 24, \
                     .has_min = true})

#endif
