/* SPDX-License-Identifier: Apache-2.0 */
/* Sums that look like requests beyond the domain: a model that refuses by the
 * sound of "poem" or "doctor" refuses wrongly. Thought as in story.c. */
#include <inttypes.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 1, MAX_TRIES = 4000 };

static bool draw(struct gen_ctx *ctx, char op, int64_t *a, int64_t *b,
                 uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        *a = op == '*' ? gen_between(ctx, 2, 12) : gen_between(ctx, 3, 99);
        *b = op == '*'   ? gen_between(ctx, 2, 12)
             : op == '-' ? gen_between(ctx, 2, *a - 1)
                         : gen_between(ctx, 2, 60);
        *key = key_of("inside %" PRId64 "%c%" PRId64, *a, op, *b);
        if (gen_fits(ctx, *key))
            return true;
    }
    return false;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    static const char ops[] = "+-*";
    static const char *const rules[] = {"add", "sub", "mul"};
    struct slots slots = {0};
    unsigned which = rng_below(&ctx->rng, 3);
    char op = ops[which];
    int64_t a, b;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, op, &a, &b, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "inside", key);
    slot_count(ctx, &slots, "a", a);
    slot_count(ctx, &slots, "b", b);
    phrase(ctx, "inside", rules[which], &slots, &p->prompt);
    int64_t result = op == '+' ? a + b : op == '-' ? a - b : a * b;
    if (op == '*')
        trace_line(&t, "%s: %" PRId64 "*%" PRId64, trace_word(&t, "story", "应用题"),
                   a, b);
    else
        trace_line(&t, "%s: %" PRId64 "; %c%" PRId64,
                   trace_word(&t, "story", "应用题"), a, op, b);
    trace_line(&t, "%" PRId64 "%c%" PRId64 "=%" PRId64, a, op, b, result);
    answer_number(p, result);
    return gen_done(ctx, p, 0);
}

const struct task task_inside = {
    "inside", "outside",
    "sums in the clothes of something else",
    LEVELS, NULL, make, check_integers};
