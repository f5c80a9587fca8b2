/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems of one step, as people type them: "12 sweets for 4 friends, how many
 * each". Thought as a story of more steps is (story.c): "story: 12; /4", then 12/4=3.
 * What tells of things is one of these, whatever its numbers; bare sums are the
 * tasks of the operations. */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/people.h"
#include "train/gen/story.h"
#include "train/gen/tasks.h"

enum { LEVELS = 3, LARGE = 2, MAX_TRIES = 20000 };

/* a groups of b; a shared by b, which comes out even but for some large ones. */
struct sum {
    char op;
    int64_t a, b;
};

/* Sizes that such things have: few are more than a hundred. */
static void draw_numbers(struct gen_ctx *ctx, struct sum *s)
{
    bool hard = ctx->level > 0;
    int64_t most = !hard ? 30 : gen_chance(ctx, 80) ? 99 : 200;
    int64_t q = gen_between(ctx, 2, !hard ? 12 : gen_chance(ctx, 80) ? 25 : 50);
    switch (s->op) {
    case '+':
        s->a = gen_between(ctx, 2, most);
        s->b = gen_between(ctx, 2, most);
        break;
    case '-':
        s->a = gen_between(ctx, 4, most);
        s->b = gen_between(ctx, 2, s->a - 1);
        break;
    case '*': /* few bags of many, many bags of few */
        s->a = gen_between(ctx, 2, 12);
        s->b = q;
        if (hard && gen_chance(ctx, 50)) {
            s->b = s->a;
            s->a = q;
        }
        break;
    default:
        s->b = gen_between(ctx, 2, hard ? 9 : 12);
        s->a = s->b * q;
    }
}

/* Up to six digits, of products and quotients up to four; shares of 2 to 12. */
static void draw_large(struct gen_ctx *ctx, struct sum *s)
{
    bool sum = s->op == '+' || s->op == '-';
    unsigned n = (unsigned)gen_between(ctx, sum ? 3 : 2, gen_chance(ctx, 75) ? 4 : sum ? 6 : 4);
    s->a = number_draw(ctx, n);
    if (s->op == '/') {
        s->b = gen_between(ctx, 2, 12);
        if (gen_chance(ctx, 65))
            s->a -= s->a % s->b;
    } else if (s->op == '*') {
        s->b = number_draw(ctx, n < 4 && gen_chance(ctx, 40) ? 2 : 1);
    } else {
        s->b = number_draw(ctx, gen_chance(ctx, 50) ? n : (unsigned)gen_between(ctx, 1, n));
    }
    if (s->op == '-' ? s->a < s->b : s->op != '/' && gen_chance(ctx, 40)) {
        int64_t swap = s->a;
        s->a = s->b;
        s->b = swap;
    }
}

static bool can_be_told(const struct sum *s)
{
    return s->a > 1 && s->b > 1 && (s->a > s->b || s->op == '+' || s->op == '*');
}

static bool leaks(const struct gen_ctx *ctx, const struct sum *s)
{
    return (s->op == '+' && arith_leaks_add(ctx, s->a, s->b)) ||
           (s->op == '-' && arith_leaks_sub(ctx, s->a, s->b)) ||
           (s->op == '*' && arith_leaks_mul(ctx, s->a, s->b)) ||
           (s->op == '/' && arith_leaks_div(ctx, s->a, s->b));
}

static bool draw(struct gen_ctx *ctx, struct sum *s, uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        s->op = "+--**///"[rng_below(&ctx->rng, 8)];
        (ctx->level == LARGE ? draw_large : draw_numbers)(ctx, s);
        *key = key_of("short %" PRId64 "%c%" PRId64, s->a, s->op, s->b);
        if (can_be_told(s) && gen_fits(ctx, *key) && !leaks(ctx, s))
            return true;
    }
    return false;
}

/* The bank of the operation has stories too, and some for numbers below a hundred. */
static void tell_by_operation(struct gen_ctx *ctx, const struct sum *s,
                              const struct slots *slots, struct buf *out)
{
    bool small = s->a < 100 && s->b < 100 && gen_chance(ctx, 70);
    switch (s->op) {
    case '+': phrase(ctx, "add", small ? "small" : "story", slots, out); break;
    case '-': phrase(ctx, "sub", small ? "small" : "story", slots, out); break;
    case '*': phrase(ctx, "mul", "story", slots, out); break;
    default: phrase(ctx, "div", s->a % s->b ? "story" : "storyexact", slots, out);
    }
}

static const char *rule_of(const struct sum *s, bool two)
{
    switch (s->op) {
    case '+': return "add";
    case '-': return "sub";
    case '*': return two ? "double" : "mul";
    default: return two ? "half" : "div";
    }
}

static void tell(struct gen_ctx *ctx, const struct sum *s, struct slots *slots,
                 struct buf *out)
{
    slots_person(ctx, slots);
    if (ctx->level == LARGE || gen_chance(ctx, 30)) {
        slots_ab(ctx, slots, s->a, s->b);
        tell_by_operation(ctx, s, slots, out);
        return;
    }
    bool two = (s->op == '*' && s->a == 2 && gen_chance(ctx, 50)) ||
               (s->op == '/' && s->b == 2 && gen_chance(ctx, 40));
    slot_count(ctx, slots, "a", two && s->op == '*' ? s->b : s->a);
    slot_count(ctx, slots, "b", s->b);
    phrase(ctx, "short", rule_of(s, two), slots, out);
}

/* Worked out as a step of a longer story is. */
static int64_t think(struct trace *t, const struct sum *s)
{
    const char *head = trace_word(t, "story", "应用题");
    int64_t a = s->a, b = s->b;
    if (s->op == '*')
        trace_line(t, "%s: %" PRId64 "*%" PRId64, head, a, b);
    else
        trace_line(t, "%s: %" PRId64 "; %c%" PRId64, head, a, s->op, b);
    switch (s->op) {
    case '+': return story_plus(t, a, b);
    case '-': return story_minus(t, a, b);
    case '*': return story_times(t, a, b);
    default: return story_over(t, a, b, false);
    }
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    struct sum s;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &s, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "short", key);
    if (ctx->level == LARGE && s.op != '/')
        trace_may_slip(&t, arith_columns(s.a, s.b));
    tell(ctx, &s, &slots, &p->prompt);
    int64_t n = think(&t, &s);
    if (s.op == '/')
        answer_quotient(p, n, s.a % s.b);
    else
        answer_number(p, n);
    return gen_done(ctx, p, 0);
}

const struct task task_short = {
    "short", "word problems",
    "one step, of numbers mostly below a hundred, some of up to six digits",
    LEVELS, NULL, make, check_integers};
