/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "ui/block_draw.h"
#include "ui/chat_move.h"
#include "ui/chat_parts.h"
#include "ui/chat_tokens.h"
#include "ui/glass.h"
#include "ui/panes.h"
#include "ui/parts.h"
#include "ui/transcript.h"

static struct chat_pane *self(struct pane *p)
{
    return (struct chat_pane *)p;
}

static bool is_empty(const struct chat_pane *p)
{
    return transcript_count(p->t) == 0;
}

/* --- drawing -------------------------------------------------------------- */

static void measure(struct pane *p, int width, int *min_rows, int *want_rows)
{
    (void)p;
    (void)width;
    *min_rows = 1;
    *want_rows = 10000; /* all there are */
}

/* Whoever sends a message wants to see it, and what comes of it. */
static void follow_new_messages(struct chat_pane *p)
{
    size_t n = transcript_count(p->t);
    for (size_t i = p->n_blocks < n ? p->n_blocks : n; i < n; i++)
        if (transcript_block(p->t, i)->kind == BLOCK_USER)
            p->view.follow = true, p->view.hold = false;
    p->n_blocks = n;
}

static void draw_new_lines(struct chat_pane *p, struct canvas *c,
                           struct rect area)
{
    size_t n = chat_view_new_lines(&p->view);
    if (n == 0)
        return;
    char s[64];
    snprintf(s, sizeof s, _(" \xE2\x86\x93 %zu new line%s "), n, n == 1 ? "" : "s");
    canvas_right(c, area.x, area.y + area.height - 1, area.width, s,
                 style_bold(STYLE_ACCENT));
}

static void draw_cursor(struct canvas *c, struct rect row)
{
    canvas_puts(c, row.x, row.y, 1, "\xE2\x96\x8C", style_of(STYLE_ACCENT));
    c->cursor_x = row.x;
    c->cursor_y = row.y;
}

static void draw_rows(struct chat_pane *p, struct canvas *c, struct rect area)
{
    size_t n = transcript_count(p->t);
    struct place at = p->view.top;
    for (int y = 0; y < area.height; y++, at.row++) {
        while (at.block < n && at.row >= chat_view_height(&p->view, at.block))
            at = (struct place){at.block + 1, 0};
        if (at.block >= n)
            return;
        struct rect row = {area.x, area.y + y, area.width, 1};
        block_draw_row(&p->view, at, c, row);
        if (p->browsing && at.block == p->cursor.block &&
            at.row == p->cursor.row)
            draw_cursor(c, row);
    }
}

static void draw_empty(struct chat_pane *p, struct canvas *c, struct rect area,
                       bool focused)
{
    p->n_blocks = 0;
    p->browsing = focused;
    if (focused && p->welcome.chosen < 0)
        welcome_choose(&p->welcome, 0);
    welcome_draw(&p->welcome, c, area);
}

static void draw(struct pane *pane, struct canvas *c, struct rect area,
                 bool focused)
{
    struct chat_pane *p = self(pane);
    pane->dirty = false;
    if (is_empty(p)) {
        draw_empty(p, c, area, focused);
        return;
    }
    follow_new_messages(p);
    p->view.ascii = c->ascii;
    chat_view_update(&p->view, area.width, area.height);
    if (focused && !p->browsing)
        chat_move_begin(p);
    p->browsing = focused;
    if (focused) {
        chat_move_settle(p);
        chat_tokens_settle(p->glass, &p->view, p->cursor);
    }
    draw_rows(p, c, area);
    draw_new_lines(p, c, area);
}

/* --- actions -------------------------------------------------------------- */

