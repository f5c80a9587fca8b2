/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/experts_view.h"

#include <math.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/expert_grid.h"
#include "ui/glass.h"
#include "ui/parts.h"

#define CELL "\xE2\x96\xA0"
#define BAR "\xE2\x94\x81"
#define BAR_HALF "\xE2\x95\xB8"
#define TIMES "\xC3\x97"
enum { LABEL_COLUMNS = 16 }; /* that the bars leave to what experts are for */

static unsigned layer_name(const struct glass *g)
{
    return g->info->first_moe_layer + g->layer;
}

const char *experts_view_over(struct glass *g, char *s, size_t size)
{
    const struct expert_tally *t = g ? &g->tally : NULL;
    switch (g ? g->mode : MAP_LIVE) {
    case MAP_TURN:
        snprintf(s, size, _("this turn, %u tokens"),
                 (unsigned)expert_tally_tokens(t));
        break;
    case MAP_LEANING:
        snprintf(s, size, _("thought %u, answer %u"), (unsigned)t->tokens[0],
                 (unsigned)t->tokens[1]);
        break;
    case MAP_LAYER:
        snprintf(s, size, _("layer %u, this turn, %u tokens"), layer_name(g),
                 (unsigned)expert_tally_tokens(t));
        break;
    case MAP_COMPANY:
        snprintf(s, size, _("with L%u:%u, %u of %u tokens"), layer_name(g),
                 (unsigned)g->expert, (unsigned)glass_company(g)->tokens,
                 (unsigned)glass_company(g)->looked);
        break;
    default:
        snprintf(s, size, _("last %d tokens"), HEAT_WINDOW);
    }
    return s;
}

/* --- cells ---------------------------------------------------------------- */

static enum style_role lean_of(float leaning)
{
    static const enum style_role thought[] = {STYLE_LEAN_T1, STYLE_LEAN_T2,
                                              STYLE_LEAN_T3};
    static const enum style_role answer[] = {STYLE_LEAN_A1, STYLE_LEAN_A2,
                                             STYLE_LEAN_A3};
    float size = fabsf(leaning);
    if (size < 0.25f)
        return STYLE_HEAT0;
    int level = size < 0.8f ? 0 : size < 1.6f ? 1 : 2;
    return leaning > 0 ? thought[level] : answer[level];
}

static float company_rate(struct glass *g, uint32_t layer, uint32_t expert)
{
    const struct expert_company *c = glass_company(g);
    float even = (float)g->tally.n_used / (float)g->tally.n_experts;
    return c->tokens ? (float)c->with[(size_t)layer * c->n_experts + expert] /
                           (float)c->tokens / even
                     : 0;
}

static float value_of(struct glass *g, uint32_t layer, uint32_t expert)
{
    if (g->mode == MAP_LEANING)
        return expert_tally_leaning(&g->tally, layer, expert);
    if (g->mode == MAP_COMPANY)
        return company_rate(g, layer, expert);
    return expert_tally_rate(&g->tally, layer, expert);
}

enum style_role experts_view_role(struct glass *g, uint32_t layer,
                                  uint32_t first, uint32_t n)
{
    float most = 0;
    for (uint32_t e = first; e < first + n && e < g->tally.n_experts; e++) {
        float x = value_of(g, layer, e);
        if (fabsf(x) > fabsf(most))
            most = x;
    }
    return g->mode == MAP_LEANING ? lean_of(most) : expert_grid_heat(most);
}

/* --- figures -------------------------------------------------------------- */

static void put_numbers(struct glass *g, struct buf *out)
{
    const struct expert_tally *t = &g->tally;
    size_t at = (size_t)g->layer * t->n_experts + g->expert;
    uint32_t hits = expert_tally_hits(t, g->layer, g->expert);
    buf_printf(out, "L%u:%u", layer_name(g), (unsigned)g->expert);
    switch (g->mode) {
    case MAP_LIVE:
        buf_printf(out, _("%s%.1f%s lately"), DOT,
                   (double)expert_heat_rate(&g->heat, g->layer, g->expert, 1), TIMES);
        break;
    case MAP_LEANING:
        buf_puts(out, DOT);
        buf_printf(out, _("thought %u, answer %u"), (unsigned)t->hits[0][at],
                   (unsigned)t->hits[1][at]);
        return;
    case MAP_COMPANY:
        buf_printf(out, _("%s%u of %u tokens chose it"), DOT,
                   (unsigned)glass_company(g)->tokens,
                   (unsigned)glass_company(g)->looked);
        return;
    default:
        buf_printf(out, DOT "%.1f" TIMES,
                   (double)expert_tally_rate(t, g->layer, g->expert));
    }
    buf_printf(out, DOT "%u/%u", (unsigned)hits,
               (unsigned)expert_tally_tokens(t));
    if (hits)
        buf_printf(out, _("%sweight %.2f"), DOT,
                   (double)expert_tally_weight(t, g->layer, g->expert));
}

