/* trace.h - writing a thought: lines, the words between them, slips.
 *
 * The first line names the task and restates what is asked in one canonical form
 * ("add: 347+58"), however it was told: so understanding and computing are learned
 * apart, and an error shows where it is. Then one step a line, each a small
 * look-up or a copy.
 *
 * One of ten long thoughts holds a slip: a step with a wrong result, whose bytes
 * carry no loss, and behind it the same step again, led in by "wait". */
#ifndef TRAIN_GEN_TRACE_H
#define TRAIN_GEN_TRACE_H

#include "train/gen/gen.h"

struct trace {
    struct gen_ctx *ctx;
    struct problem *p;
    unsigned n_steps;  /* written so far */
    unsigned slip_at;  /* the step that goes wrong; UINT_MAX: none */
    int64_t with;      /* what the tail of a step compares with, if anything */
};

/* Clears the problem and says whose it is. The label is its name in a thought. */
struct trace trace_begin(struct gen_ctx *ctx, struct problem *p,
                         const char *task, uint64_t key);
/* Allow one slip among the first n steps, in one case of ten, in training. */
void trace_may_slip(struct trace *t, unsigned n);

/* A new line. */
void trace_line(struct trace *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* More of the same line. */
void trace_more(struct trace *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* en or zh, by the problem's language. */
const char *trace_word(const struct trace *t, const char *en, const char *zh);

/* A step "left=value" and what follows from the value, told by `tail` (may be
 * NULL). `separator` goes before it: "\n" or "; ". */
typedef void trace_tail(const struct trace *t, struct buf *out, int64_t value);
void trace_step(struct trace *t, const char *separator, const char *left,
                int64_t value, trace_tail *tail);

#endif
