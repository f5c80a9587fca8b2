/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems as life brings them. data/bank/everyday.txt holds them whole, a rule
 * for each shape of calculation; the shape is written as the thought restates it
 * ("a*b; +c; from d"), so a new one is a line here and a rule there. Its numbers are
 * drawn step by step, each so that its step can be done, and worked out as those of
 * a story are (story.h). */
#include <inttypes.h>

#include "train/gen/arith.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/people.h"
#include "train/gen/story.h"
#include "train/gen/tasks.h"

enum { LEVELS = 3, MAX_TRIES = 20000, MOST = 5000, N_SLOTS = 4, MAX_PEOPLE = 3 };

/* Steps: "a" or "a*b" is there; +b, -b, *b, /b and +b*c, -b*c change it; "from d" is
 * what is left of d; "/b up" and "/b rest" count boxes and what is over. "B +b" is what
 * another one has beside the last, "all" what they have together. A digit is itself. */
static const struct shape {
    const char *rule, *steps;
} shapes[] = {
    {"add2", "a; +b"},
    {"add3", "a; +b; +c"},
    {"add4", "a; +b; +c; +d"},
    {"sub2", "a; -b"},
    {"sub3", "a; -b; -c"},
    {"sub_add", "a; -b; +c"},
    {"sub_add_sub", "a; -b; +c; -d"},
    {"add_sub", "a; +b; -c"},
    {"mul2", "a*b"},
    {"mul_add", "a*b; +c"},
    {"mul_sub", "a*b; -c"},
    {"mul_sub_add", "a*b; -c; +d"},
    {"mul_mul", "a*b; *c"},
    {"mul_mul_add", "a*b; +c*d"},
    {"mul_mul_sub", "a*b; -c*d"},
    {"sub_mul", "a; -b*c"},
    {"sub_mul_add", "a; -b*c; +d"},
    {"change_mul", "a*b; from d"},
    {"change_mul_add", "a*b; +c; from d"},
    {"change_add", "a; +b; from d"},
    {"change_add3", "a; +b; +c; from d"},
    {"add_mul", "a; +b; *c"},
    {"sub_times", "a; -b; *c"},
    {"sub2_times", "a; -b; -c; *d"},
    {"mul_add_times", "a*b; +c; *d"},
    {"add_mul_sub", "a; +b; *c; -d"},
    {"div2", "a; /b"},
    {"add_div", "a; +b; /c"},
    {"add3_div", "a; +b; +c; /d"},
    {"sub_div", "a; -b; /c"},
    {"sub_mul_div", "a; -b*c; /d"},
    {"mul_div", "a*b; /c"},
    {"div_sub", "a; /b; -c"},
    {"div_add", "a; /b; +c"},
    {"unit_price", "a; /b; *c"},
    {"div_up", "a; /b up"},
    {"add_div_up", "a; +b; /c up"},
    {"div_rest", "a; /b rest"},
    {"fee", "a; -b; *c; +d"},
    {"pair_more", "a; B +b; all"},
    {"pair_less", "a; B -b; all"},
    {"pair_times", "a; B *b; all"},
    {"pair_half", "a; B /2; all"},
    {"pair_from", "a; B +b; all; from d"},
    {"three_more", "a; B +b; C +c; all"},
    {"three_half", "a; B /2; C +c; all"},
    {"three_times", "a; B *b; C -c; all"},
    {"third_less", "a; B +b; C -c"},
    {"half_sub", "a; /2; -b"},
    {"sub_half", "a; -b; /2"},
    {"add_half", "a; +b; /2"},
    {"double_add", "a; *2; +b"},
    {"double_sub", "a; *2; -b"},
    {"share_sub", "a; /b; -c"},
    {"average", "a; +b; +c; /3"},
    {"age_sum", "a; +b; +2*c"},
};

/* One that is going on. */
struct sum {
    const struct shape *shape;
    int64_t slot[N_SLOTS];      /* a to d; 0: not drawn yet */
    int64_t had[MAX_PEOPLE];    /* by those before */
    unsigned n_had;
    int64_t all;
};

/* A step, read: what it does to the number there is. */
struct step {
    char who;         /* B, C: what another one has; 0: it goes on */
    char op;          /* + - * /, f: from, a: all of them, 0: it is there */
    char x, y;        /* letters or digits; y = 0: one number, else x*y */
    char end;         /* u: up, r: rest */
};

