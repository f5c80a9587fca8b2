/* SPDX-License-Identifier: Apache-2.0 */
/* Four numbers: one guess joins two of them, of the three that are left the first six
 * lines are searched. Some thoughts show a guess that came to nothing before the one
 * that did. The lines are numbered through, and after the twelfth it gives up: so
 * every thought ends. */
#include <inttypes.h>

#include "train/gen/countdown.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 2, MAX_TRIES = 50000, MAX_TARGET = 99, N = 4,
       TRY_LINES = COUNTDOWN_LINES / 2 };

/* Which two are joined how. */
struct guess {
    unsigned x, y;
    char op;
};

static uint64_t key(const int64_t n[N])
{
    struct item items[N];
    for (int i = 0; i < N; i++)
        items[i] = countdown_given(n[i]);
    countdown_sort(items, N);
    return key_of("countdown %s %s %s %s", items[0].text, items[1].text,
                  items[2].text, items[3].text);
}

static struct guess draw_guess(struct gen_ctx *ctx)
{
    struct guess g;
    g.x = rng_below(&ctx->rng, N - 1);
    g.y = g.x + 1 + rng_below(&ctx->rng, N - 1 - g.x);
    g.op = "+-*/"[rng_below(&ctx->rng, 4)];
    return g;
}

/* The three after a guess, largest first. */
static bool three(const struct item items[N], struct guess g,
                  struct item out[3])
{
    unsigned n = 0;
    if (!countdown_join(&items[g.x], g.op, &items[g.y], &out[n++]) ||
        out[0].value > MAX_TARGET)
        return false;
    for (unsigned i = 0; i < N; i++)
        if (i != g.x && i != g.y)
            out[n++] = items[i];
    countdown_sort(out, 3);
    return true;
}

static bool works(const struct item items[N], struct guess g, int64_t target,
                  struct item *found)
{
    struct item left[3];
    return three(items, g, left) &&
           countdown_search_some(NULL, left, target, 0, TRY_LINES, found);
}

struct draft {
    int64_t n[N], target;
    struct item items[N];
    struct guess wrong, right;
    bool possible, stumbles; /* whether `wrong` comes first */
};

/* A target that the guess leads to; every sixteenth time one that nothing makes. */
static bool draw_target(struct gen_ctx *ctx, struct draft *d)
{
    struct item left[3], r, found;
    d->right = draw_guess(ctx);
    d->wrong = draw_guess(ctx);
    if (!three(d->items, d->wrong, left) || !three(d->items, d->right, left))
        return false;
    d->target = gen_between(ctx, 2, MAX_TARGET);
    d->possible = !gen_chance(ctx, 6);
    bool other = d->wrong.x != d->right.x || d->wrong.y != d->right.y ||
                 d->wrong.op != d->right.op;
    if (!d->possible)
        return other && !countdown_possible(d->n, N, d->target);
    if (!countdown_join(&left[0], "+-*/"[rng_below(&ctx->rng, 4)], &left[1], &r) ||
        !countdown_join(&r, "+-*/"[rng_below(&ctx->rng, 4)], &left[2], &found))
        return false;
    d->target = found.value;
    d->stumbles = gen_chance(ctx, 25) &&
                  !works(d->items, d->wrong, d->target, &found);
    return d->target > 1 && d->target <= MAX_TARGET &&
           works(d->items, d->right, d->target, &found);
}

static bool draw(struct gen_ctx *ctx, struct draft *d)
{
    static const int64_t top[LEVELS] = {9, 12};
    for (int i = 0; i < MAX_TRIES; i++) {
        for (int j = 0; j < N; j++)
            d->n[j] = gen_between(ctx, gen_chance(ctx, 20) ? 1 : 2,
                                  top[ctx->level]);
        if (!gen_fits(ctx, key(d->n)))
            continue;
        for (int j = 0; j < N; j++)
            d->items[j] = countdown_given(d->n[j]);
        countdown_sort(d->items, N);
        if (draw_target(ctx, d))
            return true;
    }
    return false;
}

/* "try 8+7=15: 15 3 2" and its lines, or as many as it takes. */
static bool try(struct trace *t, const struct draft *d, struct guess g,
                unsigned before, struct item *found)
{
    struct item left[3], joined;
    countdown_join(&d->items[g.x], g.op, &d->items[g.y], &joined);
    three(d->items, g, left);
    trace_line(t, "%s %" PRId64 "%c%" PRId64 "=%" PRId64 ": %" PRId64 " %" PRId64
               " %" PRId64, trace_word(t, "try", "试"), d->items[g.x].value, g.op,
               d->items[g.y].value, joined.value, left[0].value, left[1].value,
               left[2].value);
    return countdown_search_some(t, left, d->target, before, TRY_LINES, found);
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct draft d = {0};
    struct item found;
    if (ctx->level >= LEVELS || !draw(ctx, &d))
        return false;
    struct trace t = trace_begin(ctx, p, "countdown4", key(d.n));
    trace_may_slip(&t, 6);
    countdown_ask(&t, d.n, N, d.target);
    bool stumbles = d.stumbles || !d.possible;
    if (stumbles)
        try(&t, &d, d.wrong, 0, &found);
    if (try(&t, &d, d.right, stumbles ? TRY_LINES : 0, &found))
        trace_line(&t, "-> %.*s", (int)strlen(found.text) - 2, found.text + 1);
    else
        trace_line(&t, "%s", trace_word(&t, "end", "完"));
    countdown_answer(p, d.n, N, d.target, d.possible ? &found : NULL);
    return gen_done(ctx, p, NOISE_KEEP_BLANKS);
}

const struct task task_countdown4 = {
    "countdown4", "countdown, 4 numbers",
    "a target below 100 from four numbers of up to 12",
    LEVELS, NULL, make, countdown_check};
