/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markup.h"

#include "ui/tex.h"

enum {
    DEPTH_MAX = 6,     /* marks inside marks */
    DOLLAR_LOOK = 24,  /* by then $ has shown whether a formula begins */
    TICKS_MAX = 8,     /* ` in a row */
    LINK_MAX = 500,    /* bytes of its text, and of its address */
};

struct scan {
    const struct markup *how;
    struct str s;              /* the whole line */
    size_t src;
    struct rich *out;
    size_t waits;              /* where the rest waits, or s.len */
    int depth;
    size_t no_ticks[TICKS_MAX + 1]; /* from here on no code span of so many
                                       ticks closes; 0: not known */
    size_t no_stars[2][4];     /* the same of * and of _, by how many */
};

static void scan_part(struct scan *s, size_t from, size_t to,
                      struct style style);

static char at(const struct scan *s, size_t i)
{
    return i < s->s.len ? s->s.p[i] : '\0';
}

static bool blank_at(const struct scan *s, size_t i)
{
    char c = at(s, i);
    return c == '\0' || c == ' ' || c == '\t';
}

static bool word_at(const struct scan *s, size_t i)
{
    unsigned char c = (unsigned char)at(s, i);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static size_t run_at(const struct scan *s, size_t i, size_t to)
{
    size_t n = 1;
    while (i + n < to && s->s.p[i + n] == s->s.p[i])
        n++;
    return n;
}

static void show(struct scan *s, size_t from, size_t to, struct style style)
{
    if (from < to)
        rich_add(s->out, str_n(s->s.p + from, to - from), s->src + from,
                 to - from, style, RUN_ALIKE);
}

static void hide(struct scan *s, size_t from, size_t to)
{
    if (from < to)
        rich_add(s->out, str_n(s->s.p + from, to - from), s->src + from,
                 to - from, s->how->base, RUN_HIDDEN);
}

/* --- code ----------------------------------------------------------------- */

/* Where the ticks begin that close a span of n of them, or 0. */
static size_t ticks_end(struct scan *s, size_t from, size_t to, size_t n)
{
    if (n > TICKS_MAX || (s->no_ticks[n] && from >= s->no_ticks[n]))
        return 0;
    for (size_t i = from; i < to;) {
        if (s->s.p[i] != '`') {
            i++;
            continue;
        }
        size_t len = run_at(s, i, to);
        if (len == n)
            return i;
        i += len;
    }
    if (to == s->s.len)
        s->no_ticks[n] = from;
    return 0;
}

static size_t take_code(struct scan *s, size_t i, size_t to, struct style style)
{
    size_t n = run_at(s, i, to), end = ticks_end(s, i + n, to, n);
    if (!end) {
        show(s, i, i + n, style);
        return i + n;
    }
    struct style code = style;
    code.role = STYLE_SECONDARY;
    hide(s, i, i + n);
    show(s, i + n, end, code);
    hide(s, end, end + n);
    return end + n;
}

/* --- formulas ------------------------------------------------------------- */

struct formula {
    size_t from, to, end;  /* the inside, and behind the closing mark */
};

enum found { FOUND_NONE, FOUND_WHOLE, FOUND_BEGUN };

static bool looks_like_math(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (strchr("\\^_={}+*/<>", s.p[i]))
            return true;
    return s.len > 0 && s.len <= 3; /* $n$, $x_1$ */
}

/* $...$: money is no formula. */
static enum found find_dollar(struct scan *s, size_t i, size_t to,
                              struct formula *f)
{
    if (blank_at(s, i + 1) && i + 1 < to)
        return FOUND_NONE;
    size_t j = i + 1;
    for (; j < to && j - i < TEX_MAX; j++) {
        if (s->s.p[j] == '\\' && j + 1 < to) {
            j++;
        } else if (s->s.p[j] == '$') {
            struct str in = str_n(s->s.p + i + 1, j - i - 1);
            bool digit = at(s, j + 1) >= '0' && at(s, j + 1) <= '9';
            if (j == i + 1 || blank_at(s, j - 1) || digit ||
                !looks_like_math(in))
                return FOUND_NONE;
            *f = (struct formula){i + 1, j, j + 1};
            return FOUND_WHOLE;
        } else if (j - i == DOLLAR_LOOK &&
                   !looks_like_math(str_n(s->s.p + i + 1, j - i - 1))) {
            return FOUND_NONE;
        }
    }
    return j >= to ? FOUND_BEGUN : FOUND_NONE;
}

/* The mark that closes what `open` opens, on the same line. */
static enum found find_closed(struct scan *s, size_t i, size_t to,
                              const char *close, struct formula *f)
{
    size_t n = strlen(close);
    for (size_t j = i + 2; j < to && j - i < TEX_MAX + 4; j++)
        if (to - j >= n && memcmp(s->s.p + j, close, n) == 0) {
            *f = (struct formula){i + 2, j, j + n};
            return FOUND_WHOLE;
        } else if (s->s.p[j] == '\\') {
            j++;
        }
    return to - i < TEX_MAX + 4 ? FOUND_BEGUN : FOUND_NONE;
}

/* A \boxed{...} that stands alone: what many models end with. */
static enum found find_boxed(struct scan *s, size_t i, size_t to,
                             struct formula *f)
{
    int depth = 0;
    for (size_t j = i; j < to && j - i < TEX_MAX; j++) {
        depth += s->s.p[j] == '{';
        if (s->s.p[j] == '}' && --depth == 0) {
            *f = (struct formula){i, j + 1, j + 1};
            return FOUND_WHOLE;
        }
    }
    return to - i < TEX_MAX ? FOUND_BEGUN : FOUND_NONE;
}

static enum found find_formula(struct scan *s, size_t i, size_t to,
                               struct formula *f)
{
    struct str rest = str_n(s->s.p + i, to - i), box = str_of("\\boxed{");
    if (rest.p[0] == '$' && rest.len > 1 && rest.p[1] == '$')
        return find_closed(s, i, to, "$$", f);
    if (rest.p[0] == '$')
        return find_dollar(s, i, to, f);
    if (rest.len == 1)
        return FOUND_BEGUN;
    if (rest.p[1] == '(' || rest.p[1] == '[')
        return find_closed(s, i, to, rest.p[1] == '(' ? "\\)" : "\\]", f);
    if (str_starts(rest, box))
        return find_boxed(s, i, to, f);
    return str_starts(box, rest) ? FOUND_BEGUN : FOUND_NONE;
}

/* False: nothing of the kind stands there. */
static bool take_formula(struct scan *s, size_t *i, size_t to,
                         struct style style)
{
    struct formula f;
    if (s->how->ascii)
        return false;
    enum found found = find_formula(s, *i, to, &f);
    if (found == FOUND_BEGUN && s->how->open && to == s->s.len) {
        s->waits = *i;
        return true;
    }
    struct buf text = {0};
    bool ok = found == FOUND_WHOLE &&
              tex_text(str_n(s->s.p + f.from, f.to - f.from), &text);
    if (ok) {
        rich_add(s->out, buf_str(&text), s->src + *i, f.end - *i, style,
                 RUN_WHOLE);
        *i = f.end;
    }
    buf_clear(&text);
    return ok;
}

/* --- emphasis ------------------------------------------------------------- */

static bool counts_at(const struct scan *s, size_t i)
{
    char c = at(s, i);
    return (c >= '0' && c <= '9') || c == '(' || c == ')';
}

static bool names_at(const struct scan *s, size_t i)
{
    char c = at(s, i);
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 2*3, 2**3, a*b: a sum that loses its signs is another sum. Inside a word of
 * letters two stars may still be emphasis. */
static bool is_product(const struct scan *s, size_t i, size_t n, char mark)
{
    if (mark != '*' || i == 0)
        return false;
    bool before = counts_at(s, i - 1) || (n == 1 && names_at(s, i - 1));
    return before && (counts_at(s, i + n) || (n == 1 && names_at(s, i + n)));
}

/* The closing marks for n of them (1 to 3) that open before `from`: where they
 * begin, or 0. Those in code are code, shorter runs are marks inside. */
static size_t stars_end(struct scan *s, size_t from, size_t to, size_t n,
                        char mark)
{
    size_t *none = &s->no_stars[mark == '_'][n];
    if (*none && from >= *none)
        return 0;
    for (size_t i = from; i < to;) {
        char c = s->s.p[i];
        size_t len = c == '`' || c == mark ? run_at(s, i, to) : 1;
        if (c == '\\' && i + 1 < to) {
            i += 2;
        } else if (c == '`') {
            size_t end = ticks_end(s, i + len, to, len);
            i = end ? end + len : i + len;
        } else if (c == mark && i > from && !blank_at(s, i - 1) &&
                   (len == n || (len == 3 && n < 3)) &&
                   !is_product(s, i, len, mark) &&
                   (mark == '*' || !word_at(s, i + len))) {
            return i + len - n;
        } else {
            i += len;
        }
    }
    if (to == s->s.len)
        *none = from;
    return 0;
}

static size_t take_stars(struct scan *s, size_t i, size_t to,
                         struct style style)
{
    char mark = s->s.p[i];
    size_t n = run_at(s, i, to), end = 0;
    bool may = n <= 3 && !blank_at(s, i + n) && s->depth < DEPTH_MAX &&
               !is_product(s, i, n, mark) &&
               (mark == '*' || i == 0 || !word_at(s, i - 1));
    if (may)
        end = stars_end(s, i + n, to, n, mark);
    if (!end) {
        show(s, i, i + n, style);
        return i + n;
    }
    struct style inside = style;
    if (n != 1)
        inside.flags |= STYLE_BOLD;
    if (n != 2)
        inside.flags |= STYLE_ITALIC;
    hide(s, i, i + n);
    scan_part(s, i + n, end, inside);
    hide(s, end, end + n);
    return end + n;
}

/* --- links ---------------------------------------------------------------- */

/* [text](url) is shown as: text <url>. Lines break as in what was written: the
 * blank is one that holds together. False: it is none. */
static bool take_link(struct scan *s, size_t *i, size_t to, struct style style)
{
    size_t from = *i + 1, text_end = from, depth = 0;
    for (; text_end < to && text_end - from < LINK_MAX; text_end++) {
        char c = s->s.p[text_end];
        if (c == '[')
            depth++;
        else if (c == ']' && depth-- == 0)
            break;
        else if (c == '\\')
            text_end++;
    }
    if (at(s, text_end) != ']' || text_end >= to || text_end == from ||
        at(s, text_end + 1) != '(')
        return false;
    size_t url = text_end + 2, end = url;
    while (end < to && end - url < LINK_MAX && s->s.p[end] != ')' &&
           s->s.p[end] != ' ')
        end++;
    if (end >= to || end == url || s->s.p[end] != ')' || s->depth >= DEPTH_MAX)
        return false;
    struct style link = style, quiet = style;
    link.flags |= STYLE_UNDERLINE;
    quiet.role = STYLE_DIM;
    hide(s, *i, from);
    scan_part(s, from, text_end, link);
    rich_add(s->out, str_of("\xC2\xA0<"), s->src + text_end, 2, quiet,
             RUN_WHOLE);
    show(s, url, end, quiet);
    rich_add(s->out, str_of(">"), s->src + end, 1, quiet, RUN_WHOLE);
    *i = end + 1;
    return true;
}

/* --- the line ------------------------------------------------------------- */

static bool may_be_escaped(char c)
{
    return c && strchr("\\`*_{}#+-.!|<>~$", c) != NULL;
}

/* What stands at a character that may be a mark; returns where to go on. */
static size_t take_mark(struct scan *s, size_t i, size_t to, struct style style)
{
    char c = s->s.p[i];
    size_t before = i;
    if (c == '`')
        return take_code(s, i, to, style);
    if (c == '*' || c == '_')
        return take_stars(s, i, to, style);
    if (c == '[' && take_link(s, &i, to, style))
        return i;
    if ((c == '$' || c == '\\') && take_formula(s, &i, to, style))
        return i;
    if (c == '\\' && i + 1 < to && may_be_escaped(s->s.p[i + 1])) {
        hide(s, i, i + 1);
        before++;
    }
    show(s, before, before + 1, style);
    return before + 1;
}

static void scan_part(struct scan *s, size_t from, size_t to,
                      struct style style)
{
    s->depth++;
    for (size_t i = from; i < to && s->waits == s->s.len;) {
        size_t plain = i;
        while (plain < to && !strchr("`*_[$\\", s->s.p[plain]))
            plain++;
        show(s, i, plain, style);
        i = plain < to ? take_mark(s, plain, to, style) : to;
    }
    s->depth--;
}

size_t markup_read(const struct markup *how, struct str line, size_t src,
                   struct rich *out)
{
    struct scan s = {.how = how, .s = line, .src = src, .out = out,
                     .waits = line.len};
    if (line.len > MARKUP_MAX) {
        rich_add(out, line, src, line.len, how->base, RUN_ALIKE);
        return line.len;
    }
    scan_part(&s, 0, line.len, how->base);
    return s.waits;
}
