/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "kernels/gemm_bf16.h"

#include <immintrin.h>

/* Before loops over registers: what is not unrolled would lie in memory. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

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

/* --- packing -------------------------------------------------------------- */

/* Sixteen pairs: of x and of those behind it. */
static inline __m512i pairs_of(const float *x)
{
    return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + LANES),
                                        _mm512_loadu_ps(x));
}

/* The same of the first n numbers, zero behind them. */
static inline __m512i some_pairs_of(const float *x, size_t n)
{
    return (__m512i)_mm512_cvtne2ps_pbh(
        _mm512_maskz_loadu_ps(lanes_from(n, LANES), x + LANES),
        _mm512_maskz_loadu_ps(lanes(n), x));
}

/* An operand as it lies. */
struct operand {
    const float *p;
    size_t ld;
    const uint32_t *rows;    /* or NULL */
    bool turned;
};

static inline const float *row_of(const struct operand *o, size_t i)
{
    return o->p + (o->rows ? o->rows[i] : i) * o->ld;
}

/* Rows of a matrix that is wider than what is packed of it, or that a list names,
 * are too short for the CPU to see what comes next. */
enum { AHEAD = 4 };
static inline void fetch(const float *x)
{
    _mm_prefetch((const char *)x, _MM_HINT_T0);
    _mm_prefetch((const char *)(x + LANES), _MM_HINT_T0);
}

/* Rows as they lie, with the pairs of each behind one another: [rows][k/2]. */
static void pack_rows(const struct operand *o, size_t first, size_t rows,
                      size_t from, size_t k, uint32_t *out, size_t ld_out)
{
    for (size_t r = 0; r < rows; r++, out += ld_out) {
        const float *x = row_of(o, first + r) + from;
        const float *next =
            row_of(o, first + smaller(r + AHEAD, rows - 1)) + from;
        size_t l = 0;
        for (; l + 2 * LANES <= k; l += 2 * LANES) {
            fetch(next + l);
            _mm512_storeu_si512(out + l / 2, pairs_of(x + l));
        }
        if (l < k)
            _mm512_storeu_si512(out + l / 2, some_pairs_of(x + l, k - l));
    }
}

/* [k][cols] to [k/2][cols], ld_out apart. Whole vectors are written, zero behind
 * the last column. */
static void pack_pairs(const struct operand *o, size_t first, size_t k,
                       size_t from, size_t cols, uint32_t *out, size_t ld_out)
{
    const __m512i zip = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22,
        6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    const __mmask16 last = lanes(cols % LANES);
    for (size_t l = 0; l < k; l += 2, out += ld_out) {
        /* The last row may have none behind it: zeros, by a mask. */
        const __mmask16 two = l + 1 < k ? 0xFFFF : 0;
        const float *x = row_of(o, first + l) + from;
        const float *y = two ? row_of(o, first + l + 1) + from : x;
        size_t ahead = l + 2 * AHEAD;
        const float *next = row_of(o, first + smaller(ahead, k - 1)) + from;
        const float *second = row_of(o, first + smaller(ahead + 1, k - 1)) + from;
        size_t j = 0;
        for (; j + LANES <= cols; j += LANES) {
            _mm_prefetch((const char *)(next + j), _MM_HINT_T0);
            _mm_prefetch((const char *)(second + j), _MM_HINT_T0);
            __m512i both = (__m512i)_mm512_cvtne2ps_pbh(
                _mm512_maskz_loadu_ps(two, y + j), _mm512_loadu_ps(x + j));
            _mm512_storeu_si512(out + j, _mm512_permutexvar_epi16(zip, both));
        }
        if (last) {
            __m512i both = (__m512i)_mm512_cvtne2ps_pbh(
                _mm512_maskz_loadu_ps(two & last, y + j),
                _mm512_maskz_loadu_ps(last, x + j));
            _mm512_storeu_si512(out + j, _mm512_permutexvar_epi16(zip, both));
        }
    }
}

