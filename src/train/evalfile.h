/* evalfile.h - evaluations on the disk: one answer a line, and summed up again.
 *
 * A line is an object: task, wild, level, lang, prompt, think, reply, wanted,
 * score, form, ended, think_tokens, drafted, accepted. Report and card are made
 * of these files, so that a figure can be traced back to the answers behind it. */
#ifndef TRAIN_EVALFILE_H
#define TRAIN_EVALFILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "train/evalset.h"

struct err;

/* Answers that were not asked for are left out. */
bool evalfile_write(const struct evalset *e, const char *path, struct err *err);

/* All answers of one task, level and language. */
struct eval_cell {
    char task[32];
    unsigned level;
    enum lang lang;
    struct tally tally;
};

/* An answer as it came. */
struct eval_sample {
    char task[32];
    enum lang lang;
    bool right;
    struct buf prompt, think, reply, wanted; /* owned */
};

struct eval_sum {
    struct eval_cell *cells;     /* owned; in the order of the file */
    size_t n;
    struct eval_sample *samples; /* owned: of every task the first right and the
                                    first wrong one */
    size_t n_samples;
};

bool evalfile_read(struct eval_sum *s, const char *path, struct err *err);
void eval_sum_clear(struct eval_sum *s);

/* Of a task or of a group of tasks (NULL: all) and a language (-1: both). */
struct tally eval_sum_of(const struct eval_sum *s, const char *task, int lang);
/* Mean over the tasks, each counting once; without `but` (or NULL). 0 tasks: 0. */
double eval_sum_macro(const struct eval_sum *s, const char *but);
/* The i-th task of the file, NULL behind the last. */
const char *eval_sum_task(const struct eval_sum *s, size_t i);

#endif
