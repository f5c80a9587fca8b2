/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 4, MAX_TRIES = 20000 };

/* Digits by level: 1-2 x 1, 3-4 x 1, 2 x 2, 3 x 2. */
static bool draw(struct gen_ctx *ctx, int64_t *a, int64_t *b, uint64_t *key)
{
    static const unsigned from[LEVELS] = {1, 3, 2, 3}, to[LEVELS] = {2, 4, 2, 3},
                          other[LEVELS] = {1, 1, 2, 2};
    for (int i = 0; i < MAX_TRIES; i++) {
        *a = number_draw(ctx, (unsigned)gen_between(ctx, from[ctx->level],
                                                    to[ctx->level]));
        *b = number_draw(ctx, other[ctx->level]);
        if (gen_chance(ctx, 40)) {
            int64_t swap = *a;
            *a = *b;
            *b = swap;
        }
        *key = key_unless(*a < 10 && *b < 10, key_sorted("mul", *a, *b));
        if (gen_fits(ctx, *key) &&
            !arith_leaks_mul(ctx, *a, *b))
            return true;
    }
    return false;
}

/* A third of what has a name of its own is called by it. */
static const char *rule(struct gen_ctx *ctx, int64_t b)
{
    if ((b == 2 || b == 3) && gen_chance(ctx, 35))
        return b == 2 ? "double" : "triple";
    return "ask";
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    int64_t a, b;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &a, &b, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "mul", key);
    trace_may_slip(&t, arith_columns(a, b) * (ctx->level > 1 ? 3 : 1));
    slots_people(ctx, &slots);
    slots_ab(ctx, &slots, a, b);
    slot_wrong(ctx, &slots, a * b);
    phrase(ctx, "mul", rule(ctx, b), &slots, &p->prompt);
    trace_line(&t, "%s: %" PRId64 "*%" PRId64, trace_word(&t, "multiply", "乘"),
               a, b);
    answer_number(p, arith_mul(&t, a, b));
    return gen_done(ctx, p, 0);
}

const struct task task_mul = {
    "mul", "multiply",
    "up to four digits by one, or three by two",
    LEVELS, NULL, make, check_integers};
