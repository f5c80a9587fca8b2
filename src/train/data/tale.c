/* SPDX-License-Identifier: Apache-2.0 */
/* A tale is a list of events with a count that goes along; the bank tells each in
 * one of its ways, so that no tale is told twice and every number is right. */
#include <inttypes.h>
#include <stdio.h>

#include "train/data/draw_text.h"
#include "train/gen/noise.h"
#include "train/gen/phrase.h"

struct tale {
    struct gen_ctx *ctx;
    struct slots slots;
    struct buf *out;
    int64_t count;
    char thing[40], things[40]; /* in Chinese: the measure word and the thing */
};

static void say(struct tale *t, const char *rule)
{
    phrase(t->ctx, "tales", rule, &t->slots, t->out);
}

/* Small numbers in words now and then. */
static void set_number(struct tale *t, const char *name, int64_t n)
{
    static const char *const en[] = {
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight",
        "nine", "ten", "eleven", "twelve"};
    static const char *const zh[] = {"零", "一", "两", "三", "四", "五", "六",
                                     "七", "八", "九", "十", "十一", "十二"};
    bool words = n > 0 && n <= 12 && gen_chance(t->ctx, 40);
    if (words)
        slot_set(&t->slots, name, str_of((t->ctx->lang == LANG_ZH ? zh : en)[n]));
    else
        slot_printf(&t->slots, name, "%" PRId64, n);
}

static void set_things(struct tale *t, int64_t n)
{
    slot_set(&t->slots, "things",
             str_of(n == 1 && t->ctx->lang == LANG_EN ? t->thing : t->things));
}

static void draw_thing(struct tale *t)
{
    struct buf text = {0};
    phrase(t->ctx, "tales", "object", NULL, &text);
    const char *slash = text.p ? strchr(text.p, '/') : NULL;
    if (!slash) {
        buf_clear(&text);
        return;
    }
    bool zh = t->ctx->lang == LANG_ZH;
    /* apple/apples, 苹果/个 */
    snprintf(t->thing, sizeof t->thing, "%.*s", (int)(slash - text.p), text.p);
    snprintf(t->things, sizeof t->things, "%s", zh ? t->thing : slash + 1);
    slot_set(&t->slots, "thing", str_of(t->thing));
    slot_set(&t->slots, "n1", str_of(zh ? slash + 1 : ""));
    buf_clear(&text);
}

static void draw_people(struct tale *t)
{
    bool girl = gen_chance(t->ctx, 50), zh = t->ctx->lang == LANG_ZH;
    phrase_slot(t->ctx, "tales", girl ? "girl" : "boy", NULL, &t->slots, "who");
    do
        phrase_slot(t->ctx, "tales", gen_chance(t->ctx, 50) ? "girl" : "boy",
                    NULL, &t->slots, "friend");
    while (!t->ctx->lacks[0] && str_eq(slot_get(&t->slots, "who"),
                                       slot_get(&t->slots, "friend")));
    slot_set(&t->slots, "she", str_of(zh ? (girl ? "她" : "他")
                                         : (girl ? "she" : "he")));
    slot_set(&t->slots, "him", str_of(zh ? (girl ? "她" : "他")
                                         : (girl ? "her" : "him")));
    slot_set(&t->slots, "her", str_of(girl ? "her" : "his"));
    phrase_slot(t->ctx, "tales", "place", NULL, &t->slots, "place");
    phrase_slot(t->ctx, "tales", "day", NULL, &t->slots, "day");
    slot_printf(&t->slots, "hour", "%d", (int)gen_between(t->ctx, 2, 11));
}

static void tell_sum(struct tale *t, int64_t before, int64_t m, bool more)
{
    if (before == 0 || !gen_chance(t->ctx, 30))
        return;
    slot_printf(&t->slots, "n", "%" PRId64, before);
    slot_printf(&t->slots, "m", "%" PRId64, m);
    slot_printf(&t->slots, "total", "%" PRId64, t->count);
    say(t, more ? "sum" : "difference");
}

