/* SPDX-License-Identifier: Apache-2.0 */
/* One unit told in another: 3 h in min, 7000 m in km, 135 min in h and min,
 * 2.5 kg in g. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 3, MAX_TRIES = 20000 };

enum { EN = 1 << LANG_EN, ZH = 1 << LANG_ZH, BOTH = EN | ZH };

/* How units are called in thoughts and replies; prompts have more names for them,
 * rules of the bank: u_km and so on. */
struct unit {
    const char *id, *name[2];
};

enum unit_id { KM, M, CM, MM, T, KG, G, L, ML, H, MIN, S, DAY, WEEK, YEAR, MONTH,
               DOLLAR, CENT, YUAN, JIAO, FEN, DOZEN, ITEM, FOOT, INCH, YARD,
               GONGJIN, JIN, LIANG, CENTURY, N_UNITS };

static const struct unit units[N_UNITS] = {
    [KM] = {"km", {"km", "千米"}}, [M] = {"m", {"m", "米"}},
    [CM] = {"cm", {"cm", "厘米"}}, [MM] = {"mm", {"mm", "毫米"}},
    [T] = {"t", {"t", "吨"}}, [KG] = {"kg", {"kg", "千克"}},
    [G] = {"g", {"g", "克"}}, [L] = {"l", {"l", "升"}},
    [ML] = {"ml", {"ml", "毫升"}}, [H] = {"h", {"h", "小时"}},
    [MIN] = {"min", {"min", "分钟"}}, [S] = {"s", {"s", "秒"}},
    [DAY] = {"day", {"days", "天"}}, [WEEK] = {"week", {"weeks", "周"}},
    [YEAR] = {"year", {"years", "年"}}, [MONTH] = {"month", {"months", "个月"}},
    [DOLLAR] = {"dollar", {"dollars", "美元"}}, [CENT] = {"cent", {"cents", "美分"}},
    [YUAN] = {"yuan", {"yuan", "元"}}, [JIAO] = {"jiao", {"jiao", "角"}},
    [FEN] = {"fen", {"fen", "分"}}, [DOZEN] = {"dozen", {"dozen", "打"}},
    [ITEM] = {"item", {"pieces", "个"}}, [FOOT] = {"foot", {"feet", "英尺"}},
    [INCH] = {"inch", {"inches", "英寸"}}, [YARD] = {"yard", {"yards", "码"}},
    [GONGJIN] = {"gongjin", {"kg", "公斤"}}, [JIN] = {"jin", {"jin", "斤"}},
    [LIANG] = {"liang", {"liang", "两"}},
    [CENTURY] = {"century", {"centuries", "个世纪"}}};

struct pair {
    enum unit_id big, small;
    int64_t factor;
    unsigned langs;
    const char *about; /* rule of questions of its own, besides "ask" */
};

static const struct pair pairs[] = {
    {KM, M, 1000, BOTH, "distance"}, {M, CM, 100, BOTH, "length"},
    {CM, MM, 10, BOTH, "length"}, {M, MM, 1000, BOTH, "length"},
    {KG, G, 1000, BOTH, "weight"}, {T, KG, 1000, BOTH, "ask"},
    {L, ML, 1000, BOTH, "volume"}, {H, MIN, 60, BOTH, "time"},
    {H, MIN, 60, BOTH, "time"}, {H, MIN, 60, BOTH, "time"},
    {MIN, S, 60, BOTH, "time"}, {MIN, S, 60, BOTH, "time"},
    {DAY, H, 24, BOTH, "ask"}, {WEEK, DAY, 7, BOTH, "ask"},
    {YEAR, MONTH, 12, BOTH, "ask"}, {DOLLAR, CENT, 100, EN, "money"},
    {YUAN, JIAO, 10, ZH, "money"}, {YUAN, FEN, 100, ZH, "money"},
    {JIAO, FEN, 10, ZH, "money"}, {DOZEN, ITEM, 12, EN, "items"},
    {FOOT, INCH, 12, EN, "length"}, {YARD, FOOT, 3, EN, "length"},
    {GONGJIN, JIN, 2, ZH, "weight"}, {JIN, LIANG, 10, ZH, "weight"},
    {CENTURY, YEAR, 100, BOTH, "ask"}};

