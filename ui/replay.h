/* replay.h - a conversation that was, shown as if it were said now.
 *
 * The messages become the events that they came from, as far as those are kept:
 * texts, what was thought, the figures of each turn. */
#ifndef UI_REPLAY_H
#define UI_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conversation;
struct message;
struct plain_text;
struct transcript;

/* The active path, in place of what the transcript showed. Thoughts are folded
 * where an answer follows, as when it came. */
/* turn_of (may be NULL: in none) says in which turn of this run an answer was
 * given, 0 for none: what was measured of its tokens is still known. */
typedef uint32_t (*replay_turn_fn)(const void *arg, const struct message *m);
void replay(struct transcript *t, const struct conversation *c,
            replay_turn_fn turn_of, const void *arg);

/* As lines, from message `first` of the active path on; what others than the
 * model said stands behind `mark`. False: nobody reads them any more. */
bool replay_plain(struct plain_text *p, const struct conversation *c,
                  size_t first, const char *mark);

#endif
