/* minhash.h - which documents are nearly the same, and which hold a test.
 *
 * Two texts are compared by their sets of character 5-grams (3-grams in Chinese),
 * letters small and blanks made one. 128 minima of hashed grams stand for a set
 * (Broder 1997); documents that agree in a band of 8 are candidates, and those
 * whose sets truly overlap by 0.7 or more (Jaccard) are near-duplicates. They are
 * joined into groups, and of each group the longest is kept. */
#ifndef TRAIN_DATA_MINHASH_H
#define TRAIN_DATA_MINHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { MINHASH_N = 128, MINHASH_BANDS = 16, MINHASH_ROWS = 8 };
#define MINHASH_SAME 0.7

struct minhash {
    uint32_t min[MINHASH_N];
};

/* n_gram: 5 for English, 3 for Chinese. */
void minhash_of(struct str text, unsigned n_gram, struct minhash *out);
double minhash_overlap(struct str a, struct str b, unsigned n_gram); /* Jaccard */

/* drop[i] becomes true for every document that is a near-duplicate of a kept one.
 * Returns how many. n_gram[i] as above; those of different n_gram never match. */
size_t minhash_duplicates(const struct str *docs, const unsigned char *n_gram,
                          size_t n, bool *drop);

/* Runs of 13 tokens (words, numbers, single Chinese characters) of evaluation
 * prompts. */
enum { TEST_RUN = 13 };
struct test_runs;
struct test_runs *test_runs_new(void);
void test_runs_free(struct test_runs *t); /* NULL is fine */
/* A prompt of fewer tokens counts as one run, if it has at least 5. */
void test_runs_add(struct test_runs *t, struct str prompt);
bool test_runs_in(const struct test_runs *t, struct str document);

#endif
