/* pane.h - a part of the screen: a table of functions and a private struct.
 *
 * A new pane is one new file and one line in layout.c. Panes see events and the
 * canvas; they know neither curses nor the engine. */
#ifndef UI_PANE_H
#define UI_PANE_H

#include <stdbool.h>

#include "chat/telemetry.h"
#include "ui/actions.h"
#include "ui/canvas.h"

struct backend_info;
struct event;
struct glass;
struct pane;

struct pane_ops {
    const char *name;   /* as shown in its heading and used by layout.c */
    /* The rows it needs and the rows it can use at this width (>= 1). */
    void (*measure)(struct pane *p, int width, int *min_rows, int *want_rows);
    /* Draws itself whole into the area; the canvas there is blank. */
    void (*draw)(struct pane *p, struct canvas *c, struct rect area,
                 bool focused);
    /* True when the action was its own. NULL: takes none. */
    bool (*action)(struct pane *p, enum action a);
    /* NULL: takes none. Sets p->dirty when something shown has changed. */
    void (*event)(struct pane *p, const struct event *ev);
    void (*telemetry)(struct pane *p, const struct telemetry *t);
    /* What all panes have in common (glass.h): told once, borrowed. NULL: has no
     * use for it. Without it a pane shows what it knows by itself. */
    void (*look)(struct pane *p, struct glass *g);
    void (*free)(struct pane *p);
};

struct pane {
    const struct pane_ops *ops;
    bool dirty;         /* wants to be drawn again */
};

#endif
