/* SPDX-License-Identifier: Apache-2.0 */
#include "train/schedule.h"

#include <math.h>

/* How far `at` is between from and to, 0 to 1. */
static double part(uint64_t at, uint64_t from, uint64_t to)
{
    if (at <= from)
        return 0;
    return at >= to ? 1 : (double)(at - from) / (double)(to - from);
}

bool schedule_in_decay(const struct schedule *s, uint64_t tokens)
{
    return s->kind == SCHEDULE_WSD && tokens >= s->decay_from;
}

double schedule_rate(const struct schedule *s, uint64_t tokens)
{
    const double pi = 3.14159265358979323846;
    if (tokens < s->warmup) /* never 0: the first step should move */
        return s->peak * (0.01 + 0.99 * part(tokens, 0, s->warmup));
    switch (s->kind) {
    case SCHEDULE_WSD:
        return s->peak + (s->final - s->peak) *
                             part(tokens, s->decay_from, s->total);
    case SCHEDULE_COSINE:
        return s->final + (s->peak - s->final) * 0.5 *
                              (1 + cos(pi * part(tokens, s->warmup, s->total)));
    case SCHEDULE_CONSTANT:
        break;
    }
    return s->peak;
}

bool schedule_kind_parse(struct str name, enum schedule_kind *kind)
{
    static const char *const names[] = {"wsd", "cosine", "constant"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_is(name, names[i])) {
            *kind = (enum schedule_kind)i;
            return true;
        }
    }
    return false;
}
