/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 4, MAX_TRIES = 20000 };

/* The larger first, but for every twelfth pair. */
static bool draw(struct gen_ctx *ctx, int64_t *a, int64_t *b, uint64_t *key)
{
    static const unsigned from[LEVELS] = {1, 3, 4, 4}, to[LEVELS] = {2, 3, 4, 5};
    for (int i = 0; i < MAX_TRIES; i++) {
        unsigned n = (unsigned)gen_between(ctx, from[ctx->level], to[ctx->level]);
        unsigned m = gen_chance(ctx, 55) ? n : (unsigned)gen_between(ctx, 1, n);
        int64_t x = number_draw(ctx, n), y = number_draw(ctx, m);
        bool below = gen_chance(ctx, 8);
        *a = (x < y) == below ? x : y;
        *b = (x < y) == below ? y : x;
        *key = key_unless(x < 10 && y < 10, key_sorted("sub", x, y));
        if (gen_fits(ctx, *key))
            return true;
    }
    return false;
}

/* A difference and what is left are above zero. */
static const char *rule(struct gen_ctx *ctx, int64_t a, int64_t b)
{
    if (b == 1 && gen_chance(ctx, 30))
        return "previous";
    return a <= b || b < 2 || gen_chance(ctx, 62) ? "ask" : "left";
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    int64_t a, b;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &a, &b, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "sub", key);
    trace_may_slip(&t, arith_columns(a, b));
    slots_people(ctx, &slots);
    slots_ab(ctx, &slots, a, b);
    slot_wrong(ctx, &slots, a - b);
    phrase(ctx, "sub", rule(ctx, a, b), &slots, &p->prompt);
    trace_line(&t, "%s: %" PRId64 "-%" PRId64, trace_word(&t, "subtract", "减"),
               a, b);
    answer_number(p, arith_sub(&t, a, b));
    return gen_done(ctx, p, 0);
}

const struct task task_sub = {
    "sub", "add, subtract",
    "two bare numbers of up to five digits, the result may be negative",
    LEVELS, NULL, make, check_integers};
