/* ui_look.h - how the full screen looks and takes the mouse: /theme, /raw,
 * /mouse. */
#ifndef UI_UI_LOOK_H
#define UI_UI_LOOK_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct ui;

/* False: not one of ours. */
bool ui_look_act(struct ui *u, enum action a, struct str args);

#endif
