/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/chat_view.h"

#include <string.h>

#include "base/mem.h"
#include "ui/markdown.h"
#include "ui/transcript.h"

#define NARROW 24     /* below, margins cost more than they give */
#define COUNT_MAX 9999 /* of new lines: more is not worth counting */

void chat_view_init(struct chat_view *v, struct transcript *t)
{
    *v = (struct chat_view){.t = t, .follow = true, .width = 1, .height = 1};
}

static void forget_rows(struct chat_view *v)
{
    for (size_t i = 0; i < v->n_rows; i++)
        rows_clear(&v->rows[i]);
    mem_free(v->rows);
    v->rows = NULL;
    v->n_rows = 0;
}

void chat_view_clear(struct chat_view *v)
{
    forget_rows(v);
}

/* --- geometry ------------------------------------------------------------- */

int chat_view_mark_x(const struct chat_view *v)
{
    return v->width >= NARROW ? 1 : 0;
}

int chat_view_text_x(const struct chat_view *v, const struct block *b)
{
    return chat_view_mark_x(v) + (b->kind == BLOCK_THOUGHT ? 4 : 2);
}

static int text_width(const struct chat_view *v, const struct block *b)
{
    return v->width - chat_view_text_x(v, b) - chat_view_mark_x(v);
}

static struct rows *slot(struct chat_view *v, size_t block)
{
    if (block >= v->n_rows) {
        size_t n = v->n_rows ? v->n_rows : 16;
        while (n <= block)
            n *= 2;
        v->rows = mem_realloc(v->rows, n * sizeof *v->rows);
        memset(v->rows + v->n_rows, 0, (n - v->n_rows) * sizeof *v->rows);
        v->n_rows = n;
    }
    return &v->rows[block];
}

const struct rows *chat_view_rows(struct chat_view *v, size_t block)
{
    const struct block *b = transcript_block(v->t, block);
    struct rows *r = slot(v, block);
    struct md_how how = {.columns = text_width(v, b), .ascii = v->ascii,
                         .open = b->open};
    bool written = b->kind == BLOCK_ANSWER || b->kind == BLOCK_THOUGHT;
    if (written && !v->raw) {
        if (!r->md)
            r->md = md_new();
        v->wrapped += md_update(r->md, r, block_text(b), &how);
    } else {
        v->wrapped += rows_update(r, block_text(b), how.columns);
    }
    return r;
}

void chat_view_raw(struct chat_view *v, bool raw)
{
    size_t from = 0, to;
    bool inside = v->top.block < transcript_count(v->t) &&
                  chat_view_bytes(v, v->top, &from, &to);
    forget_rows(v);
    v->raw = raw;
    if (inside)
        v->top = chat_view_at(v, v->top.block, from);
    v->seen = chat_view_last(v); /* other rows, nothing new */
}

size_t chat_view_height(struct chat_view *v, size_t block)
{
    const struct block *b = transcript_block(v->t, block);
    if (block_is_empty(b) || transcript_hides(v->t, b))
        return 0;
    size_t header = b->kind == BLOCK_THOUGHT;
    size_t lines = 0;
    if (!b->folded)
        lines = chat_view_rows(v, block)->n - chat_view_first_line(v, block);
    return header + lines + 1;
}

size_t chat_view_first_line(struct chat_view *v, size_t block)
{
    const struct block *b = transcript_block(v->t, block);
    size_t n = b->tail && !b->folded ? chat_view_rows(v, block)->n : 0;
    return n > CHAT_VIEW_TAIL ? n - CHAT_VIEW_TAIL : 0;
}

struct place chat_view_at(struct chat_view *v, size_t block, size_t at)
{
    const struct block *b = transcript_block(v->t, block);
    struct place p = {block, 0};
    if (b->folded || chat_view_height(v, block) == 0)
        return p;
    const struct rows *r = chat_view_rows(v, block);
    size_t low = 0, high = r->n, first = chat_view_first_line(v, block);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (r->starts[mid] <= at)
            low = mid + 1;
        else
            high = mid;
    }
    size_t line = low ? low - 1 : 0;
    while (line > 0 && r->starts[line - 1] == r->starts[line])
        line--;
    p.row = (b->kind == BLOCK_THOUGHT) + (line > first ? line - first : 0);
    return p;
}

bool chat_view_bytes(struct chat_view *v, struct place p, size_t *from,
                     size_t *to)
{
    const struct block *b = transcript_block(v->t, p.block);
    size_t header = b->kind == BLOCK_THOUGHT;
    if (b->folded || p.row < header)
        return false;
    const struct rows *r = chat_view_rows(v, p.block);
    size_t line = p.row - header + chat_view_first_line(v, p.block);
    if (line >= r->n)
        return false;
    size_t next = line + 1;
    *from = r->starts[line];
    while (next < r->n && r->starts[next] <= *from)
        next++; /* a row of a table stands on several */
    *to = next < r->n ? r->starts[next] : block_text(b).len;
    return true;
}

/* --- walking -------------------------------------------------------------- */

