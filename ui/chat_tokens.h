/* chat_tokens.h - the cursor on single tokens of the transcript. */
#ifndef UI_CHAT_TOKENS_H
#define UI_CHAT_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/chat_view.h"

struct glass;

/* On a token of this row, or of the nearest block that has any; or off. True: it
 * is in another block, where its text is. */
bool chat_tokens_toggle(struct glass *g, struct chat_view *v, struct place from,
                        size_t *block, size_t *at);
/* The cursor line has moved: so has the token, to the first on that line. Does
 * nothing while no token is looked at. g may be NULL. */
void chat_tokens_settle(struct glass *g, struct chat_view *v, struct place at);
/* The next token, or the one before; where its text is. False: there is none. */
bool chat_tokens_move(struct glass *g, struct chat_view *v, int step,
                      size_t *block, size_t *at);
/* The next of its alternatives, its own left out; past the last: none. */
void chat_tokens_choose(struct glass *g, int step);

#endif
