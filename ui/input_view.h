/* input_view.h - where each byte of an edited text stands on the screen.
 *
 * Unlike wrapping for reading (wrap.h), lines break exactly at the edge and no
 * blank is skipped: what is edited must be seen whole. TAB goes to the next
 * stop, a control byte is shown as ^X, a broken byte as one sign. */
#ifndef UI_INPUT_VIEW_H
#define UI_INPUT_VIEW_H

#include <stddef.h>

#include "base/str.h"
#include "ui/canvas.h"

struct view_place {
    int row, col;
};

/* Of the cursor when it stands before byte `offset`. */
struct view_place view_place_of(struct str text, int width, size_t offset);
/* The byte nearest to a place; rows past the last give the end. */
size_t view_offset_of(struct str text, int width, int row, int col);
/* Draws the rows from *first_row on, which is moved so that the cursor is
 * inside, and sets the canvas cursor. */
void view_draw(struct canvas *c, struct rect area, struct str text,
               size_t cursor, int *first_row, struct style style);

#endif
