/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/block_draw.h"

#include "base/i18n.h"
#include "ui/glass.h"
#include "ui/markdown.h"
#include "ui/marks.h"
#include "ui/parts.h"
#include "ui/transcript.h"
#include "ui/units.h"

#define MARK_USER "\xE2\x80\xBA"    /* single right angle quotation mark */
#define MARK_OPEN "\xE2\x96\xBE"    /* small triangle down */
#define MARK_FOLDED "\xE2\x96\xB8"  /* and to the right */
#define MARK_TAIL "\xE2\x96\xB4"    /* and up: there is more above */
#define MARK_NOTICE "\xC2\xB7"
#define BAR "\xE2\x96\x8F"          /* left one eighth block */
#define CURSOR "\xE2\x96\x88"

/* --- lines of text -------------------------------------------------------- */

struct pen {
    struct canvas *c;
    int x, y, left, right; /* left: where TAB stops count from */
    struct style style;
    struct marks *marks;   /* what of the text looks different, or NULL */
    const char *text;      /* that the pieces are of */
};

/* The canvas knows no TAB: it does not know where a line began. */
static void write_alike(struct pen *p, struct str s)
{
    while (s.len && p->x < p->right) {
        const char *tab = memchr(s.p, '\t', s.len);
        size_t n = tab ? (size_t)(tab - s.p) : s.len;
        p->x += canvas_text(p->c, p->x, p->y, p->right - p->x, str_n(s.p, n),
                            p->style);
        if (tab) {
            p->x += 4 - (p->x - p->left) % 4;
            n++;
        }
        s = str_n(s.p + n, s.len - n);
    }
}

static void write_text(struct pen *p, struct str s)
{
    struct style base = p->style;
    while (p->marks && s.len && p->x < p->right) {
        size_t at = (size_t)(s.p - p->text), until = at + s.len;
        p->style = marks_style(p->marks, at, &until, base);
        size_t n = until - at < s.len ? until - at : s.len;
        write_alike(p, str_n(s.p, n));
        s = str_n(s.p + n, s.len - n);
    }
    p->style = base;
    write_alike(p, s);
}

/* A piece that stands for other bytes than its own has one look: that of the
 * first of them. */
static void write_whole(struct pen *p, struct str s, size_t src)
{
    struct style base = p->style;
    size_t until = SIZE_MAX;
    if (p->marks)
        p->style = marks_style(p->marks, src, &until, base);
    write_alike(p, s);
    p->style = base;
}

static void write_rich(struct pen *p, const struct rich *r, size_t from,
                       size_t to, bool thought)
{
    for (uint32_t i = 0; i < r->n && r->runs[i].at < to; i++) {
        const struct run *run = &r->runs[i];
        size_t a = run->at > from ? run->at : from;
        size_t b = run->at + run->len < to ? run->at + run->len : to;
        if (run->kind == RUN_HIDDEN || a >= b)
            continue;
        p->style = thought ? rich_in_thought(run->style) : run->style;
        if (run->kind == RUN_WHOLE)
            write_whole(p, str_n(r->text.p + a, b - a), run->src);
        else
            write_text(p, str_n(p->text + run->src + (a - run->at), b - a));
    }
}

static enum style_role text_role(enum block_kind kind)
{
    switch (kind) {
    case BLOCK_USER:
        return STYLE_USER;
    case BLOCK_THOUGHT:
        return STYLE_THOUGHT;
    case BLOCK_ANSWER:
        return STYLE_TEXT;
    case BLOCK_NOTICE:
        return STYLE_SECONDARY;
    case BLOCK_ERROR:
        return STYLE_ERROR;
    }
    return STYLE_TEXT;
}

static void draw_line(struct chat_view *v, struct place p, size_t line,
                      struct canvas *c, struct rect row)
{
    const struct block *b = transcript_block(v->t, p.block);
    const struct rows *r = chat_view_rows(v, p.block);
    bool thought = b->kind == BLOCK_THOUGHT;
    struct str text = block_text(b);
    size_t from = r->starts[line];
    struct marks marks;
    struct pen pen = {.c = c, .y = row.y, .right = row.x + row.width,
                      .style = style_of(text_role(b->kind)), .text = text.p};
    if (marks_begin(&marks, v, p.block, from,
                    line + 1 < r->n ? r->starts[line + 1] : text.len))
        pen.marks = &marks;
    pen.x = pen.left = row.x + chat_view_text_x(v, b);
    if (r->md) {
        struct md_row md;
        md_row(r->md, text, line, &md);
        pen.x += canvas_text(c, pen.x, row.y, pen.right - pen.x, md.lead,
                             thought ? rich_in_thought(md.lead_style)
                                     : md.lead_style);
        pen.left = pen.x;
        write_rich(&pen, md.body, md.from, md.to, thought);
    } else {
        write_text(&pen, rows_line(r, text, line));
    }
    /* Alive: here the next word will stand. */
    if (b->open && line + 1 == r->n)
        canvas_puts(c, pen.x, row.y, pen.right - pen.x, CURSOR,
                    style_of(STYLE_ACCENT));
}

