/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems. First what happens is drawn: a row of events on one number. Then
 * it is told in a world of data/bank/story.txt, a clause for each event; the bank
 * says by its rules what can happen in which world. The thought begins with the
 * events themselves ("story: 12; +3*5; -9; /3"), so that reading and computing are
 * learned apart. */
#include <inttypes.h>
#include <stdio.h>

#include "base/utf8.h"
#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000, MAX_EVENTS = 6 };

enum kind {
    START, GROUPS,                           /* there are n; k times m */
    ADD, SUB, ADDG, SUBG, DBL, HALF,
    MORE, LESS, TIMES,                       /* what another one has */
    BOTH, EACH, GOAL,                        /* together; split by k; n minus all */
    N_KINDS
};

static const char *const rule_of[N_KINDS] = {
    "start", "groups", "add", "sub", "addg", "subg", "dbl", "half",
    "more", "less", "times", "both", "each", "goal"};

struct event {
    enum kind kind;
    int64_t n, k, m;
};

struct story {
    const char *world;
    struct event at[MAX_EVENTS];
    unsigned n, n_ops;
    int64_t all, other; /* as it goes on; `other` is the first one's number */
};

static const int64_t limits[LEVELS] = {40, 99, 200};

/* --- what happens -------------------------------------------------------------- */

static bool world_has(const struct gen_ctx *ctx, const char *world,
                      const char *what)
{
    char rule[32];
    snprintf(rule, sizeof rule, "%s_%s", world, what);
    return bank_find(ctx->bank, "story", ctx->lang, rule) != NULL;
}

/* The number after the event; -1 where it cannot be. */
static int64_t after(const struct story *s, const struct event *e)
{
    int64_t all = s->all;
    switch (e->kind) {
    case START: return e->n;
    case GROUPS: return e->k * e->m;
    case ADD: case MORE: return all + e->n;
    case SUB: case LESS: return all - e->n;
    case ADDG: return all + e->k * e->m;
    case SUBG: return all - e->k * e->m;
    case DBL: return all * 2;
    case HALF: return all % 2 ? -1 : all / 2;
    case TIMES: return all < 50 ? all * e->n : -1;
    case BOTH: return s->other + all;
    case EACH: return all % e->k || all / e->k < 2 || all > 180 ? -1 : all / e->k;
    case GOAL: return e->n - all;
    default: return -1;
    }
}

static struct event draw_event(struct gen_ctx *ctx, const struct story *s,
                               enum kind kind)
{
    int64_t limit = limits[ctx->level], top = ctx->level == 2 ? 25 : 12;
    struct event e = {.kind = kind};
    e.k = gen_between(ctx, 2, 9);
    e.m = gen_between(ctx, 2, top);
    if (kind == START)
        e.n = gen_between(ctx, limit / 10, limit);
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
                  const struct event *e)
{
    int64_t all = s->all, groups = e->k * e->m;
    switch (e->kind) {
    case ADD: case MORE: return arith_leaks_add(ctx, all, e->n);
    case SUB: case LESS: return arith_leaks_sub(ctx, all, e->n);
    case ADDG: return arith_leaks_add(ctx, all, groups);
    case SUBG: return arith_leaks_sub(ctx, all, groups);
    case BOTH: return arith_leaks_add(ctx, s->other, all);
    case GOAL: return arith_leaks_sub(ctx, e->n, all);
    default: return false;
    }
}

static bool add_event(struct gen_ctx *ctx, struct story *s, enum kind kind)
{
    struct event e = draw_event(ctx, s, kind);
    int64_t all = after(s, &e);
    if (s->n == MAX_EVENTS || all < 1 || all > 3 * limits[ctx->level] ||
        leaks(ctx, s, &e))
        return false;
    if (kind == MORE || kind == LESS || kind == TIMES)
        s->other = s->all;
    s->all = all;
    s->at[s->n++] = e;
    s->n_ops += kind == ADDG || kind == SUBG ? 2 : kind != START;
    return true;
}

