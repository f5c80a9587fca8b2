/* words.h - English words of a word list, for tasks on letters.
 *
 * The list is /usr/share/dict/american-english of the Debian package wamerican.
 * Kept are words of 3 to 10 small letters. Without it (bank.words NULL) the
 * tasks use the everyday words of data/bank/words.txt alone. */
#ifndef TRAIN_GEN_WORDS_H
#define TRAIN_GEN_WORDS_H

#include "base/rng.h"
#include "base/str.h"

struct err;

enum { WORD_MIN = 3, WORD_MAX = 10 };

/* Of each length, one behind the other. */
struct words {
    char *text;                      /* owned */
    struct { size_t from, n; } of[WORD_MAX + 1];
};

/* `path` NULL: where Debian has it. NULL with a reason that names the package. */
struct words *words_open(const char *path, struct err *err);
void words_free(struct words *words); /* NULL is fine */

/* Any word of min..max letters, each as likely as the others. */
struct str words_draw(const struct words *words, struct rng *rng, size_t min,
                      size_t max);

#endif
