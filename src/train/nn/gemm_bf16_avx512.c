/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "train/nn/gemm_bf16.h"

#include <immintrin.h>

enum { LANES = 16, WIDTH = 4 * LANES };

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t round_up(size_t n, size_t to)
{
    return (n + to - 1) / to * to;
}

/* The lowest n of 16 lanes. */
static inline __mmask16 lanes(size_t n)
{
    return (__mmask16)(n >= LANES ? 0xFFFF : (1u << n) - 1);
}

static inline __mmask16 lanes_from(size_t n, size_t first)
{
    return n > first ? lanes(n - first) : 0;
}

/* --- packing ----------------------------------------------------------------------- */

/* Rows as they lie, with the pairs of each behind one another: [rows][k/2]. */
static void pack_rows(const float *x, size_t ld, size_t rows, size_t k,
                      uint32_t *out, size_t ld_out)
{
    for (size_t r = 0; r < rows; r++, x += ld, out += ld_out)
        for (size_t l = 0; l < k; l += 2 * LANES) {
            __m512 lo = _mm512_maskz_loadu_ps(lanes(k - l), x + l);
            __m512 hi = _mm512_maskz_loadu_ps(lanes_from(k - l, LANES),
                                              x + l + LANES);
            _mm512_storeu_si512(out + l / 2,
                                (__m512i)_mm512_cvtne2ps_pbh(hi, lo));
        }
}

/* [k][cols] to [k/2][cols], ld_out apart. Whole vectors are written, zero behind
 * the last column. */
static void pack_pairs(const float *x, size_t ld, size_t k, size_t cols,
                       uint32_t *out, size_t ld_out)
{
    const __m512i zip = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22,
        6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    for (size_t l = 0; l < k; l += 2, x += 2 * ld, out += ld_out)
        for (size_t j = 0; j < cols; j += LANES) {
            __mmask16 some = lanes(cols - j);
            __m512 lo = _mm512_maskz_loadu_ps(some, x + j);
            __m512 hi = l + 1 < k ? _mm512_maskz_loadu_ps(some, x + ld + j)
                                  : _mm512_setzero_ps();
            __m512i two = (__m512i)_mm512_cvtne2ps_pbh(hi, lo);
            _mm512_storeu_si512(out + j, _mm512_permutexvar_epi16(zip, two));
        }
}

/* 16 rows of 16 pairs change places with their columns. */
static inline void turn(__m512i r[LANES])
{
    __m512i t[LANES];
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
        t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xDD);
        t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xDD);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
        r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xDD);
    }
}

/* [cols][k] to [k/2][cols], as pack_pairs does from the other side. */
static void pack_turned(const float *x, size_t ld, size_t k, size_t cols,
                        uint32_t *out, size_t ld_out)
{
    for (size_t j = 0; j < cols; j += LANES)
        for (size_t l = 0; l < k; l += 2 * LANES) {
            __mmask16 lo = lanes(k - l), hi = lanes_from(k - l, LANES);
            size_t n_cols = smaller(LANES, cols - j);
            size_t pairs = smaller(LANES, (k - l + 1) / 2);
            __m512i r[LANES];
#pragma GCC unroll 16
            for (size_t i = 0; i < LANES; i++) {
                const float *row = x + (j + (i < n_cols ? i : 0)) * ld + l;
                __mmask16 is = i < n_cols ? 0xFFFF : 0;
                r[i] = (__m512i)_mm512_cvtne2ps_pbh(
                    _mm512_maskz_loadu_ps(hi & is, row + LANES),
                    _mm512_maskz_loadu_ps(lo & is, row));
            }
            turn(r);
            for (size_t i = 0; i < pairs; i++)
                _mm512_storeu_si512(out + (l / 2 + i) * ld_out + j, r[i]);
        }
}

/* --- tiles -------------------------------------------------------------------------- */

/* Rows of C that a tile of so many vectors has: the sums fill the registers. */
enum { MOST_ROWS = 12 };
static const size_t tile_rows[5] = {0, 12, 12, 8, 6};

struct tile {
    size_t pairs;
    const uint32_t *a;       /* pair l of row i: a[i * row + l * step] */
    size_t row, step;
    const uint32_t *b;       /* [pairs][16 vecs] */
    float *c;
    size_t ldc, n_rows;
    __mmask16 last;          /* columns of the last vector */
    bool add;
};

static inline __attribute__((always_inline)) void
store(const struct tile *t, float *c, __mmask16 some, __m512 x)
{
    if (t->add)
        x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(some, c));
    _mm512_mask_storeu_ps(c, some, x);
}

