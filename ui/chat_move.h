/* chat_move.h - where one looks in the chat: the cursor of browsing, and the view.
 *
 * Without a cursor (nobody browses) the view moves alone. What says "to" leads to
 * a place in the text: it is unfolded, brought into view, and browsed. */
#ifndef UI_CHAT_MOVE_H
#define UI_CHAT_MOVE_H

#include <stdbool.h>
#include <stddef.h>

struct chat_pane;

/* The last thought in view, else the last line: what browsing is mostly for. */
void chat_move_begin(struct chat_pane *p);
/* Begins, if nobody browses yet: a command may come before the first drawing. */
void chat_move_browse(struct chat_pane *p);
/* Folds and resizes may have taken the row that the cursor was on. */
void chat_move_settle(struct chat_pane *p);

void chat_move_line(struct chat_pane *p, int step);   /* -1 up, 1 down */
/* By a part of the screen: view and cursor together, so that the cursor stays
 * at its height. */
void chat_move_screen(struct chat_pane *p, long rows);
/* To the block above or below; inside an answer, to its next piece of code. */
void chat_move_block(struct chat_pane *p, int step);

void chat_move_to(struct chat_pane *p, size_t block, size_t at);
/* False: there is none. */
bool chat_move_to_first_find(struct chat_pane *p);    /* nearest to here */
bool chat_move_to_find(struct chat_pane *p, int step);
bool chat_move_to_step(struct chat_pane *p, int step);

#endif
