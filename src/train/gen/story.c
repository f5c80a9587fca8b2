/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/story.h"

#include <inttypes.h>
#include <stdio.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

int64_t story_equation(struct trace *t, int64_t a, char op, int64_t b, int64_t c)
{
    char left[64];
    snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, a, op, b);
    trace_step(t, "\n", left, c, NULL);
    return c;
}

/* In columns where a number has three digits and the other is not one: too much
 * to know by heart. */
static bool in_columns(int64_t a, int64_t b)
{
    return a >= 10 && b >= 10 && (a >= 100 || b >= 100);
}

int64_t story_plus(struct trace *t, int64_t a, int64_t b)
{
    if (!in_columns(a, b))
        return story_equation(t, a, '+', b, a + b);
    trace_line(t, "%" PRId64 "+%" PRId64, a, b);
    return arith_add(t, a, b);
}

int64_t story_minus(struct trace *t, int64_t a, int64_t b)
{
    if (!in_columns(a, b))
        return story_equation(t, a, '-', b, a - b);
    trace_line(t, "%" PRId64 "-%" PRId64, a, b);
    return arith_sub(t, a, b);
}

int64_t story_times(struct trace *t, int64_t a, int64_t b)
{
    int64_t high = a < b ? b : a, low = a < b ? a : b;
    bool by_heart = high <= 12 || (low < 10 && high <= 20);
    return by_heart ? story_equation(t, a, '*', b, a * b) : arith_mul(t, a, b);
}

/* 28/4=7; 27/4=6r3 and, for boxes that hold all, 6+1=7 */
int64_t story_over(struct trace *t, int64_t a, int64_t b, bool up)
{
    int64_t rest = a % b;
    if (a > 100 && a / b > 12)
        arith_div(t, a, b, &rest);
    else if (rest == 0)
        story_equation(t, a, '/', b, a / b);
    else
        trace_line(t, "%" PRId64 "/%" PRId64 "=%" PRId64 "r%" PRId64, a, b, a / b, rest);
    if (!up || rest == 0)
        return a / b;
    trace_line(t, "%" PRId64 "+1=%" PRId64, a / b, a / b + 1);
    return a / b + 1;
}

static void think(struct trace *t, struct story *s)
{
    s->all = s->other = 0;
    for (unsigned i = 0; i < s->n; i++) {
        const struct story_event *e = &s->at[i];
        int64_t all = s->all, n = e->n, now = story_after(s, e);
        if (e->kind == ADDG || e->kind == SUBG || e->kind == GROUPS)
            story_equation(t, e->k, '*', e->m, n = e->k * e->m);
        switch (e->kind) {
        case ADD: case ADDG: case MORE: case LATER: story_plus(t, all, n); break;
        case SUB: case SUBG: case LESS: case DIFF: case EARLIER: story_minus(t, all, n); break;
        case DBL: story_equation(t, all, '*', 2, now); break;
        case HALF: story_equation(t, all, '/', 2, now); break;
        case TIMES: story_equation(t, all, '*', n, now); break;
        case WEEKS: story_equation(t, all, '*', e->k, now); break;
        case BOTH: story_plus(t, s->other, all); break;
        case EACH: story_equation(t, all, '/', e->k, now); break;
        case GOAL: story_minus(t, n, all); break;
        case UP: case REST: story_over(t, all, e->k, e->kind == UP); break;
        default: break;
        }
        if (e->kind == MORE || e->kind == LESS || e->kind == TIMES)
            s->other = all;
        s->all = now;
    }
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct story s;
    uint64_t key;
    if (ctx->level >= STORY_LEVELS || !story_draw(ctx, &s, &key)) {
        /* Without its worlds nothing can be drawn: say what lacks. */
        if (ctx->level < STORY_LEVELS && !ctx->lacks[0])
            snprintf(ctx->lacks, sizeof ctx->lacks, "story: worlds");
        return false;
    }
    struct trace t = trace_begin(ctx, p, "story", key);
    trace_may_slip(&t, s.n_ops);
    story_tell(ctx, &s, &p->prompt);
    trace_line(&t, "%s: ", trace_word(&t, "story", "应用题"));
    story_put(&s, ctx->lang, &p->think);
    think(&t, &s);
    answer_number(p, s.all);
    return gen_done(ctx, p, 0);
}

const struct task task_story = {
    "story", "word problems",
    "two steps: more, fewer, groups, doubled, halved, what is left or missing",
    STORY_LEVELS, NULL, make, check_integers};