static bool token_action(struct chat_pane *p, enum action a)
{
    struct glass *g = p->glass;
    size_t block, at;
    if (!g)
        return false;
    if (a == ACTION_TOKENS) {
        chat_move_browse(p);
        if (chat_tokens_toggle(g, &p->view, p->cursor, &block, &at))
            chat_move_to(p, block, at);
        return true;
    }
    if (g->token == TOKEN_NONE)
        return false;
    if (a == ACTION_LEFT || a == ACTION_RIGHT) {
        if (chat_tokens_move(g, &p->view, a == ACTION_LEFT ? -1 : 1, &block,
                             &at))
            chat_move_to(p, block, at);
        return true;
    }
    if (a == ACTION_NEXT_BLOCK || a == ACTION_PREV_BLOCK) {
        chat_tokens_choose(g, a == ACTION_NEXT_BLOCK ? 1 : -1);
        return true;
    }
    return false;
}

static bool fold(struct chat_pane *p, enum action a)
{
    bool done = true;
    if (a == ACTION_FOLD_LAST)
        done = transcript_toggle_last(p->t);
    else if (a == ACTION_FOLD_HERE || a == ACTION_OPEN)
        done = p->browsing && transcript_toggle(p->t, p->cursor.block);
    else
        transcript_fold_all(p->t, a == ACTION_FOLD_ALL);
    if (done)
        chat_view_folded(&p->view);
    if (done && p->browsing) {
        chat_move_settle(p);
        chat_view_show(&p->view, p->cursor);
    }
    return done;
}

/* Who has scrolled into a thought, or has the cursor in it, reads it: the answer
 * must not fold it away. */
static void keep_what_is_read(struct chat_pane *p)
{
    if (p->browsing)
        transcript_keep_open(p->t, p->cursor.block);
    if (p->view.follow)
        return;
    struct place last = chat_view_down(&p->view, p->view.top,
                                       (size_t)p->view.height - 1);
    for (size_t i = p->view.top.block; i <= last.block; i++)
        transcript_keep_open(p->t, i);
}

/* The cursor stays at its words, too. */
static void toggle_raw(struct chat_pane *p)
{
    struct chat_view *v = &p->view;
    size_t from = 0, to;
    bool inside = p->browsing && p->cursor.block < transcript_count(p->t) &&
                  chat_view_bytes(v, p->cursor, &from, &to);
    chat_view_raw(v, !v->raw);
    if (inside) {
        p->cursor = chat_view_at(v, p->cursor.block, from);
        chat_view_show(v, p->cursor);
    }
}

static bool choose_prompt(struct chat_pane *p, enum action a)
{
    if (a != ACTION_LINE_UP && a != ACTION_LINE_DOWN)
        return false;
    welcome_choose(&p->welcome, a == ACTION_LINE_UP ? -1 : 1);
    return true;
}

static bool act(struct chat_pane *p, enum action a)
{
    long page = p->view.height > 1 ? p->view.height - 1 : 1;
    long half = p->view.height > 1 ? p->view.height / 2 : 1;
    if (token_action(p, a))
        return true;
    switch (a) {
    case ACTION_FIND_FIRST:
        return chat_move_to_first_find(p);
    case ACTION_FIND_NEXT:
    case ACTION_FIND_PREV:
        return chat_move_to_find(p, a == ACTION_FIND_NEXT ? 1 : -1);
    case ACTION_NEXT_STEP:
    case ACTION_PREV_STEP:
        return chat_move_to_step(p, a == ACTION_NEXT_STEP ? 1 : -1);
    case ACTION_LINE_UP:
    case ACTION_LINE_DOWN:
        chat_move_line(p, a == ACTION_LINE_UP ? -1 : 1);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        chat_move_screen(p, a == ACTION_PAGE_UP ? -page : page);
        return true;
    case ACTION_HALF_UP:
    case ACTION_HALF_DOWN:
        chat_move_screen(p, a == ACTION_HALF_UP ? -half : half);
        return true;
    case ACTION_TOP:
        chat_view_to_top(&p->view);
        p->cursor = p->view.top;
        return true;
    case ACTION_END:
        chat_view_to_end(&p->view);
        p->cursor = chat_view_last(&p->view);
        return true;
    case ACTION_FOLD_LAST:
    case ACTION_FOLD_HERE:
    case ACTION_OPEN:
    case ACTION_FOLD_ALL:
    case ACTION_UNFOLD_ALL:
        return fold(p, a);
    case ACTION_NEXT_BLOCK:
    case ACTION_PREV_BLOCK:
        chat_move_block(p, a == ACTION_NEXT_BLOCK ? 1 : -1);
        return true;
    case ACTION_RAW:
        toggle_raw(p);
        return true;
    default:
        return false;
    }
}

