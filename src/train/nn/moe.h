/* moe.h - routed experts: each token to a few of many small FFNs.
 *
 * Tokens are counted and sorted by expert (stably, so in token order); then
 * expert by expert its rows are gathered, run through three products, weighted
 * and added back. No token is dropped. One thread does all of it in one order:
 * the same sums every time. */
#ifndef TRAIN_NN_MOE_H
#define TRAIN_NN_MOE_H

#include <stdint.h>

#include "train/nn/lane.h"
#include "train/nn/params.h"
#include "train/nn/router.h"

struct arena;

struct moe_saved {
    struct router_saved router;
    uint32_t *first;     /* [n_experts + 1] of its slots */
    uint32_t *slot;      /* [T * n_used], by expert: token * n_used + choice */
    real *gate_up;       /* [T * n_used][2][expert_ff], by expert */
};

/* Rows of one expert: at most all tokens. */
struct moe_scratch {
    struct router_scratch router;
    real *x, *y;         /* [T][n_embd] */
    real *act, *dact;    /* [T][expert_ff] */
    uint32_t *token;     /* [T] */
    real *weight, *dw;   /* [T] */
    real *dweight;       /* [T][n_used] */
};

void moe_saved_layout(struct moe_saved *s, const struct shape *shape,
                uint32_t max_tokens, struct arena *mem);
void moe_scratch_layout(struct moe_scratch *s, const struct shape *shape,
                        uint32_t max_tokens, struct arena *mem);

/* x: normed. y += the routed experts' output. load[n_experts] += tokens. */
void moe_forward(struct lane *l, size_t n, const struct ffn_at *at,
                 const real *params, const real *x, real *y, uint32_t *load,
                 struct moe_saved *s, struct moe_scratch *t);
/* dx is added to. */
void moe_back(struct lane *l, const struct docs *docs, const struct ffn_at *at,
              const real *params, real *grads, const real *x, const real *dy,
              real *dx, struct moe_saved *s, struct moe_scratch *t);

#endif
