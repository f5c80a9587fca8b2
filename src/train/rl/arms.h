/* arms.h - which exercises are worth answering again.
 *
 * A group of answers that are all right or all wrong teaches nothing. Every kind
 * of exercise of the mixture is an arm; what the model is right on 20 to 80 times
 * of 100 is drawn in full, what lies outside seldom, and since levels are arms of
 * their own, the level follows the pass rate. The rates are measured now and then
 * and stand still between: a draw is a pure function of the last measurement. */
#ifndef TRAIN_RL_ARMS_H
#define TRAIN_RL_ARMS_H

#include "base/rng.h"
#include "train/rl/measure.h"

struct stage_recipe;

struct arm {
    struct quiz_kind kind;
    double pass;         /* share that was right */
    double weight;       /* of being drawn; sums to 1 over the arms */
};

struct arms {
    struct arm *arms;    /* owned */
    size_t n;
    unsigned open;       /* of them within 20 to 80 % */
};

/* The kinds that were measured. Row shares of the mixture count as well, times
 * what the plan favours a task by. The Zero arm begins with nothing right: there
 * all are drawn in full, or the first that is answered would be all that is asked. */
void arms_set(struct arms *a, const struct measure *m,
              const struct stage_recipe *plan);
void arms_clear(struct arms *a);
const struct arm *arms_draw(const struct arms *a, struct rng *r);

#endif
