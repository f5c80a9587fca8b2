/* mla_decode.h - latent attention for the newest tokens of many sequences.
 *
 * The absorbed form (2405.04434, 2.1.2). What is kept of a past token is one row
 * [normed latent | rotated key]; a head's query goes through k_b into the space
 * of these rows, and what it reads there goes through v_b:
 *
 *   q'_h = [k_b_h q_nope_h | rope(q_pe_h)]    p = softmax(scale * q'_h cache^T)
 *   y = o concat_h v_b_h (p cache_latent)
 *
 * The same function as mla_forward, for a cost that does not grow with the
 * number of heads; only forward. */
#ifndef TRAIN_NN_MLA_DECODE_H
#define TRAIN_NN_MLA_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "train/nn/lane.h"
#include "train/nn/params.h"

struct arena;

/* One token: where its sequence's rows of this layer begin, and which of them is
 * its own. It sees rows 0 .. pos. */
struct mla_at {
    real *cache;      /* [max_len][kv_lora_rank + rope_dim] */
    uint32_t pos;
};

struct mla_decode {
    real *q_a, *q;    /* [n][q_lora_rank], [n][heads][head_dim] */
    real *kv_a;       /* [n][kv_lora_rank + rope] */
    real *query;      /* [n][heads][kv_lora_rank + rope]: q' */
    real *latent;     /* [n][heads][kv_lora_rank]: read from the cache */
    real *o;          /* [n][heads][v_dim] */
    real *p;          /* [heads][max_len] */
};

/* Values of a cache row. */
static inline size_t mla_row(const struct shape *s)
{
    return s->kv_lora_rank + s->rope_dim;
}

void mla_decode_layout(struct mla_decode *d, const struct shape *shape,
                       uint32_t max_rows, uint32_t max_len, struct arena *mem);

/* x: normed, [n][n_embd]; y += the output. Fills the rows' places in the cache
 * first, so tokens of one sequence may follow each other in one call. */
void mla_decode(struct lane *l, const struct mla_at *rows, size_t n,
                const struct attn_at *at, const real *params, const real *x,
                real *y, struct mla_decode *d);

#endif
