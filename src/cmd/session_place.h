/* session_place.h - where the sessions are, for the commands that want them. */
#ifndef CMD_SESSION_PLACE_H
#define CMD_SESSION_PLACE_H

#include <stdbool.h>

struct buf;
struct err;
struct index;

/* The folder of the sessions; `make`: it is there then. */
bool session_folder(bool make, struct buf *folder, struct err *err);
/* The path of the session whose name has this part; NULL: of the last one. */
bool session_named(const char *part, struct buf *path, struct err *err);

/* The index of that folder, with all chats in it that no other mull is writing just
 * now; tells a terminal on standard error when that takes long. ERR_CANCELLED after
 * Ctrl-C; what was read by then need not be read again. */
struct index *session_index(const char *folder, struct err *err);

#endif