static bool holds(const struct story *s, enum kind kind)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->at[i].kind == kind)
            return true;
    return false;
}

static bool middle_event(struct gen_ctx *ctx, struct story *s)
{
    static const enum kind kinds[] = {ADD, ADD, ADD, SUB, SUB, SUB, SUB, ADDG,
                                      ADDG, SUBG, SUBG, DBL, HALF};
    enum kind kind = kinds[rng_below(&ctx->rng, 13)];
    if ((kind == DBL || kind == HALF) && (holds(s, DBL) || holds(s, HALF)))
        return false;
    return world_has(ctx, s->world, rule_of[kind]) && add_event(ctx, s, kind);
}

/* How it ends, or START: with the number as it is. */
static enum kind draw_end(struct gen_ctx *ctx, const char *world)
{
    uint32_t dice = rng_below(&ctx->rng, 100);
    if (world_has(ctx, world, "both"))
        return BOTH;
    if (world_has(ctx, world, "goal") &&
        (!world_has(ctx, world, "change") || dice < 40))
        return GOAL;
    return world_has(ctx, world, "each") && dice >= 78 ? EACH : START;
}

/* Two people: one has, the other has more, fewer or so many times as many. */
static bool draw_pair(struct gen_ctx *ctx, struct story *s)
{
    uint32_t dice = rng_below(&ctx->rng, 10);
    return add_event(ctx, s, dice < 4 ? MORE : dice < 7 ? LESS : TIMES);
}

static bool draw_events(struct gen_ctx *ctx, struct story *s)
{
    static const unsigned from[LEVELS] = {2, 2, 3}, to[LEVELS] = {2, 3, 4};
    unsigned want = (unsigned)gen_between(ctx, from[ctx->level], to[ctx->level]);
    enum kind end = draw_end(ctx, s->world);
    bool groups = world_has(ctx, s->world, "groups") &&
                  (gen_chance(ctx, 40) || !world_has(ctx, s->world, "start"));
    if (!add_event(ctx, s, groups ? GROUPS : START))
        return false;
    if (end == BOTH && !draw_pair(ctx, s))
        return false;
    bool rate = end == GOAL && world_has(ctx, s->world, "each") &&
                !world_has(ctx, s->world, "change") && gen_chance(ctx, 30);
    unsigned last = (end != START) + rate; /* what is missing, at so much a day */
    for (int i = 0; end != BOTH && s->n_ops + last < want; i++)
        if (i == 20 || (!middle_event(ctx, s) && i > 10))
            return false;
    if (end == START)
        return s->n_ops == want;
    if (!add_event(ctx, s, end))
        return false;
    if ((end == BOTH || rate) && s->n_ops < want)
        return add_event(ctx, s, EACH);
    return s->n_ops == want;
}

/* --- its canonical form ------------------------------------------------------------- */

static void put_event(const struct event *e, enum lang lang, struct buf *out)
{
    bool en = lang == LANG_EN;
    const char *other = en ? "B " : "乙 ";
    switch (e->kind) {
    case START: buf_printf(out, "%" PRId64, e->n); break;
    case GROUPS: buf_printf(out, "%" PRId64 "*%" PRId64, e->k, e->m); break;
    case ADD: buf_printf(out, "+%" PRId64, e->n); break;
    case SUB: buf_printf(out, "-%" PRId64, e->n); break;
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
    default: break;
    }
}

static void put_events(const struct story *s, enum lang lang, struct buf *out)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (i)
            buf_puts(out, "; ");
        put_event(&s->at[i], lang, out);
    }
}

static uint64_t key(const struct story *s)
{
    struct buf text = {0};
    buf_puts(&text, "story ");
    put_events(s, LANG_EN, &text);
    uint64_t k = gen_key(buf_str(&text));
    buf_clear(&text);
    return k;
}

