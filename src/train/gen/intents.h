/* intents.h - requests told by what they want, not computed: talk, knowledge,
 * what lies beyond the domain.
 *
 * A file of the bank has rules by the names of its intents:
 *
 *   @en ask_NAME     prompts
 *   @en about_NAME   the thought: what is wanted, in a few words
 *   @en key_NAME     a fact a line that the reply must hold: <its|forms>
 *   @en say_NAME     replies
 *
 * key and say stand in for those of an intent that has none of its own.
 *
 * In training a longer prompt now and then lacks some of its words, but for those of
 * deepseek.txt, which one word is known by. */
#ifndef TRAIN_GEN_INTENTS_H
#define TRAIN_GEN_INTENTS_H

#include "train/gen/gen.h"

/* A request of any intent of the file, which is named like the task; the key is
 * its wording. False where the bank has none. */
bool intents_make(struct gen_ctx *ctx, struct problem *p, const char *file);

#endif
