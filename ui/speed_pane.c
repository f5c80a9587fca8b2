/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/sparkline.h"
#include "ui/units.h"

#define SAMPLE_TOKENS 4 /* a bar each: single tokens jump about */
#define GRAPH_X 9
#define FIGURE 12       /* columns of " 2,950 tok/s"; of a faster one more */

struct speed_pane {
    struct pane pane;
    struct telemetry now;
    struct sparkline graph;
    unsigned tokens;    /* in the sample under way */
    float ms;
};

static struct speed_pane *self(struct pane *p)
{
    return (struct speed_pane *)p;
}

static void draw_graph(const struct speed_pane *p, struct canvas *c,
                       struct rect area)
{
    char figure[UNITS_MAX], s[UNITS_MAX + 8];
    int n = snprintf(s, sizeof s, " %s tok/s",
                     units_rate(figure, p->now.decode_tok_s));
    int figure_x = area.x + area.width - (n > FIGURE ? n : FIGURE);
    canvas_puts(c, area.x, area.y, area.width, _("speed"), style_of(STYLE_HEADING));
    if (p->graph.n == 0 && p->now.decode_tok_s <= 0) {
        canvas_puts(c, area.x + GRAPH_X, area.y, area.width - GRAPH_X,
                    "\xC2\xB7\xC2\xB7\xC2\xB7", style_of(STYLE_DIM));
        return;
    }
    if (figure_x <= area.x + GRAPH_X)
        figure_x = area.x + GRAPH_X;
    else
        sparkline_draw(&p->graph, c, area.x + GRAPH_X, area.y,
                       figure_x - area.x - GRAPH_X, style_of(STYLE_ACCENT));
    if (p->now.decode_tok_s <= 0)
        return;
    canvas_right(c, figure_x, area.y, area.x + area.width - figure_x, s + 1,
                 style_of(STYLE_SECONDARY));
}

static void draw_others(const struct speed_pane *p, struct canvas *c,
                        struct rect area)
{
    char figure[UNITS_MAX];
    const char *gap = "";
    struct parts line = parts_on(c, area.x + 3, area.y + 1,
                                 area.x + area.width);
    if (p->now.prompt_tok_s > 0 &&
        parts_printf(&line, style_of(STYLE_DIM), _("prompt %s tok/s"),
                     units_rate(figure, p->now.prompt_tok_s)))
        gap = DOT;
    if (p->now.drafted &&
        parts_printf(&line, style_of(STYLE_DIM), _("%sdrafts %u %% kept"), gap,
                     (unsigned)(100.0 * p->now.accepted / p->now.drafted + 0.5)))
        gap = DOT;
    if (p->now.first_token_ms > 0)
        parts_printf(&line, style_of(STYLE_DIM), _("%sfirst token %s"), gap,
                     units_time(figure, p->now.first_token_ms));
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    (void)focused;
    pane->dirty = false;
    draw_graph(self(pane), c, area);
    if (area.height > 1)
        draw_others(self(pane), c, area);
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    (void)pane;
    (void)width;
    *min_rows = 1;
    *want_rows = 2;
}

static void event(struct pane *pane, const struct event *ev)
{
    struct speed_pane *p = self(pane);
    if (ev->kind != EVENT_TOKEN || !(ev->token.ms > 0))
        return;
    p->ms += ev->token.ms;
    if (++p->tokens < SAMPLE_TOKENS)
        return;
    sparkline_add(&p->graph, 1000.0f * (float)p->tokens / p->ms);
    p->tokens = 0;
    p->ms = 0;
    pane->dirty = true;
}

static void telemetry(struct pane *pane, const struct telemetry *now)
{
    struct speed_pane *p = self(pane);
    pane->dirty |= memcmp(&p->now, now, sizeof *now) != 0;
    p->now = *now;
}

static void speed_pane_free(struct pane *pane)
{
    mem_free(self(pane));
}

static const struct pane_ops ops = {
    .name = "speed",
    .measure = measure,
    .draw = draw,
    .event = event,
    .telemetry = telemetry,
    .free = speed_pane_free,
};

struct pane *speed_pane_new(const struct backend_info *info)
{
    struct speed_pane *p = mem_zalloc(sizeof *p);
    (void)info;
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    return &p->pane;
}
