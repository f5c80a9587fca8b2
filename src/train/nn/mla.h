/* mla.h - multi-head latent attention in its expanded form (2405.04434, 2.1).
 *
 *   c_q = norm(q_a x)             q = q_b c_q, per head [nope | rope]
 *   [c | k_pe] = kv_a x           c_kv = norm(c)
 *   k_h = [k_b_h^T c_kv | rope(k_pe)]      v_h = v_b_h c_kv
 *   y = o concat_h attention(rope(q_h), k_h, v_h)
 *
 * Decoding uses the absorbed form; training has all keys at hand anyway. */
#ifndef TRAIN_NN_MLA_H
#define TRAIN_NN_MLA_H

#include <stdint.h>

#include "train/nn/attention.h"
#include "train/nn/lane.h"
#include "train/nn/params.h"

struct arena;

struct mla_saved {
    real *q_a, *c_q, *q_inv;     /* [T][q_lora_rank] twice, [T] */
    real *kv_a, *c_kv, *kv_inv;  /* [T][kv_lora_rank + rope], [T][rank], [T] */
    real *q, *k;                 /* [T][heads][head_dim] */
    real *v, *o;                 /* [T][heads][v_dim] */
    real *lse;                   /* [heads][T] */
};

struct mla_scratch {
    struct attention_scratch attention;
    real *dq, *dk, *dv, *d_o;    /* as q, k, v, o */
    real *dc_q, *dq_a, *dc_kv, *dkv_a;
};

void mla_saved_layout(struct mla_saved *s, const struct shape *shape,
                uint32_t max_tokens, struct arena *mem);
/* forward only: without room for gradients. */
void mla_scratch_layout(struct mla_scratch *s, const struct shape *shape,
                        uint32_t max_tokens, uint32_t max_doc,
                        bool forward_only, struct arena *mem);

/* x: the normed input, [T][n_embd]. y += its output. */
void mla_forward(struct lane *l, const struct docs *docs,
                 const struct attn_at *at, const real *params, const real *x,
                 real *y, struct mla_saved *s, struct mla_scratch *t);
/* dx is set. */
void mla_back(struct lane *l, const struct docs *docs, const struct attn_at *at,
              const real *params, real *grads, const real *x, const real *dy,
              real *dx, struct mla_saved *s, struct mla_scratch *t);

#endif
