/* index_words.h - what somebody searches for, as words. */
#ifndef STORE_INDEX_WORDS_H
#define STORE_INDEX_WORDS_H

#include <stddef.h>

#include "base/str.h"

struct buf;

#define INDEX_WORDS_MAX 16

struct index_words {
    struct str word[INDEX_WORDS_MAX]; /* borrowed from the text */
    size_t n;                         /* what is beyond is left out */
};

/* Parted by blanks; what stands in double quotes is one. */
struct index_words index_words_of(struct str text);
/* What FTS5 has to find in a text before it can have all the words: their trigrams,
 * as one of its expressions. Stays empty where all words are shorter. */
void index_trigrams(const struct index_words *w, struct buf *match);

/* Where the word is in the text, in any letter case. text.len: nowhere. */
size_t index_word_find(struct str text, struct str word);
/* A line of about 70 characters around that place, cleaned. */
void index_snippet(struct str text, struct str word, struct buf *out);

#endif
