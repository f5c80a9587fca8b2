/* rows_loops.h - what attention does with the rows of its cache, written once for
 * every vector length: products of rows and queries, and weighted sums of rows.
 *
 * The including file says what a vector is, as for vector_loops.h, and how large a
 * tile is: DOT_ROWS by DOT_COLS, and MIX_COLS, so that all sums stay in
 * registers. What comes out of a column does not depend on the columns beside
 * it, nor on how many rows there are: each sum has its own register and is added
 * up in the same order in every tile.
 *
 *              x[0]  x[1] .. x[C-1]       16 sums of LANES floats: a tile takes
 *   row r      sum   sum      sum         R + C loads for R * C products. One
 *   row r + 1  sum   sum      sum         column alone would take two for one.
 *   ..         sum   sum      sum
 */
#ifndef KERNELS_ROWS_LOOPS_H
#define KERNELS_ROWS_LOOPS_H

enum {
    MIX_VECS = 2,
    DOT_BLOCK = 48, /* rows that stay in the second cache while columns pass */
};

/* 8, 4, 2 or 1: as many as there are, at most `most`. */
INLINE size_t columns_of_tile(size_t left, size_t most)
{
    size_t n = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    return n < most ? n : most;
}

/* The last tile takes its last row several times; only n_rows are stored. */
#define DOT_TILE(NAME, TYPE, LOAD, LOAD_PART)                                  \
    INLINE void NAME##_tile(int C, size_t k, const char *w, size_t row_bytes,  \
                            size_t n_rows, const float *x, size_t ldx,         \
                            float *y, size_t ldy)                              \
    {                                                                          \
        vec sum[DOT_ROWS][DOT_COLS];                                           \
        const TYPE *row[DOT_ROWS];                                             \
        UNROLL for (size_t r = 0; r < DOT_ROWS; r++)                           \
        {                                                                      \
            size_t at = r < n_rows ? r : n_rows - 1;                           \
            row[r] = (const void *)(w + at * row_bytes);                       \
            UNROLL for (int c = 0; c < C; c++) sum[r][c] = v_set(0);           \
        }                                                                      \
        size_t i = 0;                                                          \
        for (; i + LANES <= k; i += LANES) {                                   \
            vec a[DOT_ROWS];                                                   \
            UNROLL for (int r = 0; r < DOT_ROWS; r++) a[r] = LOAD(row[r] + i); \
            UNROLL for (int c = 0; c < C; c++)                                 \
            {                                                                  \
                vec b = v_load(x + (size_t)c * ldx + i);                       \
                UNROLL for (int r = 0; r < DOT_ROWS; r++)                      \
                    sum[r][c] = v_fma(a[r], b, sum[r][c]);                     \
            }                                                                  \
        }                                                                      \
        for (int r = 0; i < k && r < DOT_ROWS; r++) {                          \
            vec a = LOAD_PART(row[r] + i, k - i);                              \
            UNROLL for (int c = 0; c < C; c++) sum[r][c] =                     \
                v_fma(a, v_load_part(x + (size_t)c * ldx + i, k - i),          \
                      sum[r][c]);                                              \
        }                                                                      \
        UNROLL for (int c = 0; c < C; c++)                                     \
        {                                                                      \
            float all[4];                                                      \
            v_four_totals(sum[0][c], sum[1][c], sum[2][c],                     \
                          sum[DOT_ROWS - 1][c], all);                          \
            for (size_t r = 0; r < n_rows && r < DOT_ROWS; r++)                \
                y[(size_t)c * ldy + r] = all[r];                               \
        }                                                                      \
    }

/* The columns of a tile stay in the first cache while a block of rows passes,
 * the block in the second while all columns do. */
#define DOT_ROWS_OF(NAME, TYPE, LOAD, LOAD_PART)                               \
    DOT_TILE(NAME, TYPE, LOAD, LOAD_PART)                                      \
    INLINE void NAME##_block(int C, size_t k, const char *w, size_t row_bytes, \
                             size_t n_rows, const float *x, size_t ldx,        \
                             float *y, size_t ldy)                             \
    {                                                                          \
        for (size_t r = 0; r < n_rows; r += DOT_ROWS)                          \
            NAME##_tile(C, k, w + r * row_bytes, row_bytes, n_rows - r, x,     \
                        ldx, y + r, ldy);                                      \
    }                                                                          \
    static void NAME(size_t k, const void *w, size_t row_bytes, size_t n_rows, \
                     const float *x, size_t ldx, size_t n_cols, float *y,      \
                     size_t ldy)                                               \
    {                                                                          \
        for (size_t r = 0; r < n_rows; r += DOT_BLOCK) {                       \
            const char *at = (const char *)w + r * row_bytes;                  \
            size_t n = n_rows - r < DOT_BLOCK ? n_rows - r : DOT_BLOCK;        \
            for (size_t c = 0, take; c < n_cols; c += take) {                  \
                const float *xc = x + c * ldx;                                 \
                float *yc = y + c * ldy + r;                                   \
                take = columns_of_tile(n_cols - c, DOT_COLS);                  \
                if (take == 8 && DOT_COLS >= 8)                                \
                    NAME##_block(DOT_COLS >= 8 ? 8 : 1, k, at, row_bytes, n,   \
                                 xc, ldx, yc, ldy);                            \
                else if (take == 4 && DOT_COLS >= 4)                           \
                    NAME##_block(DOT_COLS >= 4 ? 4 : 1, k, at, row_bytes, n,   \
                                 xc, ldx, yc, ldy);                            \
                else if (take == 2)                                            \
                    NAME##_block(2, k, at, row_bytes, n, xc, ldx, yc, ldy);    \
                else                                                           \
                    NAME##_block(1, k, at, row_bytes, n, xc, ldx, yc, ldy);    \
            }                                                                  \
        }                                                                      \
    }

