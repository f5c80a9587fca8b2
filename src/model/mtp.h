/* mtp.h - the multi-token-prediction block: one layer that looks a token
 * further (DeepSeek-V3, 2412.19437, section 2.2).
 *
 * For position i it takes the trunk's normed hidden state there and the token
 * behind, and says what follows that one:
 *
 *   x = eh_proj [norm(embedding of token i + 1) | norm(hidden i)]
 *   logits for token i + 2 = head(norm(layer(x)))
 *
 * Its attention has rows of its own in the cache, one per position. They are
 * not counted by kv_cache_len: who truncates the cache below a row must have it
 * computed again. */
#ifndef MODEL_MTP_H
#define MODEL_MTP_H

#include "model/forward.h"

/* Rows pos .. pos + n, 1 <= n <= max_batch, for a model whose n_mtp is 1. h:
 * [n][n_embd], next: the token behind each. LOGITS_NONE only remembers the
 * rows. Logits go where forward_logits finds them, over those of the trunk; those of
 * LOGITS_LAST serve drafts, and where the file names the tokens that a draft may be
 * (weights.h) all others are -INFINITY. */
bool mtp_run(struct forward *f, struct kv_cache *kv, uint32_t pos,
             const float *h, const int32_t *next, uint32_t n,
             enum logits_wanted want, struct err *err);

/* After LOGITS_LAST: the block's own normed output, which serves as the hidden
 * state of the next position when it is asked to go on alone. [n_embd], valid
 * until the next run of anything. */
const float *mtp_hidden(const struct forward *f);

#endif