/* Rows behind the last are computed from whatever stands there and not stored. */
static inline __attribute__((always_inline)) void
multiply(const struct tile *t, const size_t rows, const size_t vecs)
{
    __m512 sum[MOST_ROWS][4];
    const uint32_t *a = t->a, *b = t->b;
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 4
        for (size_t v = 0; v < vecs; v++)
            sum[i][v] = _mm512_setzero_ps();
    for (size_t l = t->pairs; l; l--, a += t->step, b += vecs * LANES) {
        __m512bh y[4];
#pragma GCC unroll 4
        for (size_t v = 0; v < vecs; v++)
            y[v] = (__m512bh)_mm512_loadu_si512(b + v * LANES);
#pragma GCC unroll 12
        for (size_t i = 0; i < rows; i++) {
            __m512bh x = (__m512bh)_mm512_set1_epi32((int)a[i * t->row]);
#pragma GCC unroll 4
            for (size_t v = 0; v < vecs; v++)
                sum[i][v] = _mm512_dpbf16_ps(sum[i][v], x, y[v]);
        }
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        if (i >= t->n_rows)
            return;
#pragma GCC unroll 4
        for (size_t v = 0; v < vecs; v++)
            store(t, t->c + i * t->ldc + v * LANES,
                  v + 1 < vecs ? 0xFFFF : t->last, sum[i][v]);
    }
}

static void tile_1(const struct tile *t)
{
    multiply(t, 12, 1);
}

static void tile_2(const struct tile *t)
{
    multiply(t, 12, 2);
}

static void tile_3(const struct tile *t)
{
    multiply(t, 8, 3);
}

static void tile_4(const struct tile *t)
{
    multiply(t, 6, 4);
}

/* All rows of a block by one panel of B. */
static void multiply_panel(struct tile t, size_t m, size_t cols)
{
    static void (*const tiles[5])(const struct tile *) = {NULL, tile_1, tile_2,
                                                          tile_3, tile_4};
    size_t vecs = (cols + LANES - 1) / LANES, rows = tile_rows[vecs];
    t.last = lanes(cols - (vecs - 1) * LANES);
    for (size_t i = 0; i < m; i += rows) {
        t.n_rows = smaller(rows, m - i);
        tiles[vecs](&t);
        t.a += rows * t.row;
        t.c += rows * t.ldc;
    }
}

/* --- blocks ------------------------------------------------------------------------- */

struct operand {
    const float *p;
    size_t ld;
    bool turned;
};

static void pack_b(const struct operand *b, size_t l, size_t depth, size_t j,
                   size_t cols, uint32_t *out)
{
    for (size_t at = 0; at < cols; at += WIDTH) {
        size_t n = smaller(WIDTH, cols - at), ld = round_up(n, LANES);
        uint32_t *panel = out + at * ((depth + 1) / 2);
        if (b->turned)
            pack_turned(b->p + (j + at) * b->ld + l, b->ld, depth, n, panel, ld);
        else
            pack_pairs(b->p + l * b->ld + j + at, b->ld, depth, n, panel, ld);
    }
}

/* Fills in where t finds rows and pairs. */
static void pack_a(const struct operand *a, size_t i, size_t rows, size_t l,
                   size_t depth, uint32_t *out, struct tile *t)
{
    t->a = out;
    t->row = a->turned ? 1 : round_up(depth, 2 * LANES) / 2;
    t->step = a->turned ? GEMM_BF16_STRIDE : 1;
    if (a->turned)
        pack_pairs(a->p + l * a->ld + i, a->ld, depth, rows, out, t->step);
    else
        pack_rows(a->p + i * a->ld + l, a->ld, rows, depth, out, t->row);
}

void gemm_bf16_avx512(bool ta, bool tb, size_t m, size_t n, size_t k,
                      const float *a, size_t lda, const float *b, size_t ldb,
                      float *c, size_t ldc, bool add,
                      struct gemm_bf16_room *room)
{
    const struct operand left = {a, lda, ta}, right = {b, ldb, tb};
    for (size_t j = 0, cols; j < n; j += cols) {
        cols = smaller(GEMM_BF16_COLS, n - j);
        for (size_t l = 0, depth; l < k; l += depth) {
            depth = smaller(GEMM_BF16_DEPTH, k - l);
            pack_b(&right, l, depth, j, cols, room->b);
            for (size_t i = 0, rows; i < m; i += rows) {
                rows = smaller(GEMM_BF16_ROWS, m - i);
                struct tile t = {.pairs = (depth + 1) / 2, .ldc = ldc,
                                 .add = add || l > 0};
                pack_a(&left, i, rows, l, depth, room->a, &t);
                for (size_t at = 0; at < cols; at += WIDTH) {
                    t.b = room->b + at * t.pairs;
                    t.c = c + i * ldc + j + at;
                    multiply_panel(t, rows, smaller(WIDTH, cols - at));
                }
            }
        }
    }
}
