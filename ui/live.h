/* live.h - the last few lines of a terminal, drawn again and again, with text
 * that stays going out above them.
 *
 * For inline mode: no other screen, what was said is in the terminal's own
 * scrollback. The live lines are a small canvas (the text that is being written,
 * a status line, the input); they are taken away before text goes out and drawn
 * below it. Writes nothing when nothing has changed. Nothing is ever erased but
 * the live lines, so a terminal that wraps its lines anew when it is resized
 * may keep a piece of them, but loses no text. */
#ifndef UI_LIVE_H
#define UI_LIVE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"
#include "ui/canvas.h"

struct live {
    int fd;              /* borrowed: the terminal */
    const struct theme *theme; /* borrowed */
    int colors;          /* 0: attributes alone */
    int rows;            /* live lines on the screen now */
    int cursor_row;      /* where the cursor is among them */
    struct buf shown;    /* owned; the live lines as they were written */
    struct buf above;    /* owned; text that is to go out */
    struct buf bytes;    /* owned; of one frame */
};

void live_clear(struct live *l); /* frees */

/* Text for the scrollback: whole lines, cleaned, may hold SGR. */
void live_say(struct live *l, struct str text);

/* Puts out what was said and draws the lines. False: the terminal is gone. */
bool live_draw(struct live *l, const struct canvas *c);

/* Takes the live lines away, for good or while somebody else has the terminal;
 * the cursor stands below all that was said. */
bool live_leave(struct live *l);

/* What they are drawn into is as wide as the terminal less one column: a full
 * last column leaves the cursor in a place that terminals disagree about. */
static inline int live_width(int terminal_columns)
{
    return terminal_columns > 1 ? terminal_columns - 1 : 1;
}

#endif
