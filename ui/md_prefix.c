/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/md_prefix.h"

#include <stdint.h>

static char at(struct str s, size_t i)
{
    return i < s.len ? s.p[i] : '\0';
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Past at most `most` quotes, each with a blank behind it. */
static size_t past_quotes(struct str s, unsigned most, unsigned *n)
{
    size_t i = 0;
    for (*n = 0; *n < most; ++*n) {
        size_t mark = i;
        while (mark - i < 3 && at(s, mark) == ' ')
            mark++;
        if (at(s, mark) != '>')
            break;
        i = mark + 1;
        i += at(s, i) == ' ';
    }
    return i;
}

static size_t past_blanks(struct str s, size_t i, unsigned most,
                          unsigned *columns)
{
    for (*columns = 0; blank(at(s, i)) && *columns < most; i++)
        *columns += at(s, i) == '\t' ? 4 - *columns % 4 : 1;
    return i;
}

/* The bytes of a bullet or number that begins here; 0: none. */
static size_t bullet_at(struct str s, size_t i)
{
    size_t n = 0;
    if (at(s, i) == '-' || at(s, i) == '*' || at(s, i) == '+')
        n = 1;
    else {
        while (n < 9 && at(s, i + n) >= '0' && at(s, i + n) <= '9')
            n++;
        n = n && (at(s, i + n) == '.' || at(s, i + n) == ')') ? n + 1 : 0;
    }
    return n && blank(at(s, i + n)) ? n : 0;
}

struct md_prefix md_prefix_of(struct str line)
{
    struct md_prefix p = {0};
    unsigned gap;
    size_t i = past_quotes(line, MD_QUOTES_MAX, &p.quotes);
    p.inner = i = past_blanks(line, i, 200, &p.indent);
    size_t n = bullet_at(line, i);
    if (n) {
        p.bullet = str_n(line.p + i, n);
        i = past_blanks(line, i + n, 4, &gap);
    }
    while (p.level < 7 && at(line, i + p.level) == '#')
        p.level++;
    if (p.level > 6 || !blank(at(line, i + p.level)))
        p.level = 0;
    if (p.level)
        i = past_blanks(line, i + p.level, 200, &gap);
    p.body = i;
    return p;
}

size_t md_strip(struct str line, unsigned quotes, unsigned indent)
{
    unsigned n, columns;
    size_t i = past_quotes(line, quotes, &n);
    if (n < quotes)
        return SIZE_MAX;
    return past_blanks(line, i, indent, &columns);
}

bool md_is_rule(struct str inner)
{
    size_t n = 0;
    char mark = at(inner, 0);
    if (mark != '-' && mark != '*' && mark != '_')
        return false;
    for (size_t i = 0; i < inner.len; i++) {
        if (inner.p[i] == mark)
            n++;
        else if (!blank(inner.p[i]))
            return false;
    }
    return n >= 3;
}
