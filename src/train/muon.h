/* muon.h - Muon: momentum whose singular values are all made about 1.
 *
 * A matrix moves along its momentum with every direction of it weighing the
 * same (K. Jordan, 2024). The orthogonal factor comes from five steps of a
 * Newton-Schulz iteration, products only:
 *
 *   X = M / |M|;   A = X X^T;   X = a X + (b A + c A^2) X
 *
 * with a, b, c chosen so that singular values from about 0.001 on land between
 * 0.7 and 1.2. The update is scaled by 0.2 sqrt(max(rows, cols)): its entries
 * are then as large as those of AdamW, and one learning rate serves both
 * (2502.16982).
 *
 * The steps correct each other, so eight bits of operands are enough for them: its
 * products may be those of gemm_bf16.h. */
#ifndef TRAIN_MUON_H
#define TRAIN_MUON_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/gemm_bf16.h"
#include "train/nn/vec.h"

enum { MUON_STEPS = 5 };

struct muon {
    float momentum;
    const struct vec *vec;
    gemm_bf16_fn rounded;        /* NULL: products of float32 */
    struct gemm_bf16_room *room; /* of it; borrowed */
};

static const struct muon MUON_DEFAULT = {.momentum = 0.95f,
                                         .vec = &vec_plain};

/* Floats of scratch that one matrix needs. */
size_t muon_work(size_t rows, size_t cols);

/* m [rows][cols]: the momentum so far. With Nesterov's look ahead. */
void muon_step(const struct muon *o, float *w, const float *g, float *m,
               size_t rows, size_t cols, float lr, float decay, float scale,
               float *work);

/* x [rows][cols] becomes its orthogonal factor, about. For muon_step and its
 * test. */
void muon_orthogonalize(const struct muon *o, float *x, size_t rows, size_t cols,
                        float *work);

#endif
