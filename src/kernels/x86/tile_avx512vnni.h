/* tile_avx512vnni.h - products with many columns, a tile at a time: the loops of
 * every type, made into functions by mul_q8_FAMILY_avx512vnni.c.
 *
 * Many columns: bound by arithmetic. Activations are transposed so that a
 * vector holds four successive values of 16 columns; one instruction then
 * multiplies four weights of a row with them, and after eight such steps each
 * lane holds the whole sum of a block for its column: one conversion and one
 * scaling per 32 products and lane, where products by rows need one per 4. */
#ifndef KERNELS_X86_TILE_AVX512VNNI_H
#define KERNELS_X86_TILE_AVX512VNNI_H

#include "kernels/kernels.h"
#include "kernels/x86/unpack_avx512vnni.h"

/* Columns in one call of a tile function, at most. */
#define TILE_COLS 32

typedef void (*tile_fn)(size_t k, const void *w, size_t row_bytes,
                        size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                        size_t ldy);

#define CHUNK 512 /* of k; the transposed activations of 32 columns take 16 kB */
#define CHUNK_BLOCKS (CHUNK / ACT_BLOCK)
#define PANEL_ROWS 4
#define TILE_ROWS 128

/* A chunk of all columns: vector v of C holds columns 16 v.. */
struct columns {
    __m512i q[CHUNK / 4][2];
    __m512 d[CHUNK_BLOCKS][2];
    __m512 s[CHUNK_BLOCKS][2];
    __m512i base[2 * CHUNK_BLOCKS][2]; /* -offset * sum of q, by scale;
                                        with min16, -1 * sum */
};

/* A chunk of four rows. */
struct panel {
    __m512i code[PANEL_ROWS][CHUNK / 64];
    float scale[PANEL_ROWS][2 * CHUNK_BLOCKS];
    float min[PANEL_ROWS][2 * CHUNK_BLOCKS];
};

/* 16 x 16 values of 32 bits. */
INLINE void transpose(__m512i r[16])
{
    __m512i t[16];
    UNROLL for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    UNROLL for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xDD);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xDD);
    }
    UNROLL for (int i = 0; i < 4; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xDD);
        r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xDD);
    }
}

/* Up to 16 words of 32 bits of each of n columns, `stride` words apart,
 * transposed into to[0], to[2]...: columns that are not there become zero. */
static void transpose_columns(const void *from, size_t stride, size_t n,
                              size_t n_words, __m512i *to)
{
    __m512i r[16];
    __mmask16 mask = (__mmask16)((1u << n_words) - 1);
    for (size_t c = 0; c < 16; c++)
        r[c] = c < n ? _mm512_maskz_loadu_epi32(
                           mask, (const char *)from + 4 * stride * c)
                     : _mm512_setzero_si512();
    transpose(r);
    for (size_t i = 0; i < 16; i++)
        to[2 * i] = r[i];
}

static void load_columns(struct columns *to, struct act_q8 x, size_t k,
                         size_t first, size_t len, size_t n_cols)
{
    const size_t n_blocks = k / ACT_BLOCK, b = first / ACT_BLOCK;
    for (size_t v = 0; v * 16 < n_cols; v++) {
        size_t c = v * 16, n = n_cols - c < 16 ? n_cols - c : 16;
        for (size_t i = 0; i < len; i += 64)
            transpose_columns(x.q + c * k + first + i, k / 4, n,
                              len - i < 64 ? 8 : 16, &to->q[i / 4][v]);
        transpose_columns(x.d + c * n_blocks + b, n_blocks, n, len / ACT_BLOCK,
                          (__m512i *)&to->d[0][v]);
        transpose_columns(x.s + c * n_blocks + b, n_blocks, n, len / ACT_BLOCK,
                          (__m512i *)&to->s[0][v]);
    }
}

/* Where the sums start, so that subtracting the offset costs nothing: exact,
 * because it is done in integers. */
