/* history.h - what the log of a run tells, stage by stage. */
#ifndef TRAIN_HISTORY_H
#define TRAIN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct err;

enum { HISTORY_STAGES = 8 };

struct history_stage {
    char name[16];
    uint64_t steps, tokens; /* both of all goes */
    uint64_t steps_before, tokens_before; /* of these in before.jsonl */
    double seconds;         /* of computing */
    double held_out;        /* last validation loss; 0: none */
    double vio;             /* last MaxVio, mean of the layers */
    double mtp_right;       /* mean over its last steps: what the MTP block would
                               have guessed right; 0: not told */
    double begins;          /* million tokens of the stages before */
};

struct history {
    struct history_stage stages[HISTORY_STAGES];
    size_t n;
};

/* Every line, in order, with its stage as of then. */
typedef void (*history_line_fn)(void *arg, const struct history_stage *s,
                                const json_t *line);

/* dir/log.jsonl; tell may be NULL. Where there is a dir/before.jsonl, the brief log
 * of the goes that made the weights this run began with (history_brief.h), it is read
 * first, and a stage that is in both goes on where it was. A line that is none of ours (a power cut, a
 * visitor) is passed over; a log without any is ERR_FORMAT. */
bool history_read(struct history *h, const char *dir, history_line_fn tell,
                  void *arg, struct err *err);
/* NULL: it has not been. */
const struct history_stage *history_find(const struct history *h,
                                         const char *stage);

/* A number of a line; of a list of numbers its mean. "measure:TASK": the share of
 * a task's exercises that was right in a measurement, all its levels together.
 * False: the line does not tell it. */
bool history_number(const json_t *line, const char *key, double *out);

#endif
