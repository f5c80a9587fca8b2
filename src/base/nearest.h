/* nearest.h - the known name that a mistyped one was meant to be.
 *
 *   struct nearest n = nearest_to(str_of("chta"));
 *   nearest_offer(&n, "chat"); nearest_offer(&n, "run");
 *   nearest_name(&n)  ->  "chat", or NULL when nothing is near
 *
 * Near means: few characters put in, left out, changed, or swapped with their
 * neighbour, for the length of the word. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include "base/str.h"

struct nearest {
    struct str word;     /* borrowed */
    const char *best;    /* borrowed: the nearest name offered so far */
    unsigned distance;
};

struct nearest nearest_to(struct str word);
void nearest_offer(struct nearest *n, const char *name);
const char *nearest_name(const struct nearest *n);

#endif