/* 16 rows of 16 pairs change places with their columns. */
static inline __attribute__((always_inline)) void turn(__m512i r[LANES])
{
    __m512i t[LANES];
    UNROLL
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    UNROLL
    for (int i = 0; i < 4; i++) {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    UNROLL
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0x88);
        t[4 + i] = _mm512_shuffle_i32x4(r[i], r[4 + i], 0xDD);
        t[8 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0x88);
        t[12 + i] = _mm512_shuffle_i32x4(r[8 + i], r[12 + i], 0xDD);
    }
    UNROLL
    for (int i = 0; i < 8; i++) {
        r[i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0x88);
        r[8 + i] = _mm512_shuffle_i32x4(t[i], t[8 + i], 0xDD);
    }
}

/* 16 columns of 32 numbers, all of them there. */
static void turn_square(const float *x, size_t ld, uint32_t *out, size_t ld_out)
{
    __m512i r[LANES];
    UNROLL
    for (size_t i = 0; i < LANES; i++)
        r[i] = pairs_of(x + i * ld);
    turn(r);
    UNROLL
    for (size_t i = 0; i < LANES; i++)
        _mm512_storeu_si512(out + i * ld_out, r[i]);
}

/* Some of them. */
static void turn_edge(const float *x, size_t ld, size_t k, size_t cols,
                      uint32_t *out, size_t ld_out)
{
    __m512i r[LANES];
    UNROLL
    for (size_t i = 0; i < LANES; i++)
        r[i] = i < cols ? some_pairs_of(x + i * ld, k) : _mm512_setzero_si512();
    turn(r);
    for (size_t i = 0; i < LANES && 2 * i < k; i++)
        _mm512_storeu_si512(out + i * ld_out, r[i]);
}

/* [cols][k] to [k/2][cols], as pack_pairs does from the other side. */
static void pack_turned(const float *x, size_t ld, size_t k, size_t cols,
                        uint32_t *out, size_t ld_out)
{
    for (size_t j = 0; j < cols; j += LANES)
        for (size_t l = 0; l < k; l += 2 * LANES) {
            const float *from = x + j * ld + l;
            uint32_t *to = out + l / 2 * ld_out + j;
            if (j + LANES <= cols && l + 2 * LANES <= k)
                turn_square(from, ld, to, ld_out);
            else
                turn_edge(from, ld, k - l, cols - j, to, ld_out);
        }
}

