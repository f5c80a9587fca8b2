/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markdown.h"

#include <stdint.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ui/highlight.h"
#include "ui/markup.h"
#include "ui/md_prefix.h"
#include "ui/md_table.h"
#include "ui/rows.h"
#include "ui/tex.h"
#include "ui/wrap.h"

#define BAR "\xE2\x96\x8F "       /* of a quote */
#define BULLET "\xE2\x80\xA2 "
#define GOES_ON "\xE2\x86\xAA "   /* code that did not fit into its line */

enum kind {
    K_TEXT,   /* paragraph, heading, item of a list */
    K_REST,   /* of a line that was too long for one */
    K_BLANK, K_RULE,
    K_FENCE,  /* opens code */
    K_CODE,
    K_FENCE_END,
    K_MATH,
    K_HEAD, K_HEAD_RULE, K_ROW, /* of a table */
    K_GONE,   /* takes no row */
};

/* One line of the source. */
struct line {
    uint32_t from, to;        /* its bytes */
    uint32_t row;             /* the first of its rows */
    uint32_t table;           /* K_HEAD .. K_ROW */
    const struct language *language; /* K_CODE, or NULL */
    uint8_t kind, open;       /* K_CODE: what highlight_line begins with */
    uint8_t quotes, indent;   /* of the fence */
    bool cut;                 /* the next line is the rest of this one */
};

/* What the lines before have left open. */
struct state {
    enum { IN_TEXT, IN_CODE, IN_MATH, IN_TABLE } in;
    char fence;
    size_t fence_len;
    uint8_t quotes, indent;
    const struct language *language;
    uint8_t open;
    const char *math_end;       /* somewhere on the last line of a formula */
    uint32_t table, table_line; /* the table, and how many lines it has */
    bool rest;                  /* in the middle of a long line */
    bool blank;                 /* the line before was blank */
};

struct md {
    struct md_how how;
    struct line *lines;       /* owned; [n] */
    size_t n, cap;
    uint32_t *at;             /* owned; [rows]: in the text of their line, or
                                 which row of a row of a table */
    size_t at_cap;
    struct md_table *tables;  /* owned; [n_tables] */
    size_t n_tables;
    size_t len;               /* of the text */
    /* Up to here nothing will change. */
    size_t final_at, final_lines, final_rows, final_tables;
    struct state final;
    bool table_closed;        /* the one that is read will not widen */
    /* The line that was rendered last. */
    struct rich body;
    struct buf lead;
    struct style lead_style;
    size_t shown_line, shown_part;
};

#define NOTHING SIZE_MAX

struct md *md_new(void)
{
    struct md *m = mem_zalloc(sizeof *m);
    m->shown_line = NOTHING;
    return m;
}

void md_free(struct md *m)
{
    if (!m)
        return;
    mem_free(m->lines);
    mem_free(m->at);
    mem_free(m->tables);
    rich_clear(&m->body);
    buf_clear(&m->lead);
    mem_free(m);
}

static struct str line_text(const struct line *l, struct str text)
{
    return str_n(text.p + l->from, l->to - l->from);
}

/* Without what the fence stood behind. */
static struct str code_text(const struct line *l, struct str text)
{
    struct str s = line_text(l, text);
    size_t skip = md_strip(s, l->quotes, l->indent);
    return skip <= s.len ? str_n(s.p + skip, s.len - skip) : s;
}

/* --- from a line to what is drawn ------------------------------------------------ */

static void add_bars(struct md *m, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_puts(&m->lead, BAR);
}

static void add_blanks(struct md *m, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        buf_putc(&m->lead, ' ');
}

/* An indent must leave room for words. */
static unsigned fitting_indent(const struct md *m, unsigned indent)
{
    unsigned most = m->how.columns > 24 ? (unsigned)m->how.columns / 3 : 4;
    return indent < most ? indent : most;
}

static void lead_of_text(struct md *m, const struct md_prefix *p, bool first)
{
    bool item = p->bullet.len == 1;
    add_bars(m, p->quotes);
    add_blanks(m, fitting_indent(m, p->indent));
    if (!p->bullet.len)
        return;
    if (first && item)
        buf_puts(&m->lead, BULLET);
    else if (first)
        buf_add_str(&m->lead, p->bullet);
    else
        add_blanks(m, item ? 2 : (unsigned)p->bullet.len);
    if (!item)
        buf_putc(&m->lead, ' ');
}

