/* measure.h - how often the model in training is right, kind by kind.
 *
 * Every kind of exercise of the mixture (task, level, language) is asked the same
 * number of times, greedily, thousands side by side. */
#ifndef TRAIN_RL_MEASURE_H
#define TRAIN_RL_MEASURE_H

#include <stdio.h>

#include "train/rl/quiz.h"

struct measure_kind {
    struct quiz_kind kind;
    uint32_t n;           /* asked */
    double right;         /* sum of the checks, 0 .. n */
    uint32_t formed, ended;
    uint64_t think_bytes;
};

struct measure {
    struct measure_kind *kinds; /* owned; those of which there are exercises */
    size_t n;
};

struct measure_options {
    enum split split;
    uint32_t per_kind;
    uint64_t seed;
    uint32_t max_new;
    const volatile sig_atomic_t *stop;
    FILE *samples;        /* a wrong answer of each kind is written there; or NULL */
};

/* Fills m, which it clears first. */
bool measure_run(struct measure *m, struct quiz *q, const struct mixture *mixture,
                 struct rollout_room *room, struct pool *pool,
                 const struct params *params, const struct measure_options *o,
                 struct err *err);
void measure_clear(struct measure *m);

/* Mean over tasks of the share that is right: a task counts once, however many
 * levels it has. Without `but` (a task's name, or NULL). */
double measure_macro(const struct measure *m, const char *but);
double measure_formed(const struct measure *m); /* share of the answers */
double measure_think(const struct measure *m);  /* mean bytes of a thought */

#endif
