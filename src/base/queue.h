/* queue.h - a bounded ring of records between two threads, with a wake-up fd.
 *
 * One producer, one consumer. Nothing is ever dropped: when the ring is full
 * the producer waits (or gives up when the queue is closed), so a slow screen
 * slows the engine instead of losing its words. Records are bytes of any
 * length up to half the ring. The consumer polls queue_fd: it is readable while
 * records wait, and is poked once per batch, not once per record. */
#ifndef BASE_QUEUE_H
#define BASE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct queue;

struct queue *queue_new(size_t ring_bytes, struct err *err);
void queue_free(struct queue *q);

/* Producer. `head` and `body` become one record (body may be empty). Waits for
 * room; false when the queue was closed meanwhile. Does not allocate. */
bool queue_push(struct queue *q, const void *head, size_t head_len,
                const void *body, size_t body_len);

/* Consumer. Copies the oldest record into out[cap] and returns its length, 0
 * when none waits. Records longer than cap are a bug of ours (assert). */
size_t queue_pop(struct queue *q, void *out, size_t cap);
/* The same, but waits; 0 only when the queue is closed and empty. */
size_t queue_pop_wait(struct queue *q, void *out, size_t cap);
int queue_fd(const struct queue *q);

/* Either side: no more records; whoever waits is woken. */
void queue_close(struct queue *q);

#endif
