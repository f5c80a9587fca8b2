/* markup.h - **bold** and `code` inside one paragraph.
 *
 * A mark counts only once its partner is there, in the same paragraph; until
 * then, and alone, it is shown as it stands. Everything else of Markdown is
 * left as it was written. */
#ifndef UI_MARKUP_H
#define UI_MARKUP_H

#include <stddef.h>

#include "base/str.h"

enum markup_flag { MARKUP_BOLD = 1, MARKUP_CODE = 2 };

typedef void (*markup_fn)(void *arg, struct str text, unsigned flags);

/* Tells the pieces of text[from..to) in order, marks left out. text[from..to)
 * is one line of a wrapped text; marks may open on lines before it. */
void markup_line(struct str text, size_t from, size_t to, markup_fn fn,
                 void *arg);

#endif
