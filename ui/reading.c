/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/reading.h"

#include <stdio.h>

#include "base/i18n.h"
#include "chat/event.h"
#include "chat/telemetry.h"
#include "ui/units.h"

void reading_event(struct reading *r, const struct event *ev)
{
    if (ev->kind == EVENT_NOTICE)
        return;
    if (ev->kind != EVENT_PREFILL || ev->prefill.done >= ev->prefill.total) {
        *r = (struct reading){0};
        return;
    }
    if (r->total == 0)
        r->first = ev->prefill.done;
    r->done = ev->prefill.done;
    r->total = ev->prefill.total;
}

double reading_left_ms(const struct reading *r, const struct telemetry *now)
{
    if (r->done <= r->first || !(now->prompt_tok_s > 0))
        return 0;
    return 1000.0 * (r->total - r->done) / now->prompt_tok_s;
}

bool reading_is_long(const struct reading *r, const struct telemetry *now)
{
    enum { LONG_MS = 3000 };
    return reading_left_ms(r, now) >= LONG_MS;
}

const char *reading_text(const struct reading *r, const struct telemetry *now,
                         char out[READING_MAX])
{
    char done[UNITS_MAX], all[UNITS_MAX], time[UNITS_MAX];
    double left = reading_left_ms(r, now);
    units_count(done, r->done);
    units_count(all, r->total);
    if (left < 1000)
        snprintf(out, READING_MAX, _("%s of %s tokens"), done, all);
    else
        snprintf(out, READING_MAX, _("%s of %s tokens, %s left"), done, all,
                 units_time(time, left));
    return out;
}
