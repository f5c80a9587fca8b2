/* mul_q8_short_avx512vnni.h - products of rows of at most 128 weights.
 *
 * Small models and the heads of latent attention are made of them. A row alone
 * would leave most of a register of sums empty and cost more in adding up than
 * in multiplying. So sixteen blocks of several rows are taken for a group: of
 * rows of three or four blocks four, of two blocks eight, of one block sixteen.
 * What a row needs of the column lies four times beside itself:
 *
 *     4 blocks     unit u is row u          sums   | b0 of rows 0 1 2 3 | b1 .. |
 *     2 blocks     unit u is rows 2u, 2u+1         | b0 of rows 0 2 4 6 | b1 ..
 *                                                  | b0 of rows 1 3 5 7 | b1 .. |
 *     1 block      unit u is rows 4u..4u+3         | b0 of rows 0 4 8 12 | ..
 *
 * and no lane is idle. The blocks of a row are added up in the very order in
 * which `totals` does it: ((b0 + b1) + (b2 + b3)), so that it does not matter
 * which of the loops a row meets. */
#ifndef KERNELS_X86_MUL_Q8_SHORT_AVX512VNNI_H
#define KERNELS_X86_MUL_Q8_SHORT_AVX512VNNI_H

/* Included by mul_q8_avx512vnni.h, behind what it uses of it. */

#define SHORT_BLOCKS 4
#define SHORT_COLS 8  /* prepared at once */
#define SHORT_ROWS 16 /* stored at once */

/* The blocks of a column, repeated for all rows of a unit. */
struct short_column {
    __m512i hi[2], lo[2];
    __m512 d, s;
    __m512i sum;
};

INLINE __m512i repeat(int n, __m512i v)
{
    return n == 1   ? _mm512_shuffle_i32x4(v, v, 0x00)
           : n == 2 ? _mm512_shuffle_i32x4(v, v, 0x44)
                    : v;
}

/* Of d, s and sum, the lanes of unit 0 for all units. */
INLINE __m512i repeat_lanes(int n, const void *p)
{
    return repeat(n, _mm512_shuffle_epi32(_mm512_load_si512(p), 0));
}

INLINE void short_prepare(struct layout t, int n, const struct act_group *x,
                          struct short_column *c)
{
    UNROLL for (int i = 0; i < 2; i++) {
        c->hi[i] = repeat(n, _mm512_load_si512(x->hi + 64 * i));
        c->lo[i] = repeat(n, _mm512_load_si512(x->lo + 64 * i));
    }
    c->d = _mm512_castsi512_ps(repeat_lanes(n, x->d));
    c->sum = repeat_lanes(n, x->sum);
    if (t.has_min)
        c->s = _mm512_castsi512_ps(repeat_lanes(n, x->s));
}

/* Rows that make up a unit. */
INLINE int short_unit_rows(int n)
{
    return n <= 2 ? SHORT_BLOCKS / n : 1;
}

INLINE void short_load(struct layout t, int n, const uint8_t *p,
                       size_t row_bytes, struct group *g)
{
    const int rows = short_unit_rows(n);
    __m512i heads = _mm512_setzero_si512();
    UNROLL for (int u = 0; u < 4; u++)
        t.unit(p + (size_t)(u * rows) * row_bytes, u, rows > 1 ? 4 : n, g,
               &heads);
    t.heads(heads, g);
}

/* Lane 4i + u: block i of unit u. */
INLINE __m512 short_sums(struct layout t, const struct group *g,
                         const struct short_column *c)
{
    __m512i v[4];
    UNROLL for (int u = 0; u < 4; u++) {
        v[u] = _mm512_dpbusd_epi32(_mm512_setzero_si512(), g->code[2 * u],
                                   c->hi[0]);
        v[u] = _mm512_dpbusd_epi32(v[u], g->code[2 * u + 1], c->hi[1]);
        v[u] = _mm512_slli_epi32(v[u], 8);
        v[u] = _mm512_dpbusd_epi32(v[u], g->code[2 * u], c->lo[0]);
        v[u] = _mm512_dpbusd_epi32(v[u], g->code[2 * u + 1], c->lo[1]);
    }
    __m512 f = _mm512_cvtepi32_ps(
        less_offset(t, add_up(v), (const int32_t *)&c->sum));
    __m512 scale = _mm512_mul_ps(g->scale[0], c->d);
    __m512 sum = _mm512_fmadd_ps(f, scale, _mm512_setzero_ps());
    return t.has_min ? _mm512_fmadd_ps(g->min[0], c->s, sum) : sum;
}

