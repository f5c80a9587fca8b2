/* mtp.h - the block that looks a token further (2412.19437, 2.2).
 *
 * Row i of a document knows the trunk's normed state there and the token
 * behind it, and is to say token i + 2:
 *
 *   x = eh_proj [norm(embedding of token i + 1) | norm(state i)]
 *   y = norm(block(x)), to the head that the trunk uses as well
 *
 * A document of n tokens has n - 1 such rows; positions count from 0. */
#ifndef TRAIN_NN_MTP_H
#define TRAIN_NN_MTP_H

#include <stdbool.h>
#include <stdint.h>

#include "train/nn/block.h"
#include "train/nn/lane.h"
#include "train/nn/params.h"

struct arena;

struct mtp_saved {
    struct docs docs;          /* of its rows */
    uint32_t *source;          /* [rows] the trunk's row of each */
    real *e, *e_inv, *s, *s_inv; /* [rows][n_embd] embeddings and states */
    real *u;                   /* [rows][2 n_embd] both normed */
    real *x, *y;               /* [rows][n_embd] into and out of the block */
    real *yn, *y_inv;
    struct block_saved block;
};

struct mtp_scratch {
    real *dx, *du, *de;        /* [rows][n_embd], [2 n_embd], [n_embd] */
};

void mtp_saved_layout(struct mtp_saved *m, const struct shape *shape,
                uint32_t max_tokens, struct arena *mem);
void mtp_scratch_layout(struct mtp_scratch *t, const struct shape *shape,
                        uint32_t max_tokens, struct arena *mem);

/* state: the trunk's normed hidden rows. The answer lies in m->yn. */
void mtp_forward(struct lane *l, const struct docs *docs,
                 const int32_t *tokens, const struct params *params,
                 const real *state, uint32_t *load, struct mtp_saved *m,
                 struct block_scratch *b);
/* dyn: the gradient of m->yn. dstate is added to; NULL: the trunk and the
 * embedding stand still. */
void mtp_back(struct lane *l, const int32_t *tokens,
              const struct params *params, real *grads, const real *dyn,
              real *dstate, struct mtp_saved *m, struct mtp_scratch *t,
              struct block_scratch *b);

#endif
