/* sampler.h - the next token from a row of logits.
 *
 * Order: repetition penalty, top-k, temperature softmax, top-p, min-p, draw. With
 * temp 0 the largest logit wins, the lower id on ties. Random numbers come from
 * (seed, position, token) alone, so the same seed gives the same text however
 * the work was batched, and similar logits at the same position mostly give the
 * same token: what a draft needs (speculate.h).
 *
 * Any row of floats is fine: NaN and -Inf are never picked, +Inf counts as the
 * largest float there is. */
#ifndef ENGINE_SAMPLER_H
#define ENGINE_SAMPLER_H

#include <stdint.h>

#include "chat/event.h"
#include "chat/sampling.h"

struct err;
struct kernels;
struct sampler;

/* k is borrowed. */
struct sampler *sampler_new(const struct kernels *k, uint32_t n_vocab,
                            struct err *err);
void sampler_free(struct sampler *s); /* NULL is fine */
void sampler_set(struct sampler *s, const struct sampling *p);

/* The repetition penalty leaves this token alone: those that end a turn or a
 * thought, which must stay as likely as the model made them. */
void sampler_spare(struct sampler *s, int32_t id);

/* recent: the tokens before this one, newest last; ids outside the vocabulary
 * are passed over. Neither allocates nor changes the logits. -1 when there is
 * nothing to pick: every logit is NaN or -Inf. */
int32_t sampler_pick(struct sampler *s, const float *logits, uint32_t pos,
                     const int32_t *recent, uint32_t n_recent);

/* What the model thought of token id before any sampling rule: fills p,
 * entropy (bits) and alts of `info`. When id is not among the likeliest
 * TOKEN_ALTS it takes the place of the last of them. */
void sampler_observe(struct sampler *s, const float *logits, int32_t id,
                     struct token_info *info);

#endif