DOT_ROWS_OF(dot_rows_f32, float, v_load, v_load_part)
DOT_ROWS_OF(dot_rows_f16, uint16_t, v_load_f16, v_load_part_f16)

/* C columns of the values [i, i + MIX_VECS * LANES) of all rows; the rest of a
 * row, shorter than that, in steps of one vector or part of one. */
#define MIX_OF(NAME, TYPE, LOAD, LOAD_PART)                                    \
    INLINE void NAME##_tile(int C, const char *rows, size_t row_bytes,         \
                            size_t n_rows, const float *p, size_t ldp,         \
                            float *y, size_t ldy)                              \
    {                                                                          \
        vec sum[MIX_COLS][MIX_VECS];                                           \
        UNROLL for (int c = 0; c < C; c++)                                     \
            UNROLL for (int v = 0; v < MIX_VECS; v++) sum[c][v] = v_set(0);    \
        for (size_t r = 0; r < n_rows; r++, rows += row_bytes) {               \
            const TYPE *row = (const void *)rows;                              \
            vec x[MIX_VECS];                                                   \
            UNROLL for (int v = 0; v < MIX_VECS; v++)                          \
                x[v] = LOAD(row + v * LANES);                                  \
            UNROLL for (int c = 0; c < C; c++)                                 \
                UNROLL for (int v = 0; v < MIX_VECS; v++) sum[c][v] =          \
                    v_fma(v_set(p[(size_t)c * ldp + r]), x[v], sum[c][v]);     \
        }                                                                      \
        UNROLL for (int c = 0; c < C; c++)                                     \
            UNROLL for (int v = 0; v < MIX_VECS; v++)                          \
                v_store(y + (size_t)c * ldy + v * LANES, sum[c][v]);           \
    }                                                                          \
    INLINE void NAME##_rest(size_t n, const char *rows, size_t row_bytes,      \
                            size_t n_rows, const float *p, float *y)           \
    {                                                                          \
        vec sum = v_set(0);                                                    \
        for (size_t r = 0; r < n_rows; r++, rows += row_bytes)                 \
            sum = v_fma(v_set(p[r]), LOAD_PART((const void *)rows, n), sum);   \
        v_store_part(y, n, sum);                                               \
    }                                                                          \
    static void NAME(size_t n, const void *rows, size_t row_bytes,             \
                     size_t n_rows, const float *p, size_t ldp, size_t n_cols, \
                     float *y, size_t ldy)                                     \
    {                                                                          \
        const char *at = rows;                                                 \
        size_t i = 0;                                                          \
        for (; i + MIX_VECS * LANES <= n; i += MIX_VECS * LANES) {             \
            const char *from = at + i * sizeof(TYPE);                          \
            for (size_t c = 0, take; c < n_cols; c += take) {                  \
                const float *pc = p + c * ldp;                                 \
                float *yc = y + c * ldy + i;                                   \
                take = columns_of_tile(n_cols - c, MIX_COLS);                  \
                if (take == 8 && MIX_COLS >= 8)                                \
                    NAME##_tile(MIX_COLS >= 8 ? 8 : 1, from, row_bytes,        \
                                n_rows, pc, ldp, yc, ldy);                     \
                else if (take == 4)                                            \
                    NAME##_tile(4, from, row_bytes, n_rows, pc, ldp, yc, ldy); \
                else if (take == 2)                                            \
                    NAME##_tile(2, from, row_bytes, n_rows, pc, ldp, yc, ldy); \
                else                                                           \
                    NAME##_tile(1, from, row_bytes, n_rows, pc, ldp, yc, ldy); \
            }                                                                  \
        }                                                                      \
        for (size_t len; i < n; i += len) {                                    \
            len = n - i < LANES ? n - i : LANES;                               \
            for (size_t c = 0; c < n_cols; c++)                                \
                NAME##_rest(len, at + i * sizeof(TYPE), row_bytes, n_rows,     \
                            p + c * ldp, y + c * ldy + i);                     \
        }                                                                      \
    }

MIX_OF(mix_f32, float, v_load, v_load_part)
MIX_OF(mix_f16, uint16_t, v_load_f16, v_load_part_f16)

INLINE void rows_init(struct kernels *k)
{
    k->weight[WEIGHT_F32].mul_f32 = dot_rows_f32;
    k->weight[WEIGHT_F16].mul_f32 = dot_rows_f16;
    k->mix_f32 = mix_f32;
    k->mix_f16 = mix_f16;
}

#endif
