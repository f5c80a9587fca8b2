/* noise.h - from a well-formed sentence to what people type.
 *
 * Lower case, missing or doubled punctuation, blanks, full-width digits, slips of
 * the fingers, short forms ("u", "plz"), articles left out, a filler ("um"), a
 * greeting before, thanks behind, a remark about the weather. Never changes what is
 * asked: digits stay the digits they are, and what comes between them stays too. */
#ifndef TRAIN_GEN_NOISE_H
#define TRAIN_GEN_NOISE_H

#include "train/gen/gen.h"

enum noise_flags {
    NOISE_KEEP_LETTERS = 1, /* no typos, no change of case nor of digits: data */
    NOISE_KEEP_ENDS = 2,    /* no greeting before, no thanks behind */
    NOISE_KEEP_BLANKS = 4,  /* blanks and marks within are data */
    NOISE_NO_TYPOS = 8,     /* no typos, no shouting: words are data */
    NOISE_KEEP_CASE = 16,   /* no capitals put in: the first word is data */
};

/* The end of every generator: capitals at the beginning of sentences, then noise
 * unless ctx->plain. False where the bank lacked something (ctx->lacks). */
bool gen_done(struct gen_ctx *ctx, struct problem *p, unsigned noise_flags);

/* A capital at the beginning of each sentence: banks are in lower case. */
void gen_capitals(struct buf *b);

/* true in `percent` of all cases. */
bool gen_chance(struct gen_ctx *ctx, uint32_t percent);
/* from..to, both included. */
int64_t gen_between(struct gen_ctx *ctx, int64_t from, int64_t to);

#endif
