/* lane.h - what one thread computes with: the documents of its shard, the
 * tables it reads, the meter it fills.
 *
 * Every layer of this folder is a pair: x_forward keeps in a struct x_saved
 * what x_back needs; x_back adds to the gradients and may use up what was
 * saved. Both take room for what they forget again from a struct x_scratch.
 * Each of these structs is laid out once, in an arena. Rows are tokens. */
#ifndef TRAIN_NN_LANE_H
#define TRAIN_NN_LANE_H

#include <stdint.h>

#include "kernels/real.h"
#include "train/nn/gemm.h"
#include "train/nn/shape.h"

struct rope_table;
struct vec;

/* Whole documents, one behind the other; attention stays inside each. */
struct docs {
    uint32_t n_tokens;
    uint32_t n;
    uint32_t *start;    /* [n + 1], start[0] = 0 */
};

struct lane {
    const struct shape *shape;
    const struct rope_table *rope;
    const struct vec *vec;
    struct gemm_meter meter;
    real attn_scale;
    /* Of the sequence balance loss: alpha / tokens of the batch. */
    real balance;
};

#endif
