/* highlight.h - the words, strings, comments and numbers of code.
 *
 * By one table with a row per language: enough to read by, no grammar. A line is
 * read with what the line before left open (a comment, a string of several
 * lines), so code that grows is coloured line by line. */
#ifndef UI_HIGHLIGHT_H
#define UI_HIGHLIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/theme.h"

struct language;

/* By the word behind the fence, in either case; NULL: none that we know. */
const struct language *language_find(struct str name);

typedef void (*highlight_fn)(void *arg, size_t from, size_t to,
                             enum style_role role);

/* Tells the stretches of one line that are not plain, in order. Returns what to
 * read the next line with; the first is read with 0. fn may be NULL. */
uint8_t highlight_line(const struct language *l, struct str line, uint8_t open,
                       highlight_fn fn, void *arg);

#endif
