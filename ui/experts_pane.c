/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/expert_grid.h"
#include "ui/expert_heat.h"
#include "ui/experts_view.h"
#include "ui/glass.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define HEADING_COLUMNS 41 /* "experts  last 64 tokens . 4 of 32 a layer" */
#define AROUND_ROWS 3 /* heading, numbers of the experts, scale */

struct experts_pane {
    struct pane pane;
    const struct backend_info *info; /* borrowed */
    struct glass *glass;             /* borrowed, or NULL: the live map alone */
    struct expert_heat heat;
    uint32_t *order;   /* owned; [n_layers] layers shown when rows are few */
    uint32_t tokens;   /* since the order was made */
};

static struct experts_pane *self(struct pane *p)
{
    return (struct experts_pane *)p;
}

static struct expert_grid grid_for(const struct experts_pane *p, int width)
{
    return expert_grid_for(p->heat.n_experts,
                           p->info->first_moe_layer + p->heat.n_layers - 1,
                           width);
}

/* --- a model without experts ---------------------------------------------- */

static void dense_sentence(const struct backend_info *info, struct buf *out)
{
    char n[UNITS_MAX], bytes[UNITS_MAX];
    buf_printf(out, _("Every token goes through all %s parameters in %u layers"),
               units_params(n, info->n_params), (unsigned)info->n_layers);
    if (info->file_bytes)
        buf_printf(out, _(", %s of weights"),
                   units_bytes(bytes, info->file_bytes));
    buf_puts(out, ".");
}

#define DENSE_INDENT 3
#define DOUBT_X 8    /* columns of "thought" and "answer" */

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

/* What there is to see of any model: how sure it is of its words. */
static void draw_doubt(const struct doubt *d, const char *part,
                       struct canvas *c, struct rect row)
{
    struct parts line = parts_on(c, row.x + DENSE_INDENT, row.y,
                                 row.x + row.width);
    parts_printf(&line, style_of(STYLE_SECONDARY), "%s%*s", part,
                 DOUBT_X - text_columns(str_of(part)), "");
    if (d->tokens == 0) {
        parts_add(&line, "\xC2\xB7\xC2\xB7\xC2\xB7", style_of(STYLE_DIM));
        return;
    }
    parts_printf(&line, style_of(STYLE_SECONDARY), "p %.2f",
                 d->p / d->tokens);
    parts_printf(&line, style_of(STYLE_DIM), _("%s%.2f bit"), DOT,
                 d->entropy / d->tokens);
    parts_printf(&line, style_of(STYLE_DIM), _("%s%u of %u unsure"), DOT,
                 (unsigned)d->unsure, (unsigned)d->tokens);
}

static void draw_dense(struct experts_pane *p, struct canvas *c,
                       struct rect area)
{
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, _("experts"), style_of(STYLE_HEADING));
    parts_add(&line, _("  no experts in this model"), style_of(STYLE_DIM));
    int y = area.y + 1 + dense_rows(p, c, area);
    int end = area.y + area.height;
    if (!p->glass || y + 1 >= end)
        return;
    canvas_puts(c, area.x + DENSE_INDENT, y, area.width - DENSE_INDENT,
                _("its tokens in this turn, on average"), style_of(STYLE_DIM));
    if (p->info->thinks && ++y < end)
        draw_doubt(&p->glass->doubt[PART_THOUGHT], _("thought"), c,
                   (struct rect){area.x, y, area.width, 1});
    if (++y < end)
        draw_doubt(&p->glass->doubt[PART_ANSWER], _("answer"), c,
                   (struct rect){area.x, y, area.width, 1});
}

/* --- the map -------------------------------------------------------------- */

static void draw_heading(struct experts_pane *p, struct canvas *c,
                         struct rect area, uint32_t rows)
{
    char over[48];
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, _("experts"), style_of(STYLE_HEADING));
    parts_printf(&line, style_of(STYLE_DIM), "  %s",
                 experts_view_over(p->glass, over, sizeof over));
    if (p->glass && p->glass->mode != MAP_LIVE)
        return;
    bool wide = area.width >= HEADING_COLUMNS;
    /* First of all that some are missing, where they are. */
    if (rows < p->heat.n_layers)
        parts_printf(&line, style_of(STYLE_DIM),
                     wide ? _("%s%u of %u layers") : _("%s%u/%u layers"), DOT,
                     (unsigned)rows, (unsigned)p->heat.n_layers);
    parts_printf(&line, style_of(STYLE_DIM),
                 wide ? DOT "%u of %u" : DOT "%u/%u",
                 (unsigned)p->heat.n_used, (unsigned)p->heat.n_experts);
    if (rows == p->heat.n_layers)
        parts_add(&line, _(" a layer"), style_of(STYLE_DIM));
}

/* Of the hottest expert of the cell. */
static struct style cell_style(const struct experts_pane *p, uint32_t layer,
                               uint32_t first, uint32_t n)
{
    if (!p->glass || p->glass->mode == MAP_LIVE) {
        int level = expert_heat_level(&p->heat, layer, first, n);
        return style_of((enum style_role)(STYLE_HEAT0 + level));
    }
    return style_of(experts_view_role(p->glass, layer, first, n));
}

static bool is_chosen(const struct experts_pane *p, uint32_t layer,
                      uint32_t first, uint32_t n)
{
    const struct glass *g = p->glass;
    return g && (g->on_grid || g->marking) && layer == g->layer &&
           g->expert >= first && g->expert < first + n;
}

