/* talk_sessions.h - the commands that concern the kept chat and its branches.
 *
 *   /sessions  /load NAME  /find WORDS  /rename TITLE  /delete  /export FORM
 *   /edit TEXT  /undo  /redo  /variant N  /system TEXT
 *
 * The full screen and plain mode have them in common: here is what they do, there
 * how it looks. */
#ifndef UI_TALK_SESSIONS_H
#define UI_TALK_SESSIONS_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct err;
struct talk;

enum talk_change {
    TALK_SAME,     /* the answer is all there is to show */
    TALK_REPLAY,   /* another path, or another chat: show it anew */
    TALK_STARTED,  /* the same, and a turn has begun */
};

bool talk_sessions_takes(enum action a);
/* *answer: lines for the user, may stay empty. */
bool talk_sessions_act(struct talk *t, enum action a, struct str args,
                       struct buf *answer, enum talk_change *change,
                       struct err *err);
/* A list that could not be had at once (t->lookup is not NULL) comes later: when
 * lookup_fd is readable it is here. Waits otherwise. */
bool talk_looked_up(struct talk *t, struct buf *answer, struct err *err);

/* Send another text in place of the last message of the user; what was said
 * stays as a variant. */
bool talk_edit(struct talk *t, struct str text, struct err *err);
/* The last message of the user, or nothing. */
struct str talk_last_question(const struct talk *t);

#endif
