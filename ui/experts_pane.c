/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/expert_heat.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define CELL "\xE2\x96\xA0"        /* black square: a gap on each side */
#define CELL_FULL "\xE2\x96\x88"   /* without the gap: looks brighter */
#define CELL_UNKNOWN "\xC2\xB7"
#define TIMES "\xC3\x97"
#define DOT " \xC2\xB7 "
#define HEADING_COLUMNS 41 /* "experts  last 64 tokens . 4 of 32 a layer" */
#define AROUND_ROWS 3 /* heading, numbers of the experts, scale */

struct experts_pane {
    struct pane pane;
    const struct backend_info *info; /* borrowed */
    struct expert_heat heat;
    uint32_t *order;   /* owned; [n_layers] layers shown when rows are few */
    uint32_t tokens;   /* since the order was made */
};

static struct experts_pane *self(struct pane *p)
{
    return (struct experts_pane *)p;
}

/* How experts share the columns of a row. */
struct grid {
    int label;         /* columns of "L12 " */
    uint32_t cells;
    uint32_t per_cell; /* experts: the hottest of them is shown */
    int cell_width;    /* 1 or 2 columns */
};

static struct grid grid_for(const struct experts_pane *p, int width)
{
    uint32_t last = p->info->first_moe_layer + p->heat.n_layers - 1;
    struct grid g = {.label = last < 10 ? 3 : last < 100 ? 4 : 5};
    int room = width - g.label;
    uint32_t columns = room < 1 ? 1 : (uint32_t)room;
    g.per_cell = (p->heat.n_experts + columns - 1) / columns;
    g.cells = (p->heat.n_experts + g.per_cell - 1) / g.per_cell;
    g.cell_width = g.cells * 2 <= columns ? 2 : 1;
    return g;
}

/* --- a model without experts ------------------------------------------------- */

static void dense_sentence(const struct backend_info *info, struct buf *out)
{
    char n[UNITS_MAX], bytes[UNITS_MAX];
    buf_printf(out, "Every token goes through all %s parameters in %u layers",
               units_params(n, info->n_params), (unsigned)info->n_layers);
    if (info->file_bytes)
        buf_printf(out, ", %s of weights",
                   units_bytes(bytes, info->file_bytes));
    buf_puts(out, ".");
}

#define DENSE_INDENT 3

/* Draws the sentence below the heading, or only counts its rows (c NULL). */
static int dense_rows(struct experts_pane *p, struct canvas *c,
                      struct rect area)
{
    struct buf b = {0};
    int rows = 0, columns = area.width - DENSE_INDENT;
    dense_sentence(p->info, &b);
    for (size_t from = 0, len; from < b.len; rows++) {
        size_t next = wrap_next(buf_str(&b), from, columns < 1 ? 1 : columns, &len);
        if (c && 1 + rows < area.height)
            canvas_text(c, area.x + DENSE_INDENT, area.y + 1 + rows, columns,
                        str_n(b.p + from, len), style_of(STYLE_SECONDARY));
        from = next;
    }
    buf_clear(&b);
    return rows;
}

static void draw_dense(struct experts_pane *p, struct canvas *c,
                       struct rect area)
{
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, "experts", style_of(STYLE_HEADING));
    parts_add(&line, "  no experts in this model", style_of(STYLE_DIM));
    dense_rows(p, c, area);
}

/* --- the map ----------------------------------------------------------------- */

static void draw_heading(struct experts_pane *p, struct canvas *c,
                         struct rect area, uint32_t rows)
{
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, "experts", style_of(STYLE_HEADING));
    parts_printf(&line, style_of(STYLE_DIM), "  last %d tokens", HEAT_WINDOW);
    parts_printf(&line, style_of(STYLE_DIM),
                 area.width >= HEADING_COLUMNS ? DOT "%u of %u" : DOT "%u/%u",
                 (unsigned)p->heat.n_used, (unsigned)p->heat.n_experts);
    if (rows < p->heat.n_layers)
        parts_printf(&line, style_of(STYLE_DIM), ", %u/%u layers",
                     (unsigned)rows, (unsigned)p->heat.n_layers);
    else
        parts_add(&line, " a layer", style_of(STYLE_DIM));
}

/* Expert numbers over every eighth cell. */
static void draw_numbers(struct grid g, struct canvas *c, struct rect area)
{
    for (uint32_t cell = 0; cell < g.cells; cell += 8) {
        int x = area.x + g.label + (int)cell * g.cell_width;
        struct parts line = parts_on(c, x, area.y + 1, area.x + area.width);
        parts_printf(&line, style_of(STYLE_DIM), "%u",
                     (unsigned)(cell * g.per_cell));
    }
}

