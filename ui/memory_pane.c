/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/context_bar.h"
#include "ui/glass.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/units.h"

#define BAR "\xE2\x94\x81"      /* heavy line: rows stay apart */
#define BAR_HALF "\xE2\x95\xB8" /* its left half */
#define LABEL_X 3
#define BAR_X 10
#define FIGURE 8   /* columns of "2.1 MB", right-aligned */

struct memory_pane {
    struct pane pane;
    struct glass *glass;        /* borrowed, or NULL: the cache alone */
    struct telemetry now;
    bool known;
};

static struct memory_pane *self(struct pane *p)
{
    return (struct memory_pane *)p;
}

/* Two keys and values per head and layer, or one latent row: what the bar
 * "here" is made of. */
static bool is_latent(const struct telemetry *t)
{
    return t->kv_latent_bytes != 0;
}

static void draw_heading(const struct memory_pane *p, struct canvas *c,
                         struct rect area)
{
    char bytes[UNITS_MAX], each[UNITS_MAX];
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    parts_add(&line, _("memory"), style_of(STYLE_HEADING));
    if (!p->known) {
        parts_add(&line, "   " "\xC2\xB7\xC2\xB7\xC2\xB7", style_of(STYLE_DIM));
        return;
    }
    parts_printf(&line, style_of(STYLE_SECONDARY), "   %s",
                 units_bytes(bytes, p->now.kv_bytes));
    parts_printf(&line, style_of(STYLE_DIM), _("%s%s a token"), DOT,
                 units_bytes(each, p->now.kv_bytes_per_token));
}

/* In half columns; something that is there is never nothing. */
static int bar_halves(uint64_t bytes, uint64_t most, int columns)
{
    if (bytes == 0 || most == 0 || columns < 1)
        return 0;
    double part = (double)bytes / (double)most;
    int halves = (int)(part * 2 * columns + 0.5);
    return halves < 1 ? 1 : halves > 2 * columns ? 2 * columns : halves;
}

static void draw_bar(struct canvas *c, int x, int y, int halves,
                     struct style style)
{
    for (; halves >= 2; halves -= 2)
        canvas_puts(c, x++, y, 1, BAR, style);
    if (halves)
        canvas_puts(c, x, y, 1, BAR_HALF, style);
}

static int bar_columns(struct rect area)
{
    return area.width - BAR_X - FIGURE - 1;
}

static void draw_row(struct canvas *c, struct rect row, const char *label,
                     uint64_t bytes, uint64_t most, enum style_role role)
{
    char figure[UNITS_MAX];
    canvas_puts(c, row.x + LABEL_X, row.y, BAR_X - LABEL_X - 1, label,
                style_of(STYLE_SECONDARY));
    draw_bar(c, row.x + BAR_X, row.y,
             bar_halves(bytes, most, bar_columns(row)), style_of(role));
    if (row.width >= BAR_X + FIGURE) /* a number cut off is a wrong number */
        canvas_right(c, row.x + row.width - FIGURE, row.y, FIGURE,
                     units_bytes(figure, bytes), style_of(STYLE_SECONDARY));
}

/* Over the first part of the bar "here": what of it are latent rows. */
static void draw_latent_part(struct canvas *c, struct rect row,
                             const struct telemetry *t, uint64_t most)
{
    int all = bar_halves(t->kv_bytes, most, bar_columns(row));
    double part = t->kv_bytes
                      ? (double)t->kv_latent_bytes / (double)t->kv_bytes : 0;
    int halves = (int)(all * part + 0.5) & ~1;
    draw_bar(c, row.x + BAR_X, row.y, halves > all ? all : halves,
             style_of(STYLE_ACCENT));
}

/* A bar's colour and what it stands for, together or not at all. */
static void legend(struct parts *line, const char *what, uint64_t bytes,
                   enum style_role role)
{
    char figure[UNITS_MAX], s[UNITS_MAX + 16];
    snprintf(s, sizeof s, " %s %s  ", what, units_bytes(figure, bytes));
    if (!parts_room(line, 1 + (int)strlen(s) - 2))
        return;
    parts_add(line, BAR, style_of(role));
    line->x += canvas_puts(line->c, line->x, line->y, line->right - line->x, s,
                           style_of(STYLE_DIM));
}

static void draw_legend(struct canvas *c, struct rect row,
                        const struct telemetry *t)
{
    struct parts line = parts_on(c, row.x + LABEL_X, row.y, row.x + row.width);
    legend(&line, "latent", t->kv_latent_bytes, STYLE_ACCENT);
    legend(&line, "rope", t->kv_rope_bytes, STYLE_HEAT4);
}

static uint64_t greatest(const struct telemetry *t)
{
    uint64_t most = t->kv_bytes;
    most = t->kv_gqa_bytes > most ? t->kv_gqa_bytes : most;
    return t->kv_mha_bytes > most ? t->kv_mha_bytes : most;
}

/* --- what lies beyond the cache ------------------------------------------- */

static void draw_layers(const struct telemetry *t, struct canvas *c,
                        struct rect row)
{
    char all[UNITS_MAX], latent[UNITS_MAX], rope[UNITS_MAX];
    struct parts line = parts_on(c, row.x + LABEL_X, row.y, row.x + row.width);
    uint32_t n = t->kv_layers;
    parts_printf(&line, style_of(STYLE_DIM), _("%u layers, %s each"), (unsigned)n,
                 units_bytes(all, t->kv_bytes / n));
    if (is_latent(t))
        parts_printf(&line, style_of(STYLE_DIM), ": %s + %s",
                     units_bytes(latent, t->kv_latent_bytes / n),
                     units_bytes(rope, t->kv_rope_bytes / n));
}

