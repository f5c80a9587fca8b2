/* sparkline.h - the latest values of one figure, as a row of small bars. */
#ifndef UI_SPARKLINE_H
#define UI_SPARKLINE_H

#include "ui/canvas.h"

#define SPARK_MAX 128

struct sparkline {
    float values[SPARK_MAX]; /* a ring */
    unsigned n;              /* ever added */
};

void sparkline_add(struct sparkline *s, float value);
/* The latest `columns` values, newest at the right, the largest of them full
 * height. Places without a value yet stay blank. */
void sparkline_draw(const struct sparkline *s, struct canvas *c, int x, int y,
                    int columns, struct style style);
/* One bar: level 0 (lowest) to 7. */
const char *sparkline_bar(int level);

#endif
