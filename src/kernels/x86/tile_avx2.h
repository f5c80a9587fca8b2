/* tile_avx2.h - products with many columns, a tile at a time: the loops of every
 * type, made into functions by mul_q8_FAMILY_avx2.c.
 *
 * As for AVX-512: activations are transposed, a vector holds four successive
 * values of 8 columns, and lanes are columns. Sums of pairs stay in 16 bits as
 * long as they fit: a whole block of 4-bit codes. */
#ifndef KERNELS_X86_TILE_AVX2_H
#define KERNELS_X86_TILE_AVX2_H

#include "kernels/kernels.h"
#include "kernels/x86/unpack_avx2.h"

/* Columns in one call of a tile function, at most. */
#define TILE_COLS 32

typedef void (*tile_fn)(size_t k, const void *w, size_t row_bytes,
                        size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                        size_t ldy);

#define CHUNK 512 /* of k; the transposed activations of 32 columns take 16 kB */
#define CHUNK_BLOCKS (CHUNK / ACT_BLOCK)
#define PANEL_ROWS 4
#define TILE_ROWS 128
#define VECTORS (TILE_COLS / 8)

/* A chunk of eight columns. */
struct columns {
    __m256i q[CHUNK / 4];
    __m256 d[CHUNK_BLOCKS];
    __m256 s[CHUNK_BLOCKS];
    __m256i base[2 * CHUNK_BLOCKS]; /* -offset * sum of q, by 32 or 16;
                                      with fine_min, -1 * sum */
};

/* A chunk of four rows. */
struct panel {
    __m256i code[PANEL_ROWS][CHUNK_BLOCKS];
    float scale[PANEL_ROWS][CHUNK_BLOCKS];
    float min[PANEL_ROWS][CHUNK_BLOCKS];
    int16_t fine[PANEL_ROWS][2 * CHUNK_BLOCKS];
    int16_t fine_min[PANEL_ROWS][2 * CHUNK_BLOCKS];
};

/* 8 x 8 values of 32 bits. */
INLINE void transpose(__m256i r[8])
{
    __m256i t[8];
    UNROLL for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm256_unpackhi_epi32(r[i], r[i + 1]);
    }
    UNROLL for (int i = 0; i < 8; i += 4) {
        r[i] = _mm256_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm256_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm256_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm256_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        t[i] = _mm256_permute2x128_si256(r[i], r[i + 4], 0x20);
        t[i + 4] = _mm256_permute2x128_si256(r[i], r[i + 4], 0x31);
    }
    UNROLL for (int i = 0; i < 8; i++)
        r[i] = t[i];
}

/* Up to 8 words of 32 bits of each of n columns, `stride` words apart,
 * transposed: columns that are not there become zero. */
static void transpose_columns(const void *from, size_t stride, size_t n,
                              int n_words, __m256i *to)
{
    const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    __m256i r[8], mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(n_words), lane);
    for (size_t c = 0; c < 8; c++)
        r[c] = c < n ? _mm256_maskload_epi32(
                           (const void *)((const char *)from + 4 * stride * c),
                           mask)
                     : _mm256_setzero_si256();
    transpose(r);
    for (size_t i = 0; i < 8; i++)
        to[i] = r[i];
}

static void load_columns(struct columns *to, struct act_q8 x, size_t k,
                         size_t first, size_t len, size_t n)
{
    const size_t stride = k / ACT_BLOCK, b = first / ACT_BLOCK;
    const size_t n_blocks = len / ACT_BLOCK;
    for (size_t i = 0; i < len; i += 32)
        transpose_columns(x.q + first + i, k / 4, n, 8, &to->q[i / 4]);
    for (size_t i = 0; i < n_blocks; i += 8) {
        int words = (int)(n_blocks - i < 8 ? n_blocks - i : 8);
        transpose_columns(x.d + b + i, stride, n, words, (void *)&to->d[i]);
        transpose_columns(x.s + b + i, stride, n, words, (void *)&to->s[i]);
    }
}

