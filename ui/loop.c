/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

#include "base/clock.h"

void loop_due(struct loop *l, uint64_t at_ns)
{
    if (at_ns == 0)
        at_ns = 1;
    if (l->due_ns == 0 || at_ns < l->due_ns)
        l->due_ns = at_ns;
}

/* Milliseconds, rounded up: waking too early would only mean waking twice. */
static int timeout_of(uint64_t due_ns)
{
    if (due_ns == 0)
        return -1;
    uint64_t now = clock_ns();
    if (due_ns <= now)
        return 0;
    uint64_t ms = (due_ns - now + 999999) / 1000000;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

unsigned loop_wait(struct loop *l)
{
    struct pollfd p[] = {
        {.fd = l->keys, .events = POLLIN},
        {.fd = l->events, .events = POLLIN},
        {.fd = l->signals, .events = POLLIN},
        {.fd = l->lookup, .events = POLLIN},
    };
    /* A signal left its byte in the pipe: the next round finds it. */
    while (poll(p, 4, timeout_of(l->due_ns)) < 0 && errno == EINTR)
        ;
    l->due_ns = 0;
    unsigned news = 0;
    if (p[0].revents & POLLIN)
        news |= LOOP_KEYS;
    else if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        news |= LOOP_GONE;
    if (p[1].revents)
        news |= LOOP_EVENTS;
    if (p[2].revents)
        news |= LOOP_SIGNALS;
    if (p[3].revents)
        news |= LOOP_LOOKUP;
    return news;
}
