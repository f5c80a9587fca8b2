/* history_brief.h - a run's log in brief: small enough to be kept beside the model
 * when the machine that trained it is gone.
 *
 * A line for every BRIEF_STEPS steps of the stages that read documents: means of
 * their losses and of MaxVio, sum of their seconds; every validation as it was.
 * Steps and tokens are those of all goes. Laid into the folder of a run that begins
 * with the model as before.jsonl, history_read goes on from it. */
#ifndef TRAIN_HISTORY_BRIEF_H
#define TRAIN_HISTORY_BRIEF_H

#include "base/buf.h"
#include "train/history.h"

enum { BRIEF_STEPS = 40, BRIEF_SUMS = 5 };

struct history_brief {
    struct buf lines;          /* owned; the file */
    struct history_stage last; /* as of the lines that are summed up */
    double sums[BRIEF_SUMS], seconds;
    uint64_t n, from;          /* steps summed up; tokens before them */
};

/* For each line of history_read, in order. */
void history_brief_take(struct history_brief *b, const struct history_stage *s,
                        const json_t *line);
/* The last, incomplete group. */
void history_brief_end(struct history_brief *b);
void history_brief_clear(struct history_brief *b);

#endif