/* --- tiles ---------------------------------------------------------------- */

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
    const uint32_t *c_rows;  /* or NULL */
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
    UNROLL
    for (size_t i = 0; i < rows; i++)
        UNROLL
        for (size_t v = 0; v < vecs; v++)
            sum[i][v] = _mm512_setzero_ps();
    for (size_t l = t->pairs; l; l--, a += t->step, b += vecs * LANES) {
        __m512bh y[4];
        UNROLL
        for (size_t v = 0; v < vecs; v++)
            y[v] = (__m512bh)_mm512_loadu_si512(b + v * LANES);
        UNROLL
        for (size_t i = 0; i < rows; i++) {
            __m512bh x = (__m512bh)_mm512_set1_epi32((int)a[i * t->row]);
            UNROLL
            for (size_t v = 0; v < vecs; v++)
                sum[i][v] = _mm512_dpbf16_ps(sum[i][v], x, y[v]);
        }
    }
    UNROLL
    for (size_t i = 0; i < rows; i++) {
        if (i >= t->n_rows)
            return;
        float *c = t->c + (t->c_rows ? t->c_rows[i] : i) * t->ldc;
        UNROLL
        for (size_t v = 0; v < vecs; v++)
            store(t, c + v * LANES, v + 1 < vecs ? 0xFFFF : t->last, sum[i][v]);
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

static void run_tile(const struct tile *t, size_t vecs)
{
    static void (*const tiles[5])(const struct tile *) = {NULL, tile_1, tile_2,
                                                          tile_3, tile_4};
    tiles[vecs](t);
}

/* --- blocks --------------------------------------------------------------- */

/* The part of a product that is packed: rows i.., columns j.., terms l... */
struct block {
    const struct gemm_product *p;
    size_t i, rows, j, cols, l, depth;
};

/* Columns of a tile. Narrow ones follow a diagonal more closely. */
static size_t width_of(const struct gemm_product *p)
{
    return p->causal == CAUSAL_C ? WIDTH / 2 : WIDTH;
}

/* The terms that rows i .. i + rows of a causal product have. */
static void cut(const struct block *b, size_t i, size_t rows, size_t width,
                struct tile *t)
{
    const struct gemm_product *p = b->p;
    size_t begin = 0, end = b->depth;
    if (p->causal == CAUSAL_A) {
        size_t limit = i + rows + p->first;
        end = limit <= b->l ? 0 : smaller(end, limit - b->l);
    } else if (p->causal == CAUSAL_TURNED && i > p->first + b->l) {
        begin = smaller(end, i - p->first - b->l);
    }
    t->pairs = begin < end ? (end + 1) / 2 - begin / 2 : 0;
    t->a += begin / 2 * t->step;
    t->b += begin / 2 * width;
}

/* All rows of a block by columns j .. of it. */
static void multiply_panel(const struct block *b, struct tile t, size_t j,
                           size_t cols)
{
    const struct gemm_product *p = b->p;
    size_t vecs = (cols + LANES - 1) / LANES, rows = tile_rows[vecs];
    t.last = lanes(cols - (vecs - 1) * LANES);
    for (size_t r = 0; r < b->rows; r += rows) {
        struct tile at = t;
        size_t i = b->i + r;
        at.n_rows = smaller(rows, b->rows - r);
        if (p->causal == CAUSAL_C && j > i + at.n_rows - 1 + p->first)
            continue;
        at.a += r * t.row;
        if (p->c_rows)
            at.c_rows = p->c_rows + i;
        else
            at.c += i * t.ldc;
        cut(b, i, at.n_rows, vecs * LANES, &at);
        run_tile(&at, vecs);
    }
}

static void pack_b(const struct block *k, const struct operand *b, uint32_t *out)
{
    size_t width = width_of(k->p);
    for (size_t at = 0; at < k->cols; at += width) {
        size_t n = smaller(width, k->cols - at), ld = round_up(n, LANES);
        uint32_t *panel = out + at * ((k->depth + 1) / 2);
        if (b->turned)
            pack_turned(b->p + (k->j + at) * b->ld + k->l, b->ld, k->depth, n,
                        panel, ld);
        else
            pack_pairs(b, k->l, k->depth, k->j + at, n, panel, ld);
    }
}

/* Fills in where t finds rows and pairs. */
static void pack_a(const struct block *k, const struct operand *a, uint32_t *out,
                   struct tile *t)
{
    t->a = out;
    t->row = a->turned ? 1 : round_up(k->depth, 2 * LANES) / 2;
    t->step = a->turned ? GEMM_BF16_STRIDE : 1;
    if (a->turned)
        pack_pairs(a, k->l, k->depth, k->i, k->rows, out, t->step);
    else
        pack_rows(a, k->i, k->rows, k->l, k->depth, out, t->row);
}

static void multiply_block(const struct block *b, const struct operand *a,
                           struct gemm_bf16_room *room)
{
    const struct gemm_product *p = b->p;
    struct tile t = {.ldc = p->ldc, .add = p->add || b->l > 0};
    size_t width = width_of(p);
    pack_a(b, a, room->a, &t);
    for (size_t at = 0; at < b->cols; at += width) {
        t.b = room->b + at * ((b->depth + 1) / 2);
        t.c = p->c + b->j + at;
        multiply_panel(b, t, b->j + at, smaller(width, b->cols - at));
    }
}

void gemm_bf16_avx512(const struct gemm_product *p, struct gemm_bf16_room *room)
{
    const struct operand left = {p->a, p->lda, p->a_rows, p->ta};
    const struct operand right = {p->b, p->ldb, p->b_rows, p->tb};
    struct block b = {.p = p};
    for (b.j = 0; b.j < p->n; b.j += b.cols) {
        b.cols = smaller(GEMM_BF16_COLS, p->n - b.j);
        for (b.l = 0; b.l < p->k; b.l += b.depth) {
            b.depth = smaller(GEMM_BF16_DEPTH, p->k - b.l);
            pack_b(&b, &right, room->b);
            for (b.i = 0; b.i < p->m; b.i += b.rows) {
                b.rows = smaller(GEMM_BF16_ROWS, p->m - b.i);
                multiply_block(&b, &left, room);
            }
        }
    }
}