static struct style style_of_text(const struct md_prefix *p)
{
    struct style s = {.role = p->level   ? STYLE_HEADING
                              : p->quotes ? STYLE_SECONDARY
                                          : STYLE_TEXT};
    if (p->level == 1)
        s.flags = STYLE_UNDERLINE;
    return s;
}

static void render_text(struct md *m, const struct line *l, struct str text)
{
    struct str s = line_text(l, text);
    struct md_prefix p = {0};
    if (l->kind == K_TEXT)
        p = md_prefix_of(s);
    bool last = l->to == m->len; /* where the text ends, more may come */
    struct markup how = {.base = style_of_text(&p), .ascii = m->how.ascii,
                         .open = m->how.open && last};
    markup_read(&how, str_n(s.p + p.body, s.len - p.body), l->from + p.body,
                &m->body);
}

struct coloring {
    struct rich *out;
    struct str s;
    size_t src, at;
};

static void plain_until(struct coloring *c, size_t to)
{
    if (to > c->at)
        rich_add(c->out, str_n(c->s.p + c->at, to - c->at), c->src + c->at,
                 to - c->at, (struct style){0}, RUN_ALIKE);
    c->at = to;
}

static void color_part(void *arg, size_t from, size_t to, enum style_role role)
{
    struct coloring *c = arg;
    plain_until(c, from);
    rich_add(c->out, str_n(c->s.p + from, to - from), c->src + from, to - from,
             (struct style){.role = (uint8_t)role}, RUN_ALIKE);
    c->at = to;
}

static void render_code(struct md *m, const struct line *l, struct str text)
{
    struct str s = code_text(l, text);
    struct coloring c = {.out = &m->body, .s = s,
                         .src = (size_t)(s.p - text.p)};
    if (l->language)
        highlight_line(l->language, s, l->open, color_part, &c);
    plain_until(&c, s.len);
}

/* The inside of a line of a formula, its marks left out. */
static struct str math_inside(struct str s)
{
    struct md_prefix p = md_prefix_of(s);
    s = str_n(s.p + p.inner, s.len - p.inner);
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    if (str_starts(s, str_of("$$")) || str_starts(s, str_of("\\[")))
        s = str_n(s.p + 2, s.len - 2);
    if (str_ends(s, str_of("$$")) || str_ends(s, str_of("\\]")))
        s.len -= 2;
    return s;
}

static void render_math(struct md *m, const struct line *l, struct str text)
{
    struct str s = math_inside(line_text(l, text));
    struct buf shown = {0};
    size_t src = (size_t)(s.p - text.p);
    /* Half a formula says nothing: it waits for its other half. */
    bool waits = m->how.open && l->to == m->len && s.len <= TEX_MAX;
    if (!m->how.ascii && !waits && tex_text(s, &shown))
        rich_add(&m->body, buf_str(&shown), src, s.len, (struct style){0},
                 RUN_WHOLE);
    else if (!waits)
        rich_add(&m->body, s, src, s.len, (struct style){0}, RUN_ALIKE);
    buf_clear(&shown);
}

/* The word behind a fence. */
static struct str fence_word(struct str s)
{
    size_t from = 0, to;
    while (from < s.len && strchr(" \t`~>{.", s.p[from]))
        from++;
    for (to = from; to < s.len && !strchr(" \t`{},:", s.p[to]);)
        to++;
    return str_n(s.p + from, to - from);
}

/* The line as rich text in m->body: whole, or of a table's row the part-th. */
static void render(struct md *m, size_t line, size_t part, struct str text)
{
    static const struct style dim = {.role = STYLE_DIM};
    static const struct style rule = {.role = STYLE_RULE};
    const struct line *l = &m->lines[line];
    struct str s = line_text(l, text);
    if (m->shown_line == line && m->shown_part == part)
        return;
    m->shown_line = line;
    m->shown_part = part;
    rich_reset(&m->body);
    switch ((enum kind)l->kind) {
    case K_TEXT:
    case K_REST:
        render_text(m, l, text);
        break;
    case K_FENCE:
        s = fence_word(s);
        rich_add(&m->body, s, (size_t)(s.p - text.p), s.len, dim, RUN_ALIKE);
        break;
    case K_CODE:
        render_code(m, l, text);
        break;
    case K_MATH:
        render_math(m, l, text);
        break;
    case K_RULE:
        for (int i = 0; i < m->how.columns && i < 40; i++)
            rich_add(&m->body, str_of("─"), l->from, s.len, rule, RUN_WHOLE);
        break;
    case K_HEAD_RULE:
        md_table_rule(&m->tables[l->table], l->from, s.len, &m->body);
        break;
    case K_HEAD:
    case K_ROW:
        md_table_row(&m->tables[l->table], s, l->from, part,
                     l->kind == K_HEAD, m->how.ascii, &m->body);
        break;
    case K_BLANK:
    case K_FENCE_END:
    case K_GONE:
        break;
    }
}

