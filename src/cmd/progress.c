/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "ui/units.h"

enum { BAR = 30, LINE = 70, EVERY_NS = 100000000, LINES = 10 };

struct progress progress_begin(uint64_t total, bool silent)
{
    struct progress p = {.total = total ? total : 1, .silent = silent};
    p.terminal = isatty(STDERR_FILENO);
    p.next = p.terminal ? 0 : p.total / LINES;
    return p;
}

static void draw_bar(const struct progress *p, uint64_t done)
{
    char bar[BAR + 1], at[UNITS_MAX], all[UNITS_MAX];
    double part = (double)done / (double)p->total;
    for (int i = 0; i < BAR; i++)
        bar[i] = i < (int)(part * BAR) ? '#' : '.';
    bar[BAR] = '\0';
    fprintf(stderr, "\r[%s] %3d %%  %s of %s  ", bar, (int)(part * 100),
            units_bytes(at, done), units_bytes(all, p->total));
    fflush(stderr);
}

void progress_at(struct progress *p, uint64_t done)
{
    if (p->silent)
        return;
    if (p->terminal) {
        uint64_t now = clock_ns();
        if (now >= p->next) {
            draw_bar(p, done);
            p->next = now + EVERY_NS;
        }
    } else if (done >= p->next) {
        char all[UNITS_MAX];
        int tenths = (int)((double)done / (double)p->total * LINES);
        fprintf(stderr, "%d %% of %s\n", tenths * 100 / LINES,
                units_bytes(all, p->total));
        p->next = (uint64_t)((double)p->total * (tenths + 1) / LINES);
    }
}

void progress_end(struct progress *p)
{
    if (!p->silent && p->terminal)
        fprintf(stderr, "\r%*s\r", LINE, "");
}