enum { N_PAIRS = sizeof pairs / sizeof *pairs };

enum kind { DOWN, UP, MIXED_DOWN, MIXED_UP, DECIMAL_DOWN, DECIMAL_UP };

struct question {
    const struct pair *pair;
    enum kind kind;
    int64_t big, small; /* so many of each */
    int64_t tenths;     /* of the big one, for DECIMAL */
};

static bool power_of_ten(int64_t n)
{
    while (n % 10 == 0)
        n /= 10;
    return n == 1;
}

static enum kind draw_kind(struct gen_ctx *ctx)
{
    static const enum kind kinds[LEVELS][4] = {
        {DOWN, DOWN, DOWN, UP}, {UP, UP, MIXED_DOWN, DOWN},
        {MIXED_UP, MIXED_UP, DECIMAL_DOWN, DECIMAL_UP}};
    return kinds[ctx->level][rng_below(&ctx->rng, 4)];
}

/* Whether the way there shows a sum that is kept for testing. */
static bool leaks(const struct gen_ctx *ctx, const struct question *q)
{
    int64_t f = q->pair->factor, all = q->big * f;
    if (q->kind == MIXED_DOWN && arith_leaks_add(ctx, all, q->small))
        return true;
    if (q->kind == DOWN || q->kind == MIXED_DOWN)
        return !power_of_ten(f) && arith_leaks_mul(ctx, q->big, f);
    return !power_of_ten(f) &&
           arith_leaks_div(ctx, q->kind == UP ? all : all + q->small, f);
}

static bool draw_amounts(struct gen_ctx *ctx, struct question *q)
{
    int64_t f = q->pair->factor, most = ctx->level == 0 ? 12 : f > 24 ? 60 : 90;
    bool decimal = q->kind == DECIMAL_DOWN || q->kind == DECIMAL_UP;
    q->big = gen_between(ctx, 1, most);
    q->small = gen_between(ctx, 1, f - 1);
    if (power_of_ten(f) && f > 10 && gen_chance(ctx, 60))
        q->small = q->small / 10 * 10;
    q->tenths = q->big * 10 + gen_between(ctx, 1, 9);
    if (q->pair->big == DOZEN && q->kind != DOWN)
        return false;
    if (leaks(ctx, q))
        return false;
    return decimal ? power_of_ten(f) && f >= 10 : q->small > 0;
}

static uint64_t key(const struct question *q)
{
    bool plain = q->kind == DOWN || q->kind == UP;
    bool decimal = q->kind >= DECIMAL_DOWN;
    return key_of("units %s %s %d %" PRId64 " %" PRId64,
                  units[q->pair->big].id, units[q->pair->small].id, (int)q->kind,
                  decimal ? q->tenths : q->big, plain ? 0 : q->small);
}

static bool draw(struct gen_ctx *ctx, struct question *q)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        q->pair = &pairs[rng_below(&ctx->rng, N_PAIRS)];
        q->kind = draw_kind(ctx);
        if ((q->pair->langs & (1u << ctx->lang)) && draw_amounts(ctx, q) &&
            gen_fits(ctx, key(q)))
            return true;
    }
    return false;
}

/* --- amounts as text ------------------------------------------------------ */

/* 35 tenths: 3.5 */
static const char *tenths_text(int64_t tenths, char out[32])
{
    snprintf(out, 32, "%" PRId64 ".%d", tenths / 10, (int)(tenths % 10));
    return out;
}

static const char *name(enum unit_id unit, enum lang lang)
{
    return units[unit].name[lang];
}

/* 个月 is asked for as 月 but where a number could stand before it. */
static struct str bare(const char *unit)
{
    struct str s = str_of(unit), ge = str_of("个");
    return str_starts(s, ge) ? str_n(s.p + ge.len, s.len - ge.len) : s;
}

