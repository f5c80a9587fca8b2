/* attention.h - softmax attention inside each document, without projections.
 *
 * Queries go in blocks; a block's products reach only up to its own last token,
 * so that the work is that of a triangle of blocks and a short document pays
 * for its own length. Probabilities are not kept: backward computes them again
 * from scores and the log of their sum (2205.14135). */
#ifndef TRAIN_NN_ATTENTION_H
#define TRAIN_NN_ATTENTION_H

#include <stddef.h>
#include <stdint.h>

#include "train/nn/lane.h"

struct arena;

/* Queries of one block. Few in the tests, whose documents are short. Rounded
 * products follow the diagonal by themselves and would rather pack operands once:
 * they take larger blocks of documents that are not too long, so that scores stay
 * in the second cache. */
#ifdef NN_DOUBLE
enum { ATTENTION_BLOCK = 8, ATTENTION_LARGE = 8, ATTENTION_SHORT = 1 };
#else
enum { ATTENTION_BLOCK = 48, ATTENTION_LARGE = 128, ATTENTION_SHORT = 512 };
#endif

struct attention_scratch {
    real *p, *dp;    /* [queries of a block][tokens of its document] */
    real *delta;     /* [ATTENTION_LARGE] */
};
void attention_layout(struct attention_scratch *s, uint32_t max_doc,
                      struct arena *mem);

/* q, k: [tokens][heads][head_dim]; v, o: [tokens][heads][v_dim]; lse:
 * [heads][tokens]. */
void attention_forward(struct lane *l, const struct docs *docs, const real *q,
                       const real *k, const real *v, real *o, real *lse,
                       struct attention_scratch *s);
/* dq is set; dk and dv must be zero and are added to. */
void attention_back(struct lane *l, const struct docs *docs, const real *q,
                    const real *k, const real *v, const real *o,
                    const real *lse, const real *d_o, real *dq, real *dk,
                    real *dv, struct attention_scratch *s);

#endif
