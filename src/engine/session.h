/* session.h - the tokens of one conversation in the cache, and what comes next.
 *
 * A prompt is compared with what the cache holds: the common beginning stays,
 * the rest is forgotten, and only what is new is computed. So the next turn of
 * a chat costs the user's message (and, where a family drops old thoughts, the
 * last answer), and editing or regenerating is the same operation. The end-of-
 * turn token that the model chose is not computed when it is chosen: it comes
 * with the next prompt, which has it in its place.
 *
 * Tokens may be computed on trial, together with the one before them: when the
 * sampler then wants the same, session_take has it for nothing. What was tried
 * in vain is forgotten with the next batch. A batch of up to 1 + SESSION_DRAFTS
 * gives the very logits that single tokens give.
 *
 * For drafts the MTP block's rows are kept in step with the trunk's: its row i
 * needs the hidden state of token i and the token behind it, so states wait
 * here until that token is known, and are worked off in batches. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/forward.h"
#include "model/kv_cache.h"

struct compute;
struct expert_changes;
struct model;
struct model_config;
struct session;

enum { SESSION_DRAFTS = 4 };

/* mtp: keep what session_draft needs (of a model that has the block). */
struct session *session_new(const struct model *m, struct compute *c,
                            enum kv_type type, uint32_t context,
                            uint32_t max_batch, bool mtp, struct err *err);
void session_free(struct session *s); /* NULL is fine */
/* What session_scratch_bytes would be, before there is a session. */
uint64_t session_bytes(const struct model_config *cfg, unsigned n_threads,
                       uint32_t context, uint32_t max_batch, bool mtp);

/* Told after every batch, and once at the beginning. */
typedef void (*session_progress_fn)(void *arg, uint32_t done, uint32_t total);

/* From the next pass on. Forgets every token when the choice changes: what the
 * cache holds was computed with other experts. */
bool session_set_experts(struct session *s, const struct expert_changes *x,
                         struct err *err);

/* Makes the cache hold exactly ids[0..n), n > 0. *reused tells how many were
 * there already (always fewer than n: the last one is computed for its
 * logits). ERR_LIMIT when n leaves no room for an answer. After ERR_CANCELLED
 * or any other failure the session is usable and holds what was computed. */
bool session_read(struct session *s, const int32_t *ids, size_t n,
                  const atomic_bool *cancel, session_progress_fn progress,
                  void *arg, uint32_t *reused, struct err *err);

/* One more token, and n drafts on trial behind it, n <= session_draft_room.
 * Does not allocate. The cache must have room (assert). */
bool session_append(struct session *s, int32_t id, const int32_t *drafts,
                    uint32_t n, const atomic_bool *cancel, struct err *err);
/* The drafted token that comes next, or -1; and: it is this one. */
int32_t session_drafted(const struct session *s);
bool session_take(struct session *s, int32_t id);
uint32_t session_draft_room(const struct session *s);

/* The sampler's choice for position pos; -1: no draft there. */
typedef int32_t (*session_choose_fn)(void *arg, const float *logits,
                                     uint32_t pos, const int32_t *recent,
                                     uint32_t n_recent);

bool session_has_mtp(const struct session *s);
/* As long as nobody drafts, the block need not read along. When it reads again
 * it knows nothing of the tokens between, as if they had not been: its guesses
 * may be worse for it, nothing else is. */
void session_rest_mtp(struct session *s, bool rests);
/* What the MTP block thinks that follows `id`, which will be appended next: up
 * to n tokens (n <= session_draft_room) into out, their number into *n_out.
 * session_logits are lost. Does not allocate. Not while the block rests. */
bool session_draft(struct session *s, int32_t id, uint32_t n,
                   session_choose_fn choose, void *arg, int32_t *out,
                   uint32_t *n_out, struct err *err);

/* The same with n = 1 and session_append of `id` and of that token in one: it is guessed
 * while `id` is being computed, which only few can (session_guesses_beside). */
struct session_guess {
    session_choose_fn choose;
    void *arg;
    uint32_t n;        /* tokens it found: 0 or 1 */
    double ms;         /* that finding it took */
    bool ok;           /* false: the block computes nonsense, why; n is 0 */
    struct err why;
};
bool session_guesses_beside(const struct session *s);
bool session_append_guess(struct session *s, int32_t id, struct session_guess *g,
                          const atomic_bool *cancel, struct err *err);

uint32_t session_len(const struct session *s);
uint32_t session_max(const struct session *s);
const int32_t *session_ids(const struct session *s); /* [session_len] */

/* What follows the last token: valid until the next read, append or draft. */
const float *session_logits(const struct session *s);
/* The router's choice in MoE layer j, in the pass that gave these logits. */
const struct expert_choice *session_experts(const struct session *s,
                                            uint32_t j);
/* The model's, as far as the session uses it. */
const struct model_config *session_config(const struct session *s);
struct kv_usage session_usage(const struct session *s);
uint64_t session_scratch_bytes(const struct session *s);   /* reserved */
uint64_t session_scratch_touched(const struct session *s); /* in RAM; costly */
const struct expert_changes *session_experts_changed(const struct session *s);

/* For state.c. The cache's rows, to be read and written; then n of them (at
 * most session_max) belong to these tokens, which are all below
 * session_n_vocab. The next session_read goes on from there. */
bool session_settle(struct session *s, struct err *err); /* before writing */
struct kv_cache *session_cache(struct session *s);
void session_restore(struct session *s, const int32_t *ids, uint32_t n);
uint32_t session_n_vocab(const struct session *s);
bool session_modified(const struct session *s); /* other experts */

#endif