/* What stands before its first row, or before the others; in m->lead. */
static void lead_of(struct md *m, const struct line *l, struct str text,
                    bool first)
{
    buf_reset(&m->lead);
    m->lead_style = (struct style){.role = STYLE_DIM};
    if (l->kind == K_TEXT) {
        struct md_prefix p = md_prefix_of(line_text(l, text));
        lead_of_text(m, &p, first);
    } else if (l->kind == K_CODE || l->kind == K_FENCE) {
        add_bars(m, l->quotes);
        add_blanks(m, fitting_indent(m, l->indent));
        buf_puts(&m->lead, first ? "  " : GOES_ON);
    } else if (l->kind == K_MATH) {
        add_blanks(m, 4);
    }
    buf_puts(&m->lead, ""); /* never NULL */
}

/* --- rows ------------------------------------------------------------------------ */

static void add_row(struct md *m, struct rows *r, size_t start, size_t at)
{
    if (r->n == m->at_cap) {
        m->at_cap = m->at_cap ? m->at_cap * 2 : 16;
        m->at = mem_realloc(m->at, m->at_cap * sizeof *m->at);
    }
    m->at[r->n] = (uint32_t)at;
    rows_add(r, start);
}

static int room_behind(const struct md *m)
{
    int room = m->how.columns - text_columns(buf_str(&m->lead));
    return room < 1 ? 1 : room;
}

/* Code breaks at the edge: every blank of it counts. */
static size_t code_next(struct str s, size_t at, int room, size_t *len)
{
    *len = text_fit(str_n(s.p + at, s.len - at), room);
    if (*len == 0 && at < s.len) {
        int columns;
        *len = grapheme_next(str_n(s.p + at, s.len - at), &columns);
    }
    return at + *len;
}

static size_t next_break(struct md *m, const struct line *l, size_t at,
                         size_t *len)
{
    struct str s = buf_str(&m->body.text);
    return l->kind == K_CODE ? code_next(s, at, room_behind(m), len)
                             : wrap_next(s, at, room_behind(m), len);
}

static void lay_wrapped(struct md *m, struct rows *r, size_t line,
                        struct str text, bool may_be_empty)
{
    const struct line *l = &m->lines[line];
    size_t at = 0, len;
    render(m, line, 0, text);
    lead_of(m, l, text, true);
    if (m->body.text.len == 0 && may_be_empty) {
        add_row(m, r, l->from, 0);
        return;
    }
    for (bool first = true; at < m->body.text.len; first = false) {
        add_row(m, r, first ? l->from : rich_source(&m->body, at), at);
        if (!first)
            lead_of(m, l, text, false);
        at = next_break(m, l, at, &len);
    }
}

static void lay_out(struct md *m, struct rows *r, size_t line, struct str text)
{
    struct line *l = &m->lines[line];
    struct str s = line_text(l, text);
    size_t rows = 1;
    l->row = (uint32_t)r->n;
    switch ((enum kind)l->kind) {
    case K_TEXT:
    case K_REST:
        /* What waits for its end (a formula) has no row yet. */
        lay_wrapped(m, r, line, text, l->kind == K_TEXT && md_prefix_of(s).body
                                          == s.len);
        return;
    case K_CODE:
        lay_wrapped(m, r, line, text, true);
        return;
    case K_MATH:
        lay_wrapped(m, r, line, text, false);
        return;
    case K_HEAD:
    case K_ROW:
        rows = md_table_height(&m->tables[l->table], s, m->how.ascii);
        break;
    case K_FENCE:
        rows = fence_word(s).len > 0;
        break;
    case K_FENCE_END:
    case K_GONE:
        rows = 0;
        break;
    case K_BLANK:
    case K_RULE:
    case K_HEAD_RULE:
        break;
    }
    for (size_t i = 0; i < rows; i++)
        add_row(m, r, l->from, i);
}

