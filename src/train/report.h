/* report.h - what a run's log says: figures and a table, made anew at any time. */
#ifndef TRAIN_REPORT_H
#define TRAIN_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct err;

/* Reads dir/log.jsonl, writes loss.svg, balance.svg, speed.svg and, where there
 * was reinforcement learning, reward.svg into `out`, and a table of the stages to
 * `table`. */
bool report_write(const char *dir, const char *out, FILE *table,
                  struct err *err);

#endif
