/* batch.h - what one step of training sees: whole documents, side by side.
 *
 * Documents lie one behind the other; attention never crosses from one to the
 * next and positions restart at 0 in each. weight[i] is how much predicting
 * token i from the tokens before it counts: 1 in pretraining, 0 for a prompt or
 * a planted slip, an advantage in reinforcement learning; always 0 for the first
 * token of a document. The loss of a batch is the sum of weight * -log p divided
 * by `norm`. */
#ifndef TRAIN_DATA_BATCH_H
#define TRAIN_DATA_BATCH_H

#include <stdbool.h>
#include <stdint.h>

struct batch {
    uint32_t n_tokens, max_tokens;
    uint32_t n_docs, max_docs;
    int32_t *tokens;      /* [n_tokens]; owned, like all below */
    float *weight;        /* [n_tokens] */
    uint32_t *doc_start;  /* [n_docs + 1], the last one n_tokens */
    double norm;
};

void batch_init(struct batch *b, uint32_t max_tokens, uint32_t max_docs);
void batch_clear(struct batch *b);
void batch_reset(struct batch *b); /* no documents, norm 0 */

/* One more document; false where it does not fit. weight may be NULL: all but
 * the first token count. Adds the weights to norm. */
bool batch_add(struct batch *b, const int32_t *tokens, const float *weight,
               uint32_t n);

/* Documents [begin, end) of shard i of n: cut where the tokens are most nearly
 * equal. A pure function of the batch. */
void batch_shard(const struct batch *b, uint32_t i, uint32_t n, uint32_t *begin,
                 uint32_t *end);

#endif
