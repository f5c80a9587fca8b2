/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/x86/x86.h"

#include <immintrin.h>

#include "kernels/flat.h"

/* Weights decoded to float32, bit for bit as the scalar version does: a
 * product and a sum stay two roundings. */

#define CHUNK 256

INLINE __m256 floats_of_bytes(__m128i eight, bool is_signed)
{
    return _mm256_cvtepi32_ps(is_signed ? _mm256_cvtepi8_epi32(eight)
                                        : _mm256_cvtepu8_epi32(eight));
}

/* out[i] = d * q[i] + m for 16 codes. */
INLINE void store16(float *out, __m128i q, bool is_signed, float d, float m,
                    bool has_min)
{
    UNROLL for (int i = 0; i < 2; i++) {
        __m256 v = floats_of_bytes(i ? _mm_unpackhi_epi64(q, q) : q, is_signed);
        v = _mm256_mul_ps(v, _mm256_set1_ps(d));
        if (has_min)
            v = _mm256_add_ps(v, _mm256_set1_ps(m));
        _mm256_storeu_ps(out + 8 * i, v);
    }
}

INLINE __m128i load16(const void *p)
{
    return _mm_loadu_si128(p);
}

INLINE __m128i low_half(__m128i v)
{
    return _mm_and_si128(v, _mm_set1_epi8(15));
}

INLINE __m128i high_half(__m128i v)
{
    return low_half(_mm_srli_epi16(v, 4));
}

static void decode_f32_avx2(const void *blocks, float *out, size_t n)
{
    memcpy(out, blocks, n * sizeof *out);
}

static void decode_f16_avx2(const void *blocks, float *out, size_t n)
{
    const uint8_t *p = blocks;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(load16(p + 2 * i)));
    for (; i < n; i++)
        out[i] = _cvtsh_ss(u16_load(p + 2 * i));
}

static void decode_bf16_avx2(const void *blocks, float *out, size_t n)
{
    const uint8_t *p = blocks;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_si256(
            (void *)(out + i),
            _mm256_slli_epi32(_mm256_cvtepu16_epi32(load16(p + 2 * i)), 16));
    for (; i < n; i++)
        out[i] = bf16_load(p + 2 * i);
}

static void decode_q8_0_avx2(const void *blocks, float *out, size_t n)
{
    const struct block_q8_0 *b = blocks;
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = _cvtsh_ss(u16_load(b->d));
        store16(out, load16(b->q), true, d, 0, false);
        store16(out + 16, load16(b->q + 16), true, d, 0, false);
    }
}

static void decode_q4_0_avx2(const void *blocks, float *out, size_t n)
{
    const struct block_q4_0 *b = blocks;
    const __m128i offset = _mm_set1_epi8(8);
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = _cvtsh_ss(u16_load(b->d));
        __m128i q = load16(b->q);
        store16(out, _mm_sub_epi8(low_half(q), offset), true, d, 0, false);
        store16(out + 16, _mm_sub_epi8(high_half(q), offset), true, d, 0,
                false);
    }
}

static void decode_q4_1_avx2(const void *blocks, float *out, size_t n)
{
    const struct block_q4_1 *b = blocks;
    for (size_t i = 0; i < n; i += 32, b++, out += 32) {
        float d = _cvtsh_ss(u16_load(b->d)), m = _cvtsh_ss(u16_load(b->m));
        __m128i q = load16(b->q);
        store16(out, low_half(q), false, d, m, true);
        store16(out + 16, high_half(q), false, d, m, true);
    }
}

static void decode_q4_k_avx2(const void *blocks, float *out, size_t n)
{
    const struct block_q4_k *b = blocks;
    for (size_t i = 0; i < n; i += 256, b++) {
        float d = _cvtsh_ss(u16_load(b->d));
        float dmin = _cvtsh_ss(u16_load(b->dmin));
        uint8_t scale[8], min[8];
        q4_k_scales(b->scales, scale, min);
        for (int j = 0; j < 8; j++, out += 32) {
            const uint8_t *p = b->q + j / 2 * 32;
            float dj = d * scale[j], mj = dmin * min[j];
            for (int h = 0; h < 2; h++) {
                __m128i q = load16(p + 16 * h);
                q = j % 2 ? high_half(q) : low_half(q);
                store16(out + 16 * h, q, false, dj, -mj, true);
            }
        }
    }
}

