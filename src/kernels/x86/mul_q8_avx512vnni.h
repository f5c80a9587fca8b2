/* mul_q8_avx512vnni.h - products with columns of integers: the loops of every
 * type, made into functions by mul_q8_FAMILY_avx512vnni.c. One file for all types
 * would take a compiler with sanitizers minutes.
 *
 * A group of 512 weights is unpacked into registers (unpack_avx512vnni.h) and
 * multiplied with a group of a column (act_group.h). Of every unit of four blocks
 * four instructions make 16 sums, the two planes of the activations put together
 * on the way; three rounds of shuffling then add up four units' sums to one for
 * each of 16 blocks, exactly, in integers:
 *
 *     v[0]     | b0 b0 b0 b0 | b1 b1 b1 b1 | b2 b2 b2 b2 | b3 b3 b3 b3 |
 *     v[1]     | b4 b4 b4 b4 | ...
 *     v[2], v[3]
 *     add_up   | b0 b4 b8 b12 | b1 b5 b9 b13 | ...
 *
 * which one conversion and one fused multiply-add per 512 weights bring into 16
 * sums of floats, a lane for every sixteenth block of the row. What a row and a
 * column come to does not depend on the loop around this: few columns go row by
 * row, some in tiles, many with sixteen rows at a time turned so that nothing needs
 * shuffling (mul_q8_panel_avx512vnni.h), rows that are shorter than a register of
 * sums several at a time (mul_q8_short_avx512vnni.h). */
#ifndef KERNELS_X86_MUL_Q8_AVX512VNNI_H
#define KERNELS_X86_MUL_Q8_AVX512VNNI_H

#include "kernels/x86/mul_q8_panel_avx512vnni.h"
#include "kernels/x86/unpack_avx512vnni.h"

/* --- a group of a row and one of a column --------------------------------- */

/* The 64 products of four vectors each, four by four, to 16 sums of 16: lane
 * 4 i + j has the i-th of vector j. */
INLINE __m512i add_up(const __m512i v[4])
{
    __m512i a = _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]),
                                 _mm512_unpackhi_epi32(v[0], v[1]));
    __m512i b = _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]),
                                 _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(a, b),
                            _mm512_unpackhi_epi64(a, b));
}

/* The same where v[1] to v[3] are not there: their lanes do not matter. */
INLINE __m512i add_up_one(__m512i v)
{
    v = _mm512_add_epi32(v, _mm512_shuffle_epi32(v, 0x4E));
    return _mm512_add_epi32(v, _mm512_shuffle_epi32(v, 0xB1));
}

/* 64 activations, loaded once for all R rows. */
INLINE __m512i load64(int R, const int8_t *p)
{
    __m512i v = _mm512_load_si512(p);
    return R == 1 ? v : once(v);
}

/* Codes `first` to `last` of R rows, which add up, times both planes of their
 * activations. */
INLINE void dot(int R, const struct group *g, int first, int last,
                const struct act_group *x, __m512i v[2])
{
    UNROLL for (int r = 0; r < R; r++)
        v[r] = _mm512_setzero_si512();
    UNROLL for (int i = first; i <= last; i++) {
        __m512i hi = load64(R, x->hi + 64 * i);
        UNROLL for (int r = 0; r < R; r++)
            v[r] = _mm512_dpbusd_epi32(v[r], g[r].code[i], hi);
    }
    UNROLL for (int r = 0; r < R; r++)
        v[r] = _mm512_slli_epi32(v[r], 8);
    UNROLL for (int i = first; i <= last; i++) {
        __m512i lo = load64(R, x->lo + 64 * i);
        UNROLL for (int r = 0; r < R; r++)
            v[r] = _mm512_dpbusd_epi32(v[r], g[r].code[i], lo);
    }
}

/* By blocks of 32, of the first `units` units; or by 16, in half h. */
INLINE void sums_of(struct layout t, int R, int units, int h,
                    const struct group *g, const struct act_group *x,
                    __m512i out[2])
{
    __m512i v[4][2], row[4];
    UNROLL for (int i = 0; i < 4; i++) {
        v[i][0] = v[i][1] = _mm512_setzero_si512();
        if (t.by16)
            dot(R, g, 4 * h + i, 4 * h + i, x, v[i]);
        else if (i < units)
            dot(R, g, 2 * i, 2 * i + 1, x, v[i]);
    }
    UNROLL for (int r = 0; r < R; r++) {
        UNROLL for (int i = 0; i < 4; i++)
            row[i] = v[i][r];
        out[r] = units == 1 ? add_up_one(row[0]) : add_up(row);
    }
}

