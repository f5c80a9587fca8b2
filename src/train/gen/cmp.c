/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/people.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000, MAX_TEXT = 24 };

enum want { WANT_LARGER, WANT_SMALLER, WANT_IS_LARGER, WANT_IS_SMALLER,
            WANT_SIGN, WANT_WHO_MORE, WANT_WHO_LESS, N_WANTS };

/* A number as it is written: whole part and decimals, "9" and "11". */
struct decimal {
    char whole[MAX_TEXT], part[MAX_TEXT]; /* part is empty for whole numbers */
};

static void text_of(const struct decimal *d, char *out, size_t size)
{
    snprintf(out, size, d->part[0] ? "%s.%s" : "%s", d->whole, d->part);
}

/* Both as long as the longer one: zeros before the whole part, behind the other. */
static void pad(struct decimal *a, struct decimal *b)
{
    struct decimal *both[2] = {a, b};
    size_t whole = strlen(a->whole) > strlen(b->whole) ? strlen(a->whole)
                                                       : strlen(b->whole);
    size_t part = strlen(a->part) > strlen(b->part) ? strlen(a->part)
                                                    : strlen(b->part);
    for (int i = 0; i < 2; i++) {
        struct decimal *d = both[i];
        size_t lacks = whole - strlen(d->whole);
        memmove(d->whole + lacks, d->whole, strlen(d->whole) + 1);
        memset(d->whole, '0', lacks);
        memset(d->part + strlen(d->part), '0', part - strlen(d->part));
        d->part[part] = '\0';
    }
}

static int compare(struct decimal a, struct decimal b)
{
    pad(&a, &b);
    int d = strcmp(a.whole, b.whole);
    return d ? d : strcmp(a.part, b.part);
}

/* Another one near to it: a digit changed, one more, one less, or the same. */
static void neighbour(struct gen_ctx *ctx, const struct decimal *a,
                      struct decimal *b)
{
    *b = *a;
    uint32_t dice = rng_below(&ctx->rng, 100);
    char *digits = b->part[0] && dice < 70 ? b->part : b->whole;
    size_t n = strlen(digits);
    if (dice < 45) {
        size_t at = rng_below(&ctx->rng, (uint32_t)n);
        digits[at] = (char)('0' + gen_between(ctx, at == 0 && digits == b->whole
                                                       && n > 1, 9));
    } else if (dice < 60 && n < 6) {
        digits[n] = (char)('0' + rng_below(&ctx->rng, 10));
        digits[n + 1] = '\0';
    } else if (dice < 75 && n > 1) {
        digits[n - 1] = '\0';
    } else if (dice < 90) {
        size_t at = rng_below(&ctx->rng, (uint32_t)n);
        char swap = digits[at];
        digits[at] = digits[n - 1];
        digits[n - 1] = swap;
    }
    if (b->whole[0] == '0' && b->whole[1])
        b->whole[0] = '1';
}

static void draw_one(struct gen_ctx *ctx, struct decimal *d)
{
    static const unsigned from[LEVELS] = {1, 3, 1}, to[LEVELS] = {3, 5, 2};
    unsigned n = (unsigned)gen_between(ctx, from[ctx->level], to[ctx->level]);
    int64_t whole = number_draw(ctx, n);
    if (ctx->level == 2 && gen_chance(ctx, 12))
        whole = 0;
    snprintf(d->whole, sizeof d->whole, "%" PRId64, whole);
    d->part[0] = '\0';
    if (ctx->level == 2 && gen_chance(ctx, 92)) {
        unsigned m = (unsigned)gen_between(ctx, 1, 3);
        for (unsigned i = 0; i < m; i++)
            d->part[i] = (char)('0' + rng_below(&ctx->rng, 10));
        d->part[m] = '\0';
    }
}

static uint64_t key(const struct decimal *a, const struct decimal *b)
{
    bool first = compare(*a, *b) < 0 || (compare(*a, *b) == 0 &&
                                         strcmp(a->part, b->part) < 0);
    const struct decimal *x = first ? a : b, *y = first ? b : a;
    bool digits = strlen(x->whole) + strlen(x->part) == 1 &&
                  strlen(y->whole) + strlen(y->part) == 1;
    return key_unless(digits, key_of("cmp %s.%s %s.%s", x->whole, x->part,
                                     y->whole, y->part));
}

