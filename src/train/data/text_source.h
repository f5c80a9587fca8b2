/* text_source.h - general text for pretraining, so that words mean something
 * before tasks begin.
 *
 *   stories    short stories, written (data/bank/text/stories.{en,zh}.txt)
 *   explain    explanations of arithmetic, letters, dates, models, written
 *   tales      stories of people who get, give and lose things, drawn: what they
 *              count is always right
 *   describe   numbers, words, months, days, units, drawn
 *   glosses    short definitions of WordNet (Debian package wordnet-base)
 *
 * Document `index` of a source is a pure function of (seed, index). Every fiftieth
 * (index % 50 == 49) is of the validation split: written ones apart from the
 * others, drawn ones of other keys. Sources hold no state: any number of threads
 * may ask one. */
#ifndef TRAIN_DATA_TEXT_SOURCE_H
#define TRAIN_DATA_TEXT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct bank;
struct clean_report;
struct err;
struct text_source;

/* The names of all. */
const char *const *text_source_names(size_t *n);

/* `folder` has bank/text/; the bank is borrowed until the source is closed. NULL
 * with a reason: an unknown name, a missing file or package. */
struct text_source *text_source_open(const char *name, const char *folder,
                                     const struct bank *bank, struct err *err);
void text_source_close(struct text_source *source); /* NULL is fine */

/* Append document `index`. Has the signature of data_text_fn. */
bool text_source_next(const void *source, uint64_t seed, uint64_t index,
                      struct buf *out);

/* How many written documents there are; 0 where they are drawn. */
size_t text_source_count(const struct text_source *source);

/* What cleaning (clean.h) kept and removed of written documents: for the card. */
const struct clean_report *text_source_report(const struct text_source *source);

#endif
