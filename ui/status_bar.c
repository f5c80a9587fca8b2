/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/sanitize.h"
#include "chat/backend.h"
#include "ui/bindings.h"
#include "ui/expert_heat.h"
#include "ui/glass.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/reading.h"
#include "ui/sparkline.h"
#include "ui/units.h"
#include "ui/wrap.h"

#define MAX_LAYERS 16 /* bars for experts; more layers share a bar */
#define CUT "\xE2\x80\xA6"
#define RATE_WIDTH 5  /* figures stand still while they change */

struct status_bar {
    struct pane pane;
    const struct glass *glass;       /* borrowed, or NULL */
    struct status status;
    struct buf message;              /* owned; cleaned */
    struct telemetry now;
    struct expert_heat heat;
    struct reading reading;          /* of the prompt */
};

static struct status_bar *self(struct pane *p)
{
    return (struct status_bar *)p;
}

/* --- the figures at the right --------------------------------------------- */

/* What is dear when there is not room for all: the least goes first, whole. */
enum worth { WORTH_COMPARED, WORTH_EXPERTS, WORTH_MORE, WORTH_MEMORY, WORTH_RATE };

/* Put together before it is known where it begins. */
struct figures {
    struct { char s[64]; struct style style; enum worth worth; } part[8];
    int n, columns;
};

static void figure(struct figures *f, enum worth worth, enum style_role role,
                   const char *s)
{
    if (f->n == (int)(sizeof f->part / sizeof *f->part))
        return;
    snprintf(f->part[f->n].s, sizeof f->part[f->n].s, "%s", s);
    f->part[f->n].style = style_of(role);
    f->part[f->n].worth = worth;
    f->columns += text_columns(str_of(f->part[f->n].s));
    f->n++;
}

static void drop(struct figures *f, enum worth worth)
{
    int kept = 0;
    for (int i = 0; i < f->n; i++) {
        if (f->part[i].worth == worth)
            f->columns -= text_columns(str_of(f->part[i].s));
        else
            f->part[kept++] = f->part[i];
    }
    f->n = kept;
}

/* A bar a layer: how unevenly it chooses among its experts. */
static void expert_bars(const struct status_bar *p, char *s, size_t size)
{
    uint32_t layers = p->heat.n_layers;
    uint32_t bars = layers < MAX_LAYERS ? layers : MAX_LAYERS;
    s[0] = '\0';
    for (uint32_t i = 0; i < bars; i++) {
        uint32_t from = i * layers / bars, to = (i + 1) * layers / bars;
        float most = 0;
        for (uint32_t layer = from; layer < to; layer++) {
            float u = expert_heat_unevenness(&p->heat, layer);
            most = u > most ? u : most;
        }
        /* Full at four times as uneven as even: real layers stay below. */
        float part = most > 1 ? log2f(most) / 2 : 0;
        const char *bar = p->heat.tokens > 0
                              ? sparkline_bar((int)(part * 7 + 0.5f))
                              : "\xC2\xB7";
        size_t len = strlen(s);
        snprintf(s + len, size - len, "%s", bar);
    }
}

static void rate(const struct status_bar *p, struct figures *f)
{
    char n[UNITS_MAX], s[UNITS_MAX + 8];
    if (p->now.decode_tok_s <= 0)
        return;
    snprintf(s, sizeof s, "%*s tok/s", RATE_WIDTH,
             units_rate(n, p->now.decode_tok_s));
    figure(f, WORTH_RATE, STYLE_SECONDARY, s);
}

/* With the panes hidden the line says what they would. */
static void figures_of_panes(const struct status_bar *p, struct figures *f)
{
    char bytes[UNITS_MAX], s[64];
    if (p->heat.n_layers) {
        expert_bars(p, s, sizeof s);
        figure(f, WORTH_EXPERTS, STYLE_DIM, _("experts "));
        figure(f, WORTH_EXPERTS, STYLE_ACCENT, s);
        figure(f, WORTH_EXPERTS, STYLE_DIM, "  ");
    }
    if (p->now.kv_bytes) {
        snprintf(s, sizeof s, "kv %s", units_bytes(bytes, p->now.kv_bytes));
        figure(f, WORTH_MEMORY, STYLE_SECONDARY, s);
    }
    if (p->now.kv_bytes && p->now.kv_mha_bytes > p->now.kv_bytes) {
        snprintf(s, sizeof s, " (MHA %s)",
                 units_bytes(bytes, p->now.kv_mha_bytes));
        figure(f, WORTH_COMPARED, STYLE_DIM, s);
    }
    if (p->now.kv_bytes && p->now.decode_tok_s > 0)
        figure(f, WORTH_MEMORY, STYLE_DIM, " ");
    rate(p, f);
}