/* 1 hour, 1 foot */
static struct str singular(const char *unit)
{
    static const char *const odd[][2] = {
        {"feet", "foot"}, {"inches", "inch"}, {"centuries", "century"}};
    struct str s = str_of(unit);
    for (size_t i = 0; i < 3; i++)
        if (str_is(s, odd[i][0]))
            return str_of(odd[i][1]);
    return s.len > 2 && str_ends(s, str_of("s")) ? str_n(s.p, s.len - 1) : s;
}

static void put(struct buf *out, enum lang lang, const char *amount,
                const char *unit)
{
    bool one = lang == LANG_EN && !strcmp(amount, "1");
    if (out->len && lang == LANG_EN)
        buf_putc(out, ' ');
    buf_printf(out, lang == LANG_EN ? "%s " : "%s", amount);
    buf_add_str(out, one ? singular(unit) : str_of(unit));
}

static void put_amount(struct buf *out, enum lang lang, int64_t n,
                       const char *unit)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, n);
    put(out, lang, text, unit);
}

/* What is given and what is asked for, with any names for the units. */
static void texts(const struct question *q, enum lang lang, const char *big,
                  const char *small, struct buf *given, struct buf *asked)
{
    char text[32];
    int64_t f = q->pair->factor;
    bool to_small = q->kind == DOWN || q->kind == MIXED_DOWN ||
                    q->kind == DECIMAL_DOWN;
    buf_add_str(asked, bare(to_small ? small : big));
    switch (q->kind) {
    case DOWN: put_amount(given, lang, q->big, big); break;
    case UP: put_amount(given, lang, q->big * f, small); break;
    case MIXED_DOWN:
        put_amount(given, lang, q->big, big);
        put_amount(given, lang, q->small, small);
        break;
    case MIXED_UP:
        put_amount(given, lang, q->big * f + q->small, small);
        buf_puts(asked, lang == LANG_EN ? " and " : "和");
        buf_add_str(asked, bare(small));
        break;
    case DECIMAL_DOWN: put(given, lang, tenths_text(q->tenths, text), big); break;
    case DECIMAL_UP: put_amount(given, lang, q->tenths * f / 10, small); break;
    }
}

/* --- the thought ---------------------------------------------------------- */

static int64_t times(struct trace *t, int64_t a, int64_t f)
{
    if (power_of_ten(f))
        trace_line(t, "%" PRId64 "*%" PRId64 "=%" PRId64, a, f, a * f);
    else
        arith_mul(t, a, f);
    return a * f;
}

static void over(struct trace *t, int64_t a, int64_t f)
{
    int64_t rest;
    if (power_of_ten(f))
        trace_line(t, "%" PRId64 "/%" PRId64 "=%" PRId64 "r%" PRId64, a, f, a / f,
                   a % f);
    else
        arith_div(t, a, f, &rest);
}

static void answer(struct trace *t, int64_t n, enum unit_id unit)
{
    put_amount(&t->p->answer, t->p->lang, n, name(unit, t->p->lang));
}

static void solve(struct trace *t, const struct question *q)
{
    enum unit_id big = q->pair->big, small = q->pair->small;
    int64_t f = q->pair->factor, all = q->big * f + q->small;
    char text[32];
    switch (q->kind) {
    case DOWN:
        answer(t, times(t, q->big, f), small);
        break;
    case UP:
        over(t, q->big * f, f);
        answer(t, q->big, big);
        break;
    case MIXED_DOWN:
        times(t, q->big, f);
        trace_line(t, "%" PRId64 "+%" PRId64, q->big * f, q->small);
        arith_add(t, q->big * f, q->small);
        answer(t, all, small);
        break;
    case MIXED_UP:
        over(t, all, f);
        answer(t, q->big, big);
        answer(t, q->small, small);
        break;
    case DECIMAL_DOWN:
        trace_line(t, "%s*%" PRId64 "=%" PRId64, tenths_text(q->tenths, text), f,
                   q->tenths * f / 10);
        answer(t, q->tenths * f / 10, small);
        break;
    case DECIMAL_UP:
        trace_line(t, "%" PRId64 "/%" PRId64 "=%s", q->tenths * f / 10, f,
                   tenths_text(q->tenths, text));
        put(&t->p->answer, t->p->lang, text, name(big, t->p->lang));
        break;
    }
    trace_line(t, "-> %s", t->p->answer.p);
    reply_answer(t->p);
}

