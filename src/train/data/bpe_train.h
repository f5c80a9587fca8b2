/* bpe_train.h - a byte-level BPE vocabulary, learned from text.
 *
 * Text is cut by the pre-tokenizer that the engine will use (text/pretokenize.h),
 * so a vocabulary made here cuts the same way there. What is learned is the list
 * of merges; the ids are fixed by it: first the reserved tokens, then the 256
 * bytes, then one token per merge. A pure function of the text: ties go to the
 * pair that was made first.
 *
 * Digits never merge, because the pre-tokenizer gives each a piece of its own. */
#ifndef TRAIN_DATA_BPE_TRAIN_H
#define TRAIN_DATA_BPE_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct err;
struct bpe_train; /* how often which piece was seen */

enum { BPE_TRAIN_MAX_TOKEN = 24 }; /* bytes; longer pieces are joined no further */

/* pre: name of the pre-tokenizer. */
struct bpe_train *bpe_train_new(struct str pre, struct err *err);
void bpe_train_free(struct bpe_train *t); /* NULL is fine */

/* Bytes that are not UTF-8 count as U+FFFD. `times`: the weight of this text. */
void bpe_train_add(struct bpe_train *t, struct str text, uint32_t times);

struct bpe_merge {
    uint32_t left, right; /* 0-255 a byte, 256 + i the token of merge i */
    uint64_t count;       /* the weight of the pieces that had it by then */
};

/* At most n merges into out, their number is returned: fewer where no pair is
 * left that stands twice. */
size_t bpe_train_merges(struct bpe_train *t, struct bpe_merge *out, size_t n);

#endif