/* sums - offset * all: exact. */
INLINE __m512i less_offset(struct layout t, __m512i sums, const int32_t *all)
{
    if (!t.offset)
        return sums;
    __m512i v = _mm512_load_si512(all);
    if (t.offset & (t.offset - 1))
        v = _mm512_mullo_epi32(v, _mm512_set1_epi32(t.offset));
    else
        v = _mm512_slli_epi32(v, (unsigned)__builtin_ctz((unsigned)t.offset));
    return _mm512_sub_epi32(sums, v);
}

INLINE void add_by32(struct layout t, int R, int units, const struct group *g,
                     const struct act_group *x, __m512 sum[2])
{
    __m512i v[2];
    sums_of(t, R, units, 0, g, x, v);
    UNROLL for (int r = 0; r < R; r++) {
        __m512 f = _mm512_cvtepi32_ps(less_offset(t, v[r], x->sum));
        __m512 scale = _mm512_mul_ps(g[r].scale[0], _mm512_load_ps(x->d));
        sum[r] = _mm512_fmadd_ps(f, scale, sum[r]);
        if (t.has_min)
            sum[r] = _mm512_fmadd_ps(g[r].min[0], _mm512_load_ps(x->s), sum[r]);
    }
}

INLINE void add_by16(struct layout t, int R, int h, const struct group *g,
                     const struct act_group *x, __m512 sum[2])
{
    /* d of the block that each half of one is of. */
    const __m512i of_half = _mm512_add_epi32(
        _mm512_set_epi32(13, 13, 12, 12, 9, 9, 8, 8, 5, 5, 4, 4, 1, 1, 0, 0),
        _mm512_set1_epi32(2 * h));
    __m512 d = _mm512_permutexvar_ps(of_half, _mm512_load_ps(x->d));
    __m512i v[2];
    sums_of(t, R, 4, h, g, x, v);
    UNROLL for (int r = 0; r < R; r++) {
        __m512 f = _mm512_cvtepi32_ps(less_offset(t, v[r], x->half_sum[h]));
        sum[r] = _mm512_fmadd_ps(f, _mm512_mul_ps(g[r].scale[h], d), sum[r]);
        if (t.has_min)
            sum[r] = _mm512_fmadd_ps(
                _mm512_cvtepi32_ps(_mm512_load_si512(x->half_sum[h])),
                _mm512_mul_ps(g[r].min[h], d), sum[r]);
    }
}

/* What the first `units` units of R groups come to. */
INLINE void add_group(struct layout t, int R, int units, const struct group *g,
                      const struct act_group *x, __m512 sum[2])
{
    if (!t.by16) {
        add_by32(t, R, units, g, x, sum);
        return;
    }
    add_by16(t, R, 0, g, x, sum);
    if (units > 2)
        add_by16(t, R, 1, g, x, sum);
}

/* --- a group of a row ----------------------------------------------------- */

/* n blocks of 32 weights, which are no more than `units` units. */
INLINE void load_group(struct layout t, int units, int n, const uint8_t *p,
                       struct group *g)
{
    if (t.half) {
        UNROLL for (int v = 0; v < 2; v++)
            if (2 * v < units)
                t.half(p + v * t.block_bytes, v, g);
        if (!t.by16)
            t.scales(p, units, g);
        return;
    }
    __m512i heads = _mm512_setzero_si512();
    UNROLL for (int u = 0; u < 4; u++) {
        g->code[2 * u] = g->code[2 * u + 1] = _mm512_setzero_si512();
        if (u < units && 4 * u < n)
            t.unit(p + 4 * u * t.block_bytes, u, n - 4 * u < 4 ? n - 4 * u : 4,
                   g, &heads);
    }
    t.heads(heads, g);
}

INLINE size_t group_bytes(struct layout t)
{
    return (size_t)t.block_bytes * (t.half ? 2 : ACT_GROUP_BLOCKS);
}

/* sum[c] += the rest of a row, of n blocks, times C columns, x_step groups
 * apart. */
