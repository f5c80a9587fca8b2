/* answer.h - what checks have in common: is this reply the answer? */
#ifndef TRAIN_GEN_ANSWER_H
#define TRAIN_GEN_ANSWER_H

#include "train/gen/gen.h"

/* 1 where the bold text is p->answer, but for blanks, hyphens, quotes, marks of
 * punctuation and case. */
double answer_same(const struct problem *p, struct str reply);

/* p->answer is "yes" or "no"; the bold text begins with it or its like. */
double answer_yes_no(const struct problem *p, struct str reply);

/* p->answer has a fact a line, in forms of which one must stand in the reply:
 * "hello|hi\nhelp|try\n". Returns how many of the facts do, as a fraction.
 * English forms begin at the beginning of a word, short ones are whole words. */
double answer_facts(const struct problem *p, struct str reply);

/* Whether a form stands in the text, as above. */
bool answer_says(struct str text, struct str form);

/* Fill p->answer from a rule of the bank: a fact a line, <its|forms>. */
void answer_facts_of(struct gen_ctx *ctx, struct problem *p, const char *file,
                     const char *rule);

#endif