static void figures_of_speed(const struct status_bar *p, struct figures *f)
{
    char n[UNITS_MAX], s[64];
    rate(p, f);
    if (p->now.first_token_ms > 0) {
        snprintf(s, sizeof s, _("%sfirst token %s"), f->n ? DOT : "",
                 units_time(n, p->now.first_token_ms));
        figure(f, WORTH_MORE, STYLE_SECONDARY, s);
    }
    if (p->now.drafted) {
        snprintf(s, sizeof s, _("%sdrafts %u %%"), f->n ? DOT : "",
                 (unsigned)(100.0 * p->now.accepted / p->now.drafted + 0.5));
        figure(f, WORTH_COMPARED, STYLE_SECONDARY, s);
    }
}

/* Returns the column where it begins. */
static int draw_figures(const struct status_bar *p, struct canvas *c,
                        struct rect area, int room)
{
    struct figures f = {0};
    if (p->status.panes_shown)
        figures_of_speed(p, &f);
    else
        figures_of_panes(p, &f);
    for (int w = WORTH_COMPARED; w <= WORTH_RATE && f.columns > room; w++)
        drop(&f, (enum worth)w);
    int end = area.x + area.width - 1, x = end - f.columns;
    for (int i = 0; i < f.n; i++)
        x += canvas_puts(c, x, area.y, end - x, f.part[i].s, f.part[i].style);
    return end - f.columns;
}

/* --- the keys at the left ------------------------------------------------- */

struct hint {
    enum action action;
    const char *word;
    const char *key;   /* where the table knows none: the input's own */
};

static const struct hint typing[] = {
    {ACTION_HELP, N_("help"), NULL},     {ACTION_FOLD_LAST, N_("fold"), NULL},
    {ACTION_EXPERTS, N_("experts"), NULL}, {ACTION_BROWSE, N_("browse"), "Tab"},
    {ACTION_STOP, N_("quit"), NULL},     {ACTION_NONE, NULL, NULL},
};

static const struct hint waiting[] = {
    {ACTION_STOP, N_("stop"), NULL},     {ACTION_HELP, N_("help"), NULL},
    {ACTION_FOLD_LAST, N_("fold"), NULL}, {ACTION_EXPERTS, N_("experts"), NULL},
    {ACTION_BROWSE, N_("browse"), "Tab"}, {ACTION_NONE, NULL, NULL},
};

static const struct hint thinking[] = {
    {ACTION_STOP, N_("stop"), NULL},     {ACTION_ENOUGH, N_("enough"), NULL},
    {ACTION_FOLD_LAST, N_("fold"), NULL}, {ACTION_EXPERTS, N_("experts"), NULL},
    {ACTION_BROWSE, N_("browse"), "Tab"}, {ACTION_NONE, NULL, NULL},
};

static const struct hint browsing[] = {
    {ACTION_OPEN, N_("fold"), NULL},     {ACTION_NEXT_BLOCK, N_("next"), NULL},
    {ACTION_SEARCH, N_("find"), NULL},     {ACTION_TOKENS, N_("tokens"), NULL},
    {ACTION_GRID, N_("experts"), NULL},  {ACTION_INPUT, N_("back"), NULL},
    {ACTION_COPY, N_("copy"), NULL},     {ACTION_COLOR, N_("colour"), NULL},
    {ACTION_DROP, N_("drop"), NULL},
    {ACTION_NONE, NULL, NULL},
};

static const struct hint on_tokens[] = {
    {ACTION_LEFT, N_("before"), NULL},   {ACTION_RIGHT, N_("next"), NULL},
    {ACTION_NEXT_BLOCK, N_("another"), NULL}, {ACTION_OPEN, N_("branch"), NULL},
    {ACTION_COLOR, N_("colour"), NULL},  {ACTION_TOKENS, N_("lines"), NULL},
    {ACTION_NONE, NULL, NULL},
};

static const struct hint on_grid[] = {
    {ACTION_LEFT, N_("left"), NULL},     {ACTION_RIGHT, N_("right"), NULL},
    {ACTION_LINE_DOWN, N_("layer"), NULL}, {ACTION_OPEN, N_("mark"), NULL},
    {ACTION_EXPERT_SWITCH, N_("off/on"), NULL}, {ACTION_MAP, N_("view"), NULL},
    {ACTION_GRID, N_("back"), NULL},     {ACTION_NONE, NULL, NULL},
};

/* In a trace q leaves the program. */
static const struct hint reading[] = {
    {ACTION_OPEN, N_("fold"), NULL},      {ACTION_NEXT_BLOCK, N_("next"), NULL},
    {ACTION_SEARCH, N_("find"), NULL},    {ACTION_NEXT_STEP, N_("step"), NULL},
    {ACTION_UNFOLD_ALL, N_("unfold all"), NULL}, {ACTION_COPY, N_("copy"), NULL},
    {ACTION_HELP, N_("help"), NULL},      {ACTION_INPUT, N_("leave"), NULL},
    {ACTION_NONE, NULL, NULL},
};

static const struct hint comparing[] = {
    {ACTION_INPUT, N_("back"), "Esc"},
    {ACTION_LINE_DOWN, N_("down"), NULL}, {ACTION_LINE_UP, N_("up"), NULL},
    {ACTION_NONE, NULL, NULL},
};