INLINE void add_rest(struct layout t, int C, int n, const uint8_t *p,
                     const struct act_group *x, size_t x_step, __m512 *sum)
{
    struct group g;
#define ADD(units)                                                   \
    do {                                                             \
        load_group(t, units, n, p, &g);                              \
        UNROLL for (int c = 0; c < C; c++)                           \
            add_group(t, 1, units, &g, x + (size_t)c * x_step,       \
                      &sum[c]);                                      \
    } while (0)
    if (t.half) {
        ADD(2);
    } else if (n == 2) { /* rows of 576: a constant is faster */
        n = 2;
        ADD(1);
    } else if (n <= 4) {
        ADD(1);
    } else {
        ADD(4);
    }
#undef ADD
}

/* --- few columns: one row after the other, as they lie in memory ---------------
 *
 * Two or four rows at a time would share activations, and are 10 % faster in
 * cache, but from memory only half as fast, because the CPU's own prefetching
 * follows one stream best. It stops at the end of a page, though, and what runs
 * ahead of the arithmetic sees no further than some hundred bytes: asking for
 * lines half a page ahead makes reading a fifth faster (1 kB: a tenth, 4 kB: for
 * short rows nothing). */
#define AHEAD 2048

INLINE void fetch_ahead(const uint8_t *p, size_t bytes)
{
    UNROLL for (size_t i = 0; i < bytes; i += 64)
        _mm_prefetch((const char *)p + AHEAD + i, _MM_HINT_T0);
}

/* The sums of 16 vectors of 16, each added up in the same order. */
INLINE __m512 totals(const __m512 *v)
{
    __m512 a[16];
    UNROLL for (int i = 0; i < 16; i += 2)
        a[i / 2] = _mm512_add_ps(_mm512_unpacklo_ps(v[i], v[i + 1]),
                                 _mm512_unpackhi_ps(v[i], v[i + 1]));
    UNROLL for (int i = 0; i < 4; i++) {
        __m512d even = _mm512_castps_pd(a[2 * i]);
        __m512d odd = _mm512_castps_pd(a[2 * i + 1]);
        a[i] = _mm512_add_ps(
            _mm512_castpd_ps(_mm512_unpacklo_pd(even, odd)),
            _mm512_castpd_ps(_mm512_unpackhi_pd(even, odd)));
    }
    UNROLL for (int i = 0; i < 2; i++)
        a[i] = _mm512_add_ps(
            _mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0x88),
            _mm512_shuffle_f32x4(a[2 * i], a[2 * i + 1], 0xDD));
    return _mm512_add_ps(_mm512_shuffle_f32x4(a[0], a[1], 0x88),
                         _mm512_shuffle_f32x4(a[0], a[1], 0xDD));
}

INLINE void mul_rows(struct layout t, int C, size_t k, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, const struct act_group *x,
                     float *y, size_t ldy)
{
    const size_t n_groups = act_groups(k), n_whole = k / ACT_GROUP;
    const int rest = (int)(k % ACT_GROUP / ACT_BLOCK);
    __m512 sums[4][16];
    for (size_t r = 0; r < n_rows; r += 16) {
        const size_t n = n_rows - r < 16 ? n_rows - r : 16;
        for (size_t i = 0; i < n; i++, w += row_bytes) {
            const uint8_t *p = w;
            __m512 sum[4];
            UNROLL for (int c = 0; c < C; c++)
                sum[c] = _mm512_setzero_ps();
            for (size_t j = 0; j < n_whole; j++, p += group_bytes(t)) {
                struct group g;
                fetch_ahead(p, group_bytes(t));
                load_group(t, 4, ACT_GROUP_BLOCKS, p, &g);
                UNROLL for (int c = 0; c < C; c++)
                    add_group(t, 1, 4, &g, x + (size_t)c * n_groups + j,
                              &sum[c]);
            }
            if (rest)
                add_rest(t, C, rest, p, x + n_whole, n_groups, sum);
            UNROLL for (int c = 0; c < C; c++)
                sums[c][i] = sum[c];
        }
        for (size_t i = n; i < 16; i++)
            UNROLL for (int c = 0; c < C; c++)
                sums[c][i] = _mm512_setzero_ps();
        UNROLL for (int c = 0; c < C; c++)
            _mm512_mask_storeu_ps(y + (size_t)c * ldy + r,
                                  (__mmask16)((1u << n) - 1), totals(sums[c]));
    }
}

/* --- many columns: a group of some rows and columns at a time ------------------
 *
 * so that the activations of a group stay in the first cache, and two rows share
 * what is loaded of them. */

#define TILE_ROWS 32
#define TILE_COLS 16

/* By pairs of rows: what is used together lies together. */
typedef __m512 tile_sums[TILE_ROWS / 2][TILE_COLS][2];

