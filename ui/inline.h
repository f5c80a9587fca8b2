/* inline.h - the chat in the terminal's own scrollback.
 *
 * Plain mode with a few live lines below it: what is being written, a status
 * line, and the line one types, which may be typed while the model writes. A
 * thought is seen while it comes and is one line once it is done; /thoughts
 * prints it again. */
#ifndef UI_INLINE_H
#define UI_INLINE_H

#include <stdbool.h>

struct backend;
struct err;
struct ui_options;

/* At a terminal (ui_possible). Until the user leaves; the terminal is as it was
 * before in any case. */
bool inline_run(struct backend *b, const struct ui_options *o, struct err *err);

#endif
