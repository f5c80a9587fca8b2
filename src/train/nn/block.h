/* block.h - one decoder block: h = x + attention(norm x), y = h + ffn(norm h).
 *
 * The residual stream lies in the caller's hands: block_forward reads x and
 * writes y; block_back turns the gradient of y into that of x, in place. */
#ifndef TRAIN_NN_BLOCK_H
#define TRAIN_NN_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "train/nn/ffn.h"
#include "train/nn/lane.h"
#include "train/nn/mla.h"
#include "train/nn/moe.h"
#include "train/nn/params.h"

struct arena;

struct block_saved {
    real *xn, *x_inv;    /* normed input, [T][n_embd], [T] */
    real *h;             /* [T][n_embd] behind attention */
    real *hn, *h_inv;
    struct mla_saved mla;
    struct ffn_saved ffn; /* dense, or the shared expert */
    struct moe_saved moe;
};

struct block_scratch {
    real *dxn;           /* [T][n_embd] */
    struct mla_scratch mla;
    struct ffn_scratch ffn;
    struct moe_scratch moe;
};

void block_saved_layout(struct block_saved *s, const struct shape *shape, bool moe,
                  uint32_t max_tokens, struct arena *mem);
void block_scratch_layout(struct block_scratch *s, const struct shape *shape,
                          uint32_t max_tokens, uint32_t max_doc,
                          bool forward_only, struct arena *mem);

/* load: [n_experts], added to; unused without experts. */
void block_forward(struct lane *l, const struct docs *docs,
                   const struct block_at *at, bool moe, const real *params,
                   const real *x, real *y, uint32_t *load,
                   struct block_saved *s, struct block_scratch *t);

/* The second half alone, for who brings an attention of its own: y = h + ffn(norm
 * h), h in s->h. The layout is for blocks of either kind, one after the other. */
void block_ffn_layout(struct block_saved *s, struct block_scratch *t,
                      const struct shape *shape, uint32_t max_tokens,
                      struct arena *mem);
void block_ffn_forward(struct lane *l, size_t n, const struct block_at *at,
                       bool moe, const real *params, real *y, uint32_t *load,
                       struct block_saved *s, struct block_scratch *t);

void block_back(struct lane *l, const struct docs *docs,
                const struct block_at *at, bool moe, const real *params,
                real *grads, const real *x, real *dx, struct block_saved *s,
                struct block_scratch *t);

#endif
