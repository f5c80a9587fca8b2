/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/sparkline.h"

void sparkline_add(struct sparkline *s, float value)
{
    s->values[s->n++ % SPARK_MAX] = value > 0 ? value : 0; /* NaN too */
}

const char *sparkline_bar(int level)
{
    static const char *const bars[] = {
        "\xE2\x96\x81", "\xE2\x96\x82", "\xE2\x96\x83", "\xE2\x96\x84",
        "\xE2\x96\x85", "\xE2\x96\x86", "\xE2\x96\x87", "\xE2\x96\x88",
    };
    return bars[level < 0 ? 0 : level > 7 ? 7 : level];
}

void sparkline_draw(const struct sparkline *s, struct canvas *c, int x, int y,
                    int columns, struct style style)
{
    unsigned n = s->n < SPARK_MAX ? s->n : SPARK_MAX;
    if (columns < 0)
        return;
    if (n > (unsigned)columns)
        n = (unsigned)columns;
    float most = 0;
    for (unsigned i = 1; i <= n; i++) {
        float v = s->values[(s->n - i) % SPARK_MAX];
        most = v > most ? v : most;
    }
    for (unsigned i = 1; i <= n; i++) {
        float v = s->values[(s->n - i) % SPARK_MAX];
        int level = most > 0 ? (int)(v / most * 7.0f + 0.5f) : 0;
        canvas_puts(c, x + columns - (int)i, y, 1, sparkline_bar(level), style);
    }
}