static void draw_thoughts(const struct memory_pane *p, struct canvas *c,
                          struct rect row)
{
    uint32_t used = p->now.context_used;
    uint32_t thoughts = glass_thought_tokens(p->glass);
    struct parts line = parts_on(c, row.x + LABEL_X, row.y, row.x + row.width);
    if (thoughts == 0 || used == 0) {
        parts_add(&line, _("no thoughts in it"), style_of(STYLE_DIM));
        return;
    }
    parts_printf(&line, style_of(STYLE_DIM), _("thoughts hold %u %%: d drops them"),
                 (unsigned)(100.0 * thoughts / used + 0.5));
}

static void draw_process(const struct telemetry *t, struct canvas *c,
                         struct rect row)
{
    char a[UNITS_MAX];
    struct parts line = parts_on(c, row.x + LABEL_X, row.y, row.x + row.width);
    parts_printf(&line, style_of(STYLE_DIM), _("model %s"),
                 units_bytes(a, t->model_mapped));
    if (t->resident)
        parts_printf(&line, style_of(STYLE_DIM), _("%sin RAM %s"), DOT,
                     units_bytes(a, t->resident));
    if (t->scratch)
        parts_printf(&line, style_of(STYLE_DIM), _("%sscratch %s"), DOT,
                     units_bytes(a, t->scratch));
}

/* What decoding has to fetch: weights in use and the cache, token by token. */
static void draw_bandwidth(const struct telemetry *t, struct canvas *c,
                           struct rect row)
{
    char each[UNITS_MAX], rate[UNITS_MAX];
    uint64_t bytes = t->bytes_per_token + t->kv_bytes;
    struct parts line = parts_on(c, row.x + LABEL_X, row.y, row.x + row.width);
    if (t->decode_tok_s <= 0)
        return;
    parts_printf(&line, style_of(STYLE_DIM), _("reads %s a token%s%s/s"),
                 units_bytes(each, bytes), DOT,
                 units_bytes(rate, (uint64_t)((double)bytes *
                                              t->decode_tok_s)));
}

static void draw_more(const struct memory_pane *p, struct canvas *c,
                      struct rect row, int end)
{
    const struct telemetry *t = &p->now;
    if (row.y < end && t->kv_layers) {
        draw_layers(t, c, row);
        row.y++;
    }
    if (row.y < end) {
        context_bar_draw(&p->glass->context, t, c, row);
        row.y++;
    }
    if (row.y < end) {
        draw_thoughts(p, c, row);
        row.y++;
    }
    if (row.y < end && t->model_mapped) {
        draw_process(t, c, row);
        row.y++;
    }
    if (row.y < end)
        draw_bandwidth(t, c, row);
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct memory_pane *p = self(pane);
    const struct telemetry *t = &p->now;
    struct rect row = {area.x, area.y + 1, area.width, 1};
    int end = area.y + area.height;
    uint64_t most = greatest(t);
    (void)focused;
    pane->dirty = false;
    draw_heading(p, c, area);
    if (!p->known)
        return;
    if (row.y < end) {
        draw_row(c, row, _("here"), t->kv_bytes, most,
                 is_latent(t) ? STYLE_HEAT4 : STYLE_ACCENT);
        if (is_latent(t))
            draw_latent_part(c, row, t, most);
        row.y++;
    }
    if (t->kv_gqa_bytes && row.y < end) {
        draw_row(c, row, "GQA", t->kv_gqa_bytes, most, STYLE_DIM);
        row.y++;
    }
    if (t->kv_mha_bytes && row.y < end) {
        draw_row(c, row, "MHA", t->kv_mha_bytes, most, STYLE_DIM);
        row.y++;
    }
    if (is_latent(t) && row.y < end) {
        draw_legend(c, row, t);
        row.y++;
    }
    if (p->glass)
        draw_more(p, c, row, end);
}

static void event(struct pane *pane, const struct event *ev)
{
    pane->dirty |= self(pane)->glass && ev->kind != EVENT_TEXT;
}

static void look(struct pane *pane, struct glass *g)
{
    self(pane)->glass = g;
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    (void)width;
    *min_rows = 1;
    /* The same before and after the first figures: nothing jumps. */
    *want_rows = self(pane)->glass ? 10 : 5;
}

static void telemetry(struct pane *pane, const struct telemetry *now)
{
    struct memory_pane *p = self(pane);
    pane->dirty |= memcmp(&p->now, now, sizeof *now) != 0;
    p->now = *now;
    p->known = p->known || now->kv_bytes != 0;
}

static void memory_pane_free(struct pane *pane)
{
    mem_free(self(pane));
}

static const struct pane_ops ops = {
    .name = "memory",
    .measure = measure,
    .draw = draw,
    .event = event,
    .telemetry = telemetry,
    .look = look,
    .free = memory_pane_free,
};

struct pane *memory_pane_new(const struct backend_info *info)
{
    struct memory_pane *p = mem_zalloc(sizeof *p);
    (void)info;
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    return &p->pane;
}
