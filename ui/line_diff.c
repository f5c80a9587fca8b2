/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/line_diff.h"

#include <stdint.h>

#include "base/mem.h"

struct lines {
    struct str *list;  /* owned; each with its line feed */
    size_t n;
};

static struct lines lines_of(struct str s)
{
    struct lines l = {0};
    size_t n = 1;
    for (size_t i = 0; i < s.len; i++)
        n += s.p[i] == '\n';
    l.list = mem_array(n, sizeof *l.list);
    while (s.len > 0) {
        size_t end = str_find(s, str_of("\n"), 0);
        end += end < s.len;
        l.list[l.n++] = str_n(s.p, end);
        s = str_n(s.p + end, s.len - end);
    }
    return l;
}

static void mark(struct buf *out, size_t n, char c)
{
    for (size_t i = 0; i < n; i++)
        buf_putc(out, c);
}

static bool inside_character(struct str s, size_t at)
{
    return at < s.len && ((unsigned char)s.p[at] & 0xC0) == 0x80;
}

static void mark_one(struct str s, size_t before, size_t behind, struct buf *out)
{
    while (before > 0 && inside_character(s, before))
        before--;
    while (behind > 0 && inside_character(s, s.len - behind))
        behind--;
    mark(out, before, '=');
    mark(out, s.len - before - behind, ' ');
    mark(out, behind, '=');
}

/* Two lines in each other's place. */
static void mark_changed(struct str a, struct str b, struct buf *same_a,
                         struct buf *same_b)
{
    size_t before = 0, behind = 0;
    size_t least = a.len < b.len ? a.len : b.len;
    while (before < least && a.p[before] == b.p[before])
        before++;
    while (behind < least - before &&
           a.p[a.len - behind - 1] == b.p[b.len - behind - 1])
        behind++;
    mark_one(a, before, behind, same_a);
    mark_one(b, before, behind, same_b);
}

static void mark_gap(const struct str *a, size_t n, const struct str *b,
                     size_t m, struct buf *same_a, struct buf *same_b)
{
    size_t i = 0;
    for (; i < n && i < m; i++)
        mark_changed(a[i], b[i], same_a, same_b);
    for (size_t k = i; k < n; k++)
        mark(same_a, a[k].len, ' ');
    for (size_t k = i; k < m; k++)
        mark(same_b, b[k].len, ' ');
}

/* [i * (m + 1) + j]: how many lines a from i on and b from j on can have in
 * common. */
static uint16_t *common_lines(const struct lines *a, const struct lines *b)
{
    size_t width = b->n + 1;
    uint16_t *t = mem_array((a->n + 1) * width, sizeof *t);
    for (size_t i = a->n + 1; i-- > 0;)
        for (size_t j = b->n + 1; j-- > 0;) {
            uint16_t *cell = &t[i * width + j];
            if (i == a->n || j == b->n)
                *cell = 0;
            else if (str_eq(a->list[i], b->list[j]))
                *cell = (uint16_t)(cell[width + 1] + 1);
            else
                *cell = cell[width] > cell[1] ? cell[width] : cell[1];
        }
    return t;
}

static void mark_lines(const struct lines *a, const struct lines *b,
                       struct buf *same_a, struct buf *same_b)
{
    uint16_t *t = common_lines(a, b);
    size_t width = b->n + 1, i = 0, j = 0, gap_i = 0, gap_j = 0;
    while (i < a->n && j < b->n) {
        if (str_eq(a->list[i], b->list[j])) {
            mark_gap(a->list + gap_i, i - gap_i, b->list + gap_j, j - gap_j,
                     same_a, same_b);
            mark(same_a, a->list[i].len, '=');
            mark(same_b, b->list[j].len, '=');
            gap_i = ++i;
            gap_j = ++j;
        } else if (t[(i + 1) * width + j] >= t[i * width + j + 1]) {
            i++;
        } else {
            j++;
        }
    }
    mark_gap(a->list + gap_i, a->n - gap_i, b->list + gap_j, b->n - gap_j,
             same_a, same_b);
    mem_free(t);
}

void line_diff(struct str a, struct str b, struct buf *same_a,
               struct buf *same_b)
{
    struct lines x = lines_of(a), y = lines_of(b);
    buf_reset(same_a);
    buf_reset(same_b);
    if ((x.n + 1) * (y.n + 1) <= LINE_DIFF_CELLS && x.n < UINT16_MAX &&
        y.n < UINT16_MAX)
        mark_lines(&x, &y, same_a, same_b);
    else
        mark_changed(a, b, same_a, same_b);
    mem_free(x.list);
    mem_free(y.list);
}