/* Where the sums start: subtracting the offset then costs one addition. */
INLINE void load_base(struct columns *to, struct layout t, size_t len)
{
    const size_t steps = t.has_fine ? 4 : 8;
    const __m256i offset =
        _mm256_set1_epi8((char)(t.has_fine_min ? 1 : t.offset));
    for (size_t i = 0; i < len / 4; i += steps) {
        __m256i sum = _mm256_setzero_si256();
        for (size_t j = 0; j < steps; j++) /* |offset| <= 32: 16 bits do */
            sum = _mm256_add_epi32(
                sum, _mm256_madd_epi16(
                         _mm256_maddubs_epi16(offset, to->q[i + j]),
                         _mm256_set1_epi16(-1)));
        to->base[i / steps] = sum;
    }
}

INLINE void load_row(struct panel *to, struct layout t, int r, const uint8_t *p,
                     size_t n_blocks)
{
    for (size_t b = 0; b < n_blocks; b += 8, p += t.group_bytes) {
        struct unpacked u;
        int n = (int)(n_blocks - b < 8 ? n_blocks - b : 8);
        if (n == 8)
            t.unpack(p, 8, &u);
        else
            t.unpack(p, n, &u);
        for (int j = 0; j < n; j++)
            to->code[r][b + (size_t)j] = u.code[j];
        _mm256_storeu_ps(&to->scale[r][b], u.scale);
        if (t.has_min || t.has_fine_min)
            _mm256_storeu_ps(&to->min[r][b], u.min);
        if (t.has_fine)
            memcpy(&to->fine[r][2 * b], u.fine, sizeof u.fine);
        if (t.has_fine_min)
            memcpy(&to->fine_min[r][2 * b], u.fine_min, sizeof u.fine_min);
    }
}

/* `steps` steps of one row from `at` on: four weights and 8 columns each. */
INLINE __m256i products(struct layout t, const __m256i *code,
                        const struct columns *x, size_t at, int steps)
{
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i sum = _mm256_setzero_si256();
    UNROLL for (int i = 0; i < steps; i += t.fit) {
        __m256i pairs = _mm256_setzero_si256();
        UNROLL for (int j = 0; j < t.fit; j++) {
            int four;
            size_t step = at + (size_t)(i + j);
            memcpy(&four, (const char *)code + 4 * step, 4);
            __m256i w = _mm256_set1_epi32(four), q = x->q[step];
            if (t.is_signed) {
                q = _mm256_sign_epi8(q, w);
                w = _mm256_abs_epi8(w);
            }
            pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(w, q));
        }
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

/* The factors of both halves of block b of a row. */
INLINE __m256i by_halves(const int16_t *fine, size_t b, __m256i lo, __m256i hi)
{
    return _mm256_add_epi32(
        _mm256_mullo_epi32(lo, _mm256_set1_epi32(fine[2 * b])),
        _mm256_mullo_epi32(hi, _mm256_set1_epi32(fine[2 * b + 1])));
}

/* Four rows times eight columns, over a chunk. */
INLINE void multiply(struct layout t, const struct panel *w,
                     const struct columns *x, size_t n_blocks,
                     __m256 (*out)[VECTORS])
{
    __m256 sum[PANEL_ROWS];
    UNROLL for (int r = 0; r < PANEL_ROWS; r++)
        sum[r] = out[r][0];
    for (size_t b = 0; b < n_blocks; b++) {
        UNROLL for (int r = 0; r < PANEL_ROWS; r++) {
            __m256i acc;
            if (t.has_fine) {
                __m256i lo = products(t, w->code[r], x, 8 * b, 4);
                __m256i hi = products(t, w->code[r], x, 8 * b + 4, 4);
                if (t.offset) {
                    lo = _mm256_add_epi32(lo, x->base[2 * b]);
                    hi = _mm256_add_epi32(hi, x->base[2 * b + 1]);
                }
                acc = by_halves(w->fine[r], b, lo, hi);
            } else {
                acc = products(t, w->code[r], x, 8 * b, 8);
                if (t.offset)
                    acc = _mm256_add_epi32(acc, x->base[b]);
            }
            __m256 scale =
                _mm256_mul_ps(_mm256_set1_ps(w->scale[r][b]), x->d[b]);
            sum[r] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(acc), scale, sum[r]);
            if (t.has_fine_min) {
                acc = by_halves(w->fine_min[r], b, x->base[2 * b],
                                x->base[2 * b + 1]);
                scale = _mm256_mul_ps(_mm256_set1_ps(w->min[r][b]), x->d[b]);
                sum[r] =
                    _mm256_fnmadd_ps(_mm256_cvtepi32_ps(acc), scale, sum[r]);
            }
            if (t.has_min)
                sum[r] = _mm256_fmadd_ps(_mm256_set1_ps(w->min[r][b]), x->s[b],
                                         sum[r]);
        }
    }
    UNROLL for (int r = 0; r < PANEL_ROWS; r++)
        out[r][0] = sum[r];
}

