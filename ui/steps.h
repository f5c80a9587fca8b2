/* steps.h - the steps of a thought: its lines, and its turns inside them.
 *
 * A line with something on it is a step; where a sentence inside a line takes a
 * turn (turns.h), the step ends and the next begins. Works along a text that
 * grows at its end, and looks at nothing twice but the sentence under way. */
#ifndef UI_STEPS_H
#define UI_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "ui/turns.h"

struct step {
    uint32_t at;          /* where it begins in the text */
    uint16_t words;       /* bytes of the words that turn; 0: none */
    uint8_t kind;         /* enum turn_kind */
};

struct steps {
    struct step *list;    /* owned; [n] */
    uint32_t n, cap;
    uint32_t corrections; /* of them */
    size_t looked;        /* up to here all is decided */
    bool in_line;         /* the line has its step */
    bool at_sentence;     /* the next word begins a sentence of it */
};

void steps_clear(struct steps *s); /* frees; empty again */
/* turns may be NULL: lines alone. open: the text may still grow, so words at
 * its end are not judged yet. */
void steps_update(struct steps *s, const struct turns *turns, struct str text,
                  bool open);
/* The step that byte `at` belongs to; s->n when it stands before the first. */
uint32_t steps_find(const struct steps *s, size_t at);

#endif
