/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/md_table.h"

#include "ui/markup.h"
#include "ui/wrap.h"

/* Columns between two columns: " | ". */
enum { GAP = 3, LEAST = 3, HEIGHT_MAX = 40 };

struct cells {
    struct str cell[MD_TABLE_COLUMNS];
    unsigned n;          /* found, maybe more than are kept */
};

/* The next | that parts cells: not escaped, not in code. */
static size_t next_bar(struct str s, size_t from)
{
    bool code = false;
    for (size_t i = from; i < s.len; i++) {
        if (s.p[i] == '\\' && i + 1 < s.len)
            i++;
        else if (s.p[i] == '`')
            code = !code && memchr(s.p + i + 1, '`', s.len - i - 1);
        else if (s.p[i] == '|' && !code)
            return i;
    }
    return s.len;
}

bool md_is_row(struct str line)
{
    return line.len <= MARKUP_MAX && next_bar(line, 0) < line.len;
}

/* What stands behind the last column belongs to it. */
static void split(struct str line, unsigned most, struct cells *c)
{
    struct str s = str_trim(line, " \t");
    size_t at = s.len > 0 && s.p[0] == '|' ? 1 : 0;
    c->n = 0;
    while (at < s.len || c->n == 0) {
        size_t end = next_bar(s, at);
        if (c->n + 1 == most && end < s.len && end + 1 < s.len)
            end = s.p[s.len - 1] == '|' ? s.len - 1 : s.len;
        if (c->n < most)
            c->cell[c->n] = str_trim(str_n(s.p + at, end > at ? end - at : 0), " \t");
        c->n++;
        at = end + 1;
    }
    for (unsigned i = c->n; i < most; i++)
        c->cell[i] = str_n(s.p + s.len, 0);
}

/* --- shape ---------------------------------------------------------------- */

/* ":---:" and its like. */
static bool is_dashes(struct str s, uint8_t *align)
{
    bool left = s.len > 0 && s.p[0] == ':';
    bool right = s.len > 1 && s.p[s.len - 1] == ':';
    s = str_n(s.p + left, s.len - left - right);
    for (size_t i = 0; i < s.len; i++)
        if (s.p[i] != '-')
            return false;
    *align = left && right ? MD_CENTER : right ? MD_RIGHT : MD_LEFT;
    return s.len > 0;
}

bool md_table_begin(struct md_table *t, struct str head, struct str rule)
{
    struct cells h, r;
    *t = (struct md_table){0};
    if (!md_is_row(head) || !md_is_row(rule))
        return false;
    split(head, MD_TABLE_COLUMNS, &h);
    split(rule, MD_TABLE_COLUMNS, &r);
    if (h.n != r.n || h.n > MD_TABLE_COLUMNS)
        return false;
    for (unsigned i = 0; i < r.n; i++)
        if (!is_dashes(r.cell[i], &t->align[i]))
            return false;
    t->n = (uint8_t)h.n;
    return true;
}

/* --- cells ---------------------------------------------------------------- */

/* <br> is what people write for a new line in a cell. */
static void read_cell(struct str cell, size_t src, struct style style,
                      bool ascii, struct rich *out)
{
    struct markup how = {.base = style, .ascii = ascii};
    struct rich all = {0};
    for (size_t at = 0; at <= cell.len;) {
        size_t end = str_find(cell, str_of("<br"), at), close = end;
        if (end < cell.len) {
            close = str_find(cell, str_of(">"), end);
            if (close >= cell.len || close - end > 5)
                end = cell.len;
        }
        markup_read(&how, str_n(cell.p + at, end - at), src + at, &all);
        if (end >= cell.len)
            break;
        rich_add(&all, str_of("\n"), src + end, close + 1 - end, style,
                 RUN_WHOLE);
        at = close + 1;
    }
    rich_add_part(out, &all, 0, all.text.len);
    rich_clear(&all);
}

static int widest_line(const struct rich *r)
{
    int most = 0;
    struct str s = buf_str(&r->text);
    for (size_t at = 0; at < s.len;) {
        size_t end = str_find(s, str_of("\n"), at);
        int n = text_columns(str_n(s.p + at, end - at));
        most = n > most ? n : most;
        at = end + 1;
    }
    return most;
}

