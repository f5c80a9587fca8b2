/* glass_command.h - the commands that choose what is looked at, or tell it as
 * text: the same on the full screen and in plain lines. */
#ifndef UI_GLASS_COMMAND_H
#define UI_GLASS_COMMAND_H

#include <stdbool.h>

#include "base/str.h"
#include "ui/actions.h"

struct buf;
struct err;
struct glass;

bool glass_command_knows(enum action a);
/* Answers with lines for the user, or with none. ERR_USAGE: what it takes. */
bool glass_command(struct glass *g, enum action a, struct str args,
                   struct buf *answer, struct err *err);

/* One that is said once: the context is nearly full. NULL: nothing. */
const char *glass_warning(struct glass *g);

#endif
