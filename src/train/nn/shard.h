/* shard.h - the whole model over one shard of a batch, by one thread.
 *
 * A struct shard is a thread's room: what forward keeps for backward in every
 * layer. It serves one shard after another. */
#ifndef TRAIN_NN_SHARD_H
#define TRAIN_NN_SHARD_H

#include <stdbool.h>
#include <stdint.h>

#include "train/nn/block.h"
#include "train/nn/head.h"
#include "train/nn/lane.h"
#include "train/nn/mtp.h"
#include "train/nn/net.h"

struct arena;
struct batch;

struct shard {
    struct lane lane;
    struct docs docs;
    uint32_t max_tokens;
    real **x;                  /* [n_layers + 1] residual stream, [T][n_embd] */
    struct block_saved *blocks; /* [n_layers] */
    real *xn, *inv;            /* behind the last norm */
    struct mtp_saved mtp;
    struct head_row *rows;     /* [T] that count */
    uint32_t n_rows;
    real *dx, *dxn;            /* [T][n_embd] */
    struct block_scratch block_scratch;
    struct mtp_scratch mtp_scratch;
    struct head_scratch head;
    float *logprob, *entropy;  /* [T] of the rows */
};

/* One shard of a batch, and what is wanted of it. */
struct shard_task {
    const struct params *params;
    const struct batch *batch;
    uint32_t first_doc, end_doc;
    const struct net_options *options;
    double norm, mtp_norm;     /* 1 / what the sums of weights are divided by */
    real *grads;               /* zeroed by shard_step */
    uint32_t *load;            /* [n_moe][n_experts], zeroed by shard_* */
};

struct shard_sums {
    struct head_sums trunk, mtp;
    uint32_t n_rows, n_mtp_rows;
    double balance;            /* over blocks and documents, times tokens */
};

/* inference: layers share one room; shard_step must not be called then. */
void shard_layout(struct shard *s, const struct shape *shape,
                  uint32_t max_tokens, uint32_t max_doc, bool inference,
                  struct arena *mem);

void shard_step(struct shard *s, const struct shard_task *task,
                struct shard_sums *sums);
void shard_score(struct shard *s, const struct shard_task *task,
                 const struct net_scores *out, struct shard_sums *sums);
/* rows: of the batch, those in this shard are answered. */
void shard_logits(struct shard *s, const struct shard_task *task,
                  const uint32_t *rows, uint32_t n_rows, bool mtp,
                  real *logits);

/* Whether the MTP head sees row `token` of the batch. */
bool shard_mtp_row(const struct net_options *o, uint32_t token);

#endif
