/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/expert_grid.h"

#include <math.h>

#include "base/i18n.h"
#include "ui/expert_heat.h"
#include "ui/parts.h"

#define CELL "\xE2\x96\xA0"        /* black square: a gap on each side */
#define CELL_FULL "\xE2\x96\x88"   /* without the gap: looks brighter */
#define CELL_UNKNOWN "\xC2\xB7"
#define TIMES "\xC3\x97"

struct expert_grid expert_grid_for(uint32_t n_experts, uint32_t last_layer,
                                   int width)
{
    struct expert_grid g = {.label = last_layer < 10    ? 3
                                     : last_layer < 100 ? 4
                                                        : 5};
    int room = width - g.label;
    uint32_t columns = room < 1 ? 1 : (uint32_t)room;
    g.per_cell = (n_experts + columns - 1) / columns;
    g.cells = (n_experts + g.per_cell - 1) / g.per_cell;
    g.cell_width = g.cells * 2 <= columns ? 2 : 1;
    return g;
}

void expert_grid_numbers(struct expert_grid g, struct canvas *c, int x, int y,
                         int right)
{
    for (uint32_t cell = 0; cell < g.cells; cell += 8) {
        struct parts line =
            parts_on(c, x + g.label + (int)cell * g.cell_width, y, right);
        parts_printf(&line, style_of(STYLE_DIM), "%u",
                     (unsigned)(cell * g.per_cell));
    }
}

void expert_grid_row(struct expert_grid g, const char *name, uint32_t layer,
                     struct canvas *c, struct rect row, expert_cell_fn cell,
                     const void *arg)
{
    canvas_puts(c, row.x, row.y, g.label, name, style_of(STYLE_DIM));
    for (uint32_t i = 0; i < g.cells; i++) {
        int x = row.x + g.label + (int)i * g.cell_width;
        struct expert_cell look = cell(arg, layer, i * g.per_cell, g.per_cell);
        if (look.unknown) {
            canvas_puts(c, x, row.y, 1, CELL_UNKNOWN, look.style);
            continue;
        }
        for (int k = 0; k < g.cell_width; k++)
            canvas_puts(c, x + k, row.y, 1,
                        look.full || g.cell_width > 1 ? CELL_FULL : CELL,
                        look.style);
    }
}

void expert_grid_scale(struct canvas *c, int x, int y, int right)
{
    struct parts line = parts_on(c, x, y, right);
    parts_add(&line, c->ascii ? "1/4x " : "\xC2\xBC" TIMES " ",
              style_of(STYLE_DIM));
    if (!parts_room(&line, HEAT_LEVELS + 3))
        return;
    for (int i = 0; i < HEAT_LEVELS; i++)
        parts_add(&line, CELL, style_of((enum style_role)(STYLE_HEAT0 + i)));
    parts_add(&line, " 4" TIMES, style_of(STYLE_DIM));
    parts_add(&line, _(" of an even share"), style_of(STYLE_DIM));
}

enum style_role expert_grid_heat(float rate)
{
    if (!(rate > 0))
        return STYLE_HEAT0;
    int level = 4 + (int)lroundf(1.5f * log2f(rate));
    level = level < 1 ? 1 : level > HEAT_LEVELS - 1 ? HEAT_LEVELS - 1 : level;
    return (enum style_role)(STYLE_HEAT0 + level);
}
