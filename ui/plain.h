/* plain.h - the two halves of plain_run, apart for the tests. */
#ifndef UI_PLAIN_H
#define UI_PLAIN_H

#include "ui/ui.h"

/* A message a line, until the end of `in`. Prompts are only written when `in`
 * is a terminal. */
bool plain_chat(struct backend *b, const struct ui_options *o, FILE *in,
                FILE *out, FILE *notes, struct err *err);
/* All of `in` is the one message. */
bool plain_once(struct backend *b, const struct ui_options *o, FILE *in,
                FILE *out, FILE *notes, struct err *err);

#endif