static void draw_layer(const struct experts_pane *p, struct grid g,
                       uint32_t layer, struct canvas *c, struct rect row)
{
    canvas_printf(c, row.x, row.y, g.label, style_of(STYLE_DIM), "L%u",
                  (unsigned)(p->info->first_moe_layer + layer));
    for (uint32_t cell = 0; cell < g.cells; cell++) {
        int x = row.x + g.label + (int)cell * g.cell_width;
        uint32_t first = cell * g.per_cell;
        if (p->heat.tokens <= 0) { /* nothing known is not nothing chosen */
            canvas_puts(c, x, row.y, 1, CELL_UNKNOWN, style_of(STYLE_DIM));
            continue;
        }
        int level = expert_heat_level(&p->heat, layer, first, g.per_cell);
        bool now = expert_heat_now(&p->heat, layer, first, g.per_cell);
        struct style style = style_of((enum style_role)(STYLE_HEAT0 + level));
        style.flags = now ? STYLE_BOLD : 0;
        for (int i = 0; i < g.cell_width; i++)
            canvas_puts(c, x + i, row.y, 1,
                        now || g.cell_width > 1 ? CELL_FULL : CELL, style);
    }
}

static void draw_scale(struct grid g, struct canvas *c, struct rect area, int y)
{
    struct parts line = parts_on(c, area.x + g.label, y, area.x + area.width);
    parts_add(&line, "\xC2\xBC" TIMES " ", style_of(STYLE_DIM));
    if (!parts_room(&line, HEAT_LEVELS + 3))
        return;
    for (int i = 0; i < HEAT_LEVELS; i++)
        parts_add(&line, CELL, style_of((enum style_role)(STYLE_HEAT0 + i)));
    parts_add(&line, " 4" TIMES, style_of(STYLE_DIM));
    parts_add(&line, " of an even share", style_of(STYLE_DIM));
}

/* --- which layers, when not all fit ------------------------------------------ */

/* The most uneven ones: there is something to see. */
static void choose_layers(struct experts_pane *p)
{
    uint32_t n = p->heat.n_layers;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = i;
        float mine = expert_heat_unevenness(&p->heat, i);
        while (at > 0 && expert_heat_unevenness(&p->heat, p->order[at - 1]) < mine) {
            p->order[at] = p->order[at - 1];
            at--;
        }
        p->order[at] = i;
    }
}

static bool is_among_first(const struct experts_pane *p, uint32_t layer,
                           uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++)
        if (p->order[i] == layer)
            return true;
    return false;
}

static void draw_map(struct experts_pane *p, struct canvas *c, struct rect area)
{
    struct grid g = grid_for(p, area.width);
    uint32_t room = area.height > AROUND_ROWS
                        ? (uint32_t)(area.height - AROUND_ROWS) : 0;
    uint32_t rows = room < p->heat.n_layers ? room : p->heat.n_layers;
    draw_heading(p, c, area, rows);
    if (rows == 0)
        return;
    draw_numbers(g, c, area);
    int y = area.y + 2;
    for (uint32_t layer = 0; layer < p->heat.n_layers; layer++)
        if (is_among_first(p, layer, rows))
            draw_layer(p, g, layer, c, (struct rect){area.x, y++, area.width, 1});
    draw_scale(g, c, area, y);
}

/* --- the pane ---------------------------------------------------------------- */

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    struct experts_pane *p = self(pane);
    if (p->heat.n_layers) {
        *min_rows = AROUND_ROWS + 1;
        *want_rows = AROUND_ROWS + (int)p->heat.n_layers;
        return;
    }
    *min_rows = 1;
    *want_rows = 1 + dense_rows(p, NULL, (struct rect){0, 0, width, 0});
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct experts_pane *p = self(pane);
    (void)focused;
    pane->dirty = false;
    if (p->heat.n_layers)
        draw_map(p, c, area);
    else
        draw_dense(p, c, area);
}

static void event(struct pane *pane, const struct event *ev)
{
    struct experts_pane *p = self(pane);
    if (ev->kind != EVENT_TOKEN || !expert_heat_token(&p->heat, &ev->token))
        return;
    pane->dirty = true;
    /* Not at every token: rows that change places cannot be read. */
    if (p->tokens++ % HEAT_WINDOW == 0)
        choose_layers(p);
}

static void experts_pane_free(struct pane *pane)
{
    struct experts_pane *p = self(pane);
    expert_heat_clear(&p->heat);
    mem_free(p->order);
    mem_free(p);
}

static const struct pane_ops ops = {
    .name = "experts",
    .measure = measure,
    .draw = draw,
    .event = event,
    .free = experts_pane_free,
};

struct pane *experts_pane_new(const struct backend_info *info)
{
    struct experts_pane *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    p->info = info;
    expert_heat_init(&p->heat, info);
    p->order = mem_array(p->heat.n_layers, sizeof *p->order);
    for (uint32_t i = 0; i < p->heat.n_layers; i++)
        p->order[i] = i;
    return &p->pane;
}
