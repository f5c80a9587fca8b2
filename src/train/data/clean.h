/* clean.h - text from elsewhere made fit to train on.
 *
 * A document passes these filters in their order, and the first that objects
 * drops it: not UTF-8; controls, zero-width and bidirectional marks are taken out,
 * full-width ASCII becomes ASCII, line ends become LF, runs of blanks become one;
 * then too short, too long, neither mostly Latin nor mostly Chinese, too few
 * letters, too much of the same (one line, one character, one 4-gram of words).
 * Near-duplicates and overlap with tests come afterwards (minhash.h).
 *
 * The bytes are foreign: any input is fine. */
#ifndef TRAIN_DATA_CLEAN_H
#define TRAIN_DATA_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

enum clean_result {
    CLEAN_KEPT,
    CLEAN_NOT_UTF8,
    CLEAN_SHORT,
    CLEAN_LONG,
    CLEAN_LANGUAGE,   /* neither Latin nor Chinese */
    CLEAN_FEW_LETTERS,
    CLEAN_REPEATS,
    CLEAN_DUPLICATE,  /* by minhash.h */
    CLEAN_IN_TESTS,   /* shares a run of tokens with an evaluation prompt */
    N_CLEAN_RESULTS
};

enum clean_lang { CLEAN_EN, CLEAN_ZH, CLEAN_OTHER };

struct clean_limits {
    size_t min_chars, max_chars;
};

/* What was removed, for the model card. */
struct clean_report {
    uint64_t docs[N_CLEAN_RESULTS];
    uint64_t bytes[N_CLEAN_RESULTS]; /* as they came */
    uint64_t lang[2];                /* of those kept */
};

/* What every limit is unless a recipe says otherwise: 20 to 20,000 characters. */
struct clean_limits clean_usual(void);

/* Append the cleaned text where it is CLEAN_KEPT; else `out` is as before. *lang
 * may be NULL. */
enum clean_result clean_text(struct str in, const struct clean_limits *limits,
                             struct buf *out, enum clean_lang *lang);

/* Characters only: what clean_text does to a text before it judges it. False where
 * it is not UTF-8. */
bool clean_characters(struct str in, struct buf *out);
/* By the scripts of the letters. */
enum clean_lang clean_language(struct str text);

const char *clean_name(enum clean_result r);
void clean_count(struct clean_report *report, enum clean_result r,
                 struct str as_it_came, enum clean_lang lang);
/* One that was kept goes after all: a duplicate, or in the tests. */
void clean_drop(struct clean_report *report, enum clean_result why, struct str doc);
void clean_print(const struct clean_report *report, FILE *out);

#endif
