/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/story.h"

#include <inttypes.h>
#include <stdio.h>

#include "train/gen/arith.h"
#include "train/gen/bank.h"
#include "train/gen/noise.h"

enum { MAX_TRIES = 20000, MOST_SHARED = 100 };

const char *const story_rule[STORY_KINDS] = {
    "start", "groups", "add", "sub", "addg", "subg", "dbl", "half",
    "more", "less", "times", "both", "each", "goal", "weeks", "up", "rest",
    "diff", "later", "earlier"};

static const int64_t limits[STORY_LEVELS] = {30, 60, 99};

bool story_has(const struct gen_ctx *ctx, const char *world, const char *what)
{
    char rule[32];
    snprintf(rule, sizeof rule, "%s_%s", world, what);
    return bank_find(ctx->bank, "story", ctx->lang, rule) != NULL;
}

static bool has(const struct gen_ctx *ctx, const struct story *s,
                enum story_kind kind)
{
    return story_has(ctx, s->world, story_rule[kind]);
}

int64_t story_after(const struct story *s, const struct story_event *e)
{
    int64_t all = s->all;
    switch (e->kind) {
    case START: return e->n;
    case GROUPS: return e->k * e->m;
    case ADD: case MORE: case LATER: return all + e->n;
    case SUB: case LESS: case DIFF: case EARLIER: return all - e->n;
    case ADDG: return all + e->k * e->m;
    case SUBG: return all - e->k * e->m;
    case DBL: return all * 2;
    case HALF: return all % 2 ? -1 : all / 2;
    case TIMES: return all < 50 ? all * e->n : -1;
    case BOTH: return s->other + all;
    case EACH: return all % e->k || all / e->k < 2 || all > MOST_SHARED ? -1 : all / e->k;
    case GOAL: return e->n - all;
    case WEEKS: return all < 50 ? all * e->k : -1;
    case UP: return all > MOST_SHARED || all <= e->k ? -1 : (all + e->k - 1) / e->k;
    case REST: return all > MOST_SHARED || all <= e->k ? -1 : all % e->k;
    default: return -1;
    }
}

/* A few are few: boxes, friends, days. */
static struct story_event draw_event(struct gen_ctx *ctx, const struct story *s,
                                     enum story_kind kind)
{
    int64_t limit = has(ctx, s, LATER) ? 40 : limits[ctx->level]; /* ages are small */
    struct story_event e = {.kind = kind};
    int64_t most = story_has(ctx, s->world, "days_k") ? 7 : 9;
    e.k = gen_between(ctx, 2, most); /* a week has seven days */
    e.m = gen_between(ctx, 2, 12);
    if (kind == START)
        e.n = gen_between(ctx, limit / 10 + 1, limit);
    else if (kind == GOAL)
        e.n = s->all + gen_between(ctx, 1, limit / 2);
    else if (kind == TIMES)
        e.n = gen_between(ctx, 2, 5);
    else
        e.n = gen_between(ctx, 2, limit / 2);
    if (kind == GOAL && gen_chance(ctx, 50)) /* a round one */
        e.n = (e.n + 9) / 10 * 10;
    return e;
}

/* Whether the step shows a sum that is kept for testing. */
static bool leaks(const struct gen_ctx *ctx, const struct story *s,
                  const struct story_event *e)
{
    int64_t all = s->all, groups = e->k * e->m;
    switch (e->kind) {
    case ADD: case MORE: case LATER: return arith_leaks_add(ctx, all, e->n);
    case SUB: case LESS: case DIFF: case EARLIER:
        return arith_leaks_sub(ctx, all, e->n);
    case ADDG: return arith_leaks_add(ctx, all, groups);
    case SUBG: return arith_leaks_sub(ctx, all, groups);
    case BOTH: return arith_leaks_add(ctx, s->other, all);
    case GOAL: return arith_leaks_sub(ctx, e->n, all);
    default: return false;
    }
}

