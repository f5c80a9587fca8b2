/* router.h - which experts a token goes to, and what that choice learns from.
 *
 * s = sigmoid(W x). A bias b, moved by the load alone, decides who is chosen:
 * the groups with the largest sum of their two best s + b, in them the n_used
 * largest s + b. Weights are s normalised over the chosen, times a scale
 * (2412.19437, 2.1.2). The gradient reaches s of the chosen experts only, and
 * of all of them through the sequence balance loss
 *   sum_i f_i P_i, f_i = n_experts / (n_used T) * load_i, P_i = mean of s_i / sum s
 * in each document of T tokens; f is not differentiated. */
#ifndef TRAIN_NN_ROUTER_H
#define TRAIN_NN_ROUTER_H

#include <stdbool.h>
#include <stdint.h>

#include "train/nn/lane.h"

struct arena;

struct router_saved {
    real *score;       /* [T][n_experts] */
    uint16_t *chosen;  /* [T][n_used] */
    real *weight;      /* [T][n_used] */
};
struct router_scratch {
    real *selection;   /* [n_experts] */
    real *group;       /* [n_groups] */
    real *share;       /* [n_experts]: mean score share, then its gradient */
    uint32_t *load;    /* [n_experts] of one document */
};

void router_saved_layout(struct router_saved *s, const struct shape *shape,
                   uint32_t max_tokens, struct arena *mem);
void router_scratch_layout(struct router_scratch *s, const struct shape *shape,
                           struct arena *mem);

/* x: normed, [T][n_embd]. */
void router_forward(struct lane *l, size_t n, const real *w, const real *bias,
                    const real *x, struct router_saved *s,
                    struct router_scratch *t);
/* The choice for one token by its scores; for the tests as well. */
void router_pick(const struct shape *shape, const real *score,
                   const real *bias, uint16_t *chosen, real *weight,
                   struct router_scratch *t);
/* Balance loss of all documents, each times its tokens. */
double router_balance(const struct shape *shape, const struct docs *docs,
                      const struct router_saved *s, struct router_scratch *t);

/* dweight: [T][n_used]. dx is added to; score becomes the logits' gradient. */
void router_back(struct lane *l, const struct docs *docs, const real *w,
                 real *dw, const real *x, const real *dweight, real *dx,
                 struct router_saved *s, struct router_scratch *t);

#endif