static const struct hint *hints_for(const struct status *s)
{
    if (s->comparing)
        return comparing;
    if (s->browsing && s->reading)
        return reading;
    if (s->browsing)
        return s->on_grid ? on_grid : s->on_tokens ? on_tokens : browsing;
    return !s->running ? typing : s->thinking ? thinking : waiting;
}

/* The first of the keys bound to an action, so that the bar never tells a key
 * that does something else. */
static bool first_key(const struct status_bar *p, const struct hint *h,
                      char key[24])
{
    struct buf keys = {0};
    if (h->action != ACTION_NONE)
        bindings_keys(p->glass ? p->glass->bindings : NULL, h->action,
                      p->status.browsing, &keys);
    if (keys.len == 0 && h->key)
        buf_puts(&keys, h->key);
    size_t n = keys.len ? strcspn(keys.p, " ") : 0;
    bool ok = n > 0 && n < 24;
    if (ok) {
        memcpy(key, keys.p, n);
        key[n] = '\0';
    }
    buf_clear(&keys);
    return ok;
}

static bool has_experts(const struct status_bar *p)
{
    return !p->glass || p->glass->info->n_moe_layers > 0;
}

static void draw_keys(const struct status_bar *p, struct parts *line)
{
    const struct hint *h = hints_for(&p->status);
    char key[24];
    for (bool first = true; h->word; h++) {
        if ((h->action == ACTION_GRID && !has_experts(p)) ||
            !first_key(p, h, key))
            continue;
        int columns = text_columns(str_of(key)) + 1 +
                      text_columns(str_of(_(h->word)));
        if (!parts_room(line, columns + (first ? 0 : 2)))
            return;
        parts_add(line, first ? "" : "  ", style_of(STYLE_DIM));
        parts_add(line, key, style_bold(STYLE_SECONDARY));
        parts_printf(line, style_of(STYLE_DIM), " %s", _(h->word));
        first = false;
    }
}

static void draw_reading(const struct status_bar *p, struct parts *line)
{
    char text[READING_MAX];
    if (p->reading.total == 0)
        return;
    parts_add(line, _("reading"), style_of(STYLE_ACCENT));
    parts_printf(line, style_of(STYLE_SECONDARY), " %s  ",
                 reading_text(&p->reading, &p->now, text));
}

static void draw_message(const struct status_bar *p, struct canvas *c, int x,
                         int y, int right)
{
    struct str s = buf_str(&p->message);
    canvas_text(c, x, y, right - x, s, style_of(STYLE_LOOK));
    if (text_columns(s) > right - x)
        canvas_puts(c, right - 1, y, 1, CUT, style_of(STYLE_LOOK));
}

/* --- the pane ------------------------------------------------------------- */

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct status_bar *p = self(pane);
    (void)focused;
    pane->dirty = false;
    /* A message is read whole, whatever else has to go; else one key at least
     * stays readable at the left: the one that helps. */
    int said = text_columns(buf_str(&p->message));
    int left = said ? said + 1 : area.width > 40 ? 10 : 0;
    int end = draw_figures(p, c, area, area.width - 2 - left);
    struct parts line = parts_on(c, area.x + 1, area.y, end - 2);
    if (said) {
        draw_message(p, c, line.x, area.y, area.x + area.width - 1);
        return;
    }
    draw_reading(p, &line);
    draw_keys(p, &line);
}

static void measure(struct pane *pane, int width, int *min_rows, int *want_rows)
{
    (void)pane;
    (void)width;
    *min_rows = *want_rows = 1;
}

static void event(struct pane *pane, const struct event *ev)
{
    struct status_bar *p = self(pane);
    struct reading before = p->reading;
    reading_event(&p->reading, ev);
    pane->dirty |= memcmp(&before, &p->reading, sizeof before) != 0;
    if (ev->kind == EVENT_TOKEN)
        pane->dirty |= expert_heat_token(&p->heat, &ev->token);
}

static void telemetry(struct pane *pane, const struct telemetry *now)
{
    struct status_bar *p = self(pane);
    pane->dirty |= memcmp(&p->now, now, sizeof *now) != 0;
    p->now = *now;
}

static void look(struct pane *pane, struct glass *g)
{
    self(pane)->glass = g;
}

static void status_bar_free(struct pane *pane)
{
    struct status_bar *p = self(pane);
    buf_clear(&p->message);
    expert_heat_clear(&p->heat);
    mem_free(p);
}

static const struct pane_ops ops = {
    .name = "status",
    .measure = measure,
    .draw = draw,
    .event = event,
    .telemetry = telemetry,
    .look = look,
    .free = status_bar_free,
};

struct pane *status_bar_new(const struct backend_info *info)
{
    struct status_bar *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    expert_heat_init(&p->heat, info);
    return &p->pane;
}

void status_bar_set(struct pane *pane, const struct status *s)
{
    struct status_bar *p = self(pane);
    p->status = *s;
    p->status.message = NULL;
    buf_reset(&p->message);
    if (s->message)
        sanitize_text(str_of(s->message), true, &p->message);
    pane->dirty = true;
}
