/* figure.h - figures with their units (ui/units.h), short enough to stand in the
 * middle of a sentence: buf_printf(out, "%s tokens", count(n).s). For the texts of
 * this folder. */
#ifndef CMD_FIGURE_H
#define CMD_FIGURE_H

#include "ui/units.h"

struct figure {
    char s[UNITS_MAX];
};

static inline struct figure bytes(uint64_t n)
{
    struct figure f;
    units_bytes(f.s, n);
    return f;
}

static inline struct figure count(uint64_t n)
{
    struct figure f;
    units_count(f.s, n);
    return f;
}

static inline struct figure params(uint64_t n)
{
    struct figure f;
    units_params(f.s, n);
    return f;
}

static inline struct figure rate(double per_s)
{
    struct figure f;
    units_rate(f.s, per_s);
    return f;
}

#endif
