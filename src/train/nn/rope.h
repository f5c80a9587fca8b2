/* rope.h - the rotation of queries and keys, forward and back.
 *
 * Angles are those of the engine (model/rope.h), YaRN's stretch included; here
 * they lie in one table for all positions a document can have, because the
 * tokens of a batch are at many positions at once. */
#ifndef TRAIN_NN_ROPE_H
#define TRAIN_NN_ROPE_H

#include <stdint.h>

#include "kernels/real.h"
#include "train/nn/shape.h"

struct arena;
struct vec;

struct rope_table {
    uint32_t half;    /* pairs */
    uint32_t n_pos;
    double *freq;     /* [half] */
    real *cos_sin;    /* [n_pos][half][2] */
    const struct vec *vec;
};

void rope_table_layout(struct rope_table *t, const struct shape *s,
                       uint32_t n_pos, struct arena *mem);
void rope_table_init(struct rope_table *t, const struct shape *s);

/* u[2 * half] turned by the angles of position pos; back turns it the other
 * way, which is what a gradient needs. */
void rope_turn(const struct rope_table *t, uint32_t pos, real *u);
void rope_turn_back(const struct rope_table *t, uint32_t pos, real *u);

/* 1 / sqrt(head dim), with YaRN times (0.1 ln factor + 1)^2: V3 softens the
 * whole score instead of scaling the rotated part. */
double rope_attn_scale(const struct shape *s);

#endif
