/* tile_avx512vnni.h - products with many columns, a tile at a time, and the
 * constants of each weight type that both kinds of product need. */
#ifndef KERNELS_X86_TILE_AVX512VNNI_H
#define KERNELS_X86_TILE_AVX512VNNI_H

#include "kernels/kernels.h"
#include "kernels/x86/unpack_avx512vnni.h"

struct layout {
    unpack_fn unpack;
    unpack_pair_fn unpack_pair;
    int group_bytes; /* of 256 weights */
    int block_bytes; /* of 32, for what is left of a row */
    int n_scales;    /* in a group */
    int offset;      /* to be subtracted from every code */
    int min_at;      /* offset of the minimum in a block; 0: there is none */
};

#define layout_q8_0 \
    ((struct layout){unpack_q8_0, unpack_pair_q8_0, 272, 34, 8, 128, 0})
#define layout_q4_0 \
    ((struct layout){unpack_q4_0, unpack_pair_q4_0, 144, 18, 8, 8, 0})
#define layout_q4_1 \
    ((struct layout){unpack_q4_1, unpack_pair_q4_1, 160, 20, 8, 0, 2})
#define layout_q4_k \
    ((struct layout){unpack_q4_k, unpack_pair_none, 144, 0, 8, 0, 2})
#define layout_q6_k \
    ((struct layout){unpack_q6_k, unpack_pair_none, 210, 0, 16, 32, 0})

/* Columns in one call of a tile function, at most. */
#define TILE_COLS 32

typedef void (*tile_fn)(size_t k, const void *w, size_t row_bytes,
                        size_t n_rows, struct act_q8 x, size_t n_cols, float *y,
                        size_t ldy);

void tile_q8_0_avx512(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                      struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_0_avx512(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                      struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_1_avx512(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                      struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q4_k_avx512(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                      struct act_q8 x, size_t n_cols, float *y, size_t ldy);
void tile_q6_k_avx512(size_t k, const void *w, size_t row_bytes, size_t n_rows,
                      struct act_q8 x, size_t n_cols, float *y, size_t ldy);

#endif
