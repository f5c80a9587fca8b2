/* progress.h - how a run stands, on one line.
 *
 *   sft 1420  34 %  loss 0.083  mtp 0.31  2,140 tok/s  61 GF/s  MaxVio 0.40
 *   |g| 0.60  eta 1h12
 *
 * On a terminal the line is rewritten, at most four times a second; else a line
 * is written now and then, and when a stage begins or ends. */
#ifndef TRAIN_PROGRESS_H
#define TRAIN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct net_report;

struct progress {
    FILE *out;         /* borrowed; NULL: silent */
    bool terminal;
    bool open;         /* a line is written that is not ended */
    double next_ms;    /* when to write again */
    double tok_s;      /* smoothed, like gflops */
    double gflops;
};

void progress_init(struct progress *p, FILE *out, bool plain);

struct progress_step {
    const char *stage;
    uint64_t step, tokens, total;
    double grad_norm, seconds;
};
void progress_step(struct progress *p, const struct progress_step *s,
                   const struct net_report *r);
/* A line of its own, ended. */
void progress_say(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* One that is rewritten: what takes long besides steps. */
void progress_note(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void progress_end(struct progress *p); /* ends the line that is open */

#endif
