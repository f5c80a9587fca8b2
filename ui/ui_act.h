/* ui_act.h - what keys and commands do on the full screen.
 *
 * Each action once: what is not done here is handed to ui_look.h, ui_copy.h,
 * ui_queue.h, ui_steer.h, and at last to the pane that has the keys. */
#ifndef UI_UI_ACT_H
#define UI_UI_ACT_H

#include "base/str.h"
#include "ui/actions.h"

struct ui;

void ui_act(struct ui *u, enum action a, struct str args); /* may be empty */
void ui_suspend(struct ui *u);
void ui_take_lookup(struct ui *u); /* the list of chats that was asked for is here */
/* What stands in the line goes to an editor and comes back: to be read once more,
 * Enter sends it. */
void ui_write_in_editor(struct ui *u);

#endif
