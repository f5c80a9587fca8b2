/* SPDX-License-Identifier: Apache-2.0 */
#include "train/cmd/live_view.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sanitize.h"
#include "train/nn/net.h"
#include "train/progress.h"
#include "ui/canvas.h"
#include "ui/expert_grid.h"
#include "ui/parts.h"

#define FULL "\xE2\x96\x88"
#define DOT " \xC2\xB7 "

/* A step has few tokens an expert; this part of the picture is new each time. */
static const float FRESH = 0.2f;

void live_view_clear(struct live_view *v)
{
    mem_free(v->load);
    mem_free(v->bias);
    mem_free(v->vio);
    *v = (struct live_view){.step = 0};
}

/* --- what comes in -------------------------------------------------------- */

/* A stage may have another shape than the one before. */
static void make_room(struct live_view *v, const struct progress_step *s,
                      const struct net_report *r)
{
    const struct shape *shape = &s->params->shape;
    if (v->n_layers == r->n_moe && v->n_experts == r->n_experts)
        return;
    size_t n = (size_t)r->n_moe * r->n_experts;
    mem_free(v->load);
    mem_free(v->bias);
    mem_free(v->vio);
    v->n_layers = r->n_moe;
    v->n_experts = r->n_experts;
    v->load = mem_array(n ? n : 1, sizeof *v->load);
    v->bias = mem_array(n ? n : 1, sizeof *v->bias);
    v->vio = mem_array(r->n_moe ? r->n_moe : 1, sizeof *v->vio);
    v->n_used = shape->n_used;
    v->first_layer = shape->n_dense_layers;
    v->has_mtp = shape->n_mtp > 0;
}

static void take_layer(struct live_view *v, const struct net_report *r,
                       uint32_t layer)
{
    const uint32_t *load = r->load + (size_t)layer * v->n_experts;
    float *seen = v->load + (size_t)layer * v->n_experts, most = 0;
    uint64_t sum = 0;
    for (uint32_t e = 0; e < v->n_experts; e++)
        sum += load[e];
    for (uint32_t e = 0; e < v->n_experts && sum > 0; e++) {
        float now = (float)load[e] * (float)v->n_experts / (float)sum;
        seen[e] = seen[e] > 0 ? (1 - FRESH) * seen[e] + FRESH * now : now;
        most = seen[e] > most ? seen[e] : most;
    }
    v->vio[layer] = most > 0 ? most - 1 : 0;
}

static void take_bias(struct live_view *v, const struct params *p)
{
    for (uint32_t i = 0; i < v->n_layers; i++) {
        uint32_t block = v->first_layer + i;
        if (block < shape_n_blocks(&p->shape))
            memcpy(v->bias + (size_t)i * v->n_experts,
                   p->values + p->blocks[block].ffn.bias,
                   v->n_experts * sizeof *v->bias);
    }
}

void live_view_step(struct live_view *v, const struct progress_step *s,
                    const struct net_report *r)
{
    make_room(v, s, r);
    if (strcmp(v->stage, s->stage) != 0)
        v->losses = (struct sparkline){.n = 0};
    snprintf(v->stage, sizeof v->stage, "%s", s->stage);
    v->step = s->step;
    v->tokens = s->tokens;
    v->total = s->total;
    v->batch = r->n_tokens;
    v->loss = r->loss;
    v->mtp_loss = r->mtp_loss;
    v->right = r->n_rows ? (double)r->n_right / r->n_rows : 0;
    v->mtp_right = r->n_mtp_rows ? (double)r->n_mtp_right / r->n_mtp_rows : 0;
    v->lr = s->lr;
    v->grad_norm = s->grad_norm;
    v->tok_s = s->tok_s;
    v->gflops = s->gflops;
    v->note[0] = '\0';
    sparkline_add(&v->losses, (float)r->loss);
    for (uint32_t i = 0; i < v->n_layers; i++)
        take_layer(v, r, i);
    take_bias(v, s->params);
}

static void clean_line(const char *line, char *to, size_t cap)
{
    struct buf clean = {0};
    sanitize_text(str_of(line), true, &clean);
    size_t n = clean.len < cap - 1 ? clean.len : cap - 1;
    while (n < clean.len && n > 0 && ((unsigned char)clean.p[n] & 0xC0) == 0x80)
        n--; /* not in the middle of a character */
    if (n > 0)
        memcpy(to, clean.p, n);
    to[n] = '\0';
    buf_clear(&clean);
}

void live_view_say(struct live_view *v, const char *line)
{
    clean_line(line, v->lines[v->n_lines++ % LIVE_LINES], LIVE_LINE);
}

void live_view_note(struct live_view *v, const char *line)
{
    clean_line(line, v->note, sizeof v->note);
}

/* --- the figures ---------------------------------------------------------- */