static bool action(struct pane *pane, enum action a)
{
    struct chat_pane *p = self(pane);
    bool taken = is_empty(p) && a != ACTION_RAW ? choose_prompt(p, a)
                                                : act(p, a);
    pane->dirty |= taken;
    if (taken && !is_empty(p))
        keep_what_is_read(p);
    return taken;
}

static void look(struct pane *pane, struct glass *g)
{
    self(pane)->glass = g;
    self(pane)->view.glass = g;
}

/* --- the rest ------------------------------------------------------------- */

static void event(struct pane *pane, const struct event *ev)
{
    if (ev->kind != EVENT_PREFILL)
        pane->dirty = true;
}

static void telemetry(struct pane *pane, const struct telemetry *now)
{
    struct chat_pane *p = self(pane);
    uint64_t before = transcript_changes(p->t);
    transcript_telemetry(p->t, now);
    pane->dirty |= transcript_changes(p->t) != before;
}

static void chat_pane_free(struct pane *pane)
{
    struct chat_pane *p = self(pane);
    chat_view_clear(&p->view);
    welcome_clear(&p->welcome);
    mem_free(p);
}

static const struct pane_ops ops = {
    .name = "chat",
    .measure = measure,
    .draw = draw,
    .action = action,
    .event = event,
    .telemetry = telemetry,
    .look = look,
    .free = chat_pane_free,
};

struct pane *chat_pane_new(struct transcript *t, const struct backend_info *info,
                           const char *greeting)
{
    struct chat_pane *p = mem_zalloc(sizeof *p);
    p->pane = (struct pane){.ops = &ops, .dirty = true};
    p->t = t;
    chat_view_init(&p->view, t);
    welcome_init(&p->welcome, info, greeting);
    return &p->pane;
}

bool chat_pane_offers(const struct pane *pane)
{
    const struct chat_pane *p = (const struct chat_pane *)pane;
    return is_empty(p) && p->welcome.n_prompts > 0;
}

const char *chat_pane_suggestion(const struct pane *pane)
{
    const struct chat_pane *p = (const struct chat_pane *)pane;
    return is_empty(p) ? welcome_chosen(&p->welcome) : NULL;
}

bool chat_pane_cursor(struct pane *pane, size_t *block, size_t *at)
{
    struct chat_pane *p = self(pane);
    size_t to;
    if (is_empty(p) || !p->browsing)
        return false;
    chat_move_settle(p);
    *block = p->cursor.block;
    *at = 0;
    chat_view_bytes(&p->view, p->cursor, at, &to);
    return true;
}

bool chat_pane_click(struct pane *pane, int row)
{
    struct chat_pane *p = self(pane);
    struct chat_view *v = &p->view;
    if (is_empty(p) || row < 0 || row >= v->height)
        return false;
    struct place at = chat_view_down(v, v->top, (size_t)row);
    bool below = chat_view_between(v, v->top, at, (size_t)row + 1) <
                 (size_t)row;
    const struct block *b = transcript_block(p->t, at.block);
    bool header = b->kind == BLOCK_THOUGHT && at.row == 0;
    if (below || (!header && !p->browsing))
        return false;
    if (p->browsing)
        p->cursor = at;
    if (header && transcript_toggle(p->t, at.block))
        chat_view_folded(v);
    if (p->browsing)
        chat_move_settle(p);
    keep_what_is_read(p);
    pane->dirty = true;
    return true;
}

bool chat_pane_is_raw(const struct pane *pane)
{
    return ((const struct chat_pane *)pane)->view.raw;
}

size_t chat_pane_wrapped(const struct pane *pane)
{
    return ((const struct chat_pane *)pane)->view.wrapped;
}
