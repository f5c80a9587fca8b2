/* plain_steer.h - the glass box in plain lines: every pane as text. */
#ifndef UI_PLAIN_STEER_H
#define UI_PLAIN_STEER_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct err;
struct glass;
struct talk;

bool plain_steer_knows(enum action a);
/* May have started a turn: then follow it. */
bool plain_steer(struct talk *t, struct glass *g, enum action a,
                 struct str args, struct buf *answer, struct err *err);

#endif
