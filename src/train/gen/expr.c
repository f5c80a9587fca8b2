/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000, MAX_TOKENS = 24, MAX_TERMS = 4 };

/* An expression as it is written: numbers and signs in a row. */
struct token {
    char op; /* one of +-*()/, or 0: a number */
    int64_t value;
};

struct expr {
    struct token at[MAX_TOKENS];
    unsigned n;
};

/* --- drawing -------------------------------------------------------------- */

static void put(struct expr *e, char op, int64_t value)
{
    e->at[e->n++] = (struct token){op, value};
}

static char draw_op(struct gen_ctx *ctx)
{
    static const char ops[] = "++++---***/";
    return ops[rng_below(&ctx->rng, sizeof ops - 1)];
}

static void put_term(struct gen_ctx *ctx, struct expr *e, bool beside_times)
{
    int64_t top = beside_times ? 12 : ctx->level == 0 ? 20 : 40;
    put(e, 0, gen_between(ctx, gen_chance(ctx, 10) ? 1 : 2, top));
}

/* n terms; above the easiest level some neighbours stand in brackets. */
static void draw_tokens(struct gen_ctx *ctx, struct expr *e, unsigned n)
{
    char ops[MAX_TERMS];
    unsigned open = MAX_TERMS, close = 0;
    e->n = 0;
    for (unsigned i = 0; i + 1 < n; i++)
        ops[i] = draw_op(ctx);
    if (ctx->level > 0 && gen_chance(ctx, 75)) {
        open = rng_below(&ctx->rng, n - 1);
        close = open + 1 + (n == 4 && open < 2 && gen_chance(ctx, 20));
    }
    for (unsigned i = 0; i < n; i++) {
        char before = i ? ops[i - 1] : '+', after = i + 1 < n ? ops[i] : '+';
        if (i == open)
            put(e, '(', 0);
        put_term(ctx, e, before == '*' || before == '/' || after == '*');
        if (i == close && open < MAX_TERMS)
            put(e, ')', 0);
        if (i + 1 < n)
            put(e, after, 0);
    }
}

/* --- working out ---------------------------------------------------------- */

static bool product_is_small(int64_t a, int64_t b)
{
    int64_t low = a < b ? a : b, high = a < b ? b : a;
    return high <= 12 || (low <= 9 && high <= 20) || low == 10;
}

/* False where a step would be too big, below zero or uneven. */
static bool apply(int64_t a, char op, int64_t b, int64_t *c)
{
    switch (op) {
    case '+': *c = a + b; break;
    case '-': *c = a - b; break;
    case '*':
        if (!product_is_small(a, b))
            return false;
        *c = a * b;
        break;
    default:
        if (b < 2 || b > 12 || a % b || a / b > 20)
            return false;
        *c = a / b;
    }
    return *c >= 0 && *c <= 200;
}

/* Where the next step is: in the first innermost brackets, there * and / before
 * + and -, from left to right. The index of its sign. */
static unsigned next_step(const struct expr *e)
{
    unsigned from = 0, to = e->n, sum = 0;
    for (unsigned i = 0; i < e->n; i++) {
        if (e->at[i].op == '(')
            from = i + 1;
        if (e->at[i].op == ')') {
            to = i;
            break;
        }
    }
    if (to == e->n)
        from = 0;
    for (unsigned i = from; i < to; i++) {
        if (e->at[i].op == '*' || e->at[i].op == '/')
            return i;
        if (!sum && (e->at[i].op == '+' || e->at[i].op == '-'))
            sum = i;
    }
    return sum;
}

static void cut(struct expr *e, unsigned at, unsigned n)
{
    memmove(e->at + at, e->at + at + n, (e->n - at - n) * sizeof *e->at);
    e->n -= n;
}

/* The step at `op` done: its three tokens become one, and brackets round a single
 * number go. */
static bool reduce(struct expr *e, unsigned op, int64_t *c)
{
    if (!apply(e->at[op - 1].value, e->at[op].op, e->at[op + 1].value, c))
        return false;
    e->at[op - 1].value = *c;
    cut(e, op, 2);
    if (op >= 2 && op < e->n && e->at[op - 2].op == '(' && e->at[op].op == ')') {
        cut(e, op, 1);
        cut(e, op - 2, 1);
    }
    return true;
}