void md_table_measure(struct md_table *t, struct str line, bool ascii)
{
    struct cells c;
    struct rich r = {0};
    split(line, t->n, &c);
    for (unsigned i = 0; i < t->n; i++) {
        rich_reset(&r);
        read_cell(c.cell[i], 0, (struct style){0}, ascii, &r);
        int n = widest_line(&r);
        if (n > t->wanted[i])
            t->wanted[i] = (uint16_t)(n < 2000 ? n : 2000);
    }
    rich_clear(&r);
}

bool md_table_fit(struct md_table *t, int columns)
{
    int room = columns - GAP * (t->n - 1), sum = 0;
    if (room < LEAST * t->n)
        return false;
    for (unsigned i = 0; i < t->n; i++) {
        int want = t->wanted[i] < LEAST ? LEAST : t->wanted[i];
        t->width[i] = (uint16_t)(want < room ? want : room);
        sum += t->width[i];
    }
    /* The widest gives first: short columns stay whole. */
    for (; sum > room; sum--) {
        unsigned widest = 0;
        for (unsigned i = 1; i < t->n; i++)
            if (t->width[i] >= t->width[widest])
                widest = i;
        t->width[widest]--;
    }
    return true;
}

/* Line i of a cell at its width. False: it has not so many. */
static bool cell_line(const struct rich *r, int width, size_t i, size_t *from,
                      size_t *to)
{
    struct str s = buf_str(&r->text);
    size_t at = 0, len;
    if (s.len == 0)
        return false;
    for (;; i--) {
        size_t next = wrap_next(s, at, width, &len);
        if (i == 0)
            break;
        if (next >= s.len)
            return false;
        at = next;
    }
    *from = at;
    *to = at + len;
    return true;
}

/* --- rows ----------------------------------------------------------------- */

size_t md_table_height(const struct md_table *t, struct str line, bool ascii)
{
    struct cells c;
    struct rich r = {0};
    size_t most = 1, from, to;
    split(line, t->n, &c);
    for (unsigned i = 0; i < t->n; i++) {
        rich_reset(&r);
        read_cell(c.cell[i], 0, (struct style){0}, ascii, &r);
        while (most < HEIGHT_MAX &&
               cell_line(&r, t->width[i], most, &from, &to))
            most++;
    }
    rich_clear(&r);
    return most;
}

static void add_blanks(struct rich *out, int n, size_t src)
{
    static const char blanks[] = "                                ";
    for (; n > 0; n -= 32)
        rich_add(out, str_n(blanks, n < 32 ? (size_t)n : 32), src, 0,
                 (struct style){0}, RUN_WHOLE);
}

static void add_cell(const struct rich *r, const struct md_table *t, unsigned i,
                     size_t line, size_t src, struct rich *out)
{
    size_t from = 0, to = 0;
    int used = 0, width = t->width[i];
    bool some = cell_line(r, width, line, &from, &to);
    if (some)
        used = rich_columns(r, from, to);
    int left = width - used, before = 0;
    if (t->align[i] == MD_RIGHT)
        before = left;
    else if (t->align[i] == MD_CENTER)
        before = left / 2;
    add_blanks(out, before, src);
    if (some)
        rich_add_part(out, r, from, to);
    if (i + 1 < t->n)
        add_blanks(out, left - before, src);
}

void md_table_row(const struct md_table *t, struct str line, size_t src,
                  size_t i, bool head, bool ascii, struct rich *out)
{
    static const struct style rule = {.role = STYLE_RULE};
    struct cells c;
    struct rich r = {0};
    struct style style = {.role = STYLE_TEXT,
                          .flags = head ? STYLE_BOLD : 0};
    split(line, t->n, &c);
    for (unsigned k = 0; k < t->n; k++) {
        size_t at = src + (size_t)(c.cell[k].p - line.p);
        rich_reset(&r);
        read_cell(c.cell[k], at, style, ascii, &r);
        add_cell(&r, t, k, i, at, out);
        if (k + 1 < t->n)
            rich_add(out, str_of(" │ "), at + c.cell[k].len, 0, rule,
                     RUN_WHOLE);
    }
    rich_clear(&r);
}

void md_table_rule(const struct md_table *t, size_t src, size_t len,
                   struct rich *out)
{
    struct buf line = {0};
    for (unsigned i = 0; i < t->n; i++) {
        for (int k = 0; k < t->width[i]; k++)
            buf_puts(&line, "─");
        if (i + 1 < t->n)
            buf_puts(&line, "─┼─");
    }
    rich_add(out, buf_str(&line), src, len,
             (struct style){.role = STYLE_RULE}, RUN_WHOLE);
    buf_clear(&line);
}
