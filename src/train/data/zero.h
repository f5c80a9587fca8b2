/* zero.h - the Zero arm's way of asking: the template of R1-Zero.
 *
 * A base that was never tuned on chats knows no roles and no tags. DeepSeek-R1-Zero
 * was trained by reinforcement alone from such a base, with one fixed text around
 * every question, which names two pairs of tags and asks for nothing else
 * (2501.12948, table 1). English is that text as published; Chinese says the same
 * in our words. */
#ifndef TRAIN_DATA_ZERO_H
#define TRAIN_DATA_ZERO_H

#include <stdbool.h>

#include "base/buf.h"
#include "train/gen/gen.h"

/* Adds the template with the question in its place, up to where the model
 * writes. */
void zero_prompt(struct str question, enum lang lang, struct buf *out);

/* A document for the base: p's question in the template, and behind it the thought
 * and the result of `told`, which may be of another exercise: with the tags, or as
 * plain worked text without them. */
void zero_document(const struct problem *p, const struct problem *told,
                   bool tags, struct buf *out);

#endif
