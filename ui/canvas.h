/* canvas.h - a grid of cells that panes draw into, without a terminal.
 *
 * A cell holds one grapheme cluster, 1 or 2 columns wide (the second column of
 * a wide one is empty), and a style. Drawing outside is cut off, never an
 * error. Text handed to the canvas must have been sanitised (base/sanitize.h). */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "ui/theme.h"

#define CELL_BYTES 24 /* a base and four combining marks */

struct cell {
    char s[CELL_BYTES]; /* UTF-8, terminated; "" behind a wide character */
    uint8_t width;      /* 1, 2; 0 behind a wide character */
    struct style style;
};

struct canvas {
    int width, height;
    struct cell *cells;      /* owned; [height][width] */
    int cursor_x, cursor_y;  /* -1: hidden */
    bool ascii;              /* only ASCII may be drawn (LANG=C, --ascii) */
    bool mono;               /* no colours: heat cells are drawn as a ramp of
                                signs instead (so are they with ascii) */
};

struct rect {
    int x, y, width, height;
};

void canvas_init(struct canvas *c, int width, int height);
void canvas_resize(struct canvas *c, int width, int height); /* clears too */
void canvas_clear(struct canvas *c);   /* frees */
void canvas_fill(struct canvas *c, struct rect r, struct style style); /* blanks */

/* Draws from column x on, at most `columns` wide (a wide character that would
 * stick out becomes a blank). Returns the columns used. In ascii mode other
 * characters are replaced by something near ('>' for '›', '#' for blocks). */
int canvas_text(struct canvas *c, int x, int y, int columns, struct str text,
                struct style style);
int canvas_puts(struct canvas *c, int x, int y, int columns, const char *text,
                struct style style);
int canvas_printf(struct canvas *c, int x, int y, int columns,
                  struct style style, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* The same, ending at column x + columns. */
int canvas_right(struct canvas *c, int x, int y, int columns, const char *text,
                 struct style style);
const struct cell *canvas_at(const struct canvas *c, int x, int y);

/* The text of all rows, trailing blanks off, LF ended: for golden files. */
void canvas_dump(const struct canvas *c, struct buf *out);
/* One letter per cell for its role, for golden files: '.' is plain text. */
void canvas_dump_styles(const struct canvas *c, struct buf *out);

#endif
