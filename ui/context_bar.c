/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/context_bar.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "chat/telemetry.h"
#include "ui/context_map.h"
#include "ui/parts.h"

#define BAR "\xE2\x94\x81"   /* heavy line */
#define TURN "\xE2\x94\xBF"  /* the same, crossed: a question begins */
#define FREE "\xE2\x94\x80"  /* light line */

enum { LABEL_X = 3, BAR_X = 10, FIGURE = 8 };

/* A mark where one of the questions begins within these tokens. */
static bool turn_begins(const struct telemetry *t, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < t->n_turns && i < TELEMETRY_TURNS; i++)
        if (t->turn_begins[i] >= from && t->turn_begins[i] < to)
            return true;
    return false;
}

static enum style_role role_of(enum context_kind kind)
{
    return kind == CONTEXT_THOUGHT  ? STYLE_THOUGHT_BAR
           : kind == CONTEXT_ANSWER ? STYLE_ACCENT
                                    : STYLE_SECONDARY;
}

static void draw_cell(const struct context_map *m, const struct telemetry *t,
                      struct canvas *c, int x, int y, uint32_t from,
                      uint32_t to)
{
    uint32_t used = context_map_used(m);
    used = used > t->context_used ? t->context_used : used;
    if (from >= used) {
        canvas_puts(c, x, y, 1, FREE, style_of(STYLE_RULE));
        return;
    }
    uint32_t middle = from + (to - from) / 2;
    enum context_kind kind = context_map_at(m, middle < used ? middle : from);
    canvas_puts(c, x, y, 1, turn_begins(t, from, to) ? TURN : BAR,
                style_of(role_of(kind)));
}

void context_bar_draw(const struct context_map *m, const struct telemetry *t,
                      struct canvas *c, struct rect row)
{
    int columns = row.width - BAR_X - FIGURE - 1;
    uint32_t max = t->context_max;
    char s[16];
    if (max == 0)
        return;
    canvas_puts(c, row.x + LABEL_X, row.y, BAR_X - LABEL_X - 1, _("filled"),
                style_of(STYLE_SECONDARY));
    for (int i = 0; i < columns; i++) {
        uint32_t from = (uint32_t)((uint64_t)max * (unsigned)i / (unsigned)columns);
        uint32_t to = (uint32_t)((uint64_t)max * (unsigned)(i + 1) /
                                 (unsigned)columns);
        draw_cell(m, t, c, row.x + BAR_X + i, row.y, from, to > from ? to : from + 1);
    }
    unsigned percent = (unsigned)(100.0 * t->context_used / max + 0.5);
    snprintf(s, sizeof s, "%u %%", percent);
    if (row.width >= BAR_X + FIGURE)
        canvas_right(c, row.x + row.width - FIGURE, row.y, FIGURE, s,
                     style_of(percent >= 80 ? STYLE_LOOK : STYLE_SECONDARY));
}