/* Sums lie by rows, y by columns. */
static void store_tile(__m256 (*sum)[VECTORS], size_t n_rows, size_t n_cols,
                       float *y, size_t ldy)
{
    const __m256i lane = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    for (size_t r = 0; r < n_rows; r += 8)
        for (size_t c = 0; c < n_cols; c += 8) {
            __m256i t[8], mask = _mm256_cmpgt_epi32(
                _mm256_set1_epi32((int)(n_rows - r)), lane);
            for (size_t i = 0; i < 8; i++)
                t[i] = _mm256_castps_si256(sum[r + i][c / 8]);
            transpose(t);
            for (size_t i = 0; i < 8 && c + i < n_cols; i++)
                _mm256_maskstore_epi32((void *)(y + (c + i) * ldy + r), mask,
                                       t[i]);
        }
}

INLINE void tile(struct layout t, size_t k, const uint8_t *w, size_t row_bytes,
                 size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                 size_t ldy)
{
    struct columns columns[VECTORS];
    struct panel panel;
    __m256 sum[TILE_ROWS][VECTORS];
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < VECTORS; v++)
            sum[r][v] = _mm256_setzero_ps();
    for (size_t i = 0; i < k; i += CHUNK) {
        size_t len = k - i < CHUNK ? k - i : CHUNK;
        const uint8_t *p = w + i / 256 * (size_t)t.group_bytes;
        for (size_t c = 0; c < n_cols; c += 8) {
            struct act_q8 from = {x.q + c * k, x.d + c * (k / ACT_BLOCK),
                                  x.s + c * (k / ACT_BLOCK)};
            load_columns(&columns[c / 8], from, k, i, len,
                         n_cols - c < 8 ? n_cols - c : 8);
            if (t.offset || t.has_fine_min)
                load_base(&columns[c / 8], t, len);
        }
        for (size_t r = 0; r < n_rows; r += PANEL_ROWS) {
            /* Past the end, the last row again: nobody looks at the sums. */
            for (size_t j = 0; j < PANEL_ROWS; j++) {
                size_t row = r + j < n_rows ? r + j : n_rows - 1;
                load_row(&panel, t, (int)j, p + row * row_bytes,
                         len / ACT_BLOCK);
            }
            for (size_t c = 0; c < n_cols; c += 8)
                multiply(t, &panel, &columns[c / 8], len / ACT_BLOCK,
                         (void *)&sum[r][c / 8]);
        }
    }
    store_tile(sum, n_rows, n_cols, y, ldy);
}

#define TILE(TYPE)                                                          \
    static void tile_##TYPE##_avx2(size_t k, const void *w, size_t row_bytes,      \
                            size_t n_rows, struct act_q8 x, size_t n_cols,  \
                            float *y, size_t ldy)                           \
    {                                                                       \
        for (size_t r = 0; r < n_rows; r += TILE_ROWS)                      \
            tile(layout_##TYPE, k, (const uint8_t *)w + r * row_bytes,      \
                 row_bytes, n_rows - r < TILE_ROWS ? n_rows - r : TILE_ROWS, \
                 x, n_cols, y + r, ldy);                                    \
    }

#endif