static const char *draw_world(struct gen_ctx *ctx)
{
    static const char *const worlds[] = {
        "things", "things", "things", "mine", "mine", "money", "money", "bus",
        "work", "work", "trip", "read", "save", "road", "bill", "bill", "pair",
        "pair", "shop", "shop", "shop", "tank", "score"};
    return worlds[rng_below(&ctx->rng, sizeof worlds / sizeof *worlds)];
}

static bool draw(struct gen_ctx *ctx, struct story *s)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        *s = (struct story){.world = draw_world(ctx)};
        if (draw_events(ctx, s) && gen_fits(ctx, key(s)))
            return true;
    }
    return false;
}

/* --- telling it ------------------------------------------------------------------------ */

struct telling {
    struct gen_ctx *ctx;
    const struct story *s;
    struct slots slots;
    struct buf *out;
    unsigned n_clauses;
    bool if_form; /* "if Tom has ..., how many ...?": one sentence */
};

/* A Chinese thing begins with its measure word, which counts it later as well. */
static void measure_word(struct telling *t)
{
    struct str thing = slot_get(&t->slots, "thing");
    uint32_t cp;
    bool valid;
    size_t len = thing.len ? utf8_decode(thing.p, thing.len, &cp, &valid) : 0;
    slot_set(&t->slots, "ge", str_n(thing.p, len));
}

/* One whom the pronouns fit. */
static void name_of(struct telling *t, const char *rule)
{
    do
        phrase_slot(t->ctx, "common", rule, NULL, &t->slots, "who");
    while (!t->ctx->lacks[0] && str_eq(slot_get(&t->slots, "who"),
                                       slot_get(&t->slots, "who2")));
}

static void people(struct telling *t)
{
    static const char *const words[2][2][3] = {
        {{"he", "him", "his"}, {"she", "her", "her"}},
        {{"他", "他", "他的"}, {"她", "她", "她的"}}};
    static const char *const names[3] = {"he", "him", "his"};
    bool she = rng_below(&t->ctx->rng, 2);
    const char *const *set = words[t->ctx->lang][she];
    slots_people(t->ctx, &t->slots);
    if (t->ctx->lang == LANG_EN)
        name_of(t, she ? "she_name" : "he_name");
    measure_word(t);
    for (int i = 0; i < 3; i++)
        slot_set(&t->slots, names[i], str_of(set[i]));
    phrase_slot(t->ctx, "story", "money", NULL, &t->slots, "money");
}

static void say(struct telling *t, const char *what)
{
    char rule[32];
    snprintf(rule, sizeof rule, "%s_%s", t->s->world, what);
    phrase(t->ctx, "story", rule, &t->slots, t->out);
}

/* What is so does not happen "then" or "later", nor does what there is first. */
static bool is_state(enum kind kind)
{
    return kind >= MORE || kind == START || kind == GROUPS;
}

static void clause(struct telling *t, const char *what, const struct event *e)
{
    if (t->n_clauses++ && !t->if_form && is_state(e->kind))
        buf_puts(t->out, t->ctx->lang == LANG_EN ? ". " : "，");
    else if (t->n_clauses > 1)
        phrase(t->ctx, "story", t->if_form ? "join_if" : "join", NULL, t->out);
    slot_count(t->ctx, &t->slots, "n", e->n);
    slot_count(t->ctx, &t->slots, "k", e->k);
    slot_count(t->ctx, &t->slots, "m", e->m);
    say(t, what);
}

/* A number that does not matter, after the first clause. */
static void maybe_extra(struct telling *t)
{
    struct event extra = {.kind = N_KINDS, .n = gen_between(t->ctx, 3, 12)};
    if (world_has(t->ctx, t->s->world, "extra") && gen_chance(t->ctx, 8))
        clause(t, "extra", &extra);
}

static const char *question(struct telling *t, const struct event *last)
{
    if (last->kind == EACH)
        return "each";
    if (last->kind == BOTH)
        return "both";
    return last->kind == GOAL && world_has(t->ctx, t->s->world, "change")
               ? "change" : "ask";
}

