/* number.h - drawing numbers, writing them, reading them out of replies. */
#ifndef TRAIN_GEN_NUMBER_H
#define TRAIN_GEN_NUMBER_H

#include "train/gen/phrase.h"

/* A number of exactly so many digits. Every third is made of one or two digits
 * only: copying and turning round 77878 is where models slip. */
int64_t number_draw(struct gen_ctx *ctx, unsigned digits);
unsigned number_digits(int64_t n); /* of |n|; 1 for 0 */

/* As a user types it: 12,345 now and then. */
void slot_number(struct gen_ctx *ctx, struct slots *slots, const char *name,
                 int64_t n);
/* Two numbers "a" and "b"; now and then both in words, seven and twelve. */
void slots_ab(struct gen_ctx *ctx, struct slots *slots, int64_t a, int64_t b);
/* "w": what somebody took for the result n, and is not: one place is off by one. */
void slot_wrong(struct gen_ctx *ctx, struct slots *slots, int64_t n);
/* As a user types a small count: five, 五 (两 before a measure word) now and
 * then. */
void slot_count(struct gen_ctx *ctx, struct slots *slots, const char *name,
                int64_t n);

/* Two different names, "who" and "who2", and what they have: "thing", "holder" and
 * "holder1" (boxes, box): from the lists of common.txt. */
void slots_people(struct gen_ctx *ctx, struct slots *slots);

/* The integers of a text, thousands separators and signs understood; at most max
 * of them are stored, all are counted. A number with a decimal point, or that
 * overflows, makes it SIZE_MAX: it is none of ours. */
size_t number_read(struct str text, int64_t *out, size_t max);

/* What a problem is known by: two operands in either order, or in this one. */
uint64_t key_sorted(const char *what, int64_t a, int64_t b);
uint64_t key_of(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The key where `seen` is false; else one of the training split: single-digit
 * tables belong to training alone. */
uint64_t key_unless(bool seen, uint64_t key);

/* Checks that many tasks share: the bold part of the reply holds exactly the
 * integers of p->answer. */
double check_integers(const struct problem *p, struct str reply);
/* The bold part is p->answer, whatever the case of its letters. */
double check_same(const struct problem *p, struct str reply);
/* check_integers where the answer has digits, check_same else. */
double check_either(const struct problem *p, struct str reply);
/* "The answer is **X**." with X = p->answer. */
void reply_answer(struct problem *p);
void answer_number(struct problem *p, int64_t n); /* sets answer and reply */
/* The same with "q remainder r", "q" alone where nothing is over. */
void answer_quotient(struct problem *p, int64_t q, int64_t r);

#endif
