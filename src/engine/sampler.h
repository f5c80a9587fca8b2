/* sampler.h - the next token from a row of logits.
 *
 * Order: repetition penalty, top-k, temperature softmax, top-p, min-p, draw. With
 * temp 0 the largest logit wins, the lower id on ties. Random numbers come from
 * (seed, position) alone, so the same seed gives the same text however the
 * work was batched. */
#ifndef ENGINE_SAMPLER_H
#define ENGINE_SAMPLER_H

#include <stdint.h>

#include "chat/event.h"
#include "chat/sampling.h"

struct err;
struct sampler;

struct sampler *sampler_new(uint32_t n_vocab, struct err *err);
void sampler_free(struct sampler *s);
void sampler_set(struct sampler *s, const struct sampling *p);

/* recent: the tokens before this one, newest last. Neither allocates nor
 * changes the logits. */
int32_t sampler_pick(struct sampler *s, const float *logits, uint32_t pos,
                     const int32_t *recent, uint32_t n_recent);

/* What the model thought of token id before any sampling rule: fills p,
 * entropy (bits) and alts of `info`. */
void sampler_observe(struct sampler *s, const float *logits, int32_t id,
                     struct token_info *info);

#endif