static bool draw(struct gen_ctx *ctx, struct decimal *a, struct decimal *b)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        draw_one(ctx, a);
        if (gen_chance(ctx, 55))
            neighbour(ctx, a, b);
        else
            draw_one(ctx, b);
        if ((compare(*a, *b) || gen_chance(ctx, 40)) && gen_fits(ctx, key(a, b)))
            return true;
    }
    return false;
}

/* Digit by digit until two differ. Returns which is larger. */
static int compare_digits(struct trace *t, struct decimal a, struct decimal b)
{
    char x[2 * MAX_TEXT + 2], y[2 * MAX_TEXT + 2];
    pad(&a, &b);
    text_of(&a, x, sizeof x);
    text_of(&b, y, sizeof y);
    trace_line(t, "%s %s\n", x, y);
    for (size_t i = 0; x[i]; i++) {
        if (x[i] == '.')
            continue;
        trace_more(t, "%s%c%c%c", i ? " " : "", x[i],
                   x[i] < y[i] ? '<' : x[i] > y[i] ? '>' : '=', y[i]);
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    }
    return 0;
}

static const char *sign_of(int d)
{
    return d < 0 ? "<" : d > 0 ? ">" : "=";
}

static const char *const equal_word[2] = {"equal", "相等"};

static void reply_which(struct problem *p, enum want want, int d, const char *x,
                        const char *y)
{
    bool en = p->lang == LANG_EN;
    const char *pick = (d > 0) == (want == WANT_LARGER) ? x : y;
    buf_puts(&p->answer, d ? pick : equal_word[p->lang]);
    if (d == 0)
        buf_puts(&p->reply, en ? "They are **equal**." : "它们 **相等**。");
    else if (want == WANT_LARGER)
        buf_printf(&p->reply, en ? "**%s** is larger." : "**%s** 更大。", pick);
    else
        buf_printf(&p->reply, en ? "**%s** is smaller." : "**%s** 更小。", pick);
}

static void reply_whether(struct problem *p, enum want want, int d,
                          const char *x, const char *y)
{
    static const char *const words[2][2] = {{"No", "Yes"}, {"不是", "是"}};
    const char *word = words[p->lang][want == WANT_IS_LARGER ? d > 0 : d < 0];
    buf_puts(&p->answer, word);
    buf_printf(&p->reply, p->lang == LANG_EN ? "**%s**, %s %s %s."
                                             : "**%s**，%s %s %s。",
               word, x, sign_of(d), y);
}

/* The one of two people who has more, or less. */
static void reply_who(struct problem *p, struct str who)
{
    buf_add_str(&p->answer, who);
    buf_printf(&p->reply, p->lang == LANG_EN ? "It is **%s**." : "是 **%s**。",
               p->answer.p);
}

static void conclude(struct trace *t, enum want want, int d, const char *x,
                     const char *y, const struct slots *slots)
{
    struct problem *p = t->p;
    if (want == WANT_WHO_MORE || want == WANT_WHO_LESS) {
        bool first = (d > 0) == (want == WANT_WHO_MORE);
        reply_who(p, slot_get(slots, first ? "who" : "who2"));
    } else if (want == WANT_SIGN) {
        buf_puts(&p->answer, sign_of(d));
        buf_printf(&p->reply, "%s %s **%s** %s%s",
                   p->lang == LANG_EN ? "So it is" : "应该是", x, sign_of(d), y,
                   p->lang == LANG_EN ? "." : "。");
    } else if (want == WANT_LARGER || want == WANT_SMALLER) {
        reply_which(p, want, d, x, y);
    } else {
        reply_whether(p, want, d, x, y);
    }
    /* Digits say < or >; what is picked follows from the two beside it. */
    bool who = want == WANT_WHO_MORE || want == WANT_WHO_LESS;
    struct str left = who ? slot_get(slots, "who") : str_of(x);
    struct str right = who ? slot_get(slots, "who2") : str_of(y);
    trace_line(t, "%.*s%s%.*s -> %s", (int)left.len, left.p, sign_of(d),
               (int)right.len, right.p, p->answer.p);
}

