/* tile_avx2.h - products with many columns, a tile at a time. */
#ifndef KERNELS_X86_TILE_AVX2_H
#define KERNELS_X86_TILE_AVX2_H

#include "kernels/kernels.h"
#include "kernels/x86/unpack_avx2.h"

/* Columns in one call of a tile function, at most. */
#define TILE_COLS 32

typedef void (*tile_fn)(size_t k, const void *w, size_t row_bytes,
                        size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                        size_t ldy);

void tile_q8_0_avx2(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_0_avx2(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_1_avx2(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_k_avx2(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q6_k_avx2(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                    struct act_q8 x, size_t n_cols, float *y, size_t ldy);

#endif
