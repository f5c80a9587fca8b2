/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems of one step, as people type them: "12 sweets for 4 friends, how many
 * each". Thought as a story of more steps is (story.c): "story: 12; /4", then 12/4=3. */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/people.h"
#include "train/gen/story.h"
#include "train/gen/tasks.h"

enum { LEVELS = 2, MAX_TRIES = 20000 };

/* a groups of b; a shared by b, which comes out even. */
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

static bool leaks(const struct gen_ctx *ctx, const struct sum *s)
{
    return (s->op == '+' && arith_leaks_add(ctx, s->a, s->b)) ||
           (s->op == '-' && arith_leaks_sub(ctx, s->a, s->b)) ||
           (s->op == '*' && arith_leaks_mul(ctx, s->a, s->b));
}

static bool draw(struct gen_ctx *ctx, struct sum *s, uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        s->op = "+--**///"[rng_below(&ctx->rng, 8)];
        draw_numbers(ctx, s);
        *key = key_of("short %" PRId64 "%c%" PRId64, s->a, s->op, s->b);
        if (gen_fits(ctx, *key) && !leaks(ctx, s))
            return true;
    }
    return false;
}

static const char *rule_of(struct gen_ctx *ctx, const struct sum *s)
{
    switch (s->op) {
    case '+': return "add";
    case '-': return "sub";
    case '*': return s->a == 2 && gen_chance(ctx, 50) ? "double" : "mul";
    default: return s->b == 2 && gen_chance(ctx, 40) ? "half" : "div";
    }
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
    const char *rule = rule_of(ctx, &s);
    slots_person(ctx, &slots);
    slot_count(ctx, &slots, "a", !strcmp(rule, "double") ? s.b : s.a);
    slot_count(ctx, &slots, "b", s.b);
    phrase(ctx, "short", rule, &slots, &p->prompt);
    answer_number(p, think(&t, &s));
    return gen_done(ctx, p, 0);
}

const struct task task_short = {
    "short", "word problems",
    "one step, of numbers mostly below a hundred",
    LEVELS, NULL, make, check_integers};
