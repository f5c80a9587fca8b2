/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000, MAX_LIST = 7 };

enum want { WANT_UP, WANT_DOWN, WANT_MIN, WANT_MAX, N_WANTS };

struct list {
    int64_t at[MAX_LIST];
    unsigned n;
};

static int ascending(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static bool holds(const struct list *l, int64_t v)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->at[i] == v)
            return true;
    return false;
}

/* What it is known by: the numbers in order. */
static uint64_t key(struct list l)
{
    struct buf text = {0};
    qsort(l.at, l.n, sizeof *l.at, ascending);
    buf_puts(&text, "sort");
    for (unsigned i = 0; i < l.n; i++)
        buf_printf(&text, " %" PRId64, l.at[i]);
    uint64_t k = gen_key(buf_str(&text));
    buf_clear(&text);
    return k;
}

/* Numbers of one or several widths; one comes twice now and then. */
static bool draw(struct gen_ctx *ctx, struct list *l)
{
    static const unsigned from[LEVELS] = {3, 4, 5}, to[LEVELS] = {4, 5, MAX_LIST},
                          digits[LEVELS] = {2, 3, 3};
    for (int i = 0; i < MAX_TRIES; i++) {
        unsigned n = (unsigned)gen_between(ctx, from[ctx->level], to[ctx->level]);
        bool mixed = gen_chance(ctx, 60);
        for (l->n = 0; l->n < n;) {
            int64_t v = number_draw(ctx, mixed ? (unsigned)gen_between(
                                             ctx, 1, digits[ctx->level])
                                               : digits[ctx->level]);
            if (!holds(l, v) || gen_chance(ctx, 4))
                l->at[l->n++] = v;
        }
        if (gen_fits(ctx, key(*l)))
            return true;
    }
    return false;
}

static void write_list(const struct list *l, unsigned width, const char *between,
                       struct buf *out)
{
    for (unsigned i = 0; i < l->n; i++)
        buf_printf(out, "%s%0*" PRId64, i ? between : "", (int)width, l->at[i]);
}

/* Takes the smallest, or largest, out of the list. */
static int64_t take(struct list *l, bool largest)
{
    unsigned best = 0;
    for (unsigned i = 1; i < l->n; i++)
        if (largest ? l->at[i] > l->at[best] : l->at[i] < l->at[best])
            best = i;
    int64_t v = l->at[best];
    l->n--;
    memmove(l->at + best, l->at + best + 1, (l->n - best) * sizeof *l->at);
    return v;
}

static unsigned widest(const struct list *l)
{
    unsigned width = 1;
    for (unsigned i = 0; i < l->n; i++)
        if (number_digits(l->at[i]) > width)
            width = number_digits(l->at[i]);
    return width;
}

static void line_of(struct trace *t, const struct list *l, unsigned width)
{
    trace_line(t, "%s", "");
    write_list(l, width, " ", &t->p->think);
}

/* One number after the other leaves the list; the last one needs no search. */
static void sort_list(struct trace *t, struct list l, bool down)
{
    struct list sorted = {.n = l.n};
    unsigned width = widest(&l);
    line_of(t, &l, width);
    for (unsigned i = 0; i < sorted.n; i++) {
        sorted.at[i] = take(&l, down);
        if (l.n == 0)
            break;
        trace_line(t, "%s %0*" PRId64 ", %s ",
                   down ? trace_word(t, "max", "最大") : trace_word(t, "min", "最小"),
                   (int)width, sorted.at[i], trace_word(t, "left", "剩"));
        write_list(&l, width, " ", &t->p->think);
    }
    write_list(&sorted, 0, ", ", &t->p->answer);
    trace_line(t, "-> %s", t->p->answer.p);
}

static void find_one(struct trace *t, struct list l, bool largest)
{
    unsigned width = widest(&l);
    line_of(t, &l, width);
    int64_t v = take(&l, largest);
    trace_line(t, "%s %0*" PRId64,
               largest ? trace_word(t, "max", "最大") : trace_word(t, "min", "最小"),
               (int)width, v);
    buf_printf(&t->p->answer, "%" PRId64, v);
    trace_line(t, "-> %" PRId64, v);
}

static const char *separator(struct gen_ctx *ctx, const struct list *l)
{
    static const char *const en[] = {", ", ", ", ", ", ", ", " ", " ", "; ", " / "};
    static const char *const zh[] = {"、", "，", ", ", "、", " ", "、", "，", "，"};
    if (widest(l) < 3 && !ctx->plain && gen_chance(ctx, 10))
        return ",";
    return (ctx->lang == LANG_EN ? en : zh)[rng_below(&ctx->rng, 8)];
}

static bool make(struct gen_ctx *ctx, const struct task *task, struct problem *p)
{
    static const char *const rules[2][N_WANTS] = {
        {"up", "down", "min", "max"},
        {"told_up", "told_down", "told_min", "told_max"}};
    static const char *const labels[N_WANTS][2] = {
        {"sort up", "从小到大"}, {"sort down", "从大到小"},
        {"smallest", "最小的"}, {"largest", "最大的"}};
    static const enum want wants[] = {WANT_UP, WANT_UP, WANT_UP, WANT_UP,
                                      WANT_DOWN, WANT_DOWN, WANT_MIN, WANT_MAX};
    struct list l;
    struct slots slots = {0};
    struct buf text = {0};
    if (ctx->level >= LEVELS || !draw(ctx, &l))
        return false;
    struct trace t = trace_begin(ctx, p, task->name, key(l));
    bool told = task == &task_sort_told; /* of things, one of which is sought as often */
    enum want want = told ? rng_below(&ctx->rng, N_WANTS) : wants[rng_below(&ctx->rng, 8)];
    write_list(&l, 0, separator(ctx, &l), &text);
    slot_set(&slots, "list", buf_str(&text));
    buf_clear(&text);
    phrase(ctx, "sort", rules[told][want], &slots, &p->prompt);
    trace_line(&t, "%s: ", labels[want][p->lang]);
    write_list(&l, 0, " ", &p->think);
    if (want == WANT_UP || want == WANT_DOWN)
        sort_list(&t, l, want == WANT_DOWN);
    else
        find_one(&t, l, want == WANT_MAX);
    if (want == WANT_UP || want == WANT_DOWN)
        buf_printf(&p->reply, ctx->lang == LANG_EN ? "Sorted: **%s**."
                                                   : "排好了：**%s**。", p->answer.p);
    else
        reply_answer(p);
    return gen_done(ctx, p, NOISE_KEEP_BLANKS);
}

static bool make_bare(struct gen_ctx *ctx, struct problem *p)
{
    return make(ctx, &task_sort, p);
}

static bool make_told(struct gen_ctx *ctx, struct problem *p)
{
    return make(ctx, &task_sort_told, p);
}

const struct task task_sort = {
    "sort", "compare, sort",
    "three to five bare numbers of up to three digits; the largest or smallest of them",
    LEVELS, NULL, make_bare, check_integers};

const struct task task_sort_told = {
    "sort_told", "word problems",
    "such numbers as sizes, prices and scores: from the least on, the best, the worst",
    LEVELS, NULL, make_told, check_integers};