/* Even quarters of a and b, and odd ones, added. */
INLINE __m512 add_quarters(__m512 a, __m512 b)
{
    return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88),
                         _mm512_shuffle_f32x4(a, b, 0xDD));
}

/* From the sums of all groups to 16 rows in order. */
INLINE __m512 short_rows(int n, const __m512 *v)
{
    const __m512i of_two = _mm512_set_epi32(15, 11, 14, 10, 13, 9, 12, 8, 7, 3, 6,
                                            2, 5, 1, 4, 0);
    const __m512i of_one = _mm512_set_epi32(15, 11, 7, 3, 14, 10, 6, 2, 13, 9, 5,
                                            1, 12, 8, 4, 0);
    if (n == 1)
        return _mm512_permutexvar_ps(of_one, v[0]);
    if (n == 2)
        return _mm512_permutexvar_ps(of_two, add_quarters(v[0], v[1]));
    return add_quarters(add_quarters(v[0], v[1]), add_quarters(v[2], v[3]));
}

/* SHORT_ROWS rows and C columns. */
INLINE void short_block(struct layout t, int n, size_t C, const uint8_t *w,
                        size_t row_bytes, const struct short_column *x, float *y,
                        size_t ldy)
{
    const int rows = 4 * short_unit_rows(n), groups = SHORT_ROWS / rows;
    __m512 v[SHORT_COLS][4];
    UNROLL for (int i = 0; i < groups; i++) {
        struct group g;
        short_load(t, n, w + (size_t)(i * rows) * row_bytes, row_bytes, &g);
        for (size_t c = 0; c < C; c++)
            v[c][i] = short_sums(t, &g, &x[c]);
    }
    for (size_t c = 0; c < C; c++)
        _mm512_storeu_ps(y + c * ldy, short_rows(n, v[c]));
}

/* n_rows is a multiple of SHORT_ROWS; C no more than SHORT_COLS. */
INLINE void short_columns(struct layout t, int n, size_t C, const uint8_t *w,
                          size_t row_bytes, size_t n_rows,
                          const struct act_group *x, float *y, size_t ldy)
{
    struct short_column col[SHORT_COLS];
    for (size_t c = 0; c < C; c++)
        short_prepare(t, n, x + c, &col[c]);
    for (size_t r = 0; r < n_rows; r += SHORT_ROWS) {
        fetch_ahead(w, SHORT_ROWS * (size_t)(n * t.block_bytes));
        short_block(t, n, C, w, row_bytes, col, y + r, ldy);
        w += SHORT_ROWS * row_bytes;
    }
}

/* One and two columns are worth loops of their own: decoding and a draft. */
INLINE void short_of(struct layout t, int n, const uint8_t *w, size_t row_bytes,
                     size_t n_rows, const struct act_group *x, size_t n_cols,
                     float *y, size_t ldy)
{
    if (n_cols == 1) {
        short_columns(t, n, 1, w, row_bytes, n_rows, x, y, ldy);
        return;
    }
    if (n_cols == 2) {
        short_columns(t, n, 2, w, row_bytes, n_rows, x, y, ldy);
        return;
    }
    for (size_t c = 0; c < n_cols; c += SHORT_COLS)
        short_columns(t, n, n_cols - c < SHORT_COLS ? n_cols - c : SHORT_COLS, w,
                      row_bytes, n_rows, x + c, y + c * ldy, ldy);
}

/* Rows of n blocks. How many were done: the others are too few, or those of a
 * unit do not lie one behind the other. */
INLINE size_t mul_short(struct layout t, size_t n, const uint8_t *w,
                        size_t row_bytes, size_t n_rows,
                        const struct act_group *x, size_t n_cols, float *y,
                        size_t ldy)
{
    n_rows -= n_rows % SHORT_ROWS;
    if (n_rows == 0 || (n < 4 && row_bytes != n * (size_t)t.block_bytes))
        return 0;
    if (n == 4)
        short_of(t, 4, w, row_bytes, n_rows, x, n_cols, y, ldy);
    else if (n == 2)
        short_of(t, 2, w, row_bytes, n_rows, x, n_cols, y, ldy);
    else if (n == 1)
        short_of(t, 1, w, row_bytes, n_rows, x, n_cols, y, ldy);
    else
        return 0;
    return n_rows;
}

#endif
