/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/event_queue.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "base/queue.h"

/* Some seconds of a fast model, so that a screen that is being resized or
 * suspended for a moment does not stop it at once. */
#define LEAST_RING (256u * 1024u)
#define LEAST_RECORDS 64u

struct event_queue {
    struct queue *queue; /* owned */
    uint32_t max_picks;
    size_t record_bytes;
    uint8_t *record;     /* owned; the last event taken, its picks behind it */
};

struct event_queue *event_queue_new(uint32_t max_picks, struct err *err)
{
    struct event_queue *q = mem_zalloc(sizeof *q);
    q->max_picks = max_picks;
    q->record_bytes =
        sizeof(struct event) + max_picks * sizeof(struct expert_pick);
    size_t ring = q->record_bytes * LEAST_RECORDS;
    q->queue = queue_new(ring > LEAST_RING ? ring : LEAST_RING, err);
    if (!q->queue) {
        mem_free(q);
        return NULL;
    }
    q->record = mem_alloc(q->record_bytes);
    return q;
}

void event_queue_free(struct event_queue *q)
{
    if (!q)
        return;
    queue_free(q->queue);
    mem_free(q->record);
    mem_free(q);
}

static size_t picks_of(const struct event *ev)
{
    if (ev->kind != EVENT_TOKEN || !ev->token.picks)
        return 0;
    return (size_t)ev->token.n_moe_layers * ev->token.n_used;
}

bool event_queue_push(struct event_queue *q, const struct event *ev)
{
    size_t n = picks_of(ev);
    assert(n <= q->max_picks);
    return queue_push(q->queue, ev, sizeof *ev, n ? ev->token.picks : NULL,
                      n * sizeof(struct expert_pick));
}

bool event_queue_push_text(struct event_queue *q, uint32_t turn,
                           enum text_part part, struct str text)
{
    struct event ev = {.kind = EVENT_TEXT, .turn = turn};
    ev.text.part = part;
    while (text.len) {
        size_t n = text.len < EVENT_TEXT_MAX ? text.len : EVENT_TEXT_MAX;
        while (n < text.len && n > EVENT_TEXT_MAX - 4 &&
               ((unsigned char)text.p[n] & 0xC0) == 0x80)
            n--;
        ev.text.len = (uint16_t)n;
        memcpy(ev.text.s, text.p, n);
        if (!event_queue_push(q, &ev))
            return false;
        text = str_n(text.p + n, text.len - n);
    }
    return true;
}

bool event_queue_pop(struct event_queue *q, struct event *ev)
{
    size_t len = queue_pop(q->queue, q->record, q->record_bytes);
    if (len == 0)
        return false;
    assert(len >= sizeof *ev);
    memcpy(ev, q->record, sizeof *ev);
    if (ev->kind == EVENT_TOKEN) {
        /* sizeof(struct event) is a multiple of any pick's alignment. */
        const void *behind = q->record + sizeof *ev;
        ev->token.picks = len > sizeof *ev ? behind : NULL;
    }
    return true;
}

int event_queue_fd(const struct event_queue *q)
{
    return queue_fd(q->queue);
}

void event_queue_close(struct event_queue *q)
{
    queue_close(q->queue);
}
