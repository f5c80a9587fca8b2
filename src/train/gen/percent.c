/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a number. Percentages are products with two digits cut off, fractions
 * one part and then so many:
 *
 *   percent: 15% of 80        percent: 10 of 50     fraction: 3/4 of 40
 *   80*15: ... -> 1200        100/50=2              40/4=10
 *   1200/100=12               10*2=20               10*3=30 */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/story.h"
#include "train/gen/tasks.h"

enum { LEVELS = 2, MAX_TRIES = 20000 };

enum kind { OF, OFF, PLUS, WHAT, FRAC };

struct part {
    enum kind kind;
    int64_t a; /* the whole */
    int64_t p; /* percent; of WHAT the part */
    int64_t num, den;
};

static int64_t draw_whole(struct gen_ctx *ctx)
{
    int64_t n = gen_between(ctx, 2, ctx->level ? 60 : 30);
    uint32_t dice = rng_below(&ctx->rng, 10);
    return dice < 5 ? n * 10 : dice < 7 ? n * 5 : n;
}

/* Whether the way there shows a sum that is kept for testing. */
static bool leaks(const struct gen_ctx *ctx, const struct part *z)
{
    int64_t part = z->a * z->p / 100;
    return arith_leaks_mul(ctx, z->a, z->p) ||
           (z->kind == OFF && arith_leaks_sub(ctx, z->a, part)) ||
           (z->kind == PLUS && arith_leaks_add(ctx, z->a, part));
}

/* Of a first level only what comes out whole; then halves and the like as well.
 * Percentages are as people use them: round, in fives, seldom any other. */
static bool draw_percent(struct gen_ctx *ctx, struct part *z)
{
    static const int64_t round[] = {10, 20, 25, 50, 5, 30, 40, 75, 15, 60, 80, 1, 2, 90, 100};
    z->a = draw_whole(ctx);
    uint32_t dice = ctx->level ? rng_below(&ctx->rng, 100) : 100;
    z->p = dice < 15 ? gen_between(ctx, 2, 99) : dice < 45 ? 5 * gen_between(ctx, 1, 19)
                                               : round[rng_below(&ctx->rng, 15)];
    if (z->kind != OF && (z->p == 100 || z->p < 3))
        return false;
    bool whole = z->a * z->p % 100 == 0;
    bool tenth = z->kind == OF && ctx->level && z->a * z->p % 10 == 0;
    return (whole || tenth) && !leaks(ctx, z);
}

static bool draw_part(struct gen_ctx *ctx, struct part *z)
{
    static const int64_t wholes[] = {4, 5, 10, 20, 25, 50, 100, 2};
    static const int64_t dens[] = {3, 4, 5, 8, 10};
    static const uint32_t of[] = {OF, OF, OF, OF, OFF, OFF, PLUS, WHAT, FRAC, FRAC};
    *z = (struct part){.kind = of[rng_below(&ctx->rng, 10)]};
    if (z->kind == WHAT) {
        z->a = wholes[rng_below(&ctx->rng, ctx->level ? 7 : 8)];
        z->p = gen_between(ctx, 1, z->a);
        return true;
    }
    if (z->kind != FRAC)
        return draw_percent(ctx, z);
    z->den = dens[rng_below(&ctx->rng, ctx->level ? 5 : 3)];
    z->num = gen_between(ctx, 1, z->den - 1);
    z->a = z->den * gen_between(ctx, 2, ctx->level ? 40 : 12);
    for (int64_t d = 2; d <= z->num; d++) /* in lowest terms */
        if (z->num % d == 0 && z->den % d == 0)
            return false;
    return true;
}

static uint64_t key(const struct part *z)
{
    return key_of("percent %d %" PRId64 " %" PRId64 " %" PRId64 "/%" PRId64,
                  (int)z->kind, z->a, z->p, z->num, z->den);
}

static bool draw(struct gen_ctx *ctx, struct part *z)
{
    for (int i = 0; i < MAX_TRIES; i++)
        if (draw_part(ctx, z) && gen_fits(ctx, key(z)))
            return true;
    return false;
}

/* --- told ----------------------------------------------------------------- */

/* 3/4, three quarters, 四分之三 */
static void slot_fraction(struct gen_ctx *ctx, const struct part *z, struct slots *s)
{
    static const char *const nums[] = {"", "one", "two", "three", "four", "five",
                                       "six", "seven", "eight", "nine"};
    static const char *const dens[] = {"", "", "", "third", "quarter", "fifth",
                                       "sixth", "seventh", "eighth", "ninth", "tenth"};
    static const char *const han[] = {"", "一", "二", "三", "四", "五", "六", "七",
                                      "八", "九", "十"};
    if (gen_chance(ctx, 50))
        slot_printf(s, "f", "%" PRId64 "/%" PRId64, z->num, z->den);
    else if (ctx->lang == LANG_ZH)
        slot_printf(s, "f", "%s分之%s", han[z->den], han[z->num]);
    else
        slot_printf(s, "f", "%s %s%s",
                    z->num > 1 ? nums[z->num] : gen_chance(ctx, 50) ? "a" : "one",
                    z->num == 1 && z->den == 8 ? "eighth" : dens[z->den],
                    z->num > 1 ? "s" : "");
}

