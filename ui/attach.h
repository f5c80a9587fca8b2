/* attach.h - files that a message names: "What is wrong in @notes.txt?"
 *
 * A word that begins with @ and names a file brings its text along, cleaned of
 * hidden and control characters, behind the message and between fences. Other
 * words with @ are left as they are. */
#ifndef UI_ATTACH_H
#define UI_ATTACH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct buf;
struct err;

#define ATTACH_MAX ((size_t)1 << 20) /* bytes of one file */

/* *sent: the message with all that it brings. *said: a line for each file, or
 * nothing. False: a file that cannot be read, is too long or no text; then
 * nothing should be sent. */
bool attach_files(struct str message, struct buf *sent, struct buf *said,
                  struct err *err);

#endif