/* --- what a line is --------------------------------------------------------------- */

/* The line at `at`: its end without the line feed, and where the next begins.
 * Very long ones are cut at a blank. */
static size_t find_end(struct str text, size_t at, size_t *next, bool *cut)
{
    size_t most = text.len - at < MARKUP_MAX ? text.len - at : MARKUP_MAX;
    const char *lf = memchr(text.p + at, '\n', most);
    *cut = false;
    if (lf) {
        *next = (size_t)(lf - text.p) + 1;
        return (size_t)(lf - text.p);
    }
    if (most < MARKUP_MAX || at + most >= text.len ||
        text.p[at + most] == '\n') {
        *next = at + most + (at + most < text.len);
        return at + most;
    }
    *cut = true;
    size_t end = at + most - utf8_open_tail(str_n(text.p + at, most));
    for (size_t i = end; i > end - 256; i--)
        if (text.p[i - 1] == ' ') {
            *next = i;
            return i - 1;
        }
    *next = end;
    return end;
}

/* How many ` or ~ a fence has that begins here; 0: it is none. */
static size_t fence_at(struct str inner)
{
    size_t n = 0;
    char c = inner.len > 0 ? inner.p[0] : '\0';
    while (n < inner.len && inner.p[n] == c)
        n++;
    if ((c != '`' && c != '~') || n < 3 ||
        (c == '`' && memchr(inner.p + n, '`', inner.len - n)))
        return 0;
    return n;
}

static struct str trimmed(struct str s)
{
    while (s.len > 0 && (s.p[s.len - 1] == ' ' || s.p[s.len - 1] == '\t'))
        s.len--;
    return s;
}

static enum kind begin_code(struct state *st, struct str s,
                            const struct md_prefix *p, size_t fence)
{
    st->in = IN_CODE;
    st->fence = s.p[p->inner];
    st->fence_len = fence;
    st->quotes = (uint8_t)p->quotes;
    st->indent = (uint8_t)p->indent;
    st->language = language_find(
        fence_word(str_n(s.p + p->inner, s.len - p->inner)));
    st->open = 0;
    return K_FENCE;
}

/* False: the line is no code any more (its quote has ended). */
static bool code_kind(const struct md *m, struct state *st, struct line *l,
                      struct str text)
{
    struct str s = line_text(l, text);
    size_t n = 0, skip = md_strip(s, st->quotes, 3 + st->indent);
    if (skip == SIZE_MAX) {
        st->in = IN_TEXT;
        return false;
    }
    struct str inner = trimmed(str_n(s.p + skip, s.len - skip));
    while (n < inner.len && inner.p[n] == st->fence)
        n++;
    l->kind = K_CODE;
    l->quotes = st->quotes;
    l->indent = st->indent;
    l->language = st->language;
    l->open = st->open;
    if (!st->rest && n == inner.len && n >= st->fence_len) {
        l->kind = K_FENCE_END;
        st->in = IN_TEXT;
    } else if (!st->rest && n == inner.len && n > 0 && m->how.open &&
               l->to == text.len) {
        l->kind = K_GONE; /* the beginning of the end, most likely */
    } else if (st->language) {
        st->open = highlight_line(st->language, code_text(l, text), st->open,
                                  NULL, NULL);
    }
    return true;
}

/* Many write these without the marks that should stand around them. */
static bool begins_environment(struct str inner)
{
    static const char *const names[] = {"align}", "align*}", "aligned}",
                                        "equation}", "equation*}", "gather*}"};
    struct str begin = str_of("\\begin{");
    if (!str_starts(inner, begin) ||
        str_find(inner, str_of("\\end{"), 0) < inner.len)
        return false;
    inner = str_n(inner.p + begin.len, inner.len - begin.len);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_starts(inner, str_of(names[i])))
            return true;
    return false;
}

/* A formula of its own begins: on one line, or on several up to its mark. */
static bool begin_math(struct state *st, struct str inner)
{
    inner = trimmed(inner);
    bool dollar = str_starts(inner, str_of("$$"));
    if (begins_environment(inner)) {
        st->in = IN_MATH;
        st->math_end = "\\end{";
        return true;
    }
    if (!dollar && !str_starts(inner, str_of("\\[")))
        return false;
    const char *end = dollar ? "$$" : "\\]";
    size_t found = str_find(inner, str_of(end), 2);
    if (found < inner.len && found + 2 < inner.len)
        return false; /* words follow: a paragraph */
    if (found >= inner.len) {
        st->in = IN_MATH;
        st->math_end = end;
    }
    return true;
}