static void tell(struct gen_ctx *ctx, const struct part *z, struct buf *out)
{
    static const char *const rules[] = {"of", "off", "plus", "what", "frac"};
    struct slots slots = {0};
    slots_people(ctx, &slots);
    slot_number(ctx, &slots, "a", z->a);
    slot_printf(&slots, "p", "%" PRId64, z->p);
    slot_printf(&slots, "x", "%" PRId64, z->p);
    if (z->kind == FRAC)
        slot_fraction(ctx, z, &slots);
    phrase(ctx, "percent", rules[z->kind], &slots, out);
}

/* --- thought through ------------------------------------------------------ */

/* 1250 hundredths: 12.5 */
static void put_hundredths(struct buf *out, int64_t n)
{
    buf_printf(out, "%" PRId64, n / 100);
    if (n % 10)
        buf_printf(out, ".%02d", (int)(n % 100));
    else if (n % 100)
        buf_printf(out, ".%d", (int)(n % 100 / 10));
}

/* In a form of its own for each kind: "15% of 80", "80-15%", "10 of 50", "3/4 of 40". */
static void restate(struct trace *t, const struct part *z)
{
    bool en = t->p->lang == LANG_EN;
    int64_t a = z->a, p = z->p;
    if (z->kind == FRAC)
        trace_line(t, en ? "fraction: %1$" PRId64 "/%2$" PRId64 " of %3$" PRId64
                         : "分数: %3$" PRId64 "的%1$" PRId64 "/%2$" PRId64,
                   z->num, z->den, a);
    else
        trace_line(t, "%s: ", trace_word(t, "percent", "百分数"));
    switch (z->kind) {
    case OF:
        trace_more(t, en ? "%1$" PRId64 "%% of %2$" PRId64
                         : "%2$" PRId64 "的%1$" PRId64 "%%", p, a);
        break;
    case OFF: trace_more(t, "%" PRId64 "-%" PRId64 "%%", a, p); break;
    case PLUS: trace_more(t, "%" PRId64 "+%" PRId64 "%%", a, p); break;
    case WHAT:
        trace_more(t, en ? "%1$" PRId64 " of %2$" PRId64
                         : "%2$" PRId64 "中%1$" PRId64, p, a);
        break;
    case FRAC: break;
    }
}

static int64_t product(struct trace *t, int64_t a, int64_t b)
{
    bool by_heart = a <= 12 && b <= 12;
    return by_heart ? story_equation(t, a, '*', b, a * b) : arith_mul(t, a, b);
}

static int64_t quotient(struct trace *t, int64_t a, int64_t b)
{
    int64_t rest;
    return a / b <= 12 ? story_equation(t, a, '/', b, a / b) : arith_div(t, a, b, &rest);
}

static void think(struct trace *t, const struct part *z)
{
    struct buf *out = &t->p->answer;
    restate(t, z);
    if (z->kind == WHAT) {
        int64_t k = story_equation(t, 100, '/', z->a, 100 / z->a);
        buf_printf(out, "%" PRId64 "%%", product(t, z->p, k));
        return;
    }
    if (z->kind == FRAC) {
        int64_t one = quotient(t, z->a, z->den);
        buf_printf(out, "%" PRId64, z->num > 1 ? product(t, one, z->num) : one);
        return;
    }
    int64_t hundredths = product(t, z->a, z->p), part = hundredths / 100;
    trace_line(t, "%" PRId64 "/100=", hundredths);
    put_hundredths(&t->p->think, hundredths);
    if (z->kind == OF)
        put_hundredths(out, hundredths);
    else
        buf_printf(out, "%" PRId64, z->kind == OFF ? story_minus(t, z->a, part)
                                                   : story_plus(t, z->a, part));
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct part z;
    if (ctx->level >= LEVELS || !draw(ctx, &z))
        return false;
    struct trace t = trace_begin(ctx, p, "percent", key(&z));
    tell(ctx, &z, &p->prompt);
    think(&t, &z);
    reply_answer(p);
    return gen_done(ctx, p, 0);
}

/* --- checked -------------------------------------------------------------- */

static bool of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ',';
}

/* The only number of the text, without zeros behind the point; "" where there are
 * none or several. */
static void only_number(struct str s, char out[32])
{
    size_t n = 0, i = 0;
    bool point = false;
    out[0] = '\0';
    while (i < s.len && !(of_number(s.p[i]) && s.p[i] >= '0'))
        i++;
    for (; i < s.len && of_number(s.p[i]); i++) {
        if (s.p[i] == ',')
            continue;
        if (n == 31)
            return;
        point |= s.p[i] == '.';
        out[n++] = s.p[i];
    }
    while (point && n > 0 && (out[n - 1] == '0' || out[n - 1] == '.'))
        point = out[--n] != '.';
    for (; i < s.len; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            n = 0;
    out[n] = '\0';
}

static double check(const struct problem *p, struct str reply)
{
    char want[32], got[32];
    struct str bold = gen_bold(reply);
    only_number(buf_str(&p->answer), want);
    only_number(bold, got);
    return want[0] && !strcmp(want, got) && str_find(bold, str_of("-"), 0) == bold.len;
}

const struct task task_percent = {
    "percent", "percent",
    "a percentage of a number, more or less by a percentage, how many per cent; thirds, "
    "quarters, fifths, eighths and tenths",
    LEVELS, NULL, make, check};