static void add_left(struct parts *line, double seconds)
{
    unsigned minutes = (unsigned)(seconds / 60 + 0.5);
    if (seconds < 90)
        parts_printf(line, style_of(STYLE_SECONDARY), DOT "%.0f s left", seconds);
    else if (minutes < 60)
        parts_printf(line, style_of(STYLE_SECONDARY), DOT "%u min left", minutes);
    else
        parts_printf(line, style_of(STYLE_SECONDARY), DOT "%u h %02u left",
                     minutes / 60, minutes % 60);
}

static void draw_head(const struct live_view *v, struct canvas *c, int y)
{
    struct parts line = parts_on(c, 0, y, c->width);
    double part = v->total ? (double)v->tokens / (double)v->total : 0;
    parts_add(&line, v->stage[0] ? v->stage : "training",
              style_of(STYLE_HEADING));
    if (v->step == 0)
        return;
    parts_printf(&line, style_of(STYLE_ACCENT), "  %.0f %%",
                 100 * (part < 1 ? part : 1));
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "step %" PRIu64, v->step);
    if (v->tok_s > 0 && v->tokens < v->total)
        add_left(&line, (double)(v->total - v->tokens) / v->tok_s);
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "%.2f of %.2f M tokens",
                 (double)v->tokens / 1e6, (double)v->total / 1e6);
}

static void draw_bar(const struct live_view *v, struct canvas *c, int y)
{
    double part = v->total ? (double)v->tokens / (double)v->total : 0;
    int done = (int)((part < 1 ? part : 1) * c->width);
    for (int x = 0; x < c->width; x++)
        canvas_puts(c, x, y, 1, "\xE2\x94\x80",
                    style_of(x < done ? STYLE_ACCENT : STYLE_RULE));
}

static void draw_loss(const struct live_view *v, struct canvas *c, int y)
{
    enum { BARS = 24 };
    struct parts line = parts_on(c, 0, y, c->width);
    parts_printf(&line, style_of(STYLE_TEXT), "loss %.3f", v->loss);
    parts_printf(&line, style_of(STYLE_SECONDARY), "  right %.1f %%",
                 100 * v->right);
    if (v->mtp_loss > 0) {
        parts_printf(&line, style_of(STYLE_TEXT), DOT "mtp %.3f", v->mtp_loss);
        parts_printf(&line, style_of(STYLE_SECONDARY), "  right %.1f %%",
                     100 * v->mtp_right);
    }
    if (parts_room(&line, BARS + 2))
        sparkline_draw(&v->losses, c, line.x + 2, y, BARS,
                       style_of(STYLE_ACCENT));
}

static void draw_rates(const struct live_view *v, struct canvas *c, int y)
{
    struct parts line = parts_on(c, 0, y, c->width);
    parts_printf(&line, style_of(STYLE_ACCENT), "%.0f tok/s", v->tok_s);
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "%.0f GF/s", v->gflops);
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "rate %.2g", v->lr);
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "gradient %.2f",
                 v->grad_norm);
    parts_printf(&line, style_of(STYLE_SECONDARY), DOT "batch %u",
                 (unsigned)v->batch);
}

/* --- the map -------------------------------------------------------------- */

/* The value of a cell that stands out most. */
static float value_of(const struct live_view *v, uint32_t layer, uint32_t first,
                      uint32_t n)
{
    const float *all = v->map == LIVE_BIAS ? v->bias : v->load;
    float most = 0;
    for (uint32_t e = first; e < first + n && e < v->n_experts; e++) {
        float x = all[(size_t)layer * v->n_experts + e];
        most = fabsf(x) > fabsf(most) ? x : most;
    }
    return most;
}

/* Bias that pushes an expert forward in teal, one that holds it back in amber. */
static enum style_role bias_role(float bias)
{
    static const enum style_role up[] = {STYLE_LEAN_A1, STYLE_LEAN_A2,
                                         STYLE_LEAN_A3};
    static const enum style_role down[] = {STYLE_LEAN_T1, STYLE_LEAN_T2,
                                           STYLE_LEAN_T3};
    float size = fabsf(bias);
    if (size < 0.01f)
        return STYLE_HEAT0;
    int level = size < 0.05f ? 0 : size < 0.15f ? 1 : 2;
    return bias > 0 ? up[level] : down[level];
}

static struct expert_cell cell_of(const void *arg, uint32_t layer,
                                  uint32_t first, uint32_t n)
{
    const struct live_view *v = arg;
    float x = value_of(v, layer, first, n);
    if (v->map == LIVE_BIAS)
        return (struct expert_cell){style_of(bias_role(x)), true, false};
    return (struct expert_cell){style_of(expert_grid_heat(x)), false, false};
}

static void draw_map_heading(const struct live_view *v, struct canvas *c, int y)
{
    struct parts line = parts_on(c, 0, y, c->width);
    parts_add(&line, "experts", style_of(STYLE_HEADING));
    parts_printf(&line, style_of(STYLE_DIM), "  %s",
                 v->map == LIVE_BIAS ? "bias of the router" : "load");
    parts_printf(&line, style_of(STYLE_DIM), DOT "%u of %u a layer",
                 (unsigned)v->n_used, (unsigned)v->n_experts);
}

