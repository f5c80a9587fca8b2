/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 4, MAX_TRIES = 20000 };

/* One operand has the digits of the level, the other often fewer. */
static bool draw(struct gen_ctx *ctx, int64_t *a, int64_t *b, uint64_t *key)
{
    static const unsigned from[LEVELS] = {1, 3, 4, 4}, to[LEVELS] = {2, 3, 4, 5};
    for (int i = 0; i < MAX_TRIES; i++) {
        unsigned n = (unsigned)gen_between(ctx, from[ctx->level], to[ctx->level]);
        unsigned m = gen_chance(ctx, 55) ? n : (unsigned)gen_between(ctx, 1, n);
        *a = number_draw(ctx, n);
        *b = number_draw(ctx, m);
        *key = key_unless(*a < 10 && *b < 10, key_sorted("add", *a, *b));
        if (gen_fits(ctx, *key))
            break;
        if (i + 1 == MAX_TRIES)
            return false;
    }
    if (gen_chance(ctx, 50)) {
        int64_t swap = *a;
        *a = *b;
        *b = swap;
    }
    return true;
}

static const char *rule(struct gen_ctx *ctx, int64_t b)
{
    return b == 1 && gen_chance(ctx, 30) ? "next" : "ask";
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    int64_t a, b;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &a, &b, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "add", key);
    trace_may_slip(&t, arith_columns(a, b));
    slots_people(ctx, &slots);
    slots_ab(ctx, &slots, a, b);
    slot_wrong(ctx, &slots, a + b);
    phrase(ctx, "add", rule(ctx, b), &slots, &p->prompt);
    trace_line(&t, "%s: %" PRId64 "+%" PRId64, trace_word(&t, "add", "加"), a, b);
    answer_number(p, arith_add(&t, a, b));
    return gen_done(ctx, p, 0);
}

const struct task task_add = {
    "add", "add, subtract",
    "two bare numbers of up to five digits",
    LEVELS, NULL, make, check_integers};
