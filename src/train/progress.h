/* progress.h - how a run stands, on one line.
 *
 *   sft 1420  34 %  loss 0.083  mtp 0.31  2,140 tok/s  61 GF/s  MaxVio 0.40
 *   |g| 0.60  eta 1h12
 *
 * On a terminal the line is rewritten, at most four times a second; else a line
 * is written now and then, and when a stage begins or ends. With a sink nothing is
 * written. */
#ifndef TRAIN_PROGRESS_H
#define TRAIN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct net_report;
struct params;
struct progress_step;

/* Somebody else who shows it. All calls come from the thread of the run. */
struct progress_sink {
    void (*step)(void *arg, const struct progress_step *s,
                 const struct net_report *r); /* every one of them */
    /* kept: it happened; else what the run is at, good until the next. */
    void (*line)(void *arg, const char *text, bool kept);
    void *arg;
};

struct progress {
    const struct progress_sink *sink; /* borrowed; NULL: the lines below */
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
    double grad_norm, seconds, lr;
    const struct params *params;
    double tok_s, gflops; /* smoothed; filled in on the way to a sink */
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
