/* ffn.h - SwiGLU: down(silu(gate x) * up x), dense or as the shared expert. */
#ifndef TRAIN_NN_FFN_H
#define TRAIN_NN_FFN_H

#include <stddef.h>
#include <stdint.h>

#include "train/nn/lane.h"

struct arena;

struct ffn_saved {
    real *gate_up;   /* [T][2][width] before the gate; becomes its gradient */
};
struct ffn_scratch {
    real *act, *dact; /* [T][width] */
};

void ffn_saved_layout(struct ffn_saved *s, uint32_t width, uint32_t max_tokens,
                struct arena *mem);
void ffn_scratch_layout(struct ffn_scratch *s, uint32_t width,
                        uint32_t max_tokens, struct arena *mem);

/* x: normed, [n][n_embd]; weights [2 width][n_embd] and [n_embd][width].
 * y += output. */
void ffn_forward(struct lane *l, size_t n, size_t width, const real *gate_up,
                 const real *down, const real *x, real *y, struct ffn_saved *s,
                 struct ffn_scratch *t);
/* dx is added to. */
void ffn_back(struct lane *l, size_t n, size_t width, const real *gate_up,
              const real *down, real *dgate_up, real *ddown, const real *x,
              const real *dy, real *dx, struct ffn_saved *s,
              struct ffn_scratch *t);

#endif
