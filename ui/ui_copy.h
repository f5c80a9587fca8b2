/* ui_copy.h - copying on the full screen: to the terminal's clipboard, which also
 * leaves a file behind, or to a file of the user's. */
#ifndef UI_UI_COPY_H
#define UI_UI_COPY_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct ui;

/* False: not one of ours. */
bool ui_copy_act(struct ui *u, enum action a, struct str args);

#endif
