/* session.h - the tokens of one conversation in the cache, and what comes next.
 *
 * A prompt is compared with what the cache holds: the common beginning stays,
 * the rest is forgotten, and only what is new is computed. So the next turn of
 * a chat costs the user's message (and, where a family drops old thoughts, the
 * last answer), and editing or regenerating is the same operation. The end-of-
 * turn token that the model chose is not computed when it is chosen: it comes
 * with the next prompt, which has it in its place. */
#ifndef ENGINE_SESSION_H
#define ENGINE_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/forward.h"
#include "model/kv_cache.h"

struct compute;
struct err;
struct expert_changes;
struct model;
struct session;

struct session *session_new(const struct model *m, struct compute *c,
                            enum kv_type type, uint32_t context,
                            uint32_t max_batch, struct err *err);
void session_free(struct session *s); /* NULL is fine */

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

/* One more token. Does not allocate. The cache must have room (assert). */
bool session_append(struct session *s, int32_t id, const atomic_bool *cancel,
                    struct err *err);

uint32_t session_len(const struct session *s);
uint32_t session_max(const struct session *s);
const int32_t *session_ids(const struct session *s); /* [session_len] */

/* What follows the last token: valid until the next read or append. */
const float *session_logits(const struct session *s);
/* The router's choice in MoE layer j, in the pass that gave these logits. */
const struct expert_choice *session_experts(const struct session *s,
                                            uint32_t j);
struct kv_usage session_usage(const struct session *s);
uint64_t session_scratch_bytes(const struct session *s);   /* reserved */
uint64_t session_scratch_touched(const struct session *s); /* in RAM; costly */
const struct expert_changes *session_experts_changed(const struct session *s);

/* For state.c. The cache's rows, to be read and written; then n of them (at
 * most session_max) belong to these tokens, which are all below
 * session_n_vocab. The next session_read goes on from there. */
struct kv_cache *session_cache(struct session *s);
void session_restore(struct session *s, const int32_t *ids, uint32_t n);
uint32_t session_n_vocab(const struct session *s);
bool session_modified(const struct session *s); /* other experts */

#endif
