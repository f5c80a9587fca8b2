/* lookup.h - the kept chats as a list, or those that have some words.
 *
 * Mostly an answer of milliseconds; many chats that were never looked through are
 * read first, by a thread, while the front end goes on (store/index_task.h). */
#ifndef UI_LOOKUP_H
#define UI_LOOKUP_H

#include <stdbool.h>

struct buf;
struct err;
struct lookup;

/* here: the id of the chat that asks, or NULL. words NULL: all chats. */
struct lookup *lookup_begin(const char *folder, const char *here,
                            const char *words);
/* Whether the answer is there; waits so long for it, negative: until it is. */
bool lookup_wait(const struct lookup *l, int ms);
/* Readable when it is. NULL: -1, as there is nothing to wait for. */
int lookup_fd(const struct lookup *l);
/* "reading the chats once: 120 of 1,000 (Ctrl-C: enough)"; NULL: nothing is looked
 * up. Good until the next call. */
const char *lookup_progress(struct lookup *l);
/* The answer shall be what can be said now. */
void lookup_stop(struct lookup *l);
/* Waits for it and frees. */
bool lookup_end(struct lookup *l, struct buf *answer, struct err *err);

#endif