/* n_blocks, no more than `units` units, of all rows. */
INLINE void add_tile(struct layout t, int units, int n_blocks, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, const struct act_group *x,
                     size_t x_step, size_t n_cols, tile_sums sum)
{
    for (size_t r = 0; r < n_rows; r += 2) {
        struct group g[2];
        const uint8_t *p = w + r * row_bytes;
        load_group(t, units, n_blocks, p, &g[0]);
        /* Past the end, the last row again: nobody looks at the sums. */
        load_group(t, units, n_blocks, r + 1 < n_rows ? p + row_bytes : p, &g[1]);
        for (size_t c = 0; c < n_cols; c++)
            add_group(t, 2, units, g, x + c * x_step, sum[r / 2][c]);
    }
}

INLINE void mul_tile(struct layout t, size_t k, const uint8_t *w,
                     size_t row_bytes, size_t n_rows, const struct act_group *x,
                     size_t n_cols, float *y, size_t ldy)
{
    tile_sums sum;
    for (size_t r = 0; r < TILE_ROWS / 2; r++)
        for (size_t c = 0; c < n_cols; c++)
            sum[r][c][0] = sum[r][c][1] = _mm512_setzero_ps();
    const size_t n_groups = act_groups(k), n_whole = k / ACT_GROUP;
    const int rest = (int)(k % ACT_GROUP / ACT_BLOCK);
    for (size_t j = 0; j < n_whole; j++, w += group_bytes(t))
        add_tile(t, 4, ACT_GROUP_BLOCKS, w, row_bytes, n_rows, x + j, n_groups,
                 n_cols, sum);
    if (rest && t.half)
        add_tile(t, 2, rest, w, row_bytes, n_rows, x + n_whole, n_groups, n_cols,
                 sum);
    else if (rest > 4)
        add_tile(t, 4, rest, w, row_bytes, n_rows, x + n_whole, n_groups, n_cols,
                 sum);
    else if (rest)
        add_tile(t, 1, rest, w, row_bytes, n_rows, x + n_whole, n_groups, n_cols,
                 sum);
    for (size_t c = 0; c < n_cols; c++)
        for (size_t r = 0; r < n_rows; r += 16) {
            const size_t n = n_rows - r < 16 ? n_rows - r : 16;
            __m512 v[16];
            UNROLL for (size_t i = 0; i < 16; i++)
                v[i] = sum[(r + i) / 2][c][i % 2];
            _mm512_mask_storeu_ps(y + c * ldy + r, (__mmask16)((1u << n) - 1),
                                  totals(v));
        }
}

/* --- many more: sixteen rows, turned (mul_q8_panel_avx512vnni.h) ---------- */

/* n_blocks, no more than `units` units, of sixteen rows. */
INLINE void add_panel(struct layout t, int planes, int units, int n_blocks,
                      const uint8_t *w, size_t row_bytes,
                      const struct act_group *x, size_t x_step, size_t n_cols,
                      panel_sums sum)
{
    struct group rows[PANEL_ROWS];
    for (size_t r = 0; r < PANEL_ROWS; r++)
        load_group(t, units, n_blocks, w + r * row_bytes, &rows[r]);
    panel_add_avx512(rows, planes, t.offset, t.by16, t.has_min, n_blocks, x,
                     x_step, n_cols, sum);
}

/* Sixteen rows and up to PANEL_COLS columns. */
INLINE void mul_panel(struct layout t, int planes, size_t k, const uint8_t *w,
                      size_t row_bytes, const struct act_group *x, size_t n_cols,
                      float *y, size_t ldy)
{
    const size_t n_groups = act_groups(k), n_whole = k / ACT_GROUP;
    const int rest = (int)(k % ACT_GROUP / ACT_BLOCK);
    panel_sums sum;
    for (size_t c = 0; c < n_cols; c++)
        for (int i = 0; i < 16; i++)
            sum[c][i] = _mm512_setzero_ps();
    for (size_t j = 0; j < n_whole; j++, w += group_bytes(t))
        add_panel(t, planes, 4, ACT_GROUP_BLOCKS, w, row_bytes, x + j, n_groups,
                  n_cols, sum);
    if (rest)
        add_panel(t, planes, t.half ? 2 : 4, rest, w, row_bytes, x + n_whole, n_groups,
                  n_cols, sum);
    panel_store_avx512(sum, n_cols, y, ldy);
}

#include "kernels/x86/mul_q8_short_avx512vnni.h"

