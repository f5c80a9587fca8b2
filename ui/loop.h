/* loop.h - the one place where the full screen waits.
 *
 * For keys, for the backend, for signals, and until a moment when something is
 * due. Nothing due means sleeping without end: an idle screen does not wake. */
#ifndef UI_LOOP_H
#define UI_LOOP_H

#include <stdint.h>

enum loop_news {
    LOOP_KEYS = 1,
    LOOP_EVENTS = 2,
    LOOP_SIGNALS = 4,
    LOOP_GONE = 8,   /* the terminal hung up */
    LOOP_LOOKUP = 16, /* the list that was asked for is here */
};

struct loop {
    int keys, events, signals; /* descriptors, borrowed; -1: none */
    int lookup;
    uint64_t due_ns;           /* 0: nothing is due */
};

/* Wake at this moment of clock_ns at the latest. Good for one loop_wait. */
void loop_due(struct loop *l, uint64_t at_ns);
/* What there is, as a set of enum loop_news; 0 when the time has come. */
unsigned loop_wait(struct loop *l);

#endif
