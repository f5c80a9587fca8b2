/* indexer.h - DeepSeek Sparse Attention (V3.2): which past tokens a query reads.
 *
 * Within model/ only. A small scorer beside latent attention: its own queries
 * (a few heads, from the compressed q) against one key per past token, which
 * the cache keeps beside the latent row. The top_k best past tokens of each
 * query are read by all heads of the attention proper; a query that has no more
 * than top_k tokens behind it reads them all, and nothing is scored.
 *
 * The published code also turns q and k by the same Hadamard matrix before it
 * rounds them to 8 bits. The matrix is orthogonal, so products do not change;
 * nothing is rounded here that coarsely (q8_0 has a scale per 32 values), so it
 * is left out. */
#ifndef MODEL_INDEXER_H
#define MODEL_INDEXER_H

#include <stdint.h>

#include "model/rope.h"

struct arena;
struct batch;
struct layer_weights;
struct model_config;

struct indexer {
    uint32_t max_context;
    float *q;          /* [max_batch][n_heads * dim] */
    float *k;          /* [max_batch][dim] */
    float *weights;    /* [max_batch][n_heads] of the heads' scores */
    float *scores;     /* [INDEXER_QUERIES][max_context] */
    float *dots;       /* per thread: [n_heads][rows scored at a time] */
    uint32_t *chosen;  /* [max_batch][top_k] rows, ascending */
};

/* Queries that are scored together. */
enum { INDEXER_QUERIES = 8 };

void indexer_layout(struct indexer *x, const struct model_config *cfg,
                    unsigned n_threads, uint32_t max_batch,
                    uint32_t max_context, struct arena *mem);

/* Once q, k and weights are products of the batch: rotates and scales those of
 * token t, and puts its key into the cache. */
void indexer_remember(struct indexer *x, const struct batch *b,
                      const struct layer_weights *lw, uint32_t layer,
                      uint32_t t);
/* Tokens of the batch that read all rows: the first ones. */
uint32_t indexer_dense(const struct batch *b, const struct layer_weights *lw);
/* Fills `chosen` for the others. */
void indexer_choose(struct indexer *x, struct batch *b, uint32_t layer);

/* The k <= n largest of n scores, by index, ascending; of equal ones those with
 * the lower index, of NaN only what is needed. */
void indexer_select(const float *scores, uint32_t n, uint32_t k, uint32_t *out);

#endif