/* 16 codes at a time: sub-block j of the 16, in the order of q6_k_codes. */
static void decode_q6_k_avx2(const void *blocks, float *out, size_t n)
{
    const struct block_q6_k *b = blocks;
    const __m128i high = _mm_set1_epi8(0x30), offset = _mm_set1_epi8(32);
    for (size_t i = 0; i < n; i += 256, b++) {
        float d = _cvtsh_ss(u16_load(b->d));
        for (int j = 0; j < 16; j++, out += 16) {
            int half = j / 8, run = j / 2 % 4, l = j % 2 * 16;
            __m128i ql = load16(b->ql + 64 * half + run % 2 * 32 + l);
            __m128i qh = load16(b->qh + 32 * half + l);
            ql = run / 2 ? high_half(ql) : low_half(ql);
            qh = run < 2 ? _mm_sll_epi16(qh, _mm_cvtsi32_si128(4 - 2 * run))
                         : _mm_srl_epi16(qh, _mm_cvtsi32_si128(2 * run - 4));
            __m128i q = _mm_or_si128(ql, _mm_and_si128(qh, high));
            store16(out, _mm_sub_epi8(q, offset), true, d * b->scales[j], 0,
                    false);
        }
    }
}

/* sum[c] += w times column c, n <= CHUNK long. */
INLINE void add_chunk(const float *w, const float *x, size_t ldx, int C,
                      size_t n, __m256 sum[4][2])
{
    size_t i = 0;
    for (; i + 16 <= n; i += 16)
        UNROLL for (int c = 0; c < C; c++)
            UNROLL for (size_t j = 0; j < 2; j++)
                sum[c][j] = _mm256_fmadd_ps(
                    _mm256_loadu_ps(w + i + 8 * j),
                    _mm256_loadu_ps(x + (size_t)c * ldx + i + 8 * j),
                    sum[c][j]);
    for (; i < n; i += 8) {
        const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
        __m256i mask = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n - i)), lane);
        __m256 part = _mm256_maskload_ps(w + i, mask);
        UNROLL for (int c = 0; c < C; c++)
            sum[c][0] = _mm256_fmadd_ps(
                part, _mm256_maskload_ps(x + (size_t)c * ldx + i, mask),
                sum[c][0]);
    }
}

INLINE float total(__m256 a, __m256 b)
{
    __m256 v = _mm256_add_ps(a, b);
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v),
                          _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

INLINE void mul_rows(decode_fn decode, size_t chunk_bytes, int C, size_t k,
                     const char *w, size_t row_bytes, size_t n_rows,
                     const float *x, size_t ldx, float *y, size_t ldy)
{
    for (size_t r = 0; r < n_rows; r++) {
        const char *p = w + r * row_bytes;
        __m256 sum[4][2];
        UNROLL for (int c = 0; c < C; c++)
            sum[c][0] = sum[c][1] = _mm256_setzero_ps();
        for (size_t i = 0; i < k; i += CHUNK, p += chunk_bytes) {
            float part[CHUNK];
            size_t n = k - i < CHUNK ? k - i : CHUNK;
            decode(p, part, n);
            add_chunk(part, x + i, ldx, C, n, sum);
        }
        UNROLL for (int c = 0; c < C; c++)
            y[(size_t)c * ldy + r] = total(sum[c][0], sum[c][1]);
    }
}

