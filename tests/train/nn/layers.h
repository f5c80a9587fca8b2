/* layers.h - one layer alone, in double, for its gradient check: a shape of odd
 * sizes, random parameters, a few documents, and a loss that is a fixed random
 * weighting of what comes out. */
#ifndef TESTS_TRAIN_NN_LAYERS_H
#define TESTS_TRAIN_NN_LAYERS_H

#include "base/arena.h"
#include "train/nn/lane.h"
#include "train/nn/params.h"
#include "train/nn/rope.h"

struct layers {
    struct params params;
    struct rope_table rope;
    struct lane lane;
    struct docs docs;      /* of 5, 1, 3 and 19 tokens */
    real *grads;           /* as params.values; owned */
    real *x, *y, *dy, *dx; /* [tokens][n_embd]; dy is the weighting; owned */
    void *mem;             /* owned */
    size_t mem_bytes;
};

enum { LAYERS_TOKENS = 28, LAYERS_MAX_DOC = 19, LAYERS_MEM = 1 << 22 };

void layers_init(struct layers *w);
void layers_clear(struct layers *w);
/* Room for saved and scratch structs, zeroed. */
struct arena layers_arena(struct layers *w);

/* sum of dy * y. */
double layers_loss(const struct layers *w);
/* gradient_error of one tensor of block 1 ("attn_q_a.weight"), of which
 * `matrix` is looked at. */
double layers_error(struct layers *w, double (*loss)(void *), void *arg,
                    const char *name, uint32_t matrix);

#endif
