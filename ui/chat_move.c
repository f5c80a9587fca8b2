/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/chat_move.h"

#include "base/err.h"
#include "ui/chat_parts.h"
#include "ui/glass.h"
#include "ui/markdown.h"
#include "ui/rows.h"
#include "ui/search.h"
#include "ui/transcript.h"

void chat_move_begin(struct chat_pane *p)
{
    struct chat_view *v = &p->view;
    size_t rows = (size_t)v->height;
    struct place end = chat_view_down(v, v->top, rows - 1);
    p->cursor = end;
    for (size_t i = end.block + 1; i-- > v->top.block;) {
        struct place at = {i, 0};
        bool seen = i > v->top.block || v->top.row == 0;
        if (seen && transcript_block(p->t, i)->kind == BLOCK_THOUGHT &&
            chat_view_height(v, i)) {
            p->cursor = at;
            return;
        }
    }
}

void chat_move_settle(struct chat_pane *p)
{
    if (p->cursor.block >= transcript_count(p->t))
        p->cursor = chat_view_last(&p->view);
    size_t height = chat_view_height(&p->view, p->cursor.block);
    if (p->cursor.row + 1 >= height) /* the last row is the blank one */
        p->cursor.row = height < 2 ? 0 : height - 2;
}

static void move_cursor(struct chat_pane *p, long rows)
{
    struct chat_view *v = &p->view;
    chat_move_settle(p);
    struct place to = rows < 0 ? chat_view_up(v, p->cursor, (size_t)-rows)
                               : chat_view_down(v, p->cursor, (size_t)rows);
    bool blank = to.row + 1 >= chat_view_height(v, to.block);
    if (blank && rows > 0)
        to = chat_view_down(v, to, 1);
    p->cursor = to;
    chat_move_settle(p);
    chat_view_show(v, p->cursor);
}

void chat_move_screen(struct chat_pane *p, long rows)
{
    chat_view_scroll(&p->view, rows);
    if (p->browsing)
        move_cursor(p, rows);
}

void chat_move_line(struct chat_pane *p, int step)
{
    if (p->browsing)
        move_cursor(p, step);
    else
        chat_view_scroll(&p->view, step);
}

/* Code in the message that the cursor is in is a place to stop at, too. */
static bool move_to_code(struct chat_pane *p, int step)
{
    struct chat_view *v = &p->view;
    size_t from = 0, to = 0, at;
    if (!p->browsing || p->cursor.block >= transcript_count(p->t))
        return false;
    const struct rows *r = chat_view_rows(v, p->cursor.block);
    if (!r->md || !chat_view_bytes(v, p->cursor, &from, &to))
        return false;
    at = md_next_code(r->md, from, step);
    if (at == SIZE_MAX)
        return false;
    p->cursor = chat_view_at(v, p->cursor.block, at);
    /* With some of what follows, not as the last line of the screen. */
    chat_view_show(v, chat_view_down(v, p->cursor, (size_t)v->height / 2));
    chat_view_show(v, p->cursor);
    return true;
}

void chat_move_block(struct chat_pane *p, int step)
{
    struct chat_view *v = &p->view;
    size_t n = transcript_count(p->t);
    if (move_to_code(p, step))
        return;
    size_t i = p->browsing ? p->cursor.block : v->top.block;
    size_t row = p->browsing ? p->cursor.row : v->top.row;
    if (step < 0 && row == 0)
        do {
            if (i == 0)
                break;
            i--;
        } while (chat_view_height(v, i) == 0);
    if (step > 0)
        do
            i++;
        while (i < n && chat_view_height(v, i) == 0);
    if (i >= n) {
        chat_view_to_end(v);
        p->cursor = chat_view_last(v);
        return;
    }
    p->cursor = (struct place){i, 0};
    if (p->browsing) {
        chat_view_show(v, p->cursor);
    } else {
        chat_view_to_top(v); /* stops following */
        v->top = p->cursor;
    }
}

/* --- places in the text --------------------------------------------------- */

void chat_move_browse(struct chat_pane *p)
{
    if (!p->browsing)
        chat_move_begin(p);
    p->browsing = true;
}

void chat_move_to(struct chat_pane *p, size_t block, size_t at)
{
    transcript_unfold(p->t, block);
    if (p->view.hold || p->view.follow)
        chat_view_folded(&p->view);
    p->cursor = chat_view_at(&p->view, block, at);
    p->browsing = true; /* the cursor is where we say, not the last thought */
    chat_view_show(&p->view, p->cursor);
}

bool chat_move_to_find(struct chat_pane *p, int step)
{
    struct glass *g = p->glass;
    struct err err;
    if (!g || !g->search || !search_run(g->search, p->t, g->where, &err) ||
        search_count(g->search) == 0)
        return false;
    uint32_t n = search_count(g->search);
    g->hit = g->hit >= n ? 0 : step > 0 ? (g->hit + 1) % n
           : step < 0 ? (g->hit + n - 1) % n : g->hit;
    const struct hit *h = search_hit(g->search, g->hit);
    chat_move_to(p, h->block, h->at);
    g->changes++;
    return true;
}

bool chat_move_to_first_find(struct chat_pane *p)
{
    struct glass *g = p->glass;
    struct place from = p->browsing ? p->cursor : p->view.top;
    if (!g || !g->search || search_count(g->search) == 0)
        return false;
    g->hit = search_from(g->search, (uint32_t)from.block, 0);
    if (g->hit >= search_count(g->search))
        g->hit = 0;
    return chat_move_to_find(p, 0);
}

bool chat_move_to_step(struct chat_pane *p, int step)
{
    chat_move_browse(p);
    size_t from = 0, to = 0, block = p->cursor.block;
    size_t n = transcript_count(p->t);
    if (block >= n)
        return false;
    bool inside = chat_view_bytes(&p->view, p->cursor, &from, &to);
    for (bool first = true; block < n; block += (size_t)step, first = false) {
        if (transcript_block(p->t, block)->kind != BLOCK_THOUGHT ||
            chat_view_height(&p->view, block) == 0)
            continue;
        const struct steps *s = transcript_steps(p->t, block);
        uint32_t i = step > 0 ? 0 : s->n;
        if (first && inside && step > 0)
            while (i < s->n && s->list[i].at < to)
                i++;
        else if (first && step < 0)
            while (i > 0 && (!inside || s->list[i - 1].at >= from))
                i--;
        if (step > 0 ? i < s->n : i > 0) {
            chat_move_to(p, block, s->list[step > 0 ? i : i - 1].at);
            return true;
        }
    }
    return false;
}