static bool solvable(const struct gen_ctx *ctx, struct expr e)
{
    int64_t c;
    while (e.n > 1) {
        unsigned op = next_step(&e);
        int64_t a = e.at[op - 1].value, b = e.at[op + 1].value;
        if (e.at[op].op == '+' ? arith_leaks_add(ctx, a, b)
                               : arith_leaks_sub(ctx, a, b))
            return false;
        if (!reduce(&e, op, &c))
            return false;
    }
    return true;
}

/* --- writing -------------------------------------------------------------- */

struct style {
    const char *plus, *minus, *times, *over;
    const char *blank;
    const char *open, *close; /* brackets */
};

static const char *sign_of(const struct style *style, char op)
{
    return op == '+' ? style->plus : op == '-' ? style->minus
         : op == '*' ? style->times : style->over;
}

static void write_expr(const struct expr *e, const struct style *style,
                       struct buf *out)
{
    for (unsigned i = 0; i < e->n; i++) {
        char op = e->at[i].op;
        if (!op)
            buf_printf(out, "%" PRId64, e->at[i].value);
        else if (op == '(' || op == ')')
            buf_puts(out, op == '(' ? style->open : style->close);
        else
            buf_printf(out, "%s%s%s", style->blank, sign_of(style, op), style->blank);
    }
}

static const struct style bare = {"+", "-", "*", "/", "", "(", ")"};
static const struct style words = {"plus", "minus", "times", "divided by", " ", "(",
                                   ")"};

static struct style draw_style(struct gen_ctx *ctx)
{
    static const char *const times[] = {"*", "*", "×", "x", "x"};
    static const char *const over[] = {"/", "/", "÷"};
    struct style s = bare;
    if (ctx->lang == LANG_EN && !ctx->plain && gen_chance(ctx, 9))
        return words;
    if (gen_chance(ctx, 45))
        s.blank = " ";
    if (!ctx->plain) {
        s.times = times[rng_below(&ctx->rng, 5)];
        s.over = over[rng_below(&ctx->rng, 3)];
        if (ctx->lang == LANG_ZH && gen_chance(ctx, 25)) {
            s.open = "（";
            s.close = "）";
        }
    }
    return s;
}

/* The same numbers in the same order, whatever the signs are typed like. */
static uint64_t key(const struct expr *e)
{
    struct buf text = {0};
    buf_puts(&text, "expr ");
    write_expr(e, &bare, &text);
    uint64_t k = gen_key(buf_str(&text));
    buf_clear(&text);
    return k;
}

static bool draw(struct gen_ctx *ctx, struct expr *e)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        unsigned n = ctx->level == 2 || (ctx->level == 1 && gen_chance(ctx, 20))
                         ? 4 : 3;
        draw_tokens(ctx, e, n);
        if (solvable(ctx, *e) && gen_fits(ctx, key(e)))
            return true;
    }
    return false;
}

static struct expr without_brackets(const struct expr *e)
{
    struct expr flat = {.n = 0};
    for (unsigned i = 0; i < e->n; i++)
        if (e->at[i].op != '(' && e->at[i].op != ')')
            flat.at[flat.n++] = e->at[i];
    return flat;
}

static bool from_left_to_right(struct expr e)
{
    int64_t c;
    while (e.n > 1) {
        unsigned op = next_step(&e);
        for (unsigned i = 0; i + 1 < op; i++)
            if (e.at[i].op != '(')
                return false;
        reduce(&e, op, &c);
    }
    return true;
}

/* a op b op c or (a op b op c) op d can be told as "take a, times b, minus c"; not
 * where brackets stand that make no difference: who hears it cannot know of them. */
static bool is_chain(const struct expr *e)
{
    struct expr flat = without_brackets(e);
    return from_left_to_right(*e) && (flat.n == e->n || !from_left_to_right(flat));
}

static bool is_sum(const struct expr *e)
{
    for (unsigned i = 0; i < e->n; i++)
        if (e->at[i].op && e->at[i].op != '+')
            return false;
    return true;
}

static void tell_step(struct gen_ctx *ctx, const struct token at[2],
                      struct slots *slots, const char *name)
{
    char op = at[0].op;
    slot_number(ctx, slots, "n", at[1].value);
    phrase_slot(ctx, "expr", op == '+' ? "step_plus" : op == '-' ? "step_minus"
                             : op == '*' ? "step_times" : "step_over",
                slots, slots, name);
}