static bool math_kind(struct state *st, struct line *l, struct str text)
{
    struct str s = trimmed(line_text(l, text));
    if (s.len == 0) { /* a formula holds no blank line: it was never closed */
        st->in = IN_TEXT;
        return false;
    }
    l->kind = K_MATH;
    if (str_find(s, str_of(st->math_end), 0) < s.len)
        st->in = IN_TEXT;
    return true;
}

/* --- tables ----------------------------------------------------------------------- */

/* Measures the rows that are there. The last line of a text may still grow, so
 * it ends no table. */
static bool begin_table(struct md *m, struct state *st, struct str text,
                        struct str head, size_t at)
{
    struct md_table t;
    bool cut, closed = false;
    size_t next, rows = 0, end = find_end(text, at, &next, &cut);
    if (cut || !md_table_begin(&t, head, str_n(text.p + at, end - at)))
        return false;
    md_table_measure(&t, head, m->how.ascii);
    for (at = next; at < text.len && !closed && rows < MD_TABLE_ROWS; at = next) {
        end = find_end(text, at, &next, &cut);
        struct str row = str_n(text.p + at, end - at);
        bool whole = end < text.len && !cut;
        if (!cut && md_is_row(row)) {
            md_table_measure(&t, row, m->how.ascii);
            rows++;
        } else {
            closed = whole || cut;
            break;
        }
    }
    if (!md_table_fit(&t, m->how.columns))
        return false;
    m->table_closed = closed || rows >= MD_TABLE_ROWS;
    m->tables = mem_realloc(m->tables, (m->n_tables + 1) * sizeof *m->tables);
    st->table = (uint32_t)m->n_tables;
    m->tables[m->n_tables++] = t;
    st->in = IN_TABLE;
    st->table_line = 0;
    return true;
}

static bool table_kind(struct state *st, struct line *l, struct str text)
{
    if (!md_is_row(line_text(l, text)) || l->cut) {
        st->in = IN_TEXT;
        return false;
    }
    l->table = st->table;
    l->kind = st->table_line == 1 ? K_HEAD_RULE : K_ROW;
    st->table_line++;
    return true;
}

/* A line that nothing before it has claimed. *pending: what it is hangs on the
 * next, which is not whole. */
static void text_kind(struct md *m, struct state *st, struct line *l,
                      struct str text, size_t next, bool *pending)
{
    struct str s = line_text(l, text);
    struct md_prefix p = md_prefix_of(s);
    struct str inner = str_n(s.p + p.inner, s.len - p.inner);
    size_t fence = fence_at(inner);
    l->kind = K_TEXT;
    if (inner.len == 0 && p.quotes == 0) {
        l->kind = st->blank ? K_GONE : K_BLANK;
    } else if (fence) {
        l->kind = (uint8_t)begin_code(st, s, &p, fence);
        l->quotes = st->quotes;
        l->indent = st->indent;
    } else if (md_is_rule(inner)) {
        l->kind = K_RULE;
    } else if (!m->how.ascii && begin_math(st, inner)) {
        l->kind = K_MATH;
    } else if (md_is_row(s) && !l->cut) {
        *pending = next >= text.len ||
                   !memchr(text.p + next, '\n', text.len - next);
        if (next < text.len && begin_table(m, st, text, s, next)) {
            l->kind = K_HEAD;
            l->table = st->table;
            st->table_line = 1;
        }
    }
}

static void find_kind(struct md *m, struct state *st, struct line *l,
                      struct str text, size_t next, bool *pending)
{
    *pending = false;
    if ((st->in == IN_CODE && code_kind(m, st, l, text)) ||
        (st->in == IN_MATH && math_kind(st, l, text)))
        return;
    if (st->rest) {
        l->kind = K_REST;
        return;
    }
    if (st->in == IN_TABLE && table_kind(st, l, text))
        return;
    text_kind(m, st, l, text, next, pending);
}

/* --- the text --------------------------------------------------------------------- */

