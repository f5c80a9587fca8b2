/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/highlight.h"
#include "ui/markup.h"
#include "ui/md_parts.h"
#include "ui/md_prefix.h"
#include "ui/md_table.h"

/* --- lines ---------------------------------------------------------------- */

struct str md_code_text(const struct md_line *l, struct str text)
{
    struct str s = md_line_text(l, text);
    size_t skip = md_strip(s, l->quotes, l->indent);
    return skip <= s.len ? str_n(s.p + skip, s.len - skip) : s;
}

struct str md_fence_word(struct str s)
{
    size_t from = 0, to;
    while (from < s.len && strchr(" \t`~>{.", s.p[from]))
        from++;
    for (to = from; to < s.len && !strchr(" \t`{},:", s.p[to]);)
        to++;
    return str_n(s.p + from, to - from);
}

size_t md_find_end(struct str text, size_t at, size_t *next, bool *cut)
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

static enum md_kind begin_code(struct md_state *st, struct str s,
                            const struct md_prefix *p, size_t fence)
{
    st->in = IN_CODE;
    st->fence = s.p[p->inner];
    st->fence_len = fence;
    st->quotes = (uint8_t)p->quotes;
    st->indent = (uint8_t)p->indent;
    st->language = language_find(
        md_fence_word(str_n(s.p + p->inner, s.len - p->inner)));
    st->open = 0;
    return K_FENCE;
}

/* False: the line is no code any more (its quote has ended). */
static bool code_kind(const struct md *m, struct md_state *st, struct md_line *l,
                      struct str text)
{
    struct str s = md_line_text(l, text);
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
        st->open = highlight_line(st->language, md_code_text(l, text), st->open,
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
static bool begin_math(struct md_state *st, struct str inner)
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

static bool math_kind(struct md_state *st, struct md_line *l, struct str text)
{
    struct str s = trimmed(md_line_text(l, text));
    if (s.len == 0) { /* a formula holds no blank line: it was never closed */
        st->in = IN_TEXT;
        return false;
    }
    l->kind = K_MATH;
    if (str_find(s, str_of(st->math_end), 0) < s.len)
        st->in = IN_TEXT;
    return true;
}

/* --- tables --------------------------------------------------------------- */

/* Measures the rows that are there. The last line of a text may still grow, so
 * it ends no table. */
static bool begin_table(struct md *m, struct md_state *st, struct str text,
                        struct str head, size_t at)
{
    struct md_table t;
    bool cut, closed = false;
    size_t next, rows = 0, end = md_find_end(text, at, &next, &cut);
    if (cut || !md_table_begin(&t, head, str_n(text.p + at, end - at)))
        return false;
    md_table_measure(&t, head, m->how.ascii);
    for (at = next; at < text.len && !closed && rows < MD_TABLE_ROWS; at = next) {
        end = md_find_end(text, at, &next, &cut);
        struct str row = str_n(text.p + at, end - at);
        bool whole = end < text.len && !cut;
        if (!cut && md_is_row(row)) {
            md_table_measure(&t, row, m->how.ascii);
            rows += whole; /* what still grows may still widen */
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

static bool table_kind(struct md_state *st, struct md_line *l, struct str text)
{
    if (!md_is_row(md_line_text(l, text)) || l->cut) {
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
static void text_kind(struct md *m, struct md_state *st, struct md_line *l,
                      struct str text, size_t next, bool *pending)
{
    struct str s = md_line_text(l, text);
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

void md_find_kind(struct md *m, struct md_state *st, struct md_line *l,
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
