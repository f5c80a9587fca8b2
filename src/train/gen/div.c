/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 5, MAX_TRIES = 20000, MOST_UP = 200 };

enum want { WANT_BOTH, WANT_REST, WANT_WHOLE, WANT_UP, N_WANTS };

/* Those whose first nine multiples can be known by heart. */
static int64_t easy_divisor(struct gen_ctx *ctx)
{
    static const int64_t easy[] = {10, 11, 12, 20, 30, 40, 50};
    return easy[rng_below(&ctx->rng, 7)];
}

static int64_t draw_divisor(struct gen_ctx *ctx)
{
    if (ctx->level == 2)
        return easy_divisor(ctx);
    return ctx->level < 2 ? gen_between(ctx, 2, 9) : gen_between(ctx, 10, 99);
}

/* Digits by level: 1-3 and 4-5 by one digit, 2-3 by an easy one of two, 3 and 4-5 by
 * any of two. Every third division comes out even, which so few do by themselves. */
static bool draw(struct gen_ctx *ctx, int64_t *a, int64_t *b, uint64_t *key)
{
    static const unsigned from[LEVELS] = {1, 4, 2, 3, 4}, to[LEVELS] = {3, 5, 3, 3, 5};
    for (int i = 0; i < MAX_TRIES; i++) {
        *b = draw_divisor(ctx);
        *a = number_draw(ctx, (unsigned)gen_between(ctx, from[ctx->level],
                                                    to[ctx->level]));
        if (gen_chance(ctx, 35))
            *a -= *a % *b;
        *key = key_unless(*a / *b < 10 && *b < 10,
                          key_of("div %" PRId64 " %" PRId64, *a, *b));
        if (*a >= *b && number_digits(*a) >= from[ctx->level] &&
            gen_fits(ctx, *key) && !arith_leaks_div(ctx, *a, *b))
            return true;
    }
    return false;
}

/* Of things: how many for all of them, how many full ones, what is left over. */
static const char *rule_of_things(struct gen_ctx *ctx, int64_t a, int64_t b,
                                  enum want *want)
{
    uint32_t dice = rng_below(&ctx->rng, 100);
    *want = dice < 40 && a / b < MOST_UP ? WANT_UP : dice < 70 ? WANT_REST : WANT_WHOLE;
    return *want == WANT_UP ? "up" : *want == WANT_REST ? "told_rest" : "told_whole";
}

static const char *rule(struct gen_ctx *ctx, int64_t a, int64_t b, enum want *want)
{
    uint32_t dice = rng_below(&ctx->rng, 100);
    *want = WANT_BOTH;
    if (a % b == 0 && a > b && dice < 45) {
        if (b <= 4 && dice < 25)
            return b == 2 ? "half" : b == 3 ? "third" : "quarter";
        return "exact";
    }
    if (dice >= 90) {
        *want = WANT_REST;
        return "rest";
    }
    if (dice >= 82) {
        *want = WANT_WHOLE;
        return "whole";
    }
    return "ask";
}

static void put_answer(struct problem *p, enum want want, int64_t q, int64_t r)
{
    switch (want) {
    case WANT_REST: answer_number(p, r); break;
    case WANT_UP: answer_number(p, q + (r > 0)); break;
    case WANT_WHOLE: answer_number(p, q); break;
    default: answer_quotient(p, q, r);
    }
}

/* The one division that has no answer is said to have none. */
static bool make_by_zero(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    int64_t a = number_draw(ctx, (unsigned)gen_between(ctx, 1, 4));
    struct trace t = trace_begin(ctx, p, "div",
                                 key_unless(true, key_of("div %" PRId64 " 0", a)));
    slots_people(ctx, &slots);
    slots_ab(ctx, &slots, a, 0);
    slot_wrong(ctx, &slots, a);
    phrase(ctx, "div", "ask", &slots, &p->prompt);
    trace_line(&t, "%s: %" PRId64 "/0", trace_word(&t, "divide", "除"), a);
    buf_puts(&p->answer, trace_word(&t, "cannot", "不能"));
    trace_line(&t, "-> %s", p->answer.p);
    buf_puts(&p->reply, trace_word(&t, "One **cannot** divide by 0.",
                                   "**不能** 除以0。"));
    return gen_done(ctx, p, 0);
}

static bool make_one(struct gen_ctx *ctx, const struct task *task, struct problem *p)
{
    static const char *const wanted[2][N_WANTS] = {
        {"", ", remainder", ", whole", ", up"}, {"", ", 余数", ", 整数", ", 进一"}};
    struct slots slots = {0};
    enum want want;
    int64_t a, b, rest;
    uint64_t key;
    bool told = task == &task_div_told;
    if (ctx->level >= LEVELS || !draw(ctx, &a, &b, &key))
        return false;
    struct trace t = trace_begin(ctx, p, task->name, key);
    trace_may_slip(&t, b < 10 ? 0 : number_digits(a / b));
    slots_people(ctx, &slots);
    slots_ab(ctx, &slots, a, b);
    slot_wrong(ctx, &slots, a / b);
    phrase(ctx, "div", (told ? rule_of_things : rule)(ctx, a, b, &want), &slots, &p->prompt);
    trace_line(&t, "%s: %" PRId64 "/%" PRId64 "%s",
               trace_word(&t, "divide", "除"), a, b, wanted[p->lang][want]);
    int64_t q = arith_div(&t, a, b, &rest);
    if (want == WANT_UP && rest > 0)
        trace_line(&t, "%" PRId64 "+1=%" PRId64, q, q + 1);
    put_answer(p, want, q, rest);
    return gen_done(ctx, p, 0);
}

static bool make_bare(struct gen_ctx *ctx, struct problem *p)
{
    if (ctx->level == 0 && ctx->split == SPLIT_TRAIN && gen_chance(ctx, 2))
        return make_by_zero(ctx, p);
    return make_one(ctx, &task_div, p);
}

static bool make_told(struct gen_ctx *ctx, struct problem *p)
{
    return make_one(ctx, &task_div_told, p);
}

const struct task task_div = {
    "div", "divide",
    "bare numbers: up to five digits by 2 to 9, up to three by 10 to 12, 20, 30, 40 or "
    "50; with remainder",
    LEVELS, NULL, make_bare, check_either};

const struct task task_div_told = {
    "div_told", "word problems",
    "such quotients of things: how many full ones, how many for all, what is left over",
    LEVELS, NULL, make_told, check_either};