/* MaxVio, or how far the bias of a layer reaches, behind its row. */
static void draw_layer_figure(const struct live_view *v, uint32_t layer,
                              struct canvas *c, int x, int y)
{
    char s[32];
    float low = 0, high = 0;
    const float *bias = v->bias + (size_t)layer * v->n_experts;
    for (uint32_t e = 0; e < v->n_experts; e++) {
        low = bias[e] < low ? bias[e] : low;
        high = bias[e] > high ? bias[e] : high;
    }
    if (v->map == LIVE_BIAS)
        snprintf(s, sizeof s, "%+.2f %+.2f", (double)low, (double)high);
    else
        snprintf(s, sizeof s, "MaxVio %.2f", (double)v->vio[layer]);
    if (x + (int)strlen(s) <= c->width)
        canvas_puts(c, x, y, c->width - x, s, style_of(STYLE_SECONDARY));
}

static void draw_bias_scale(struct canvas *c, int x, int y)
{
    static const enum style_role roles[] = {
        STYLE_LEAN_T3, STYLE_LEAN_T2, STYLE_LEAN_T1, STYLE_HEAT0,
        STYLE_LEAN_A1, STYLE_LEAN_A2, STYLE_LEAN_A3};
    struct parts line = parts_on(c, x, y, c->width);
    parts_add(&line, "held back ", style_of(STYLE_DIM));
    for (int i = 0; i < 7; i++)
        parts_add(&line, FULL, style_of(roles[i]));
    parts_add(&line, " pushed forward", style_of(STYLE_DIM));
}

/* Returns the row behind. */
static int draw_map(const struct live_view *v, struct canvas *c, int y, int end)
{
    uint32_t last = v->first_layer + (v->n_layers ? v->n_layers - 1 : 0);
    int width = c->width > 40 ? c->width - 16 : c->width;
    struct expert_grid g = expert_grid_for(v->n_experts ? v->n_experts : 1,
                                           v->has_mtp ? 10 : last, width);
    draw_map_heading(v, c, y++);
    if (v->n_layers == 0)
        return y;
    expert_grid_numbers(g, c, 0, y++, width);
    for (uint32_t i = 0; i < v->n_layers && y < end - 1; i++, y++) {
        char name[16];
        if (v->has_mtp && i + 1 == v->n_layers)
            snprintf(name, sizeof name, "MTP");
        else
            snprintf(name, sizeof name, "L%u", (unsigned)(v->first_layer + i));
        expert_grid_row(g, name, i, c, (struct rect){0, y, width, 1}, cell_of, v);
        draw_layer_figure(v, i, c,
                          g.label + (int)g.cells * g.cell_width + 2, y);
    }
    if (v->map == LIVE_BIAS)
        draw_bias_scale(c, g.label, y++);
    else
        expert_grid_scale(c, g.label, y++, c->width);
    return y;
}

/* --- all of it ------------------------------------------------------------ */

static void draw_lines(const struct live_view *v, struct canvas *c, int y,
                       int end)
{
    unsigned kept = v->n_lines < LIVE_LINES ? v->n_lines : LIVE_LINES;
    unsigned rows = end > y ? (unsigned)(end - y) : 0;
    unsigned n = kept < rows ? kept : rows;
    for (unsigned i = 0; i < n; i++, y++)
        canvas_puts(c, 0, y, c->width,
                    v->lines[(v->n_lines - n + i) % LIVE_LINES],
                    style_of(STYLE_SECONDARY));
}

static void draw_keys(const struct live_view *v, struct canvas *c, int y)
{
    struct parts line = parts_on(c, 0, y, c->width);
    if (v->leaving) {
        parts_add(&line, "saving; it leaves after this step",
                  style_of(STYLE_LOOK));
        return;
    }
    parts_add(&line, "q", style_bold(STYLE_TEXT));
    parts_add(&line, " save and leave", style_of(STYLE_DIM));
    parts_add(&line, "   b", style_bold(STYLE_TEXT));
    parts_add(&line, v->map == LIVE_BIAS ? " load of the experts"
                                         : " bias of the router",
              style_of(STYLE_DIM));
}

void live_view_draw(const struct live_view *v, struct canvas *c)
{
    int y = 0, end = c->height - 1;
    canvas_fill(c, (struct rect){0, 0, c->width, c->height},
                style_of(STYLE_TEXT));
    c->cursor_x = c->cursor_y = -1;
    draw_head(v, c, y++);
    draw_bar(v, c, y++);
    if (v->note[0])
        canvas_puts(c, 0, y++, c->width, v->note, style_of(STYLE_TEXT));
    else if (v->step > 0) {
        draw_loss(v, c, y++);
        draw_rates(v, c, y++);
    }
    if (v->n_layers > 0 && end - y > 4)
        y = draw_map(v, c, y + 1, end - 2) + 1;
    draw_lines(v, c, y, end);
    if (end > 0)
        draw_keys(v, c, end);
}
