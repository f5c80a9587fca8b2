/* chart.h - lines over a common axis, and bars side by side, as SVG.
 *
 * Enough for learning curves: a frame, round marks on both axes, a line and a
 * name for each series. Text, so that figures can be kept and compared. */
#ifndef TRAIN_CHART_H
#define TRAIN_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct series {
    const char *name;   /* borrowed */
    double *x, *y;      /* [n]; owned; x rises */
    size_t n, cap;
};

/* A point; not finite ones are left out. */
void series_add(struct series *s, double x, double y);
void series_clear(struct series *s);

struct chart {
    const char *title, *x_name, *y_name;
    const struct series *series;
    size_t n_series;
    bool from_zero;     /* the y axis begins at 0 */
};

/* Long series are drawn as means of a few hundred stretches. Nothing to draw:
 * false, and `out` is as it was. */
bool chart_svg(const struct chart *c, struct buf *out);

/* --- bars ----------------------------------------------------------------- */

enum { BARS_SERIES = 2 };

struct bar {
    const char *name;
    double value[BARS_SERIES]; /* 0 to 1; NaN: none */
};

struct bars {
    const char *title, *x_name;
    const char *names[BARS_SERIES]; /* of the series; NULL: only one */
    const struct bar *bars;         /* from above downwards */
    size_t n;
};

/* No bars: false. */
bool bars_svg(const struct bars *b, struct buf *out);

#endif
