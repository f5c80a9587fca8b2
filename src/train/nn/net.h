/* net.h - the model as training sees it: a batch in, gradients and a report out.
 *
 * A batch is cut into n_shards shards of whole documents. Each shard runs
 * forward and backward into a gradient buffer of its own, one thread a shard;
 * the buffers are then added in a fixed tree order. So the gradient depends on
 * the number of shards, never on that of threads. Threads compute with
 * denormals flushed to zero. All memory is taken by net_new; a step allocates
 * nothing.
 *
 * Loss. Row i (a position of a document) predicts token i + 1, the MTP block at
 * row i token i + 2:
 *   sum_i weight[i] * -log p(token i) / norm
 *     + mtp_weight * (the same of the MTP head over the rows that were drawn,
 *                     divided by the weight of these)
 *     + balance * (sequence balance loss, the documents' mean by tokens)
 * Only rows that carry weight reach the head. With weights of either sign
 * (advantages) divide by a norm of your own: set batch.norm. */
#ifndef TRAIN_NN_NET_H
#define TRAIN_NN_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "train/nn/gemm.h"
#include "train/nn/params.h"
#include "train/nn/shape.h"

struct batch;
struct err;
struct net;
struct pool;

/* The largest batch that will be asked for. */
struct net_limits {
    unsigned n_threads;
    unsigned n_shards;      /* 4; 8 where the batch is large */
    uint32_t max_tokens;    /* of a batch */
    uint32_t max_doc;       /* tokens of one document */
    enum products products; /* of training; float32 where the CPU has no others */
    bool inference;         /* only net_logprobs and net_logits: no gradients */
};

struct net *net_new(const struct shape *s, const struct net_limits *limits,
                    struct err *err);
void net_free(struct net *n); /* NULL is fine */
/* What net_new took, without the parameters. */
size_t net_bytes(const struct net *n);
/* The threads, for an optimizer to share between steps. */
struct pool *net_pool(struct net *n);

struct net_options {
    double mtp_weight;      /* 0: the MTP block is not run at all */
    double mtp_rows;        /* share of the loss rows that the MTP head sees,
                               0 means 1: all */
    uint64_t key;           /* decides which rows: (seed, stage, step) mixed */
    double balance;         /* alpha of the sequence balance loss */
    bool mtp_only;          /* gradients of the MTP block alone: the trunk, the
                               embedding and the head stand still */
};

struct net_report {
    double loss;            /* mean over the weight, in nats */
    double mtp_loss;        /* 0 when the block did not run */
    double balance;         /* before alpha; 1 is even */
    uint32_t n_tokens;
    uint32_t n_rows;        /* that carried loss */
    uint32_t n_right;       /* of these, argmax was the token */
    uint32_t n_mtp_rows, n_mtp_right;
    double gflop;           /* of all products of the step */
    uint32_t n_moe;         /* decoder blocks with experts; the MTP block last */
    uint32_t n_experts;
    const uint32_t *load;   /* [n_moe][n_experts] tokens; borrowed until the
                               next step */
    const float *max_vio;   /* [n_moe] largest load / mean load - 1; borrowed */
    uint32_t n_dead;        /* experts that no token came to, in all blocks */
};

/* Forward and backward over a batch. grads [params.len] is overwritten.
 * params: of the shape given to net_new. ERR_LIMIT when the batch is larger
 * than the limits, ERR_FORMAT for a token outside the vocabulary, ERR_MODEL
 * when the loss is not finite. */
bool net_step(struct net *n, const struct params *params,
              const struct batch *batch, const struct net_options *options,
              real *grads, struct net_report *report, struct err *err);

/* Several batches to one update: adds the gradient to `grads` instead. */
bool net_step_add(struct net *n, const struct params *params,
                  const struct batch *batch, const struct net_options *options,
                  real *grads, struct net_report *report, struct err *err);

/* After a step: b_i += speed * sign(mean load - load_i), per block over the
 * step's shards. The only way the routers' bias changes. */
void net_update_bias(const struct net *n, struct params *params, double speed);

/* Forward only. logprob[i]: log p of token i given those before it, 0 for rows
 * without weight. entropy[i] of the same distribution, or NULL. MTP: what its
 * head says of token i (rows >= 2 of a document), or NULL. [n_tokens] each.
 * report may be NULL. */
struct net_scores {
    float *logprob, *entropy, *mtp_logprob;
};
bool net_logprobs(struct net *n, const struct params *params,
                  const struct batch *batch, const struct net_scores *out,
                  struct net_report *report, struct err *err);

/* Logits of the rows listed (ascending positions in the batch): what row i says
 * of token i + 1, or the MTP head of token i + 2 (not the last row of a
 * document). logits: [n_rows][n_vocab]. */
bool net_logits(struct net *n, const struct params *params,
                const struct batch *batch, const uint32_t *rows,
                uint32_t n_rows, bool mtp, real *logits, struct err *err);

/* For measuring: whether products look at the clock, and what the last call did,
 * added to what *meter holds. */
struct gemm_meter;
void net_time_products(struct net *n, bool on);
void net_add_meter(const struct net *n, struct gemm_meter *meter);

#endif
