/* matmul.h - a weight matrix times activations, on all threads.
 *
 * The one place that decides how a product is computed: int8 or float32
 * activations, our kernels or OpenBLAS, which thread takes which rows. Results
 * do not depend on the number of threads: each output row is computed whole by
 * one of them, in the same order. */
#ifndef MODEL_MATMUL_H
#define MODEL_MATMUL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/kernels.h"

struct err;
struct pool;

/* A borrowed view of one matrix in the mapped file: n_rows rows of n_cols
 * weights (out x in). A stack of experts is one matrix per expert. */
struct matrix {
    enum weight_type type;
    uint32_t n_rows, n_cols;
    size_t row_bytes;
    const void *data;   /* borrowed from the mapping; NULL: not there */
};

/* How to compute. One per model; the pool serves one forward pass at a time. */
struct compute {
    struct kernels kernels;
    struct pool *pool;  /* borrowed */
    bool exact;         /* float32 activations, no BLAS: for comparing */
};

/* Activations that several products read: n columns of k floats, quantized at
 * most once. */
struct act {
    const float *x;     /* [n][k], borrowed until the next act_set */
    uint32_t k, n;
    bool quantized;
    struct act_q8 q8;   /* room for max_k * max_n, owned */
    uint32_t max_k, max_n;
};

bool act_init(struct act *a, uint32_t max_k, uint32_t max_n, struct err *err);
void act_clear(struct act *a);
void act_set(struct act *a, const float *x, uint32_t k, uint32_t n);

/* y[n][w->n_rows] = x[n][w->n_cols] * w^T; ldy floats between columns of y. */
void matmul(struct compute *c, const struct matrix *w, struct act *x, float *y,
            size_t ldy);

#endif
