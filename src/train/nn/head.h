/* head.h - from the last hidden state to the loss, and back.
 *
 * Only rows that count are multiplied with the vocabulary, HEAD_ROWS at a time,
 * so that logits never take more room than that: they become probabilities and
 * then their own gradient in place. */
#ifndef TRAIN_NN_HEAD_H
#define TRAIN_NN_HEAD_H

#include <stdint.h>

#include "train/nn/lane.h"

struct arena;

#ifdef NN_DOUBLE
#define HEAD_ROWS 8
#else
#define HEAD_ROWS 256
#endif

/* A row that counts: hidden state `row` is to say `target`. weight is what its
 * -log p counts for, grad the same with every norm in it. */
struct head_row {
    uint32_t row;
    int32_t target;
    double weight;
    real grad;
};

struct head_scratch {
    real *logits;        /* [HEAD_ROWS][n_vocab] */
    real *x, *dx;        /* [HEAD_ROWS][n_embd] */
};

struct head_sums {
    double loss;         /* sum of weight * -log p */
    uint32_t n_right;
};

void head_layout(struct head_scratch *s, const struct shape *shape,
                 struct arena *mem);

/* x: normed hidden states [..][n_embd]. dx of the rows is added to, dw too
 * (NULL: the head stands still). */
void head_step(struct lane *l, const struct head_row *rows, uint32_t n,
               const real *w, real *dw, const real *x, real *dx,
               struct head_sums *sums, struct head_scratch *s);

/* Forward only: log p of the targets, and the entropy of each distribution
 * (NULL: not wanted). */
void head_score(struct lane *l, const struct head_row *rows, uint32_t n,
                const real *w, const real *x, float *logprob, float *entropy,
                struct head_sums *sums, struct head_scratch *s);

/* Plain logits, row after row: [n][n_vocab]. */
void head_logits(struct lane *l, const struct head_row *rows, uint32_t n,
                 const real *w, const real *x, real *logits,
                 struct head_scratch *s);

#endif
