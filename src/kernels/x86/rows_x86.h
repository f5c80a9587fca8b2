/* rows_x86.h - what attention does with the rows of its cache, written once for
 * every vector length: products of rows and queries, and weighted sums of rows.
 *
 * The including file says what a vector is, as for vector_x86.h, and how many
 * columns share a row: DOT_COLS and MIX_COLS, so that all sums stay in
 * registers. What comes out of a column does not depend on the columns beside
 * it, nor on how many rows there are: each sum has its own register and is added
 * up in the same order in every tile.
 *
 *              x[0]  x[1] .. x[C-1]       16 sums of LANES floats: a tile takes
 *   row r      sum   sum      sum         R + C loads for R * C products. One
 *   row r + 1  sum   sum      sum         column alone would take two for one.
 *   .. r + 3   sum   sum      sum
 */
#ifndef KERNELS_X86_ROWS_X86_H
#define KERNELS_X86_ROWS_X86_H

enum { DOT_ROWS = 4, MIX_VECS = 2 };

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
            float all[DOT_ROWS];                                               \
            v_four_totals(sum[0][c], sum[1][c], sum[2][c], sum[3][c], all);    \
            for (size_t r = 0; r < n_rows && r < DOT_ROWS; r++)                \
                y[(size_t)c * ldy + r] = all[r];                               \
        }                                                                      \
    }

/* Four rows stay in the first cache while all columns pass by. */
#define DOT_ROWS_OF(NAME, TYPE, LOAD, LOAD_PART)                               \
    DOT_TILE(NAME, TYPE, LOAD, LOAD_PART)                                      \
    static void NAME(size_t k, const void *w, size_t row_bytes, size_t n_rows, \
                     const float *x, size_t ldx, size_t n_cols, float *y,      \
                     size_t ldy)                                               \
    {                                                                          \
        for (size_t r = 0; r < n_rows; r += DOT_ROWS) {                        \
            const char *row = (const char *)w + r * row_bytes;                 \
            size_t c = 0;                                                      \
            for (; c + DOT_COLS <= n_cols; c += DOT_COLS)                      \
                NAME##_tile(DOT_COLS, k, row, row_bytes, n_rows - r,           \
                            x + c * ldx, ldx, y + c * ldy + r, ldy);           \
            for (; c < n_cols; c++)                                            \
                NAME##_tile(1, k, row, row_bytes, n_rows - r, x + c * ldx,     \
                            ldx, y + c * ldy + r, ldy);                        \
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
            size_t c = 0;                                                      \
            for (; c + MIX_COLS <= n_cols; c += MIX_COLS)                      \
                NAME##_tile(MIX_COLS, at + i * sizeof(TYPE), row_bytes,        \
                            n_rows, p + c * ldp, ldp, y + c * ldy + i, ldy);   \
            for (; c < n_cols; c++)                                            \
                NAME##_tile(1, at + i * sizeof(TYPE), row_bytes, n_rows,       \
                            p + c * ldp, ldp, y + c * ldy + i, ldy);           \
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
