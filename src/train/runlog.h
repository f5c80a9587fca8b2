/* runlog.h - what happened in a run: one JSON line per step, kept for ever.
 *
 * Lines of one run are in order: when a run goes on from an earlier step (it was
 * killed), the lines of the lost steps are taken away first. */
#ifndef TRAIN_RUNLOG_H
#define TRAIN_RUNLOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct err;
struct net_report;

struct runlog {
    FILE *file; /* owned; NULL: nothing is written */
};

/* Appends to `path`. stage NULL: no line is lost; else those of the stage that
 * come after `step`. */
bool runlog_open(struct runlog *l, const char *path, const char *stage,
                 uint64_t step, struct err *err);
/* False where a line did not reach the file (a full disk). */
bool runlog_close(struct runlog *l, struct err *err);

struct runlog_step {
    const char *stage;
    uint64_t step, tokens;      /* after it */
    double lr, grad_norm, seconds;
};
void runlog_step(struct runlog *l, const struct runlog_step *s,
                 const struct net_report *r);
/* Begins a line of any kind: {"stage":..,"step":.. The caller adds ,"name":value
 * and ends it with }\n. NULL where nothing is written. */
FILE *runlog_line(struct runlog *l, const char *stage, uint64_t step);
void runlog_validation(struct runlog *l, const char *stage, uint64_t step,
                       uint64_t tokens, double loss, double right);

#endif