static unsigned ops_of(enum story_kind kind)
{
    return kind == START ? 0 : kind == ADDG || kind == SUBG ? 2 : 1;
}

static bool add_event(struct gen_ctx *ctx, struct story *s, enum story_kind kind)
{
    if (s->n == STORY_EVENTS)
        return false;
    struct story_event e = draw_event(ctx, s, kind);
    int64_t all = story_after(s, &e);
    if (all < (kind == REST ? 0 : 1) || all > 3 * limits[ctx->level] ||
        leaks(ctx, s, &e))
        return false;
    if (kind == MORE || kind == LESS || kind == TIMES) {
        s->other = s->all;
        s->others++;
    }
    s->all = all;
    s->at[s->n++] = e;
    s->n_ops += ops_of(kind);
    return true;
}

static bool holds(const struct story *s, enum story_kind kind)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->at[i].kind == kind)
            return true;
    return false;
}

static bool middle_event(struct gen_ctx *ctx, struct story *s)
{
    static const enum story_kind kinds[] = {
        ADD, ADD, ADD, SUB, SUB, SUB, SUB, ADDG, ADDG, SUBG, SUBG, DBL, HALF};
    enum story_kind kind = kinds[rng_below(&ctx->rng, sizeof kinds / sizeof *kinds)];
    if ((kind == DBL || kind == HALF) && (holds(s, DBL) || holds(s, HALF)))
        return false;
    return has(ctx, s, kind) && add_event(ctx, s, kind);
}

/* How it ends, or START: with the number as it is. Each end of the world is drawn
 * by its weight; what is not there leaves its part to START. */
static enum story_kind draw_end(struct gen_ctx *ctx, const struct story *s)
{
    static const struct { enum story_kind kind; uint32_t weight; } ends[] = {
        {EACH, 18}, {UP, 9}, {REST, 7}, {DIFF, 10}, {LATER, 40}, {EARLIER, 20},
        {WEEKS, 40}};
    uint32_t dice = rng_below(&ctx->rng, 144);
    if (has(ctx, s, GOAL) && (dice < 60 || !story_has(ctx, s->world, "ask")))
        return GOAL;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (dice < ends[i].weight)
            return has(ctx, s, ends[i].kind) ? ends[i].kind : START;
        dice -= ends[i].weight;
    }
    return START;
}

/* Another one has more, fewer or so many times as many. */
static bool draw_pair(struct gen_ctx *ctx, struct story *s)
{
    uint32_t dice = rng_below(&ctx->rng, 10);
    return add_event(ctx, s, dice < 4 ? MORE : dice < 7 ? LESS : TIMES);
}

/* Two people and what both have, or three in a chain and what the last one has;
 * where time passes, one of them later. */
static bool draw_people(struct gen_ctx *ctx, struct story *s)
{
    if (!draw_pair(ctx, s))
        return false;
    bool time = has(ctx, s, LATER);
    if (gen_chance(ctx, time ? 20 : 25) && story_has(ctx, s->world, "third"))
        return draw_pair(ctx, s);
    if (time && gen_chance(ctx, 60))
        return add_event(ctx, s, gen_chance(ctx, 65) ? LATER : EARLIER);
    return add_event(ctx, s, BOTH);
}

static bool draw_events(struct gen_ctx *ctx, struct story *s)
{
    bool people = has(ctx, s, BOTH);
    bool groups = has(ctx, s, GROUPS) && (gen_chance(ctx, 40) || !has(ctx, s, START));
    if (!add_event(ctx, s, groups ? GROUPS : START))
        return false;
    if (people)
        return draw_people(ctx, s);
    enum story_kind end = draw_end(ctx, s);
    unsigned last = end != START;
    for (int i = 0; s->n_ops + last < STORY_STEPS; i++)
        if (i == 20 || (!middle_event(ctx, s) && i > 10))
            return false;
    if (end != START && !add_event(ctx, s, end))
        return false;
    return s->n_ops == STORY_STEPS;
}

/* --- its canonical form --------------------------------------------------- */