static void tell_count(struct tale *t, bool less)
{
    if (t->count == 0) {
        say(t, "now_none");
        return;
    }
    set_number(t, "total", t->count);
    set_things(t, t->count);
    say(t, less && gen_chance(t->ctx, 60) ? "now_less" : "now");
}

static void event(struct tale *t)
{
    int64_t before = t->count;
    bool more = t->count < 3 || gen_chance(t->ctx, 55);
    int64_t m = more ? gen_between(t->ctx, 1, gen_chance(t->ctx, 80) ? 12 : 60)
                     : gen_between(t->ctx, 1, t->count);
    t->count += more ? m : -m;
    set_number(t, "m", m);
    set_things(t, m);
    say(t, more ? "get" : "lose");
    tell_sum(t, before, m, more);
    if (gen_chance(t->ctx, 60))
        tell_count(t, !more);
    say(t, "between");
}

/* A sentence of another kind of sum, apart from the count. */
static void aside(struct tale *t)
{
    int64_t a = gen_between(t->ctx, 2, 9), b = gen_between(t->ctx, 2, 12);
    set_things(t, 2);
    switch (rng_below(&t->ctx->rng, 4)) {
    case 0:
        slot_printf(&t->slots, "m", "%" PRId64, a);
        slot_printf(&t->slots, "price", "%" PRId64, b);
        slot_printf(&t->slots, "total", "%" PRId64, a * b);
        say(t, "pay");
        return;
    case 1:
        slot_printf(&t->slots, "m", "%" PRId64, a);
        slot_printf(&t->slots, "price", "%" PRId64, b);
        slot_printf(&t->slots, "total", "%" PRId64, a * b);
        say(t, "share");
        return;
    case 2:
        slot_printf(&t->slots, "n", "%" PRId64, a + b);
        slot_printf(&t->slots, "m", "%" PRId64, a);
        slot_printf(&t->slots, "total", "%" PRId64, b);
        say(t, "compare");
        return;
    default: {
        /* n1 is a measure word elsewhere: put it back. */
        struct buf measure = {0};
        buf_add_str(&measure, slot_get(&t->slots, "n1"));
        int64_t hours = gen_between(t->ctx, 1, 4), from = gen_between(t->ctx, 1, 8);
        slot_printf(&t->slots, "hour", "%" PRId64, from);
        slot_printf(&t->slots, "n1", "%" PRId64, hours);
        slot_printf(&t->slots, "m1", "%" PRId64, from + hours);
        say(t, hours == 1 && t->ctx->lang == LANG_EN ? "time_one" : "time");
        slot_set(&t->slots, "n1", buf_str(&measure));
        buf_clear(&measure);
    }
    }
}

bool draw_tale(struct gen_ctx *ctx, struct buf *out)
{
    struct buf text = {0};
    struct tale t = {.ctx = ctx, .out = &text};
    draw_people(&t);
    draw_thing(&t);
    if (ctx->lacks[0]) {
        buf_clear(&text);
        return false;
    }
    if (gen_chance(ctx, 50))
        say(&t, "weather");
    say(&t, "opening");
    t.count = gen_chance(ctx, 80) ? gen_between(ctx, 1, gen_chance(ctx, 80) ? 15 : 90)
                                  : 0;
    set_number(&t, "n", t.count);
    set_things(&t, t.count == 0 ? 2 : t.count);
    say(&t, t.count ? "start" : "start_none");
    for (int64_t n = gen_between(ctx, 1, 4); n > 0; n--)
        event(&t);
    tell_count(&t, false);
    if (gen_chance(ctx, 30))
        aside(&t);
    say(&t, "closing");
    if (ctx->lang == LANG_EN)
        gen_capitals(&text);
    buf_add_str(out, buf_str(&text));
    buf_clear(&text);
    return !ctx->lacks[0];
}