INLINE void load_base(struct columns *to, struct layout t, size_t len, int C)
{
    const int steps = 64 / t.n_scales;
    for (size_t i = 0; i < len / 4; i += (size_t)steps)
        UNROLL for (int v = 0; v < C; v++) {
            __m512i sum = _mm512_setzero_si512();
            UNROLL for (int j = 0; j < steps; j++)
                sum = _mm512_dpbusd_epi32(
                    sum, _mm512_set1_epi8((char)(t.has_min16 ? 1 : t.offset)),
                    to->q[i + (size_t)j][v]);
            to->base[i / (size_t)steps][v] =
                _mm512_sub_epi32(_mm512_setzero_si512(), sum);
        }
}

INLINE void load_row(struct panel *to, struct layout t, int r, const uint8_t *p,
                     size_t n_blocks)
{
    size_t b = 0;
    const size_t per_block = (size_t)t.n_scales / 8;
    for (; b + 8 <= n_blocks; b += 8, p += t.group_bytes) {
        struct unpacked u;
        t.unpack(p, &u);
        UNROLL for (int j = 0; j < 4; j++)
            to->code[r][b / 2 + (size_t)j] = u.code[j];
        if (t.n_scales == 16)
            _mm512_storeu_ps(&to->scale[r][b * per_block], u.scale);
        else
            _mm256_storeu_ps(&to->scale[r][b], _mm512_castps512_ps256(u.scale));
        if (t.has_min16)
            _mm512_storeu_ps(&to->min[r][b * 2], u.min16);
        if (t.min_at)
            _mm256_storeu_ps(&to->min[r][b], u.min);
    }
    for (; b < n_blocks; b += 2) {
        int n = n_blocks - b >= 2 ? 2 : 1;
        to->code[r][b / 2] = t.unpack_pair(p, n);
        for (size_t i = b; i < b + (size_t)n; i++, p += t.block_bytes) {
            to->scale[r][i] = scale_of(t, p);
            if (t.min_at)
                to->min[r][i] = _cvtsh_ss(u16_load(p + t.min_at));
        }
    }
}

/* sum[row][v] += panel times columns, over a chunk. */
INLINE void multiply(struct layout t, const struct panel *w,
                     const struct columns *x, size_t len, int C,
                     __m512 (*out)[2])
{
    const int steps = 64 / t.n_scales;
    const size_t per_block = (size_t)t.n_scales / 8;
    __m512 sum[PANEL_ROWS][2];
    UNROLL for (int r = 0; r < PANEL_ROWS; r++)
        UNROLL for (int v = 0; v < C; v++)
            sum[r][v] = out[r][v];
    for (size_t g = 0; g < len / 4 / (size_t)steps; g++) {
        __m512i acc[PANEL_ROWS][2];
        size_t b = g / per_block;
        UNROLL for (int r = 0; r < PANEL_ROWS; r++)
            UNROLL for (int v = 0; v < C; v++)
                acc[r][v] = t.offset ? x->base[g][v] : _mm512_setzero_si512();
        UNROLL for (int i = 0; i < steps; i++) {
            size_t at = g * (size_t)steps + (size_t)i;
            UNROLL for (int r = 0; r < PANEL_ROWS; r++) {
                int four;
                memcpy(&four, (const char *)w->code[r] + 4 * at, 4);
                UNROLL for (int v = 0; v < C; v++)
                    acc[r][v] = _mm512_dpbusd_epi32(
                        acc[r][v], _mm512_set1_epi32(four), x->q[at][v]);
            }
        }
        UNROLL for (int r = 0; r < PANEL_ROWS; r++)
            UNROLL for (int v = 0; v < C; v++) {
                __m512 scale = _mm512_mul_ps(_mm512_set1_ps(w->scale[r][g]),
                                             x->d[b][v]);
                sum[r][v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(acc[r][v]),
                                            scale, sum[r][v]);
                if (t.has_min16) /* base: less the sum of activations */
                    sum[r][v] = _mm512_fnmadd_ps(
                        _mm512_cvtepi32_ps(x->base[g][v]),
                        _mm512_mul_ps(_mm512_set1_ps(w->min[r][g]), x->d[b][v]),
                        sum[r][v]);
                if (t.min_at)
                    sum[r][v] = _mm512_fmadd_ps(_mm512_set1_ps(w->min[r][b]),
                                                x->s[b][v], sum[r][v]);
            }
    }
    UNROLL for (int r = 0; r < PANEL_ROWS; r++)
        UNROLL for (int v = 0; v < C; v++)
            out[r][v] = sum[r][v];
}