/* Four columns at a time share the decoding. */
INLINE void mul_f32(decode_fn decode, size_t chunk_bytes, size_t k,
                    const char *w, size_t row_bytes, size_t n_rows,
                    const float *x, size_t ldx, size_t n_cols, float *y,
                    size_t ldy)
{
    size_t c = 0;
    for (; c + 4 <= n_cols; c += 4)
        mul_rows(decode, chunk_bytes, 4, k, w, row_bytes, n_rows, x + c * ldx,
                 ldx, y + c * ldy, ldy);
    for (; c < n_cols; c++)
        mul_rows(decode, chunk_bytes, 1, k, w, row_bytes, n_rows, x + c * ldx,
                 ldx, y + c * ldy, ldy);
}

#define MUL_F32(TYPE, CHUNK_BYTES)                                             \
    static void mul_##TYPE##_f32_avx2(                                         \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,              \
        const float *x, size_t ldx, size_t n_cols, float *y, size_t ldy)       \
    {                                                                          \
        mul_f32(decode_##TYPE##_avx2, CHUNK_BYTES, k, w, row_bytes, n_rows, x, \
                ldx, n_cols, y, ldy);                                          \
    }

/* F32 and F16 have products of their own, which decode nothing: rows_loops.h. */
MUL_F32(bf16, 2 * CHUNK)
MUL_F32(q8_0, 8 * sizeof(struct block_q8_0))
MUL_F32(q4_0, 8 * sizeof(struct block_q4_0))
MUL_F32(q4_1, 8 * sizeof(struct block_q4_1))
MUL_F32(q4_k, sizeof(struct block_q4_k))
MUL_F32(q6_k, sizeof(struct block_q6_k))

/* The types of flat.h are decoded by the readable function, and share one copy
 * of the loop. */
static void mul_decoded(decode_fn decode, size_t chunk_bytes, size_t k,
                        const void *w, size_t row_bytes, size_t n_rows,
                        const float *x, size_t ldx, size_t n_cols, float *y,
                        size_t ldy)
{
    mul_f32(decode, chunk_bytes, k, w, row_bytes, n_rows, x, ldx, n_cols, y,
            ldy);
}

#define MUL_FLAT(NAME, name, LEN, MIN)                                       \
    static void mul_##name##_f32_avx2(                                       \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,            \
        const float *x, size_t ldx, size_t n_cols, float *y, size_t ldy)     \
    {                                                                        \
        mul_decoded(decode_##name##_scalar,                                  \
                    CHUNK / LEN * sizeof(struct block_##name), k, w,         \
                    row_bytes, n_rows, x, ldx, n_cols, y, ldy);              \
    }

FLAT_TYPES(MUL_FLAT)

void mul_f32_init_avx2(struct kernels *k)
{
#define ENTRY(TYPE) decode_##TYPE##_avx2, mul_##TYPE##_f32_avx2
    static const struct {
        decode_fn decode;
        mul_f32_fn mul;
    } entry[WEIGHT_TYPES] = {
        [WEIGHT_F32] = {decode_f32_avx2, NULL},
        [WEIGHT_F16] = {decode_f16_avx2, NULL},
        [WEIGHT_BF16] = {ENTRY(bf16)}, [WEIGHT_Q8_0] = {ENTRY(q8_0)},
        [WEIGHT_Q4_0] = {ENTRY(q4_0)}, [WEIGHT_Q4_1] = {ENTRY(q4_1)},
        [WEIGHT_Q4_K] = {ENTRY(q4_k)}, [WEIGHT_Q6_K] = {ENTRY(q6_k)},
    };
    for (int t = 0; t < WEIGHT_TYPES; t++) {
        if (!entry[t].decode)
            continue;
        k->weight[t].decode = entry[t].decode;
        if (entry[t].mul)
            k->weight[t].mul_f32 = entry[t].mul;
    }
#define FLAT_ENTRY(NAME, name, LEN, MIN) \
    k->weight[WEIGHT_##NAME].mul_f32 = mul_##name##_f32_avx2;
    FLAT_TYPES(FLAT_ENTRY)
#undef FLAT_ENTRY
}
