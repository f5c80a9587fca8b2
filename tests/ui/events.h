/* events.h - events written by hand, for tests that need no backend. */
#ifndef TESTS_UI_EVENTS_H
#define TESTS_UI_EVENTS_H

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "chat/event.h"

static inline struct event event_of(enum event_kind kind)
{
    return (struct event){.kind = kind, .turn = 1};
}

static inline struct event event_text(enum text_part part, struct str s)
{
    struct event ev = event_of(EVENT_TEXT);
    assert(s.len <= sizeof ev.text.s);
    ev.text.part = part;
    ev.text.len = (uint16_t)s.len;
    memcpy(ev.text.s, s.p, s.len);
    return ev;
}

static inline struct event event_token(enum text_part part, float ms)
{
    struct event ev = event_of(EVENT_TOKEN);
    ev.token.part = part;
    ev.token.ms = ms;
    return ev;
}

static inline struct event event_done(enum done_reason reason)
{
    struct event ev = event_of(EVENT_DONE);
    ev.done.reason = reason;
    return ev;
}

#endif
