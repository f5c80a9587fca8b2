/* measure_log.h - measurements in the log of a run, written and found again.
 *
 * A line holds ,"measure":[["add",0,"en",8,7.0,8,8,312], ...]: task, level,
 * language, asked, right, well formed, ended, bytes of thoughts. What a run that
 * goes on needs of the past stands there: the log is cut at the step it goes on
 * from. */
#ifndef TRAIN_RL_MEASURE_LOG_H
#define TRAIN_RL_MEASURE_LOG_H

#include "train/rl/measure.h"

/* The field, to be added to a line that is open. */
void measure_log_put(FILE *out, const struct measure *m);

/* The last measurement of `stage` in the log at `path`, and its step. *found false
 * where there is none, or none of kinds that the mixture still has. */
bool measure_log_last(struct measure *m, const struct mixture *mixture,
                      const char *path, const char *stage, uint64_t *step,
                      bool *found, struct err *err);

#endif