struct place chat_view_up(struct chat_view *v, struct place at, size_t n)
{
    while (n > at.row && at.block > 0) {
        n -= at.row;
        at.block--;
        at.row = chat_view_height(v, at.block);
    }
    at.row -= n < at.row ? n : at.row;
    /* Empty blocks have no row to stand on. */
    while (at.block + 1 < transcript_count(v->t) &&
           at.row >= chat_view_height(v, at.block))
        at = (struct place){at.block + 1, 0};
    return at;
}

struct place chat_view_down(struct chat_view *v, struct place at, size_t n)
{
    struct place last = chat_view_last(v);
    while (at.block < last.block) {
        size_t left = chat_view_height(v, at.block) - at.row;
        if (n < left)
            break;
        n -= left;
        at = (struct place){at.block + 1, 0};
    }
    at.row += n;
    if (at.block > last.block || (at.block == last.block && at.row > last.row))
        return last;
    return at;
}

size_t chat_view_between(struct chat_view *v, struct place a, struct place b,
                         size_t most)
{
    size_t rows = 0;
    while (a.block < b.block && rows < most) {
        size_t height = chat_view_height(v, a.block);
        rows += height > a.row ? height - a.row : 0;
        a = (struct place){a.block + 1, 0};
    }
    if (a.block == b.block && b.row > a.row)
        rows += b.row - a.row;
    return rows < most ? rows : most;
}

struct place chat_view_last(struct chat_view *v)
{
    for (size_t i = transcript_count(v->t); i-- > 0;) {
        size_t height = chat_view_height(v, i);
        if (height)
            return (struct place){i, height < 2 ? 0 : height - 2};
    }
    return (struct place){0, 0};
}

/* --- where the top is ----------------------------------------------------- */

static size_t screen(const struct chat_view *v)
{
    return (size_t)v->height;
}

static bool end_is_visible(struct chat_view *v)
{
    return chat_view_between(v, v->top, chat_view_last(v), screen(v)) <
           screen(v);
}

/* A fold or a new width may have taken the row that the top stood on. */
static void settle_top(struct chat_view *v)
{
    size_t n = transcript_count(v->t);
    if (v->top.block >= n) {
        v->top = n ? chat_view_last(v) : (struct place){0, 0};
        return;
    }
    size_t height = chat_view_height(v, v->top.block);
    if (v->top.row >= height)
        v->top.row = height ? height - 1 : 0;
    /* A folded thought is its header. */
    if (transcript_block(v->t, v->top.block)->folded)
        v->top.row = 0;
}

static void stop_following(struct chat_view *v)
{
    if (v->follow)
        v->seen = chat_view_last(v);
    v->follow = v->hold = false;
}

void chat_view_update(struct chat_view *v, int width, int height)
{
    if (v->era != transcript_era(v->t)) {
        forget_rows(v);
        v->era = transcript_era(v->t);
        v->top = (struct place){0, 0};
        v->follow = true;
        v->hold = false;
    }
    v->width = width < 1 ? 1 : width;
    v->height = height < 1 ? 1 : height;
    if (transcript_count(v->t) == 0)
        return;
    settle_top(v);
    /* An answer made its thought fold: what comes is read from where one looks,
     * not from where the end has gone. */
    if (v->folds != transcript_folds(v->t) && v->follow)
        v->hold = true;
    v->folds = transcript_folds(v->t);
    if (v->hold && !end_is_visible(v))
        v->hold = false;
    if (v->follow && !v->hold)
        v->top = chat_view_up(v, chat_view_last(v), screen(v) - 1);
    else if (!v->follow && end_is_visible(v))
        v->follow = v->hold = true;
}

void chat_view_to_end(struct chat_view *v)
{
    v->follow = true;
    v->hold = false;
    v->top = chat_view_up(v, chat_view_last(v), screen(v) - 1);
}

void chat_view_to_top(struct chat_view *v)
{
    stop_following(v);
    v->top = chat_view_up(v, (struct place){0, 0}, 0);
}

void chat_view_scroll(struct chat_view *v, long rows)
{
    if (transcript_count(v->t) == 0)
        return;
    if (rows < 0) {
        stop_following(v);
        v->top = chat_view_up(v, v->top, (size_t)-rows);
        return;
    }
    if (v->follow)
        return;
    v->top = chat_view_down(v, v->top, (size_t)rows);
    if (end_is_visible(v))
        chat_view_to_end(v);
}

void chat_view_show(struct chat_view *v, struct place p)
{
    bool above = p.block < v->top.block ||
                 (p.block == v->top.block && p.row < v->top.row);
    if (above) {
        stop_following(v);
        v->top = p;
    } else if (chat_view_between(v, v->top, p, screen(v)) >= screen(v)) {
        v->top = chat_view_up(v, p, screen(v) - 1);
        if (end_is_visible(v))
            chat_view_to_end(v);
    }
}

void chat_view_folded(struct chat_view *v)
{
    if (transcript_count(v->t) == 0)
        return;
    settle_top(v);
    v->hold = v->follow && end_is_visible(v);
    if (!v->hold)
        stop_following(v);
}

size_t chat_view_new_lines(struct chat_view *v)
{
    if (v->follow || transcript_count(v->t) == 0)
        return 0;
    return chat_view_between(v, v->seen, chat_view_last(v), COUNT_MAX);
}