void experts_view_numbers(struct glass *g, struct buf *out)
{
    put_numbers(g, out);
    glass_expert_label(g, g->layer, g->expert, out);
}

void experts_view_leaning_scale(struct canvas *c, int x, int y, int right)
{
    static const enum style_role roles[] = {
        STYLE_LEAN_T3, STYLE_LEAN_T2, STYLE_LEAN_T1, STYLE_HEAT0,
        STYLE_LEAN_A1, STYLE_LEAN_A2, STYLE_LEAN_A3};
    struct parts line = parts_on(c, x, y, right);
    parts_printf(&line, style_of(STYLE_DIM), "%s ", _("thought"));
    if (!parts_room(&line, 7))
        return;
    for (int i = 0; i < 7; i++)
        parts_add(&line, CELL, style_of(roles[i]));
    parts_printf(&line, style_of(STYLE_DIM), " %s", _("answer"));
}

/* --- one layer ------------------------------------------------------------ */

/* The most chosen ones, in the order of their numbers: rows stay in place. */
static uint32_t choose_rows(const struct glass *g, uint32_t rows, uint32_t *to)
{
    const struct expert_tally *t = &g->tally;
    uint32_t n = 0;
    for (uint32_t e = 0; e < t->n_experts; e++) {
        uint32_t better = 0, hits = expert_tally_hits(t, g->layer, e);
        for (uint32_t o = 0; o < t->n_experts; o++) {
            uint32_t other = expert_tally_hits(t, g->layer, o);
            better += other > hits || (other == hits && o < e);
        }
        if (better < rows || (g->on_grid && e == g->expert && n < rows))
            to[n++] = e;
        if (n == rows)
            break;
    }
    return n;
}

/* Behind the bar, where it leaves room. */
static void draw_label(const struct glass *g, uint32_t e, struct canvas *c, int x,
                       int right, int y)
{
    enum { LEAST_ROOM = 8 };
    struct buf b = {0};
    if (right - x >= LEAST_ROOM)
        glass_expert_label(g, g->layer, e, &b);
    if (b.len > 0)
        canvas_text(c, x, y, right - x, buf_str(&b), style_of(STYLE_DIM));
    buf_clear(&b);
}

static void draw_expert(const struct glass *g, uint32_t e, uint32_t most,
                        struct canvas *c, struct rect row)
{
    const struct expert_tally *t = &g->tally;
    const float *bias = g->info->router_bias;
    uint32_t hits = expert_tally_hits(t, g->layer, e);
    char s[40];
    int n = snprintf(s, sizeof s, "%4u  w %.2f", (unsigned)hits,
                     (double)expert_tally_weight(t, g->layer, e));
    if (bias && n > 0)
        n += snprintf(s + n, sizeof s - (size_t)n, "  b %+.2f",
                      (double)bias[(size_t)g->layer * t->n_experts + e]);
    bool chosen = (g->on_grid || g->marking) && e == g->expert;
    struct style look = style_of(chosen ? STYLE_LOOK : STYLE_SECONDARY);
    canvas_printf(c, row.x, row.y, 4, look, "%3u", (unsigned)e);
    if (row.width < n + 6)
        return;
    canvas_puts(c, row.x + row.width - n, row.y, n, s, look);
    int columns = row.width - n - 6;
    if (g->info->expert_labels && columns >= 2 * LABEL_COLUMNS)
        columns -= LABEL_COLUMNS;
    int halves = most ? (int)(2.0 * columns * hits / most + 0.5) : 0;
    int x = row.x + 5;
    enum style_role role = expert_grid_heat(expert_tally_rate(t, g->layer, e));
    for (; halves >= 2; halves -= 2)
        canvas_puts(c, x++, row.y, 1, BAR, style_of(role));
    if (halves)
        canvas_puts(c, x++, row.y, 1, BAR_HALF, style_of(role));
    draw_label(g, e, c, x, row.x + row.width - n - 1, row.y);
}

void experts_view_layer(struct glass *g, struct canvas *c, struct rect area)
{
    char over[64];
    struct parts line = parts_on(c, area.x, area.y, area.x + area.width);
    uint32_t rows = area.height > 1 ? (uint32_t)area.height - 1 : 0, most = 0;
    parts_add(&line, _("experts"), style_of(STYLE_HEADING));
    parts_printf(&line, style_of(STYLE_DIM), "  %s",
                 experts_view_over(g, over, sizeof over));
    if (rows == 0)
        return;
    uint32_t *shown = mem_array(rows, sizeof *shown);
    uint32_t n = choose_rows(g, rows, shown);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t hits = expert_tally_hits(&g->tally, g->layer, shown[i]);
        most = hits > most ? hits : most;
    }
    for (uint32_t i = 0; i < n; i++)
        draw_expert(g, shown[i], most, c,
                    (struct rect){area.x, area.y + 1 + (int)i, area.width, 1});
    mem_free(shown);
}
