/* editor.h - a text given to the user's own editor and taken back.
 *
 * $VISUAL, else $EDITOR, else vi, run by the shell on a file that only the user
 * can read, in $XDG_RUNTIME_DIR or $TMPDIR. The terminal must have been given
 * up before (screen_lend). */
#ifndef UI_EDITOR_H
#define UI_EDITOR_H

#include <stdbool.h>

#include "base/str.h"

struct buf;
struct err;

enum { EDITOR_MAX = 1 << 20 }; /* bytes of a text */

/* *out: what stands in the file when the editor has ended, a line feed at the end
 * taken off. False: it could not be run or ended with an error; the text is as it
 * was. *died: a signal that asked us to end meanwhile, or 0. */
bool editor_run(struct str text, struct buf *out, int *died, struct err *err);

#endif