static struct step read_step(const char *text, const char **next)
{
    struct step s = {0};
    if (*text == 'B' || *text == 'C') {
        s.who = *text;
        text += 2;
    }
    if (!strncmp(text, "all", 3)) {
        s.op = 'a';
        text += 3;
    } else {
        if (strchr("+-*/", *text))
            s.op = *text++;
        else if (!strncmp(text, "from ", 5)) {
            s.op = 'f';
            text += 5;
        }
        s.x = *text++;
        if (*text == '*') {
            s.y = text[1];
            text += 2;
        }
        if (*text == ' ') {
            s.end = text[1];
            text += s.end == 'u' ? 3 : 5;
        }
    }
    *next = *text ? text + 2 : text;
    return s;
}

/* --- its numbers ---------------------------------------------------------- */

static int64_t value(const struct sum *s, char name)
{
    return name >= 'a' ? s->slot[name - 'a'] : name - '0';
}

static void set(struct sum *s, char name, int64_t n)
{
    if (name >= 'a' && !s->slot[name - 'a'])
        s->slot[name - 'a'] = n;
}

/* What is paid with, or wanted: mostly a round number. */
static int64_t above(struct gen_ctx *ctx, int64_t all)
{
    static const int64_t round[] = {1, 1, 5, 10, 50, 100};
    int64_t to = round[rng_below(&ctx->rng, 6)];
    int64_t n = all + gen_between(ctx, 1, all / 2 + 10);
    return (n + to - 1) / to * to;
}

static int64_t first_number(struct gen_ctx *ctx)
{
    static const int64_t most[LEVELS] = {30, 100, 600};
    int64_t n = gen_between(ctx, 2, most[ctx->level]);
    return n > 40 && gen_chance(ctx, 40) ? (n + 9) / 10 * 10 : n;
}

/* A number that the step can be done with, or one that it cannot: then all is drawn
 * anew. */
static void draw_step(struct gen_ctx *ctx, struct sum *s, const struct step *step)
{
    int64_t most = ctx->level && gen_chance(ctx, 25) ? 25 : 9, all = s->all;
    if (step->y) {
        bool swap = gen_chance(ctx, 30);
        set(s, swap ? step->y : step->x, gen_between(ctx, 2, 9));
        set(s, swap ? step->x : step->y, gen_between(ctx, 2, 12 + 24 * ctx->level));
        return;
    }
    switch (step->op) {
    case 0: set(s, step->x, first_number(ctx)); break;
    case '+': set(s, step->x, gen_between(ctx, 2, all + 10)); break;
    case '-': set(s, step->x, gen_between(ctx, 1, all > 2 ? all - 1 : 1)); break;
    case '*': set(s, step->x, gen_between(ctx, 2, step->who ? 5 : most)); break;
    case '/': set(s, step->x, gen_between(ctx, 3, most)); break;
    case 'f': set(s, step->x, above(ctx, all)); break;
    default: break;
    }
}

/* The number after the step; -1 where it cannot be. */
static int64_t after(const struct sum *s, const struct step *step)
{
    int64_t all = s->all, n = step->x ? value(s, step->x) : 0;
    if (step->y)
        n *= value(s, step->y);
    switch (step->op) {
    case 0: return n;
    case '+': return all + n;
    case '-': return all - n;
    case '*': return all * n;
    case 'f': return n - all;
    case 'a':
        for (unsigned i = 0; i < s->n_had; i++)
            all += s->had[i];
        return all;
    default:
        if (n < 2 || all / n < 1 || (!step->end && all % n))
            return -1;
        return step->end == 'r' ? all % n : (all + n - 1) / n;
    }
}

static bool leaks(const struct gen_ctx *ctx, const struct sum *s,
                  const struct step *step, int64_t now)
{
    int64_t all = s->all, change = now - all;
    switch (step->op) {
    case '+': return arith_leaks_add(ctx, all, change);
    case '-': return arith_leaks_sub(ctx, all, -change);
    case 'f': return arith_leaks_sub(ctx, now + all, all);
    case '*': return arith_leaks_mul(ctx, all, now / all);
    default: return false;
    }
}

static void go_on(struct sum *s, const struct step *step, int64_t now)
{
    if (step->who)
        s->had[s->n_had++] = s->all;
    s->all = now;
}

/* The thought of "all" adds one by one: each of these sums may be kept for testing. */
static bool all_leak(const struct gen_ctx *ctx, const struct sum *s)
{
    int64_t all = s->had[0];
    for (unsigned i = 1; i <= s->n_had; i++) {
        int64_t n = i < s->n_had ? s->had[i] : s->all;
        if (arith_leaks_add(ctx, all, n))
            return true;
        all += n;
    }
    return false;
}

static bool draw_numbers(struct gen_ctx *ctx, struct sum *s)
{
    for (const char *at = s->shape->steps; *at;) {
        struct step step = read_step(at, &at);
        draw_step(ctx, s, &step);
        int64_t now = after(s, &step);
        if (now < (step.end == 'r' ? 0 : 1) || now > MOST ||
            leaks(ctx, s, &step, now) || (step.op == 'a' && all_leak(ctx, s)))
            return false;
        go_on(s, &step, now);
    }
    return true;
}