static struct line *add_line(struct md *m)
{
    if (m->n == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 16;
        m->lines = mem_realloc(m->lines, m->cap * sizeof *m->lines);
    }
    m->lines[m->n] = (struct line){0};
    return &m->lines[m->n++];
}

static void settle(struct md *m, const struct rows *r, size_t at,
                   const struct state *st)
{
    m->final_at = at;
    m->final_lines = m->n;
    m->final_rows = r->n;
    m->final_tables = m->n_tables;
    m->final = *st;
}

static void forget(struct md *m, struct rows *r)
{
    m->final_at = m->final_lines = m->final_rows = m->final_tables = 0;
    m->final = (struct state){0};
    rows_cut(r, 0);
}

size_t md_update(struct md *m, struct rows *r, struct str text,
                 const struct md_how *how)
{
    bool same = how->columns == m->how.columns && how->ascii == m->how.ascii;
    if (same && text.len == m->len && how->open == m->how.open)
        return 0;
    if (!same || text.len < m->len)
        forget(m, r);
    m->how = *how;
    m->how.columns = how->columns < 1 ? 1 : how->columns;
    m->len = r->len = text.len;
    r->columns = m->how.columns;
    m->n = m->final_lines;
    m->n_tables = m->final_tables;
    m->shown_line = NOTHING;
    rows_cut(r, m->final_rows);

    struct state st = m->final;
    size_t before = r->n;
    for (size_t at = m->final_at, next; at < text.len; at = next) {
        bool cut, pending;
        size_t end = find_end(text, at, &next, &cut);
        struct line *l = add_line(m);
        l->from = (uint32_t)at;
        l->to = (uint32_t)end;
        l->cut = cut;
        find_kind(m, &st, l, text, next, &pending);
        st.blank = l->kind == K_BLANK || (l->kind == K_GONE && st.blank);
        st.rest = cut;
        lay_out(m, r, m->n - 1, text);
        bool whole = cut || next > end;
        if (whole && !pending && (st.in != IN_TABLE || m->table_closed))
            settle(m, r, next, &st);
    }
    return r->n - before;
}

/* The line that row i belongs to. */
static size_t line_of_row(const struct md *m, size_t i)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->lines[mid].row <= i)
            low = mid + 1;
        else
            high = mid;
    }
    return low - 1;
}

void md_row(struct md *m, struct str text, size_t i, struct md_row *out)
{
    size_t line = line_of_row(m, i);
    const struct line *l = &m->lines[line];
    bool wraps = l->kind == K_TEXT || l->kind == K_REST || l->kind == K_CODE ||
                 l->kind == K_MATH;
    size_t from = wraps ? m->at[i] : 0, len;
    render(m, line, wraps ? 0 : m->at[i], text);
    lead_of(m, l, text, i == l->row);
    len = m->body.text.len;
    if (wraps)
        next_break(m, l, from, &len);
    *out = (struct md_row){.lead = buf_str(&m->lead),
                           .lead_style = m->lead_style, .body = &m->body,
                           .from = from, .to = from + len};
}

/* --- code blocks ------------------------------------------------------------------- */

static size_t line_at(const struct md *m, size_t at)
{
    size_t i = 0;
    while (i + 1 < m->n && m->lines[i + 1].from <= at)
        i++;
    return i;
}

static bool in_code(const struct md *m, size_t i)
{
    return m->lines[i].kind == K_CODE;
}

bool md_code_at(const struct md *m, struct str text, size_t at,
                struct buf *code)
{
    if (m->n == 0)
        return false;
    size_t i = line_at(m, at);
    if (m->lines[i].kind == K_FENCE && i + 1 < m->n)
        i++;
    if (!in_code(m, i))
        return false;
    while (i > 0 && in_code(m, i - 1))
        i--;
    for (; i < m->n && in_code(m, i); i++) {
        buf_add_str(code, code_text(&m->lines[i], text));
        if (!m->lines[i].cut)
            buf_putc(code, '\n');
    }
    return true;
}

size_t md_next_code(const struct md *m, size_t at, int step)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i + 1 < m->n; i++) {
        if (m->lines[i].kind != K_FENCE || !in_code(m, i + 1))
            continue;
        size_t from = m->lines[i + 1].from;
        if (step > 0 && from > at)
            return from;
        if (step < 0 && m->lines[i].from < at && from < at)
            found = from;
    }
    return found;
}