/* more: Tom 12 ? Ann 9 */
static void people_line(struct trace *t, const char *label,
                        const struct slots *slots)
{
    struct str w = slot_get(slots, "who"), a = slot_get(slots, "a");
    struct str v = slot_get(slots, "who2"), b = slot_get(slots, "b");
    trace_line(t, "%s: %.*s %.*s ? %.*s %.*s", label, (int)w.len, w.p, (int)a.len,
               a.p, (int)v.len, v.p, (int)b.len, b.p);
}

static void names_as_typed(struct problem *p, const struct slots *slots)
{
    static const char *const of[] = {"who", "who2"};
    struct people people = {.n = 2};
    for (size_t i = 0; i < people.n; i++) {
        struct str name = slot_get(slots, of[i]);
        snprintf(people.name[i], NAME_ROOM, "%.*s", (int)name.len, name.p);
    }
    people_as_typed(p, &people);
}

/* Of bare numbers, and of things: how heavy, how far, and which of two people. Only
 * whole numbers are people's, and only where one has more. */
static enum want draw_want(struct gen_ctx *ctx, bool told, bool whole)
{
    static const enum want bare[] = {
        WANT_LARGER, WANT_LARGER, WANT_LARGER, WANT_SMALLER, WANT_SMALLER,
        WANT_IS_LARGER, WANT_IS_LARGER, WANT_IS_SMALLER, WANT_SIGN};
    static const enum want of_things[] = {
        WANT_LARGER, WANT_LARGER, WANT_LARGER, WANT_SMALLER, WANT_SMALLER,
        WANT_IS_LARGER, WANT_IS_SMALLER, WANT_WHO_MORE, WANT_WHO_MORE, WANT_WHO_LESS};
    return told ? of_things[rng_below(&ctx->rng, whole ? 10 : 7)]
                : bare[rng_below(&ctx->rng, 9)];
}

static bool make(struct gen_ctx *ctx, const struct task *task, struct problem *p)
{
    static const char *const rules[2][N_WANTS] = {
        {"larger", "smaller", "is_larger", "is_smaller", "sign"},
        {"told_larger", "told_smaller", "told_is_larger", "told_is_smaller", NULL,
         "who_more", "who_less"}};
    static const char *const labels[N_WANTS][2] = {
        {"larger", "较大"}, {"smaller", "较小"}, {"is larger", "大于"},
        {"is smaller", "小于"}, {"sign", "符号"},
        {"more", "较多"}, {"less", "较少"}};
    bool told = task == &task_cmp_told;
    struct decimal a, b;
    struct slots slots = {0};
    char x[2 * MAX_TEXT + 2], y[2 * MAX_TEXT + 2];
    if (ctx->level >= LEVELS || !draw(ctx, &a, &b))
        return false;
    struct trace t = trace_begin(ctx, p, task->name, key(&a, &b));
    enum want want = draw_want(ctx, told, ctx->level < 2 && compare(a, b));
    text_of(&a, x, sizeof x);
    text_of(&b, y, sizeof y);
    slots_people(ctx, &slots);
    slot_set(&slots, "a", str_of(x));
    slot_set(&slots, "b", str_of(y));
    phrase(ctx, "cmp", rules[told][want], &slots, &p->prompt);
    bool people = want == WANT_WHO_MORE || want == WANT_WHO_LESS;
    if (people)
        people_line(&t, labels[want][p->lang], &slots);
    else
        trace_line(&t, "%s: %s ? %s", labels[want][p->lang], x, y);
    conclude(&t, want, compare_digits(&t, a, b), x, y, &slots);
    if (!gen_done(ctx, p, NOISE_KEEP_BLANKS | (people ? NOISE_NO_TYPOS : 0)))
        return false;
    if (people)
        names_as_typed(p, &slots);
    return true;
}

static bool make_bare(struct gen_ctx *ctx, struct problem *p)
{
    return make(ctx, &task_cmp, p);
}

static bool make_told(struct gen_ctx *ctx, struct problem *p)
{
    return make(ctx, &task_cmp_told, p);
}

const struct task task_cmp = {
    "cmp", "compare, sort",
    "two bare numbers of up to five digits, or decimals with up to three places",
    LEVELS, NULL, make_bare, check_same};

const struct task task_cmp_told = {
    "cmp_told", "word problems",
    "such numbers as sizes, prices and counts of things, of which one is more",
    LEVELS, NULL, make_told, check_same};
