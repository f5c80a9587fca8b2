/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "train/gen/countdown.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"

enum { LEVELS = 3, MAX_TRIES = 50000, MAX_TARGET = 99 };

static uint64_t key(const int64_t n[3])
{
    int64_t low = n[0], high = n[0];
    for (int i = 1; i < 3; i++) {
        low = n[i] < low ? n[i] : low;
        high = n[i] > high ? n[i] : high;
    }
    return key_of("countdown %" PRId64 " %" PRId64 " %" PRId64, low,
                  n[0] + n[1] + n[2] - low - high, high);
}

static void sorted(const int64_t n[3], struct item items[3])
{
    for (int i = 0; i < 3; i++)
        items[i] = countdown_given(n[i]);
    countdown_sort(items, 3);
}

/* A target that some way makes; every twelfth time one that none makes. */
static bool draw_target(struct gen_ctx *ctx, const int64_t n[3],
                        const struct item items[3], int64_t *target)
{
    struct item r, found;
    *target = gen_between(ctx, 2, MAX_TARGET);
    if (gen_chance(ctx, 8))
        return !countdown_possible(n, 3, *target);
    unsigned left = rng_below(&ctx->rng, 3);
    const struct item *x = &items[left == 0], *y = &items[left == 2 ? 1 : 2];
    if (!countdown_join(x, "+-*/"[rng_below(&ctx->rng, 4)], y, &r) ||
        !countdown_join(&r, "+-*/"[rng_below(&ctx->rng, 4)], &items[left],
                        &found))
        return false;
    *target = found.value;
    return *target > 1 && *target <= MAX_TARGET &&
           countdown_search(NULL, items, *target, &found);
}

static bool draw(struct gen_ctx *ctx, int64_t n[3], int64_t *target)
{
    static const int64_t top[LEVELS] = {10, 12, 20};
    struct item items[3];
    for (int i = 0; i < MAX_TRIES; i++) {
        for (int j = 0; j < 3; j++)
            n[j] = gen_between(ctx, gen_chance(ctx, 20) ? 1 : 2, top[ctx->level]);
        if (!gen_fits(ctx, key(n)))
            continue;
        sorted(n, items);
        if (draw_target(ctx, n, items, target))
            return true;
    }
    return false;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    int64_t n[3], target;
    struct item items[3], found;
    if (ctx->level >= LEVELS || !draw(ctx, n, &target))
        return false;
    struct trace t = trace_begin(ctx, p, "countdown3", key(n));
    trace_may_slip(&t, 6);
    countdown_ask(&t, n, 3, target);
    sorted(n, items);
    bool is_found = countdown_search(&t, items, target, &found);
    if (is_found)
        trace_line(&t, "-> %.*s", (int)strlen(found.text) - 2, found.text + 1);
    else
        trace_line(&t, "%s", trace_word(&t, "end", "完"));
    countdown_answer(p, n, 3, target, is_found ? &found : NULL);
    return gen_done(ctx, p, NOISE_KEEP_BLANKS);
}

const struct task task_countdown3 = {
    "countdown3", "countdown",
    "a target below 100 from three numbers of up to 20",
    LEVELS, NULL, make, countdown_check};
