/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/wrap.h"

#include <assert.h>
#include <stdbool.h>
#include <utf8proc.h>

#include "base/buf.h"

#define TAB_STOP 4

/* The character at the front of s; broken bytes count as one each, so that a
 * caller who forgot to sanitise still gets on. */
static size_t first_char(struct str s, utf8proc_int32_t *cp)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p,
                                          (utf8proc_ssize_t)s.len, cp);
    if (n > 0)
        return (size_t)n;
    *cp = 0xFFFD;
    return 1;
}

static bool printable_ascii(char c)
{
    return c >= 0x20 && c < 0x7F;
}

/* Emoji joined with others, tinted or told to be coloured: terminals draw
 * anything from one column to eight. */
static bool is_emoji_modifier(utf8proc_int32_t cp)
{
    return cp == 0x200D || cp == 0xFE0E || cp == 0xFE0F ||
           (cp >= 0x1F3FB && cp <= 0x1F3FF);
}

static int char_columns(utf8proc_int32_t cp)
{
    if (cp == '\t')
        return 1; /* who knows the column asks line_columns */
    /* Two corrections, both towards what terminals draw: spacing marks stand
     * beside their base, vowels and finals of jamo stand inside it. */
    if (utf8proc_category(cp) == UTF8PROC_CATEGORY_MC)
        return 1;
    if ((cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FB))
        return 0;
    int n = utf8proc_charwidth(cp);
    return n > 2 ? 2 : n;
}

size_t grapheme_next(struct str s, int *columns)
{
    assert(s.len > 0);
    if (printable_ascii(s.p[0]) && (s.len == 1 || (unsigned char)s.p[1] < 0x80)) {
        *columns = 1;
        return 1;
    }

    utf8proc_int32_t cp, state = 0;
    size_t len = first_char(s, &cp);
    int base = char_columns(cp), sum = base;
    bool sequence = false;
    while (len < s.len) {
        utf8proc_int32_t next;
        size_t n = first_char(str_n(s.p + len, s.len - len), &next);
        if (utf8proc_grapheme_break_stateful(cp, next, &state) ||
            len + n > GRAPHEME_MAX)
            break;
        sequence |= is_emoji_modifier(next);
        /* Spacing marks and the second half of a flag take a column. */
        sum += char_columns(next);
        len += n;
        cp = next;
    }
    *columns = sequence ? base : sum > 2 ? 2 : sum;
    return len;
}

size_t grapheme_shown(struct str cluster)
{
    utf8proc_int32_t cp;
    size_t base = cluster.len ? first_char(cluster, &cp) : 0;
    for (size_t at = base; at < cluster.len;) {
        at += first_char(str_n(cluster.p + at, cluster.len - at), &cp);
        if (is_emoji_modifier(cp))
            return base;
    }
    return cluster.len;
}

/* The cluster at `at` of a line that already holds `column` columns. */
static size_t line_next(struct str s, size_t at, int column, int *columns)
{
    size_t n = grapheme_next(str_n(s.p + at, s.len - at), columns);
    if (s.p[at] == '\t')
        *columns = TAB_STOP - column % TAB_STOP;
    return n;
}

int text_columns(struct str s)
{
    int column = 0, w;
    for (size_t at = 0; at < s.len; column += w)
        at += line_next(s, at, column, &w);
    return column;
}

void text_pad(struct buf *b, const char *text, int columns)
{
    buf_puts(b, text);
    for (int used = text_columns(str_of(text)); used < columns; used++)
        buf_putc(b, ' ');
}

size_t text_fit(struct str s, int columns)
{
    int column = 0, w;
    size_t at = 0;
    while (at < s.len) {
        size_t n = line_next(s, at, column, &w);
        if (column + w > columns)
            break;
        column += w;
        at += n;
    }
    return at;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* Closing and other punctuation and length marks stay with what they follow. */
static bool may_not_begin(utf8proc_category_t c)
{
    return c == UTF8PROC_CATEGORY_PE || c == UTF8PROC_CATEGORY_PF ||
           c == UTF8PROC_CATEGORY_PO || c == UTF8PROC_CATEGORY_LM ||
           c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_ME;
}

static bool may_not_end(utf8proc_category_t c)
{
    return c == UTF8PROC_CATEGORY_PS || c == UTF8PROC_CATEGORY_PI;
}

/* A line under construction. The best place to end it so far: content up to
 * `end`, the next line from `next`; next == from means none yet. */
struct line {
    size_t from, at, end, next;
    int column;
    bool wide_before;                 /* the cluster before `at` was wide */
    utf8proc_category_t before;
};

/* Takes the run of spaces at l->at. False: the line is full, and the run is
 * what ends it. */
static bool take_spaces(struct line *l, struct str s, int columns)
{
    size_t run = l->at;
    bool fits = true;
    while (l->at < s.len && is_space(s.p[l->at])) {
        int w = s.p[l->at] == '\t' ? TAB_STOP - l->column % TAB_STOP : 1;
        l->at++;
        fits &= l->column + w <= columns;
        l->column += w;
    }
    /* An indent is no place to break: it would leave an empty line. */
    if (run > l->from || !fits) {
        l->end = run;
        l->next = l->at;
    }
    l->wide_before = false;
    l->before = UTF8PROC_CATEGORY_ZS;
    return fits;
}

size_t wrap_next(struct str s, size_t from, int columns, size_t *len)
{
    struct line l = {.from = from, .at = from, .end = from, .next = from};
    while (l.at < s.len && s.p[l.at] != '\n') {
        if (is_space(s.p[l.at])) {
            if (take_spaces(&l, s, columns))
                continue;
            /* Spaces hanging over the edge take the line feed with them. */
            *len = l.end - from;
            return l.next < s.len && s.p[l.next] == '\n' ? l.next + 1 : l.next;
        }
        int w;
        utf8proc_int32_t cp;
        size_t n = grapheme_next(str_n(s.p + l.at, s.len - l.at), &w);
        first_char(str_n(s.p + l.at, n), &cp);
        utf8proc_category_t category = utf8proc_category(cp);
        if (l.at > from && (w == 2 || l.wide_before) &&
            l.before != UTF8PROC_CATEGORY_ZS && !may_not_begin(category) &&
            !may_not_end(l.before))
            l.end = l.next = l.at;
        if (l.column + w > columns && l.at > from) {
            if (l.next == from) /* a word longer than the line */
                l.end = l.next = l.at;
            *len = l.end - from;
            return l.next;
        }
        l.column += w;
        l.at += n;
        l.wide_before = w == 2;
        l.before = category;
    }
    *len = l.at - from;
    return l.at < s.len ? l.at + 1 : l.at;
}
