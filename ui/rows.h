/* rows.h - where the lines of one growing text begin, at one width.
 *
 * The cache behind scrolling: a text that grew wraps its last line again and
 * no other, a text that did not grow wraps nothing. */
#ifndef UI_ROWS_H
#define UI_ROWS_H

#include <stddef.h>

#include "base/str.h"

struct md;

struct rows {
    size_t *starts;  /* owned; [n] */
    size_t n, cap;
    size_t len;      /* of the text they stand for */
    int columns;
    struct md *md;   /* owned: laid out as Markdown (markdown.h); NULL: as it is */
};

void rows_clear(struct rows *r); /* frees; empty again */
/* Makes r right for this text, which is the one of before, maybe longer.
 * Returns how many lines had to be wrapped. */
size_t rows_update(struct rows *r, struct str text, int columns);
/* Line i < n of the text that r was updated for. */
struct str rows_line(const struct rows *r, struct str text, size_t i);

/* For who lays out otherwise: one more line, and the first n alone. */
void rows_add(struct rows *r, size_t start);
void rows_cut(struct rows *r, size_t n);

#endif
