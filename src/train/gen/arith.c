/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/arith.h"

#include <inttypes.h>
#include <stdio.h>

#include "train/gen/number.h"

enum { MAX_DIGITS = 20 };

/* Digits from the last to the first. */
static unsigned turn_round(int64_t n, char out[MAX_DIGITS], unsigned width)
{
    unsigned len = 0;
    do {
        out[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    while (len < width)
        out[len++] = '0';
    out[len] = '\0';
    return len;
}

unsigned arith_columns(int64_t a, int64_t b)
{
    unsigned x = number_digits(a), y = number_digits(b);
    return x > y ? x : y;
}

static void turned_line(struct trace *t, const char *x, const char *y)
{
    trace_line(t, "%s %s %s", trace_word(t, "rev", "倒"), x, y);
}

/* 15 -> " 5c1", 7 -> " 7" */
static void carry_tail(const struct trace *t, struct buf *out, int64_t value)
{
    (void)t;
    buf_printf(out, " %d", (int)(value % 10));
    if (value >= 10)
        buf_printf(out, "c%d", (int)(value / 10));
}

static void borrow_tail(const struct trace *t, struct buf *out, int64_t value)
{
    (void)t;
    buf_printf(out, " %db1", (int)value);
}

static void plain_tail(const struct trace *t, struct buf *out, int64_t value)
{
    (void)t;
    buf_printf(out, " %d", (int)value);
}

static void turn_back(struct trace *t, int64_t result, unsigned width)
{
    char digits[MAX_DIGITS];
    turn_round(result, digits, width);
    trace_line(t, "%s %s -> %" PRId64, trace_word(t, "rev", "倒"), digits,
               result);
}

static void equation(struct trace *t, int64_t a, char op, int64_t b, int64_t c)
{
    char left[64];
    snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, a, op, b);
    trace_step(t, "\n", left, c, NULL);
}

int64_t arith_add(struct trace *t, int64_t a, int64_t b)
{
    char x[MAX_DIGITS], y[MAX_DIGITS], left[16];
    unsigned width = arith_columns(a, b), carry = 0;
    if (width == 1) {
        equation(t, a, '+', b, a + b);
        return a + b;
    }
    turn_round(a, x, width);
    turn_round(b, y, width);
    turned_line(t, x, y);
    for (unsigned i = 0; i < width; i++) {
        unsigned sum = (unsigned)(x[i] - '0') + (unsigned)(y[i] - '0') + carry;
        snprintf(left, sizeof left, carry ? "%c+%c+1" : "%c+%c", x[i], y[i]);
        trace_step(t, "\n", left, sum, carry_tail);
        carry = sum / 10;
    }
    if (carry)
        trace_line(t, "c1 1");
    turn_back(t, a + b, width + carry);
    return a + b;
}

static void sub_columns(struct trace *t, int64_t a, int64_t b)
{
    char x[MAX_DIGITS], y[MAX_DIGITS], left[16];
    unsigned width = arith_columns(a, b);
    int borrow = 0;
    turn_round(a, x, width);
    turn_round(b, y, width);
    turned_line(t, x, y);
    for (unsigned i = 0; i < width; i++) {
        int top = x[i] - '0', down = y[i] - '0' + borrow;
        bool lend = top < down;
        snprintf(left, sizeof left, borrow ? "%d-%c-1" : "%d-%c",
                 lend ? top + 10 : top, y[i]);
        trace_step(t, "\n", left, (lend ? top + 10 : top) - down,
                   lend ? borrow_tail : plain_tail);
        borrow = lend;
    }
    turn_back(t, a - b, width);
}

/* The sign first, and the larger one on top from then on. */
int64_t arith_sub(struct trace *t, int64_t a, int64_t b)
{
    int64_t high = a < b ? b : a, low = a < b ? a : b;
    trace_line(t, "%" PRId64 "%c%" PRId64 "%s", a,
               a < b ? '<' : a > b ? '>' : '=', b,
               a < b ? trace_word(t, " minus", " 负") : "");
    if (high < 10)
        equation(t, high, '-', low, high - low);
    else
        sub_columns(t, high, low);
    if (a < b)
        trace_line(t, "-> %" PRId64, a - b);
    return a - b;
}

/* a times one digit with zeros behind it, on one line. */
static void mul_line(struct trace *t, int64_t a, int64_t b)
{
    char x[MAX_DIGITS], left[24];
    int64_t d = b;
    while (d >= 10 && d % 10 == 0)
        d /= 10;
    unsigned width = turn_round(a, x, 0), carry = 0;
    trace_line(t, "%" PRId64 "*%" PRId64 ":", a, b);
    for (unsigned i = 0; i < width; i++) {
        unsigned v = (unsigned)(x[i] - '0') * (unsigned)d + carry;
        snprintf(left, sizeof left, carry ? "%c*%d+%u" : "%c*%d", x[i], (int)d,
                 carry);
        trace_step(t, i ? "; " : " ", left, v, i + 1 < width ? carry_tail : NULL);
        carry = v / 10;
    }
    trace_more(t, " -> %" PRId64, a * b);
}

static unsigned lines_of(int64_t n)
{
    unsigned lines = 0;
    for (; n > 0; n /= 10)
        lines += n % 10 > 0;
    return lines;
}

/* The one that is multiplied first, then the one whose digits are taken: that of
 * fewer lines (38*60 is one, 60*38 two and a sum), else the smaller one. */
static void put_in_order(int64_t *a, int64_t *b)
{
    bool one_digit = *a < 10 || *b < 10;
    unsigned x = lines_of(*a), y = lines_of(*b);
    if (one_digit || x == y ? *a < *b : x < y) {
        int64_t swap = *a;
        *a = *b;
        *b = swap;
    }
}

/* The first one is multiplied by the digits of the other one. */
int64_t arith_mul(struct trace *t, int64_t a, int64_t b)
{
    int64_t sum = -1;
    put_in_order(&a, &b);
    if (a < 10 || b == 0) {
        equation(t, a, '*', b, a * b);
        return a * b;
    }
    for (int64_t place = 1; place <= b; place *= 10) {
        int64_t part = b / place % 10 * place;
        if (part == 0)
            continue;
        mul_line(t, a, part);
        if (sum >= 0) {
            trace_line(t, "%" PRId64 "+%" PRId64, sum, a * part);
            arith_add(t, sum, a * part);
        }
        sum = (sum < 0 ? 0 : sum) + a * part;
    }
    return sum;
}

/* The multiples of a divisor of two digits, up to the first that is too large: what
 * is too large is seen once it is written, not chosen before. */
static void multiples(struct trace *t, int64_t a, int64_t b)
{
    int64_t i = 1;
    trace_line(t, "%" PRId64 ":", a);
    for (; i <= 9 && i * b <= a; i++)
        trace_more(t, " %" PRId64 ":%" PRId64, i, i * b);
    if (i <= 9)
        trace_more(t, " %" PRId64 ":%" PRId64 ">%" PRId64, i, i * b, a);
}

static void div_step(struct trace *t, int64_t a, int64_t b)
{
    char left[48];
    int64_t q = a / b;
    if (b < 10) {
        trace_line(t, "%" PRId64 "/%" PRId64 "=%" PRId64 "r%" PRId64, a, b, q,
                   a % b);
        return;
    }
    if (a < 10) { /* the first digit, or nothing left over */
        trace_line(t, "%" PRId64 ": 0", a);
        return;
    }
    multiples(t, a, b);
    snprintf(left, sizeof left, "%" PRId64 ", %" PRId64 "-%" PRId64, q, a, q * b);
    if (q == 0)
        trace_more(t, "; 0");
    else
        trace_step(t, "; ", left, a % b, NULL);
}

int64_t arith_div(struct trace *t, int64_t a, int64_t b, int64_t *rest)
{
    char x[MAX_DIGITS];
    unsigned width = turn_round(a, x, 0);
    int64_t carried = 0;
    for (unsigned i = width; i-- > 0;) {
        int64_t part = carried * 10 + (x[i] - '0');
        div_step(t, part, b);
        carried = part % b;
    }
    *rest = carried;
    trace_line(t, "-> %" PRId64 " r%" PRId64, a / b, carried);
    return a / b;
}

static bool leaks(const struct gen_ctx *ctx, const char *what, int64_t a,
                  int64_t b)
{
    return ctx->split == SPLIT_TRAIN && a >= 100 && b >= 100 &&
           gen_split(key_sorted(what, a, b)) != SPLIT_TRAIN;
}

bool arith_leaks_add(const struct gen_ctx *ctx, int64_t a, int64_t b)
{
    return leaks(ctx, "add", a, b);
}

bool arith_leaks_sub(const struct gen_ctx *ctx, int64_t a, int64_t b)
{
    return leaks(ctx, "sub", a, b);
}

/* The multiples of a two-digit divisor are subtracted. */
bool arith_leaks_div(const struct gen_ctx *ctx, int64_t a, int64_t b)
{
    char x[MAX_DIGITS];
    int64_t part = 0;
    for (unsigned i = turn_round(a, x, 0); b >= 10 && i-- > 0;) {
        part = part * 10 + (x[i] - '0');
        if (part >= b && arith_leaks_sub(ctx, part, part / b * b))
            return true;
        part %= b;
    }
    return false;
}

bool arith_leaks_mul(const struct gen_ctx *ctx, int64_t a, int64_t b)
{
    int64_t sum = -1;
    put_in_order(&a, &b);
    for (int64_t place = 1; place <= b; place *= 10) {
        int64_t part = b / place % 10 * place * a;
        if (part && sum >= 0 && arith_leaks_add(ctx, sum, part))
            return true;
        if (part)
            sum = (sum < 0 ? 0 : sum) + part;
    }
    return false;
}
