/* SPDX-License-Identifier: Apache-2.0 */
/* What can be said of a number: prime, even, divisors, squares, digits. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 2, MAX_TRIES = 20000 };

static void equation(struct trace *t, int64_t a, char op, int64_t b, int64_t c)
{
    char left[64];
    snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, a, op, b);
    trace_step(t, "\n", left, c, NULL);
}

static void quotient(struct trace *t, int64_t a, int64_t b)
{
    trace_line(t, "%" PRId64 "/%" PRId64 "=%" PRId64 "r%" PRId64, a, b, a / b,
               a % b);
}

static void say(struct trace *t, const char *en, const char *zh)
{
    buf_puts(&t->p->answer, trace_word(t, en, zh));
    trace_line(t, "-> %s", t->p->answer.p);
}

static void yes_or_no(struct trace *t, bool yes, const char *why_en,
                      const char *why_zh, int64_t n)
{
    say(t, yes ? "Yes" : "No", yes ? "是" : "不是");
    buf_printf(&t->p->reply, t->p->lang == LANG_EN ? "**%s**, %" PRId64 " %s %s."
                                                   : "**%s**，%" PRId64 "%s%s。",
               t->p->answer.p, n, yes ? trace_word(t, "is", "是")
                                      : trace_word(t, "is not", "不是"),
               trace_word(t, why_en, why_zh));
}

/* --- one number ----------------------------------------------------------- */

/* Primes up to the root are tried one after the other. */
static void prime(struct trace *t, int64_t n, int64_t b)
{
    static const int64_t primes[] = {2, 3, 5, 7, 11, 13, 17};
    (void)b;
    trace_line(t, "%s: %" PRId64, trace_word(t, "prime", "质数"), n);
    for (int i = 0; i < 7; i++) {
        int64_t p = primes[i];
        if (n < 2 || p * p > n) {
            if (n >= 2)
                trace_line(t, "%" PRId64 "*%" PRId64 "=%" PRId64 ">%" PRId64, p, p,
                           p * p, n);
            break;
        }
        quotient(t, n, p);
        if (n % p == 0) {
            yes_or_no(t, false, "prime", "质数", n);
            return;
        }
    }
    yes_or_no(t, n >= 2, "prime", "质数", n);
}

static void parity(struct trace *t, int64_t n, int64_t b)
{
    (void)b;
    trace_line(t, "%s: %" PRId64, trace_word(t, "even or odd", "奇偶"), n);
    trace_line(t, "%s %d", trace_word(t, "last digit", "末位"), (int)(n % 10));
    say(t, n % 2 ? "odd" : "even", n % 2 ? "奇数" : "偶数");
    buf_printf(&t->p->reply, t->p->lang == LANG_EN ? "%" PRId64 " is **%s**."
                                                   : "%" PRId64 "是 **%s**。",
               n, t->p->answer.p);
}

/* Pairs from outside inwards; the list then goes up one side and down the other. */
static void divisors(struct trace *t, int64_t n, int64_t b)
{
    struct buf *answer = &t->p->answer;
    int64_t d = 1;
    (void)b;
    trace_line(t, "%s: %" PRId64, trace_word(t, "divisors", "因数"), n);
    for (; d * d <= n; d++)
        quotient(t, n, d);
    trace_line(t, "%" PRId64 "*%" PRId64 "=%" PRId64 ">%" PRId64, d, d, d * d, n);
    for (d = 1; d <= n; d++)
        if (n % d == 0)
            buf_printf(answer, "%s%" PRId64, d > 1 ? ", " : "", d);
    trace_line(t, "-> %s", answer->p);
    buf_printf(&t->p->reply, t->p->lang == LANG_EN
                                 ? "The divisors of %" PRId64 " are **%s**."
                                 : "%" PRId64 "的因数有 **%s**。", n, answer->p);
}

static void square(struct trace *t, int64_t n, int64_t b)
{
    (void)b;
    trace_line(t, "%s: %" PRId64 "*%" PRId64, trace_word(t, "square", "平方"), n, n);
    answer_number(t->p, arith_mul(t, n, n));
}

/* n is the root: what is asked for is its square. From the nearest ten on. */
static void root(struct trace *t, int64_t n, int64_t b)
{
    int64_t r = n < 10 ? 1 : n / 10 * 10;
    (void)b;
    trace_line(t, "%s: %" PRId64, trace_word(t, "square root", "平方根"), n * n);
    for (; r <= n; r++)
        trace_line(t, "%" PRId64 "*%" PRId64 "=%" PRId64, r, r, r * r);
    trace_line(t, "-> %" PRId64, n);
    answer_number(t->p, n);
}

static void digit_sum(struct trace *t, int64_t n, int64_t b)
{
    char digits[24];
    int64_t sum = 0;
    (void)b;
    snprintf(digits, sizeof digits, "%" PRId64, n);
    trace_line(t, "%s: %s", trace_word(t, "digit sum", "数字和"), digits);
    for (char *c = digits; *c; c++) {
        if (c > digits)
            equation(t, sum, '+', *c - '0', sum + *c - '0');
        sum += *c - '0';
    }
    trace_line(t, "-> %" PRId64, sum);
    answer_number(t->p, sum);
}

/* --- two numbers ---------------------------------------------------------- */

static int64_t euclid(struct trace *t, int64_t a, int64_t b)
{
    if (a < b) {
        int64_t swap = a;
        a = b;
        b = swap;
    }
    for (;;) {
        int64_t rest = a % b;
        quotient(t, a, b);
        if (rest == 0)
            return b;
        a = b;
        b = rest;
    }
}

