/* ui_queue.h - messages that wait until the answer before them is done.
 *
 * Shown above the line one types; sent one after the other. /queue lists them,
 * "/queue drop N" removes one, Alt-Up or /unqueue takes the last (or the N-th)
 * back into the line, to be changed. */
#ifndef UI_UI_QUEUE_H
#define UI_UI_QUEUE_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct ui;

void ui_queue_add(struct ui *u, struct str message);
/* The first, which then waits no more. False: none waits. */
bool ui_queue_next(struct ui *u, struct buf *message);
void ui_queue_drop(struct ui *u);  /* all of them */
void ui_queue_clear(struct ui *u); /* frees */

/* False: not one of ours. */
bool ui_queue_act(struct ui *u, enum action a, struct str args);

#endif
