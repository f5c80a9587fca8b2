/* ui_steer.h - the glass box on the full screen: what keys and commands do to
 * what is looked at, and to the answer under way. */
#ifndef UI_UI_STEER_H
#define UI_UI_STEER_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct event;
struct key;
struct ui;

/* False: not one of ours. */
bool ui_steer(struct ui *u, enum action a, struct str args);
/* Out of the map, or off the tokens. False: on neither. */
bool ui_steer_leave(struct ui *u);

/* After each event, and after the telemetry that came with them. */
void ui_steer_event(struct ui *u, const struct event *ev, bool only_read);
void ui_steer_news(struct ui *u);

/* The token looked at in one line, where no pane tells of it; else NULL. */
const char *ui_token_text(struct ui *u);

/* The context is full: what the user is asked, and the key that answers. False:
 * it was no answer, which is one too. */
const char *ui_choice_text(const struct ui *u);
bool ui_choose(struct ui *u, const struct key *key);

#endif