static void draw_margin(struct chat_view *v, const struct block *b, bool first,
                        struct canvas *c, struct rect row)
{
    int x = row.x + chat_view_mark_x(v);
    if (b->kind == BLOCK_THOUGHT)
        canvas_puts(c, x + 2, row.y, 1, BAR, style_of(STYLE_THOUGHT_BAR));
    else if (b->kind == BLOCK_USER && first)
        canvas_puts(c, x, row.y, 1, MARK_USER, style_bold(STYLE_ACCENT));
    else if (b->kind == BLOCK_NOTICE && first)
        canvas_puts(c, x, row.y, 1, MARK_NOTICE, style_of(STYLE_DIM));
    else if (b->kind == BLOCK_ERROR && first)
        canvas_puts(c, x, row.y, 1, "!", style_of(STYLE_ERROR));
}

/* --- the header of a thought ---------------------------------------------- */

static void draw_steps(struct chat_view *v, size_t block, struct parts *p)
{
    char figure[UNITS_MAX];
    const struct steps *s = transcript_steps(v->t, block);
    parts_printf(p, style_of(STYLE_THOUGHT_BAR), _("%s%s step%s"), DOT,
                 units_count(figure, s->n), s->n == 1 ? "" : "s");
    if (s->corrections)
        parts_printf(p, style_of(STYLE_LOOK), _("%s%s correction%s"), DOT,
                     units_count(figure, s->corrections),
                     s->corrections == 1 ? "" : "s");
}

/* With the next question thoughts leave the cache, or when they are dropped. */
static bool left_the_cache(const struct chat_view *v, const struct block *b)
{
    return v->glass && (b->turn != v->glass->turn ||
                        glass_thought_tokens(v->glass) == 0);
}

static void draw_header(struct chat_view *v, size_t block, struct canvas *c,
                        struct rect row)
{
    char figure[UNITS_MAX];
    const struct block *b = transcript_block(v->t, block);
    struct style quiet = style_of(STYLE_THOUGHT_BAR);
    struct parts p = parts_on(c, row.x + chat_view_mark_x(v) + 2, row.y,
                              row.x + row.width);
    parts_add(&p, b->folded ? MARK_FOLDED " " : b->tail ? MARK_TAIL " "
                                                        : MARK_OPEN " ", quiet);
    parts_add(&p, b->open ? _("thinking") : _("thought"), quiet);
    if (b->tokens) {
        parts_printf(&p, quiet, " %s", units_time(figure, b->ms));
        parts_printf(&p, quiet, _("%s%s token%s"), DOT,
                     units_count(figure, b->tokens), b->tokens == 1 ? "" : "s");
    }
    if (b->interrupted)
        parts_printf(&p, quiet, DOT "%s", _("interrupted"));
    else if (b->ended_early)
        parts_printf(&p, quiet, DOT "%s", _("ended early"));
    if (!b->interrupted && !b->open)
        draw_steps(v, block, &p);
    uint64_t bytes = transcript_cache_bytes(v->t, b);
    if (bytes)
        parts_printf(&p, style_of(STYLE_DIM), "  %s%s",
                     units_bytes(figure, bytes),
                     b->open || b->folded || left_the_cache(v, b)
                         ? "" : _(" of cache"));
}

void block_draw_row(struct chat_view *v, struct place p, struct canvas *c,
                    struct rect row)
{
    const struct block *b = transcript_block(v->t, p.block);
    size_t header = b->kind == BLOCK_THOUGHT;
    if (p.row < header) {
        draw_header(v, p.block, c, row);
        return;
    }
    size_t line = p.row - header + chat_view_first_line(v, p.block);
    if (b->folded || line >= chat_view_rows(v, p.block)->n)
        return; /* the blank row after the block */
    draw_margin(v, b, p.row == header, c, row);
    draw_line(v, p, line, c, row);
}
