/* layout.h - who gets which part of the screen.
 *
 * A pure function of the size and of what is wanted. The rules are those of
 * small being a design, not a cut: from 104 columns on the side panes stand
 * beside the chat; below, they take its place when asked for; below 60 columns
 * or 12 rows there are none; below 20 x 4 there is only the input. */
#ifndef UI_LAYOUT_H
#define UI_LAYOUT_H

#include <stdbool.h>

#include "ui/canvas.h"

struct backend_info;
struct pane;

/* The side panes there are, in the order in which they stand. Adding a pane is
 * adding a row to the table in layout.c. */
enum { SIDE_EXPERTS, SIDE_TOKEN, SIDE_MEMORY, SIDE_SPEED, LAYOUT_SIDES };
/* From this width on they stand beside the chat. */
enum { LAYOUT_BESIDE_FROM = 104 };
typedef struct pane *(*pane_new_fn)(const struct backend_info *info);
pane_new_fn layout_side(int i);

struct layout_wish {
    int input_rows;  /* that the input could use */
    bool sides;      /* the side panes are wanted */
    bool whole;      /* something covers chat and sides (the help) */
    /* What the side panes need and could use at a width: asked only for the
     * width they get. */
    void (*measure)(void *arg, int side, int width, int *least, int *want);
    void *arg;
};

/* A rectangle without rows or columns is not shown. */
struct layout {
    struct rect title, chat, input, status;
    struct rect side[LAYOUT_SIDES];
    struct rect rule;        /* above the input */
    struct rect side_rule;   /* beside the panes */
    struct rect dots;        /* too small: "..." */
    bool sides_possible;     /* F3 has something to show at this size */
    bool beside;             /* the panes stand beside the chat */
};

struct layout layout_compute(int width, int height,
                             const struct layout_wish *wish);

#endif
