/* schedule.h - how the learning rate goes, over the tokens of a stage.
 *
 *   warm-up, stable, decay:  0 -> peak, peak, from decay_from on down to final
 *   cosine:                  0 -> peak, then half a cosine down to final
 *   constant:                0 -> peak, peak
 *
 * The stable part of the first may end at any moment: put decay_from there. */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum schedule_kind { SCHEDULE_WSD, SCHEDULE_COSINE, SCHEDULE_CONSTANT };

struct schedule {
    enum schedule_kind kind;
    double peak, final;
    uint64_t warmup;      /* tokens */
    uint64_t decay_from;  /* tokens; WSD only */
    uint64_t total;       /* tokens */
};

double schedule_rate(const struct schedule *s, uint64_t tokens);
bool schedule_in_decay(const struct schedule *s, uint64_t tokens);

/* "wsd", "cosine", "constant". */
bool schedule_kind_parse(struct str name, enum schedule_kind *kind);

#endif