/* Up to here row by row is faster, and from here on turned rows. Measured. */
#define FEW_COLS 4
#define MANY_COLS 24

/* Whether all of a row's blocks fit into one register of sums. */
INLINE bool is_short(struct layout t, size_t k)
{
    return t.unit && k <= SHORT_BLOCKS * ACT_BLOCK;
}

/* Rows in sixteens, where that pays; returns how many are done. */
INLINE size_t mul_panels(struct layout t, int planes, size_t k, const uint8_t *w,
                         size_t row_bytes, size_t n_rows,
                         const struct act_group *x, size_t n_cols, float *y,
                         size_t ldy)
{
    const size_t n_groups = act_groups(k);
    size_t done = n_cols >= MANY_COLS ? n_rows / PANEL_ROWS * PANEL_ROWS : 0;
    for (size_t r = 0; r < done; r += PANEL_ROWS)
        for (size_t c = 0; c < n_cols; c += PANEL_COLS)
            mul_panel(t, planes, k, w + r * row_bytes, row_bytes,
                      x + c * n_groups,
                      n_cols - c < PANEL_COLS ? n_cols - c : PANEL_COLS,
                      y + c * ldy + r, ldy);
    return done;
}

INLINE void mul_q8(struct layout t, size_t k, const uint8_t *w, size_t row_bytes,
                   size_t n_rows, const struct act_group *x, size_t n_cols,
                   float *y, size_t ldy)
{
    const size_t n_groups = act_groups(k);
    size_t done;
    if (is_short(t, k)) {
        done = mul_short(t, k / ACT_BLOCK, w, row_bytes, n_rows, x,
                                n_cols, y, ldy);
        w += done * row_bytes;
        y += done;
        n_rows -= done;
    }
    done = mul_panels(t, 2, k, w, row_bytes, n_rows, x, n_cols, y, ldy);
    w += done * row_bytes;
    y += done;
    n_rows -= done;
    if (n_cols > FEW_COLS) {
        for (size_t r = 0; r < n_rows; r += TILE_ROWS)
            for (size_t c = 0; c < n_cols; c += TILE_COLS)
                mul_tile(t, k, w + r * row_bytes, row_bytes,
                         n_rows - r < TILE_ROWS ? n_rows - r : TILE_ROWS,
                         x + c * n_groups,
                         n_cols - c < TILE_COLS ? n_cols - c : TILE_COLS,
                         y + c * ldy + r, ldy);
        return;
    }
    if (n_cols == 4)
        mul_rows(t, 4, k, w, row_bytes, n_rows, x, y, ldy);
    else if (n_cols == 3)
        mul_rows(t, 3, k, w, row_bytes, n_rows, x, y, ldy);
    else if (n_cols == 2)
        mul_rows(t, 2, k, w, row_bytes, n_rows, x, y, ldy);
    else if (n_cols == 1)
        mul_rows(t, 1, k, w, row_bytes, n_rows, x, y, ldy);
}

/* The products of a type, from its layout. What panels leave of one plane, and few
 * columns, are computed as if there were two. */
#define MUL_Q8(TYPE)                                                         \
    static void mul_##TYPE##_q8_avx512(                                      \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,            \
        const struct act_group *x, size_t n_cols, float *y, size_t ldy)      \
    {                                                                        \
        mul_q8(layout_##TYPE, k, w, row_bytes, n_rows, x, n_cols, y, ldy);   \
    }                                                                        \
    static void mul_##TYPE##_q8_hi_avx512(                                   \
        size_t k, const void *w, size_t row_bytes, size_t n_rows,            \
        const struct act_group *x, size_t n_cols, float *y, size_t ldy)      \
    {                                                                        \
        size_t done = 0;                                                     \
        if (!is_short(layout_##TYPE, k))                                     \
            done = mul_panels(layout_##TYPE, 1, k, w, row_bytes, n_rows, x,  \
                              n_cols, y, ldy);                               \
        mul_##TYPE##_q8_avx512(k, (const char *)w + done * row_bytes,        \
                               row_bytes, n_rows - done, x, n_cols, y + done, \
                               ldy);                                         \
    }

/* Both into the table `k`. */
#define USE(WEIGHT, TYPE)                                   \
    do {                                                    \
        k->weight[WEIGHT].mul_q8 = mul_##TYPE##_q8_avx512;  \
        k->weight[WEIGHT].mul_q8_hi = mul_##TYPE##_q8_hi_avx512; \
    } while (0)

#endif
