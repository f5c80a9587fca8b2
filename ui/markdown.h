/* markdown.h - an answer laid out: headings, lists, quotes, tables, code,
 * formulas.
 *
 * Works on the text as it is shown, line by line: a line of the source begins a
 * line on the screen. What a line is hangs on what stood before it and, for the
 * head of a table alone, on the line after; so lines of text that grows at its
 * end are laid out once, and a finished one never changes. The exception is a
 * table under way, whose columns may still widen (up to MD_TABLE_ROWS rows).
 *
 * Rows go into a struct rows, whose starts are bytes of the source: searching,
 * tokens and folding know nothing of Markdown. */
#ifndef UI_MARKDOWN_H
#define UI_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "ui/rich.h"

struct md;
struct rows;

enum { MD_TABLE_ROWS = 64, MD_TABLE_COLUMNS = 16 };

struct md *md_new(void);
void md_free(struct md *m); /* NULL is fine */

struct md_how {
    int columns;
    bool ascii;  /* formulas stay as they are */
    bool open;   /* the text may go on */
};

/* Makes rows right for this text, which is the one of before, maybe longer.
 * Returns how many rows were laid out. */
size_t md_update(struct md *m, struct rows *r, struct str text,
                 const struct md_how *how);

/* What to draw in row i. Good until the next call. */
struct md_row {
    struct str lead;          /* bullet, bar of a quote, indent */
    struct style lead_style;
    const struct rich *body;
    size_t from, to;          /* of its text */
};
void md_row(struct md *m, struct str text, size_t i, struct md_row *out);

/* Adds the code of the block that holds this byte, without its fences. False: no
 * code stands there. */
bool md_code_at(const struct md *m, struct str text, size_t at,
                struct buf *code);
/* The first line of the next code block after a byte (step 1), or the last one
 * that begins before it (-1); SIZE_MAX: there is none. */
size_t md_next_code(const struct md *m, size_t at, int step);

#endif
