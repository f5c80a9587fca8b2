/* talk_settings.h - the commands that set how turns to come go, and tell figures.
 *
 *   /set NAME VALUE   /think on|off   /expert off L:E   /preset NAME   /stats
 *
 * The full screen and plain mode have them in common. Each answers with lines for
 * the user; with nothing behind it, it says how things are. */
#ifndef UI_TALK_SETTINGS_H
#define UI_TALK_SETTINGS_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct err;
struct talk;

bool talk_settings_takes(enum action a);
/* One of those. False: a mistake of the user's, nothing has changed. */
bool talk_settings_act(struct talk *t, enum action a, struct str args,
                       struct buf *answer, struct err *err);

#endif
