/* replay.h - a conversation that was, shown as if it were said now.
 *
 * The messages become the events that they came from, as far as those are kept:
 * texts, what was thought, the figures of each turn. */
#ifndef UI_REPLAY_H
#define UI_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

struct conversation;
struct plain_text;
struct talk;
struct transcript;

/* The active path, in place of what the transcript showed. Thoughts are folded
 * where an answer follows, as when it came. */
void replay(struct transcript *t, const struct conversation *c);
/* The same of a talk that goes on: what was measured of the tokens of its turns is
 * still known. */
void replay_talk(struct transcript *t, const struct talk *talk);

/* As lines, from message `first` of the active path on; what others than the
 * model said stands behind `mark`. False: nobody reads them any more. */
bool replay_plain(struct plain_text *p, const struct conversation *c,
                  size_t first, const char *mark);

#endif
