/* event_queue.h - events on their way from a backend's thread to the front end.
 *
 * A thin layer over base/queue.h that carries a token's expert picks behind
 * its event, so that every backend (engine, remote, the scripted model of the
 * tests) hands them over in the same way. One producer, one consumer; a slow
 * consumer makes the producer wait, nothing is dropped. */
#ifndef CHAT_EVENT_QUEUE_H
#define CHAT_EVENT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "chat/event.h"

struct err;
struct event_queue;

/* max_picks: the most expert picks of one token, n_moe_layers * n_used. */
struct event_queue *event_queue_new(uint32_t max_picks, struct err *err);
void event_queue_free(struct event_queue *q); /* NULL is fine */

/* Producer. Copies the event and, for EVENT_TOKEN, its picks. Does not
 * allocate. false: the queue was closed. */
bool event_queue_push(struct event_queue *q, const struct event *ev);
/* The same for text of any length, cut between characters into as many events
 * as it takes; bytes that are not whole characters are the caller's fault. */
bool event_queue_push_text(struct event_queue *q, uint32_t turn,
                           enum text_part part, struct str text);

/* Consumer. False when none waits. A token's picks stay valid until the next
 * pop. */
bool event_queue_pop(struct event_queue *q, struct event *ev);
int event_queue_fd(const struct event_queue *q);

/* Either side: the producer, waiting or not, is told to stop. */
void event_queue_close(struct event_queue *q);

#endif
