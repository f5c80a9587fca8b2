/* reply.h - from chosen tokens to events: text, and which part it belongs to.
 *
 *   token -> bytes -> whole characters -> thought or answer -> struct event
 *
 * Where the vocabulary has <think> and </think> as tokens, these tell the parts
 * and never become text; in any case tags that come as plain text are found by
 * chat/tags.h. Held by the engine, begun anew for every turn. */
#ifndef ENGINE_REPLY_H
#define ENGINE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "chat/event.h"
#include "text/detok.h"

struct event_queue;
struct tags;
struct vocab;

struct reply {
    const struct vocab *vocab;      /* borrowed */
    struct event_queue *events;     /* borrowed */
    int32_t think_open, think_close;
    struct tags *tags;              /* owned */
    struct buf text;                /* owned; with room for any token */

    /* Of this turn. */
    uint32_t turn;
    struct detok detok;
    bool thinking;                  /* THINK_BEGIN was told, THINK_END not yet */
    bool answered;                  /* some answer text was told */
    bool connected;                 /* the queue still takes events */
    uint32_t think_tokens, answer_tokens;
    double think_began_ms, think_ms;
};

void reply_init(struct reply *r, const struct vocab *v, struct event_queue *q);
void reply_clear(struct reply *r);

/* inside_think: the prompt ended in an open think tag. */
void reply_begin(struct reply *r, uint32_t turn, bool inside_think);

/* Tells the token (part and text are filled in here), then its text. Does not
 * allocate. False when nobody listens any more. */
bool reply_token(struct reply *r, struct token_info *info);

/* Tells what was held back: half a tag, half a character. A thought that is
 * still open stays open: there is no THINK_END. */
void reply_end(struct reply *r);

#endif
