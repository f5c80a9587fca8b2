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

#include "base/err.h"
#include "model/forward.h"

/* Rows pos .. pos + n, 1 <= n <= max_batch, for a model whose n_mtp is 1. h:
 * [n][n_embd], next: the token behind each. LOGITS_NONE only remembers the
 * rows. LOGITS_ALL go where forward_logits finds them, over those of the trunk;
 * LOGITS_LAST serves drafts: mtp_guess_logits. */
bool mtp_run(struct forward *f, struct kv_cache *kv, uint32_t pos,
             const float *h, const int32_t *next, uint32_t n,
             enum logits_wanted want, struct err *err);

/* After LOGITS_LAST: the block's own normed output, which serves as the hidden
 * state of the next position when it is asked to go on alone. [n_embd], valid
 * until the next run of anything. */
const float *mtp_hidden(const struct forward *f);
/* Also after LOGITS_LAST: [n_vocab]; where the file names the tokens that a draft may
 * be (weights.h) all others are -INFINITY. Valid until the next run of anything. */
const float *mtp_guess_logits(const struct forward *f);

/* A guess of what follows the next token, and how it is to be made. */
struct mtp_guess {
    /* As of mtp_run, 1 <= n. */
    uint32_t pos, n;
    const float *h;
    const int32_t *next;
    /* The token that these logits say, below n_vocab, or -1 for none. Called on a
     * thread of the pool, while the caller waits. */
    int32_t (*choose)(void *arg, const float *logits);
    void *arg;
    /* What came of it. */
    int32_t id;         /* -1: no token */
    bool ok;            /* false: the block failed, see err; nothing else is the worse
                           for it */
    struct err err;
    double ms;          /* that it took */
};

/* Whether there are threads for that, and room: a small model on two or more. */
bool mtp_can_run_beside(const struct forward *f, uint32_t n);
/* As forward_run with LOGITS_ALL of `id` and of the token that g finds; that one is
 * found while `id` is being computed. The cache is one longer where there is none. */
bool mtp_run_beside(struct forward *f, struct kv_cache *kv, int32_t id, struct mtp_guess *g,
                    const atomic_bool *cancel, struct err *err);

#endif
