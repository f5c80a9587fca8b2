/* scripted.h - a model that plays a script, for the tests of the front ends.
 *
 * A real backend in every way that shows: its own thread, the event queue,
 * tokens with expert picks, telemetry, cancelling. What it says, and where it
 * waits, stands in a table of steps. Each start plays on from where the turn
 * before stopped; past the last step it begins anew. Time is invented (20 ms a
 * token), so that figures on a screen are the same in every run. */
#ifndef TESTS_UI_SCRIPTED_H
#define TESTS_UI_SCRIPTED_H

#include <stdint.h>

#include "chat/backend.h"

enum script_do {
    SCRIPT_END,     /* of the table */
    SCRIPT_READ,    /* a prompt of n tokens is read, 64 at a time */
    SCRIPT_THINK,   /* text: thought, a token a word (tags told by themselves) */
    SCRIPT_SAY,     /* text: answer, a token a word */
    SCRIPT_ECHO,    /* the user's last message, as answer */
    SCRIPT_NOTICE,  /* text: a sentence for the user */
    SCRIPT_FAIL,    /* text: the turn ends with this error */
    SCRIPT_NOISE,   /* text: on standard error, as a stray library would */
    SCRIPT_WAIT,    /* until scripted_go, or cancelled */
    SCRIPT_DONE,    /* the turn ends; n: enum done_reason */
};

struct script_step {
    enum script_do what;
    const char *text;
    uint32_t n;
};

/* The info of the pilot; steps are borrowed. dense: a model without experts. */
struct backend *scripted_new(const struct script_step *steps, bool dense);
/* The same in the shape of the largest: 58 layers of 256 experts, 8 to a token. */
struct backend *scripted_large(const struct script_step *steps);

/* Let the next (or present) SCRIPT_WAIT pass. Also from another process, when
 * it was forked after scripted_new. */
void scripted_go(struct backend *b);
/* Pause this long before each token: for people who watch, not for tests. */
void scripted_pace(struct backend *b, uint32_t us);
/* A whole conversation to look at: sums, a self-correction, folds. */
extern const struct script_step scripted_demo[];

#endif
