/* wild_plain.h - what a reply says, in a plain form that can be compared: for the
 * wild prompts, whose answers count whatever they are dressed in. */
#ifndef TRAIN_WILD_PLAIN_H
#define TRAIN_WILD_PLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* What is given as the answer: the last bold text, or the last line where
 * nothing is bold. */
struct str plain_said(struct str reply, bool *bold);

/* Every number, a blank behind each: "7,318 kg" -> "7318 ", "2.50" -> "2.5 ".
 * Full-width digits count as digits, Chinese numerals where there are none. */
void plain_numbers(struct str s, struct buf *out);

/* The text without blanks and marks, in lower case; yes, true and knight in
 * place of their Chinese words. */
void plain_text(struct str s, struct buf *out);

#endif
