/* history.h - the file in which the input's lines are remembered.
 *
 * A JSON string a line, because entries hold line feeds. Appended to, 0600,
 * never followed through a symbolic link. A line that is broken is skipped;
 * a file that cannot be read or written is none: the chat goes on. */
#ifndef UI_HISTORY_H
#define UI_HISTORY_H

#include <stdbool.h>

#include "base/str.h"

typedef void (*history_fn)(void *arg, const char *entry);

/* Tells the newest entries, oldest first. */
void history_load(const char *path, history_fn fn, void *arg);
bool history_append(const char *path, struct str entry);

#endif
