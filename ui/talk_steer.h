/* talk_steer.h - taking an answer in hand: enough of thinking, thoughts out of
 * the cache, the oldest question out of sight, another token and on from there.
 *
 * What the full screen and plain mode have in common, as talk.h. */
#ifndef UI_TALK_STEER_H
#define UI_TALK_STEER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct err;
struct glass;
struct talk;
struct telemetry;

/* End the thought of the running turn. */
bool talk_enough(struct talk *t, struct err *err);

/* Brings the cache to what the next question will find there, without the
 * thoughts: as a turn that says nothing (talk_event tells true, no message comes
 * of it). Then talk_dropped has a sentence on what that gave back. */
bool talk_drop_thoughts(struct talk *t, const struct glass *g, struct err *err);
void talk_dropped(const struct talk *t, const struct glass *g, struct buf *out);

/* From the next turn on the model does not see the oldest question and what
 * answered it; here they stay. The answer is a sentence. Whether there is one that
 * is older than the last. */
bool talk_has_older(const struct talk *t);
bool talk_drop_oldest(struct talk *t, struct buf *answer, struct err *err);

/* At token `i` of the transcript the alternative `which` (from 0) is taken, and
 * the answer goes on behind it. *said: a sentence for the user. */
bool talk_branch_at(struct talk *t, const struct glass *g, uint32_t i,
                    uint32_t which, struct buf *said, struct err *err);

/* What stopped at the end of the context goes on: whole, now that there is room
 * (talk_drop_oldest), or (without) only its answer, with no thought before. */
bool talk_go_on(struct talk *t, const struct glass *g, bool without_thought,
                struct err *err);

#endif