static void gcd(struct trace *t, int64_t a, int64_t b)
{
    trace_line(t, "%s: %" PRId64 " %" PRId64, trace_word(t, "gcd", "最大公因数"), a, b);
    int64_t g = euclid(t, a, b);
    trace_line(t, "-> %" PRId64, g);
    answer_number(t->p, g);
}

static void lcm(struct trace *t, int64_t a, int64_t b)
{
    int64_t high = a < b ? b : a, low = a < b ? a : b, multiple = high;
    trace_line(t, "%s: %" PRId64 " %" PRId64, trace_word(t, "lcm", "最小公倍数"), a, b);
    for (;; multiple += high) {
        quotient(t, multiple, low);
        if (multiple % low == 0)
            break;
    }
    trace_line(t, "-> %" PRId64, multiple);
    answer_number(t->p, multiple);
}

static void divisible(struct trace *t, int64_t a, int64_t b)
{
    int64_t rest;
    trace_line(t, "%s: %" PRId64 "/%" PRId64, trace_word(t, "divisible", "整除"), a, b);
    arith_div(t, a, b, &rest);
    say(t, rest ? "No" : "Yes", rest ? "不能" : "能");
    if (t->p->lang == LANG_EN)
        buf_printf(&t->p->reply, "**%s**, the remainder is %" PRId64 ".",
                   t->p->answer.p, rest);
    else
        buf_printf(&t->p->reply, "**%s**，余数是%" PRId64 "。", t->p->answer.p, rest);
}

/* --- the table ------------------------------------------------------------ */

struct fact {
    const char *rule;
    void (*think)(struct trace *, int64_t a, int64_t b);
    int64_t from[LEVELS], to[LEVELS]; /* of the first number */
    int64_t b_from, b_to;             /* 0: there is one number only */
    unsigned weight;
};

static const struct fact facts[] = {
    {"prime", prime, {2, 30}, {100, 199}, 0, 0, 4},
    {"parity", parity, {1, 100}, {999, 99999}, 0, 0, 2},
    {"divisors", divisors, {4, 16}, {40, 100}, 0, 0, 2},
    {"square", square, {2, 11}, {20, 99}, 0, 0, 2},
    {"root", root, {2, 8}, {16, 32}, 0, 0, 1},
    {"digit_sum", digit_sum, {10, 1000}, {9999, 999999}, 0, 0, 2},
    {"gcd", gcd, {4, 10}, {40, 99}, 4, 60, 2},
    {"lcm", lcm, {2, 4}, {9, 15}, 2, 12, 2},
    {"divisible", divisible, {10, 100}, {99, 999}, 2, 9, 3},
};

enum { N_FACTS = sizeof facts / sizeof *facts };

static const struct fact *draw_fact(struct gen_ctx *ctx)
{
    unsigned left = rng_below(&ctx->rng, 20), i = 0;
    while (left >= facts[i].weight)
        left -= facts[i++].weight;
    return &facts[i];
}

/* 49, 77, 91, 133: what looks like a prime. */
static int64_t almost_prime(struct gen_ctx *ctx, int64_t most)
{
    static const int64_t small[] = {7, 7, 7, 11, 13}, large[] = {7, 11, 13, 17, 19, 23};
    for (int i = 0; i < 100; i++) {
        int64_t n = small[rng_below(&ctx->rng, 5)] * large[rng_below(&ctx->rng, 6)];
        if (n <= most)
            return n;
    }
    return 49;
}

/* Half of what is divided comes out even; pairs for the gcd share a divisor. */
static void draw_numbers(struct gen_ctx *ctx, const struct fact *f, int64_t *a,
                         int64_t *b)
{
    *a = gen_between(ctx, f->from[ctx->level], f->to[ctx->level]);
    *b = f->b_to ? gen_between(ctx, f->b_from, f->b_to) : 0;
    if (f->think == prime && gen_chance(ctx, 18))
        *a = almost_prime(ctx, f->to[ctx->level]);
    if (f->think == divisible && gen_chance(ctx, 50))
        *a -= *a % *b;
    if (f->think == gcd && gen_chance(ctx, 70)) {
        int64_t g = gen_between(ctx, 2, 12);
        *a = g * gen_between(ctx, 1, ctx->level ? 9 : 5);
        *b = g * gen_between(ctx, 1, ctx->level ? 9 : 5);
    }
}

static const struct fact *draw(struct gen_ctx *ctx, int64_t *a, int64_t *b,
                               uint64_t *key)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        const struct fact *f = draw_fact(ctx);
        draw_numbers(ctx, f, a, b);
        bool pair = f->think == gcd || f->think == lcm;
        *key = pair ? key_sorted(f->rule, *a, *b)
                    : key_of("%s %" PRId64 " %" PRId64, f->rule, *a, *b);
        if (f->think == root) /* too few of them to keep any apart */
            *key = key_unless(true, *key);
        bool leaks = f->think == square && arith_leaks_mul(ctx, *a, *a);
        if (gen_fits(ctx, *key) && !leaks)
            return f;
    }
    return NULL;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct slots slots = {0};
    int64_t a, b;
    uint64_t key;
    const struct fact *f = ctx->level < LEVELS ? draw(ctx, &a, &b, &key) : NULL;
    if (!f)
        return false;
    struct trace t = trace_begin(ctx, p, "facts", key);
    slot_number(ctx, &slots, "a", f->think == root ? a * a : a);
    slot_number(ctx, &slots, "b", b);
    phrase(ctx, "facts", f->rule, &slots, &p->prompt);
    f->think(&t, a, b);
    return gen_done(ctx, p, 0);
}

const struct task task_facts = {
    "facts", "number facts",
    "prime below 200, even or odd, divisors below 100, squares and "
    "roots, sums of digits, greatest common divisor, least common "
    "multiple",
    LEVELS, NULL, make, check_either};
