/* report.h - what a run's log and its evaluation say: figures and tables, made
 * anew at any time. */
#ifndef TRAIN_REPORT_H
#define TRAIN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct err;
struct history;

/* Reads dir/log.jsonl and, where they are, dir/eval-*.jsonl. Into `out` go
 * loss.svg, balance.svg, speed.svg and the log in brief, history.jsonl; of
 * reinforcement learning reward.svg, think.svg and progress.svg; of the evaluation
 * accuracy.svg. To `table` a table of the stages and one of the tasks. */
bool report_write(const char *dir, const char *out, FILE *table,
                  struct err *err);

/* The tables alone, as Markdown; for the card as well. */
void report_stages(const struct history *h, FILE *table);

/* Runs side by side, a row each: what they read, and what it made of documents and
 * exercises that they were not trained on. Runs that have been evaluated. */
bool report_ablations(char *const *dirs, size_t n, FILE *table, struct err *err);

/* dir/experts.tsv, which the export writes: what each expert is for. */
bool report_experts(const char *dir, FILE *table, struct err *err);

#endif
