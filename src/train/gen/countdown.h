/* countdown.h - numbers that are to make another one: search, and its check.
 *
 * Three numbers are searched in one fixed order, so that every next line follows
 * from the one before: three pairs (largest first), four signs, twelve numbered
 * lines. Behind a first result the third number is tried where it can still help:
 * + and * while both are at most the target, - and / otherwise; so a line has two
 * leaves, each compared with the target. */
#ifndef TRAIN_GEN_COUNTDOWN_H
#define TRAIN_GEN_COUNTDOWN_H

#include "train/gen/trace.h"

enum { COUNTDOWN_LINES = 12 };

/* A number and how it came to be: "15", "(8+7)". */
struct item {
    int64_t value;
    char text[40];
};

struct item countdown_given(int64_t value);
/* x op y for values whose result is a whole number above zero, the larger value
 * first. False where it is none, or a product that is too big to be of use. */
bool countdown_join(const struct item *x, char op, const struct item *y,
                    struct item *out);

void countdown_sort(struct item *items, unsigned n); /* largest first */

/* Search three, sorted, for the target. Writes its lines where t is not NULL.
 * True, and the expression in *found, where one is found. */
bool countdown_search(struct trace *t, const struct item items[3],
                      int64_t target, struct item *found);

/* The first `most` of its lines, numbered from before + 1 on. */
bool countdown_search_some(struct trace *t, const struct item items[3],
                           int64_t target, unsigned before, unsigned most,
                           struct item *found);

/* Whether any expression at all, fractions and negative numbers on the way
 * included, makes the target. */
bool countdown_possible(const int64_t *numbers, unsigned n, int64_t target);

/* For answers "TARGET: N N N" and "none TARGET: N N N": an expression in the bold
 * part that uses every number once and is the target exactly; "no way" where there
 * is none. */
double countdown_check(const struct problem *p, struct str reply);
void countdown_answer(struct problem *p, const int64_t *numbers, unsigned n,
                      int64_t target, const struct item *found);
/* The request, and the first line of the thought. */
void countdown_ask(struct trace *t, const int64_t *numbers, unsigned n,
                   int64_t target);

#endif