/* The unit asked for as it stands behind a number; two of them as they are. */
static struct str some(const struct question *q, const char *big,
                       const char *small, const struct buf *asked)
{
    bool to_small = q->kind == DOWN || q->kind == MIXED_DOWN ||
                    q->kind == DECIMAL_DOWN;
    return q->kind == MIXED_UP ? buf_str(asked) : str_of(to_small ? small : big);
}

/* 3h, 2m 40cm */
static void tighten(struct buf *b)
{
    for (size_t i = b->len; i-- > 1;)
        if (b->p[i] == ' ' && b->p[i - 1] >= '0' && b->p[i - 1] <= '9')
            buf_erase(b, i, 1);
}

static void ask(struct gen_ctx *ctx, const struct question *q, struct buf *out)
{
    struct slots slots = {0};
    struct buf given = {0}, asked = {0};
    char rule[32];
    snprintf(rule, sizeof rule, "u_%s", units[q->pair->big].id);
    phrase_slot(ctx, "units", rule, NULL, &slots, "big");
    snprintf(rule, sizeof rule, "u_%s", units[q->pair->small].id);
    phrase_slot(ctx, "units", rule, NULL, &slots, "small");
    struct str b = slot_get(&slots, "big"), s = slot_get(&slots, "small");
    char big[32], small[32];
    snprintf(big, sizeof big, "%.*s", (int)b.len, b.p);
    snprintf(small, sizeof small, "%.*s", (int)s.len, s.p);
    texts(q, ctx->lang, big, small, &given, &asked);
    if (strlen(big) <= 3 && strlen(small) <= 3 && !ctx->plain &&
        gen_chance(ctx, 35))
        tighten(&given);
    slot_set(&slots, "x", buf_str(&given));
    slot_set(&slots, "to", buf_str(&asked));
    slot_set(&slots, "some", some(q, big, small, &asked));
    phrase(ctx, "units", gen_chance(ctx, 25) ? q->pair->about : "ask", &slots, out);
    buf_clear(&given);
    buf_clear(&asked);
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct question q = {0};
    struct buf given = {0}, asked = {0}, one = {0}, many = {0};
    if (ctx->level >= LEVELS || !draw(ctx, &q))
        return false;
    struct trace t = trace_begin(ctx, p, "units", key(&q));
    ask(ctx, &q, &p->prompt);
    texts(&q, ctx->lang, name(q.pair->big, ctx->lang),
          name(q.pair->small, ctx->lang), &given, &asked);
    trace_line(&t, "%s: %s -> %s", trace_word(&t, "convert", "换算"), given.p,
               asked.p);
    trace_line(&t, "%s", "");
    put_amount(&one, ctx->lang, 1, name(q.pair->big, ctx->lang));
    put_amount(&many, ctx->lang, q.pair->factor, name(q.pair->small, ctx->lang));
    trace_more(&t, "%s: %s", one.p, many.p);
    buf_clear(&one);
    buf_clear(&many);
    solve(&t, &q);
    buf_clear(&given);
    buf_clear(&asked);
    return gen_done(ctx, p, 0);
}

/* The numbers of the bold part, points and all; units may be written in full. */
static double check(const struct problem *p, struct str reply)
{
    struct str want = buf_str(&p->answer), got = gen_bold(reply);
    size_t i = 0, j = 0;
    for (;;) {
        while (i < want.len && (want.p[i] < '0' || want.p[i] > '9'))
            i++;
        while (j < got.len && (got.p[j] < '0' || got.p[j] > '9'))
            j++;
        if (i >= want.len || j >= got.len)
            return i >= want.len && j >= got.len;
        size_t from = i, other = j;
        while (i < want.len && strchr("0123456789.", want.p[i]))
            i++;
        while (j < got.len && strchr("0123456789.", got.p[j]))
            j++;
        if (!str_eq(str_n(want.p + from, i - from), str_n(got.p + other, j - other)))
            return 0;
    }
}

const struct task task_units = {
    "units", "units, dates, number words",
    "lengths, weights, volumes, times and money, whole or with one decimal place",
    LEVELS, NULL, make, check};
