/* with_tokenizer.h - a small vocabulary, learned on the spot from a few lines. */
#ifndef TESTS_TRAIN_WITH_TOKENIZER_H
#define TESTS_TRAIN_WITH_TOKENIZER_H

#include "base/rng.h"
#include "check.h"
#include "train/data/bpe_train.h"
#include "train/data/tokenizer.h"

static inline void tokenizer_of(struct tokenizer *t, uint32_t n_tokens,
                                const char *const *lines, size_t n)
{
    struct err err;
    struct buf file = {0};
    struct bpe_train *train = bpe_train_new(str_of(TOKENIZER_PRE), &err);
    CHECK(train != NULL);
    for (size_t i = 0; i < n; i++)
        bpe_train_add(train, str_of(lines[i]), 3);
    tokenizer_make(train, n_tokens, &file);
    bpe_train_free(train);
    CHECK_OK(tokenizer_over(t, &file, &err), &err);
}

static inline void small_tokenizer(struct tokenizer *t)
{
    static const char *const lines[] = {
        "what is 12 plus 34? the answer is **46**.",
        "the strawberry is the best of the berries, is it not",
        "十二加三十四等于多少？答案是 **46**。",
        "347+58\nrev 743 850\n7+8=15 5c1\n",
    };
    tokenizer_of(t, 400, lines, sizeof lines / sizeof *lines);
}

#endif
