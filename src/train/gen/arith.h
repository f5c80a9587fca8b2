/* arith.h - the four operations on paper, as the steps of a thought.
 *
 * Each appends lines and returns the result. Columns go from the last digit to
 * the first, so numbers are turned round before and after. */
#ifndef TRAIN_GEN_ARITH_H
#define TRAIN_GEN_ARITH_H

#include "train/gen/trace.h"

int64_t arith_add(struct trace *t, int64_t a, int64_t b); /* both >= 0 */
int64_t arith_sub(struct trace *t, int64_t a, int64_t b); /* may go below zero */
int64_t arith_mul(struct trace *t, int64_t a, int64_t b); /* b below 100 or round */
/* b from 1 to 99; the remainder through *rest. */
int64_t arith_div(struct trace *t, int64_t a, int64_t b, int64_t *rest);

/* Whether a training thought would show a sum that is kept for testing: steps
 * with both operands from 100 on obey the split as well. */
bool arith_leaks_add(const struct gen_ctx *ctx, int64_t a, int64_t b);
bool arith_leaks_sub(const struct gen_ctx *ctx, int64_t a, int64_t b);
bool arith_leaks_mul(const struct gen_ctx *ctx, int64_t a, int64_t b);
bool arith_leaks_div(const struct gen_ctx *ctx, int64_t a, int64_t b);

/* How many steps there are to slip in. */
unsigned arith_columns(int64_t a, int64_t b);

#endif
