/* view.h - a conversation to be read, with nobody at the other end.
 *
 * The same screen, or the same lines, as a chat: folding, scrolling, searching. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdio.h>

struct conversation;
struct err;
struct ui_options;

/* name: of the file, as the title; note (may be NULL): a sentence on how it was
 * read. The screen needs a terminal on both sides (ui_possible). */
bool view_screen(const struct conversation *c, const char *name,
                 const char *note, const struct ui_options *o, struct err *err);
bool view_lines(const struct conversation *c, const struct ui_options *o,
                FILE *out, struct err *err);

#endif
