/* ui_turn.h - from a message of the user to the last event of its answer, on the
 * full screen. */
#ifndef UI_UI_TURN_H
#define UI_UI_TURN_H

#include "base/str.h"

struct ui;

/* With the files that the message names. What does not begin is told. */
void ui_turn_start(struct ui *u, struct str message);
/* All that the model has said since, to everybody who shows it; a turn that ends
 * is followed by the message that waits. */
void ui_turn_events(struct ui *u);

#endif
