/* live.h - a training run watched on the full screen.
 *
 * The run has a thread of its own; the screen belongs to the caller's. q, Ctrl-C
 * and a signal that asks to end let it save and leave; Ctrl-Z stops it, screen and
 * training alike. However it ends, the terminal is as it was, and what happened
 * stands below on standard error. */
#ifndef TRAIN_CMD_LIVE_H
#define TRAIN_CMD_LIVE_H

#include <signal.h>
#include <stdbool.h>

#include "train/trainer.h"

struct err;

/* Whether there is a terminal for it. */
bool live_possible(void);

/* As trainer_run, which must not be told of a screen or a stop of its own.
 * *signal: the one that ended it, 0 for none or a key. */
bool live_run(const struct trainer_options *o, enum trainer_end *end, int *signal,
              struct err *err);

#endif
