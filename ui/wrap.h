/* wrap.h - text to lines of a width, by grapheme clusters.
 *
 * Widths are those of utf8proc's tables, not of the C library, so that a line
 * breaks at the same place in every locale and on every system.
 *
 * Breaks after spaces, between CJK characters, and inside a word only when it
 * is longer than a line. A wide character never straddles the edge. TAB goes
 * to the next multiple of 4. Input is sanitised text. */
#ifndef UI_WRAP_H
#define UI_WRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

/* The cluster at the front of s (len > 0): its bytes, and its columns (0 for a
 * lone combining mark, 1 or 2 else). Emoji sequences that terminals disagree
 * about count as their base. */
size_t grapheme_next(struct str s, int *columns);
/* The bytes at the front of one cluster that a cell shows: all of it, or, of
 * an emoji sequence, its base alone. A cluster is never longer than
 * GRAPHEME_MAX; longer ones come as several. */
size_t grapheme_shown(struct str cluster);
#define GRAPHEME_MAX 23

int text_columns(struct str s); /* of one line; TAB counted from its start */
/* Text, and blanks up to so many columns. */
void text_pad(struct buf *b, const char *text, int columns);
/* How many bytes of s fit into `columns`. */
size_t text_fit(struct str s, int columns);

/* The next line of s from byte `from` (< s.len or == s.len at the end). Returns
 * the bytes that belong to the line's content in *len and the start of the
 * next line; a line feed or the breaking spaces are skipped between.
 *
 * Text that grows at its end never changes a line but the last one: whoever
 * keeps the starts of lines goes on from the last start. */
size_t wrap_next(struct str s, size_t from, int columns, size_t *len);

#endif
