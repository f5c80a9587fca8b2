/* line_diff.h - what two texts have in common, line by line.
 *
 * Lines that stand in both, in the same order, are the same (as many as can be).
 * Of lines that stand between them in each other's place it is what they begin and
 * end with. */
#ifndef UI_LINE_DIFF_H
#define UI_LINE_DIFF_H

#include "base/buf.h"
#include "base/str.h"

/* same_a and same_b become as long as a and b: '=' for a byte that the other text
 * has too, ' ' for one that it has not. Very long texts (LINE_DIFF_CELLS) have in
 * common what they begin with. */
#define LINE_DIFF_CELLS 4000000
void line_diff(struct str a, struct str b, struct buf *same_a,
               struct buf *same_b);

#endif