/* --- its thought ---------------------------------------------------------- */

static void put_number(const struct sum *s, const struct step *step, struct buf *out)
{
    buf_printf(out, "%" PRId64, value(s, step->x));
    if (step->y)
        buf_printf(out, "*%" PRId64, value(s, step->y));
}

static void put(const struct sum *s, enum lang lang, struct buf *out)
{
    bool en = lang == LANG_EN;
    for (const char *at = s->shape->steps; *at;) {
        if (at > s->shape->steps)
            buf_puts(out, "; ");
        struct step step = read_step(at, &at);
        if (step.who)
            buf_puts(out, step.who == 'B' ? (en ? "B " : "乙 ") : en ? "C " : "丙 ");
        if (step.op == 'a') {
            buf_puts(out, en ? (s->n_had > 1 ? "all" : "both") : "合计");
            continue;
        }
        if (step.op == 'f')
            buf_puts(out, en ? "from " : "从");
        else if (step.op)
            buf_putc(out, step.op);
        put_number(s, &step, out);
        if (step.end)
            buf_puts(out, step.end == 'u' ? (en ? " up" : " 进一")
                                          : en ? " rest" : " 余");
    }
}

static void think_all(struct trace *t, const struct sum *s)
{
    int64_t all = s->had[0];
    for (unsigned i = 1; i <= s->n_had; i++)
        all = story_plus(t, all, i < s->n_had ? s->had[i] : s->all);
}

static void think_step(struct trace *t, const struct sum *s, const struct step *step)
{
    int64_t all = s->all, n = step->x ? value(s, step->x) : 0;
    if (step->y)
        n = story_times(t, n, value(s, step->y));
    switch (step->op) {
    case '+': story_plus(t, all, n); break;
    case '-': story_minus(t, all, n); break;
    case '*': story_times(t, all, n); break;
    case 'f': story_minus(t, n, all); break;
    case 'a': think_all(t, s); break;
    case '/': story_over(t, all, n, step->end == 'u'); break;
    default: break;
    }
}

static int64_t think(struct trace *t, struct sum s)
{
    s.all = s.n_had = 0;
    for (const char *at = s.shape->steps; *at;) {
        struct step step = read_step(at, &at);
        think_step(t, &s, &step);
        go_on(&s, &step, after(&s, &step));
    }
    return s.all;
}

/* -------------------------------------------------------------------------- */

static uint64_t key_of_sum(const struct sum *s)
{
    struct buf text = {0};
    buf_puts(&text, "everyday ");
    put(s, LANG_EN, &text);
    uint64_t key = gen_key(buf_str(&text));
    buf_clear(&text);
    return key;
}

static bool draw(struct gen_ctx *ctx, struct sum *s, uint64_t *key)
{
    enum { N = sizeof shapes / sizeof *shapes };
    const struct shape *shape = shapes;
    for (int i = 0; i < MAX_TRIES; i++) {
        if (i % 100 == 0) /* few numbers may fit a shape and none of them the split */
            shape = &shapes[rng_below(&ctx->rng, N)];
        *s = (struct sum){.shape = shape};
        if (draw_numbers(ctx, s) && gen_fits(ctx, *key = key_of_sum(s)))
            return true;
    }
    return false;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    static const char *const names[N_SLOTS] = {"a", "b", "c", "d"};
    struct slots slots = {0};
    struct sum s;
    uint64_t key;
    if (ctx->level >= LEVELS || !draw(ctx, &s, &key))
        return false;
    struct trace t = trace_begin(ctx, p, "everyday", key);
    trace_may_slip(&t, 2);
    slots_person(ctx, &slots);
    for (int i = 0; i < N_SLOTS; i++)
        slot_count(ctx, &slots, names[i], s.slot[i]);
    slot_count(ctx, &slots, "b1", s.slot[1] - 1); /* "my 3 cousins and me" are 4 */
    slot_count(ctx, &slots, "x", gen_between(ctx, 2, 60)); /* has no part in it */
    phrase(ctx, "everyday", s.shape->rule, &slots, &p->prompt);
    trace_line(&t, "%s: ", trace_word(&t, "story", "应用题"));
    put(&s, ctx->lang, &p->think);
    answer_number(p, think(&t, s));
    return gen_done(ctx, p, 0);
}

const struct task task_everyday = {
    "everyday", "word problems",
    "one to four steps, told freely: what is left, paid, shared, needed",
    LEVELS, NULL, make, check_integers};