/* Of the first other one and of the next. */
static const char *other_name(enum lang lang, unsigned others)
{
    static const char *const names[2][2] = {{"B ", "C "}, {"乙 ", "丙 "}};
    return names[lang][others > 0];
}

static void put_event(const struct story_event *e, enum lang lang, unsigned others,
                      struct buf *out)
{
    bool en = lang == LANG_EN;
    const char *other = other_name(lang, others);
    switch (e->kind) {
    case START: buf_printf(out, "%" PRId64, e->n); break;
    case GROUPS: buf_printf(out, "%" PRId64 "*%" PRId64, e->k, e->m); break;
    case ADD: case LATER: buf_printf(out, "+%" PRId64, e->n); break;
    case SUB: case DIFF: case EARLIER: buf_printf(out, "-%" PRId64, e->n); break;
    case ADDG: buf_printf(out, "+%" PRId64 "*%" PRId64, e->k, e->m); break;
    case SUBG: buf_printf(out, "-%" PRId64 "*%" PRId64, e->k, e->m); break;
    case DBL: buf_puts(out, "*2"); break;
    case HALF: buf_puts(out, "/2"); break;
    case MORE: buf_printf(out, "%s+%" PRId64, other, e->n); break;
    case LESS: buf_printf(out, "%s-%" PRId64, other, e->n); break;
    case TIMES: buf_printf(out, "%s*%" PRId64, other, e->n); break;
    case BOTH: buf_puts(out, en ? "both" : "合计"); break;
    case EACH: buf_printf(out, "/%" PRId64, e->k); break;
    case GOAL: buf_printf(out, en ? "from %" PRId64 : "从%" PRId64, e->n); break;
    case WEEKS: buf_printf(out, "*%" PRId64, e->k); break;
    case UP: buf_printf(out, en ? "/%" PRId64 " up" : "/%" PRId64 " 进一", e->k); break;
    case REST: buf_printf(out, en ? "/%" PRId64 " rest" : "/%" PRId64 " 余", e->k); break;
    default: break;
    }
}

void story_put(const struct story *s, enum lang lang, struct buf *out)
{
    unsigned others = 0;
    for (unsigned i = 0; i < s->n; i++) {
        enum story_kind kind = s->at[i].kind;
        if (i)
            buf_puts(out, "; ");
        put_event(&s->at[i], lang, others, out);
        others += kind == MORE || kind == LESS || kind == TIMES;
    }
}

static uint64_t key_of_story(const struct story *s)
{
    struct buf text = {0};
    buf_puts(&text, "story ");
    story_put(s, LANG_EN, &text);
    uint64_t k = gen_key(buf_str(&text));
    buf_clear(&text);
    return k;
}

static const char *draw_world(struct gen_ctx *ctx)
{
    static const struct { const char *name; uint32_t weight; } worlds[] = {
        {"things", 5}, {"mine", 4}, {"money", 3}, {"bus", 2}, {"work", 3}, {"trip", 2},
        {"read", 1}, {"save", 2}, {"road", 1}, {"bill", 2}, {"pair", 3}, {"shop", 3},
        {"tank", 2}, {"score", 2}, {"age", 2}, {"plan", 3}, {"seats", 2}};
    enum { N = sizeof worlds / sizeof *worlds };
    uint32_t all = 0, i = 0;
    for (uint32_t k = 0; k < N; k++)
        all += worlds[k].weight;
    uint32_t left = rng_below(&ctx->rng, all);
    while (left >= worlds[i].weight)
        left -= worlds[i++].weight;
    return worlds[i].name;
}

bool story_draw(struct gen_ctx *ctx, struct story *s, uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        *s = (struct story){.world = draw_world(ctx)};
        if (!has(ctx, s, START) && !has(ctx, s, GROUPS)) /* not in this language */
            continue;
        if (draw_events(ctx, s) && gen_fits(ctx, *key = key_of_story(s)))
            return true;
    }
    return false;
}