static struct expert_cell cell_of(const void *arg, uint32_t layer,
                                  uint32_t first, uint32_t n)
{
    const struct experts_pane *p = arg;
    if (p->heat.tokens <= 0)
        return (struct expert_cell){style_of(STYLE_DIM), false, true};
    bool now = expert_heat_now(&p->heat, layer, first, n);
    struct style style = cell_style(p, layer, first, n);
    style.flags = now ? STYLE_BOLD : 0;
    if (is_chosen(p, layer, first, n)) {
        style = style_of(STYLE_LOOK);
        style.flags = STYLE_REVERSE;
    }
    return (struct expert_cell){style, now, false};
}

static void draw_layer(const struct experts_pane *p, struct expert_grid g,
                       uint32_t layer, struct canvas *c, struct rect row)
{
    char name[16];
    snprintf(name, sizeof name, "L%u",
             (unsigned)(p->info->first_moe_layer + layer));
    expert_grid_row(g, name, layer, c, row, cell_of, p);
}

static void draw_scale(const struct experts_pane *p, struct expert_grid g,
                       struct canvas *c, struct rect area, int y)
{
    if (p->glass && (p->glass->on_grid || p->glass->marking)) {
        struct buf b = {0};
        experts_view_numbers(p->glass, &b);
        canvas_text(c, area.x, y, area.width, buf_str(&b), style_of(STYLE_LOOK));
        buf_clear(&b);
        return;
    }
    if (p->glass && p->glass->mode == MAP_LEANING) {
        experts_view_leaning_scale(c, area.x + g.label, y,
                                   area.x + area.width);
        return;
    }
    expert_grid_scale(c, area.x + g.label, y, area.x + area.width);
}

/* --- which layers, when not all fit --------------------------------------- */

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

static bool is_shown_by_order(const struct experts_pane *p, uint32_t layer,
                              uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++)
        if (p->order[i] == layer)
            return true;
    return false;
}

static bool is_among_first(const struct experts_pane *p, uint32_t layer,
                           uint32_t rows)
{
    /* Whoever moves in the map must see where. */
    if (p->glass && p->glass->on_grid && layer == p->glass->layer)
        return true;
    if (p->glass && p->glass->on_grid &&
        !is_shown_by_order(p, p->glass->layer, rows))
        rows--;
    return is_shown_by_order(p, layer, rows);
}

static void draw_map(struct experts_pane *p, struct canvas *c, struct rect area)
{
    struct expert_grid g = grid_for(p, area.width);
    uint32_t room = area.height > AROUND_ROWS
                        ? (uint32_t)(area.height - AROUND_ROWS) : 0;
    uint32_t rows = room < p->heat.n_layers ? room : p->heat.n_layers;
    draw_heading(p, c, area, rows);
    if (rows == 0)
        return;
    expert_grid_numbers(g, c, area.x, area.y + 1, area.x + area.width);
    int y = area.y + 2;
    for (uint32_t layer = 0; layer < p->heat.n_layers; layer++)
        if (is_among_first(p, layer, rows))
            draw_layer(p, g, layer, c, (struct rect){area.x, y++, area.width, 1});
    draw_scale(p, g, c, area, y);
}

/* --- the pane ------------------------------------------------------------- */

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    struct experts_pane *p = self(pane);
    if (p->heat.n_layers) {
        bool bars = p->glass && p->glass->mode == MAP_LAYER;
        *min_rows = AROUND_ROWS + 1;
        *want_rows = bars ? 1 + (int)p->heat.n_experts
                          : AROUND_ROWS + (int)p->heat.n_layers;
        return;
    }
    *min_rows = 1;
    *want_rows = 1 + dense_rows(p, NULL, (struct rect){0, 0, width, 0}) +
                 (p->glass ? 3 : 0);
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct experts_pane *p = self(pane);
    (void)focused;
    pane->dirty = false;
    if (p->heat.n_layers == 0)
        draw_dense(p, c, area);
    else if (p->glass && p->glass->mode == MAP_LAYER)
        experts_view_layer(p->glass, c, area);
    else
        draw_map(p, c, area);
}

/* --- moving in it --------------------------------------------------------- */

static void step(uint32_t *at, int by, uint32_t n)
{
    if (by < 0 ? *at > 0 : *at + 1 < n)
        *at += (uint32_t)by;
}

static bool action(struct pane *pane, enum action a)
{
    struct experts_pane *p = self(pane);
    struct glass *g = p->glass;
    if (!g || p->heat.n_layers == 0)
        return false;
    switch (a) {
    case ACTION_LEFT:
    case ACTION_RIGHT:
        step(&g->expert, a == ACTION_LEFT ? -1 : 1, p->heat.n_experts);
        break;
    case ACTION_LINE_UP:
    case ACTION_LINE_DOWN:
        step(&g->layer, a == ACTION_LINE_UP ? -1 : 1, p->heat.n_layers);
        break;
    case ACTION_OPEN:
        g->marking = !g->marking;
        break;
    default:
        return false;
    }
    g->changes++;
    return true;
}

static void look(struct pane *pane, struct glass *g)
{
    self(pane)->glass = g;
}

static void event(struct pane *pane, const struct event *ev)
{
    struct experts_pane *p = self(pane);
    if (ev->kind == EVENT_TOKEN && p->heat.n_layers == 0 && p->glass)
        pane->dirty = true; /* how sure it is, on average */
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
    .action = action,
    .event = event,
    .look = look,
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