/* Of three steps the last two are told as one, or the first with what it begins from:
 * "take 9*9, add 19, divide by 4". */
static void tell_chain(struct gen_ctx *ctx, const struct expr *e,
                       struct slots *slots, struct buf *out)
{
    struct expr flat = without_brackets(e);
    const struct token *at = flat.at;
    unsigned first = 1;
    slot_number(ctx, slots, "a", at[0].value);
    if (flat.n > 5 && gen_chance(ctx, 50)) {
        struct expr begin = {.at = {at[0], at[1], at[2]}, .n = 3};
        struct style style = draw_style(ctx);
        struct buf text = {0};
        write_expr(&begin, &style, &text);
        slot_set(slots, "a", buf_str(&text));
        buf_clear(&text);
        first = 3;
    }
    tell_step(ctx, at + first, slots, "one");
    tell_step(ctx, at + first + 2, slots, "two");
    if (first + 4 < flat.n) {
        struct str two = slot_get(slots, "two");
        tell_step(ctx, at + first + 4, slots, "three");
        struct str three = slot_get(slots, "three");
        const char *then = ctx->lang == LANG_ZH ? "，再"
                           : gen_chance(ctx, 50) ? ", " : " and ";
        slot_printf(slots, "two", "%.*s%s%.*s", (int)two.len, two.p, then,
                    (int)three.len, three.p);
    }
    phrase(ctx, "expr", "chain", slots, out);
}

/* 12, 30 and 7; 12 and 30 and 7 */
static void tell_sum(struct gen_ctx *ctx, const struct expr *e,
                     struct slots *slots, struct buf *out)
{
    struct buf list = {0};
    bool and = gen_chance(ctx, 70), every = ctx->lang == LANG_EN && gen_chance(ctx, 15);
    for (unsigned i = 0; i < e->n; i += 2) {
        bool last = i + 1 == e->n;
        if (i)
            buf_puts(&list, ctx->lang == LANG_ZH ? (last && and ? "和" : "、")
                            : every || (last && and) ? " and " : ", ");
        buf_printf(&list, "%" PRId64, e->at[i].value);
    }
    slot_set(slots, "list", buf_str(&list));
    phrase(ctx, "expr", "sum", slots, out);
    buf_clear(&list);
}

static void ask(struct gen_ctx *ctx, const struct expr *e, struct buf *out)
{
    struct slots slots = {0};
    struct buf text = {0};
    struct style style = draw_style(ctx);
    if (is_sum(e) && gen_chance(ctx, 70)) {
        tell_sum(ctx, e, &slots, out);
    } else if (is_chain(e) && gen_chance(ctx, 35)) {
        tell_chain(ctx, e, &slots, out);
    } else {
        write_expr(e, &style, &text);
        slot_set(&slots, "e", buf_str(&text));
        phrase(ctx, "expr", "ask", &slots, out);
    }
    buf_clear(&text);
}

static void work_out(struct trace *t, struct expr e)
{
    struct buf text = {0};
    while (e.n > 1) {
        unsigned op = next_step(&e);
        char left[64];
        snprintf(left, sizeof left, "%" PRId64 "%c%" PRId64, e.at[op - 1].value,
                 e.at[op].op, e.at[op + 1].value);
        int64_t c = 0;
        reduce(&e, op, &c);
        trace_step(t, "\n", left, c, NULL);
        if (e.n == 1)
            break;
        buf_reset(&text);
        write_expr(&e, &bare, &text);
        trace_more(t, " -> %s", text.p);
    }
    buf_clear(&text);
    answer_number(t->p, e.at[0].value);
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct expr e;
    struct buf text = {0};
    if (ctx->level >= LEVELS || !draw(ctx, &e))
        return false;
    struct trace t = trace_begin(ctx, p, "expr", key(&e));
    trace_may_slip(&t, e.n / 2);
    ask(ctx, &e, &p->prompt);
    write_expr(&e, &bare, &text);
    trace_line(&t, "%s: %s", trace_word(&t, "evaluate", "算式"), text.p);
    buf_clear(&text);
    work_out(&t, e);
    return gen_done(ctx, p, 0);
}

const struct task task_expr = {
    "expr", "expressions",
    "three or four numbers with + - * / and parentheses",
    LEVELS, NULL, make, check_integers};