/* Questions begin a sentence of their own. */
static void stop(struct telling *t)
{
    if (t->ctx->lang == LANG_EN)
        buf_puts(t->out, gen_chance(t->ctx, t->if_form ? 0 : 85) ? ". " : ", ");
    else
        buf_puts(t->out, gen_chance(t->ctx, 65) ? "，" : "。");
}

static void tell(struct gen_ctx *ctx, const struct story *s, struct buf *out)
{
    struct telling t = {.ctx = ctx, .s = s, .out = out};
    const struct event *last = &s->at[s->n - 1];
    const char *ask = question(&t, last);
    bool first = !strcmp(ask, "ask") && last->kind != GOAL &&
                 world_has(ctx, s->world, "first") && gen_chance(ctx, 10);
    const struct event *goal = last->kind == GOAL ? last : last - 1;
    bool goal_first = goal->kind == GOAL && strcmp(ask, "change");
    t.if_form = !first && last->kind != EACH && s->n <= 3 && gen_chance(ctx, 14);
    people(&t);
    if (first)
        say(&t, "first");
    if (t.if_form)
        buf_puts(out, ctx->lang == LANG_EN ? "if " : "如果");
    if (goal_first)
        clause(&t, "goal", goal);
    for (unsigned i = 0; i < s->n; i++) {
        enum kind kind = s->at[i].kind;
        if (kind == BOTH || kind == EACH || (kind == GOAL && goal_first))
            continue;
        clause(&t, rule_of[kind], &s->at[i]);
        maybe_extra(&t);
    }
    if (first) {
        buf_puts(out, ctx->lang == LANG_EN ? "." : "。");
        return;
    }
    stop(&t);
    slot_count(ctx, &t.slots, "k", last->k);
    say(&t, ask);
}

/* --- the thought ------------------------------------------------------------------------- */

static void equation(struct trace *t, int64_t a, char op, int64_t b, int64_t c)
{
    char left[64];
    snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, a, op, b);
    trace_step(t, "\n", left, c, NULL);
}

static void think(struct trace *t, struct story *s)
{
    s->all = s->other = 0;
    for (unsigned i = 0; i < s->n; i++) {
        const struct event *e = &s->at[i];
        int64_t all = s->all, n = e->n, now = after(s, e);
        if (e->kind == ADDG || e->kind == SUBG || e->kind == GROUPS)
            equation(t, e->k, '*', e->m, n = e->k * e->m);
        switch (e->kind) {
        case ADD: case ADDG: case MORE: equation(t, all, '+', n, now); break;
        case SUB: case SUBG: case LESS: equation(t, all, '-', n, now); break;
        case DBL: equation(t, all, '*', 2, now); break;
        case HALF: equation(t, all, '/', 2, now); break;
        case TIMES: equation(t, all, '*', n, now); break;
        case BOTH: equation(t, s->other, '+', all, now); break;
        case EACH: equation(t, all, '/', e->k, now); break;
        case GOAL: equation(t, n, '-', all, now); break;
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
    if (ctx->level >= LEVELS || !draw(ctx, &s)) {
        /* Without its worlds nothing can be drawn: say what lacks. */
        if (ctx->level < LEVELS && !ctx->lacks[0])
            snprintf(ctx->lacks, sizeof ctx->lacks, "story: worlds");
        return false;
    }
    struct trace t = trace_begin(ctx, p, "story", key(&s));
    trace_may_slip(&t, s.n_ops);
    tell(ctx, &s, &p->prompt);
    trace_line(&t, "%s: ", trace_word(&t, "story", "应用题"));
    put_events(&s, ctx->lang, &p->think);
    think(&t, &s);
    answer_number(p, s.all);
    return gen_done(ctx, p, 0);
}

const struct task task_story = {"story", "word problems", LEVELS, NULL, make,
                                check_integers};
