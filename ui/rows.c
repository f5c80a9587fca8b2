/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/rows.h"

#include <assert.h>

#include "base/mem.h"
#include "ui/markdown.h"
#include "ui/wrap.h"

void rows_clear(struct rows *r)
{
    mem_free(r->starts);
    md_free(r->md);
    *r = (struct rows){0};
}

void rows_add(struct rows *r, size_t start)
{
    if (r->n == r->cap) {
        r->cap = r->cap ? r->cap * 2 : 8;
        r->starts = mem_realloc(r->starts, r->cap * sizeof *r->starts);
    }
    r->starts[r->n++] = start;
}

void rows_cut(struct rows *r, size_t n)
{
    assert(n <= r->n);
    r->n = n;
}

size_t rows_update(struct rows *r, struct str text, int columns)
{
    if (columns < 1)
        columns = 1;
    if (columns != r->columns || text.len < r->len) {
        r->n = 0;
    } else if (text.len == r->len) {
        return 0;
    }
    size_t from = 0, wrapped = 0;
    if (r->n) /* see wrap.h: growing changes the last line only */
        from = r->starts[--r->n];
    while (from < text.len) {
        size_t len;
        rows_add(r, from);
        from = wrap_next(text, from, columns, &len);
        wrapped++;
    }
    r->len = text.len;
    r->columns = columns;
    return wrapped;
}

struct str rows_line(const struct rows *r, struct str text, size_t i)
{
    size_t len;
    assert(i < r->n && text.len == r->len);
    wrap_next(text, r->starts[i], r->columns, &len);
    return str_n(text.p + r->starts[i], len);
}
