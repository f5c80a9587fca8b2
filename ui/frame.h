/* frame.h - the panes on the canvas, and when they are drawn.
 *
 * Knows which panes are shown and where, draws those that are dirty, and keeps
 * the pace: text at most 30 times a second, the side panes 10 times, and what a
 * key changed at once. Runs without a terminal. */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/canvas.h"
#include "ui/glass.h"
#include "ui/layout.h"
#include "ui/panes.h"

struct expert_changes;
struct input;
struct transcript;

struct frame {
    struct canvas canvas;
    struct layout layout;
    struct pane *title, *chat, *status, *help, *compare; /* owned, as are the sides */
    struct pane *side[LAYOUT_SIDES];
    struct input *input;     /* borrowed */
    struct glass glass;      /* what is known and looked at; the panes have it */
    uint64_t glass_changes;  /* of it, as of the last drawing */
    bool sides_wanted;       /* beside the chat, or in its place when narrow */
    bool narrow_sides;       /* the user asked for them on a narrow screen */
    bool help_shown, compare_shown; /* in place of chat and sides */
    bool browsing;
    bool running;            /* a turn is on its way */
    bool reading;            /* a trace is read, nobody answers */
    bool input_dirty;
    bool all_dirty;          /* the layout may have changed */
    const char *queued;      /* a message that waits, cleaned, or NULL */
    unsigned n_queued;
    struct status status_said; /* what the status bar was told last */
    struct buf message;        /* owned; its message */
    uint64_t text_drawn_ns, sides_drawn_ns;
};

void frame_init(struct frame *f, struct transcript *t,
                const struct backend_info *info, const char *greeting,
                struct input *input);
void frame_clear(struct frame *f);
void frame_resize(struct frame *f, int width, int height);

void frame_event(struct frame *f, const struct event *ev);
void frame_telemetry(struct frame *f, const struct telemetry *t);
/* What the user changed about the experts: the title says so. */
void frame_modified(struct frame *f, const struct expert_changes *x);
/* Scrolling and folding, to whom it concerns. False: nobody's. */
bool frame_action(struct frame *f, enum action a);
/* A click at this cell: whether the input is there, and what the chat does. */
bool frame_in_input(const struct frame *f, int x, int y);
bool frame_click(struct frame *f, int x, int y);
void frame_toggle_sides(struct frame *f);
void frame_toggle_help(struct frame *f);
void frame_show_compare(struct frame *f, bool on);
void frame_browse(struct frame *f, bool on);
/* Shown in place of the keys, or NULL. */
void frame_message(struct frame *f, const char *message);

/* Draws what is due. now: a key asked for it, so do not wait. Returns the
 * moment at which more is due, 0 for none. *drawn: the canvas has changed. */
uint64_t frame_draw(struct frame *f, uint64_t now_ns, bool now, bool *drawn);

#endif