/* Sums lie by rows, y by columns. */
static void store_tile(__m512 (*sum)[2], size_t n_rows, size_t n_cols, float *y,
                       size_t ldy)
{
    for (size_t r = 0; r < n_rows; r += 16)
        for (size_t c = 0; c < n_cols; c += 16) {
            size_t n = n_rows - r < 16 ? n_rows - r : 16;
            __m512i t[16];
            for (size_t i = 0; i < 16; i++)
                t[i] = _mm512_castps_si512(sum[r + i][c / 16]);
            transpose(t);
            for (size_t i = 0; i < 16 && c + i < n_cols; i++)
                _mm512_mask_storeu_epi32(y + (c + i) * ldy + r,
                                         (__mmask16)((1u << n) - 1), t[i]);
        }
}

INLINE void tile(struct layout t, int C, size_t k, const uint8_t *w,
                 size_t row_bytes, size_t n_rows, struct act_q8 x,
                 size_t n_cols, float *y, size_t ldy)
{
    struct columns columns;
    struct panel panel;
    __m512 sum[TILE_ROWS][2];
    for (int r = 0; r < TILE_ROWS; r++)
        sum[r][0] = sum[r][1] = _mm512_setzero_ps();
    for (size_t i = 0; i < k; i += CHUNK) {
        size_t len = k - i < CHUNK ? k - i : CHUNK;
        size_t skip = t.block_bytes ? i / 32 * (size_t)t.block_bytes
                                    : i / 256 * (size_t)t.group_bytes;
        load_columns(&columns, x, k, i, len, n_cols);
        if (t.offset || t.has_min16)
            load_base(&columns, t, len, C);
        for (size_t r = 0; r < n_rows; r += PANEL_ROWS) {
            /* Past the end, the last row again: nobody looks at the sums. */
            for (size_t j = 0; j < PANEL_ROWS; j++) {
                size_t row = r + j < n_rows ? r + j : n_rows - 1;
                load_row(&panel, t, (int)j, w + row * row_bytes + skip,
                         len / ACT_BLOCK);
            }
            multiply(t, &panel, &columns, len, C, sum + r);
        }
    }
    store_tile(sum, n_rows, n_cols, y, ldy);
}

INLINE void tiles(struct layout t, size_t k, const uint8_t *w, size_t row_bytes,
                  size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                  size_t ldy)
{
    for (size_t r = 0; r < n_rows; r += TILE_ROWS) {
        size_t n = n_rows - r < TILE_ROWS ? n_rows - r : TILE_ROWS;
        if (n_cols <= 16)
            tile(t, 1, k, w + r * row_bytes, row_bytes, n, x, n_cols, y + r,
                 ldy);
        else
            tile(t, 2, k, w + r * row_bytes, row_bytes, n, x, n_cols, y + r,
                 ldy);
    }
}

#define TILE(TYPE)                                                         \
    static void tile_##TYPE##_avx512(                                      \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,          \
        struct act_q8 x, size_t n_cols, float *y, size_t ldy)              \
    {                                                                      \
        tiles(layout_##TYPE, k, w, row_bytes, n_rows, x, n_cols, y, ldy);  \
    }

#endif
