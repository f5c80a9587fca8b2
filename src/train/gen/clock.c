/* SPDX-License-Identifier: Apache-2.0 */
/* Times of day, 0:00 to 23:59 of one day, by the clock of 24 hours or with the half
 * of the day; the thought reckons with 24. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/dates.h"
#include "train/gen/noise.h"

enum { HALF = 30 }; /* of 100 are told with am and pm */

static const char *clock_text(int64_t minutes, char out[48])
{
    snprintf(out, 48, "%d:%02d", (int)(minutes / 60), (int)(minutes % 60));
    return out;
}

static const char *span_text(enum lang lang, int64_t minutes, char out[48])
{
    int h = (int)(minutes / 60), m = (int)(minutes % 60);
    if (h && m)
        snprintf(out, 48, lang == LANG_EN ? "%d h %d min" : "%d小时%d分钟", h, m);
    else if (h)
        snprintf(out, 48, lang == LANG_EN ? "%d h" : "%d小时", h);
    else
        snprintf(out, 48, lang == LANG_EN ? "%d min" : "%d分钟", m);
    return out;
}

/* --- halves of the day: 3:20 pm, 下午3:20 ----------------------------------- */

/* By the clock of twelve: 12:05 pm is 12:05. The hour after midnight is not told so. */
static bool has_half(int64_t minutes)
{
    return minutes >= 60;
}

static int hour12(int64_t minutes)
{
    int h = (int)(minutes / 60);
    return h > 12 ? h - 12 : h;
}

static const char *half_text(enum lang lang, int64_t minutes, char out[48])
{
    bool pm = minutes >= 720;
    int h = hour12(minutes), m = (int)(minutes % 60);
    if (lang == LANG_EN)
        snprintf(out, 48, "%d:%02d %s", h, m, pm ? "pm" : "am");
    else
        snprintf(out, 48, "%s%d:%02d", pm ? "下午" : "上午", h, m);
    return out;
}

/* "3:20 pm", "3:20pm", "3 PM", "3:20 in the afternoon". */
static void half_en(struct gen_ctx *ctx, int64_t minutes, char out[48])
{
    static const char *const marks[2][4] = {{" am", "am", " AM", " in the morning"},
                                            {" pm", "pm", " PM", " in the afternoon"}};
    uint32_t style = gen_chance(ctx, 60) ? 0 : rng_below(&ctx->rng, 4);
    const char *mark = marks[minutes >= 720][style];
    if (style == 3 && minutes >= 1080)
        mark = " in the evening";
    if (minutes % 60 || style == 3)
        snprintf(out, 48, "%d:%02d%s", hour12(minutes), (int)(minutes % 60), mark);
    else
        snprintf(out, 48, "%d%s", hour12(minutes), mark);
}

/* What people call the time of day: 早上8点, 晚上8点. */
static const char *part_zh(struct gen_ctx *ctx, int64_t minutes)
{
    int h = (int)(minutes / 60);
    bool usual = gen_chance(ctx, 40);
    if (h < 12)
        return usual ? "上午" : h < 6 ? "凌晨" : h < 9 ? "早上" : "上午";
    return h == 12 ? "中午" : h < 18 || usual ? "下午" : "晚上";
}

static void half_zh(struct gen_ctx *ctx, int64_t minutes, char out[48])
{
    const char *part = part_zh(ctx, minutes);
    int h = hour12(minutes), m = (int)(minutes % 60);
    if (gen_chance(ctx, 35))
        snprintf(out, 48, "%s%d:%02d", part, h, m);
    else if (m == 30 && gen_chance(ctx, 50))
        snprintf(out, 48, "%s%d点半", part, h);
    else if (m)
        snprintf(out, 48, gen_chance(ctx, 50) ? "%s%d点%d分" : "%s%d点%d", part, h, m);
    else
        snprintf(out, 48, "%s%d点", part, h);
}

/* "3:20 pm = 15:20": by the clock of 24 from here on. */
static void trace_clock(struct trace *t, const struct date_question *q, int64_t minutes)
{
    char text[48];
    if (q->half)
        trace_more(t, "%s = ", half_text(t->p->lang, minutes, text));
    trace_more(t, "%s", clock_text(minutes, text));
}

/* "-> 15:20"; or "15:20: 15-12=3", "9:20: 9<12", and "-> 3:20 pm". */
static void conclude_clock(struct trace *t, const struct date_question *q,
                           int64_t minutes)
{
    char text[48];
    int h = (int)(minutes / 60);
    clock_text(minutes, text);
    if (!q->half) {
        date_conclude(t, text);
        return;
    }
    if (h > 12)
        trace_line(t, "%s: %d-12=%d", text, h, h - 12);
    else
        trace_line(t, "%s: %d%s12", text, h, h < 12 ? "<" : "=");
    date_conclude(t, half_text(t->p->lang, minutes, text));
}

static void slot_clock(struct gen_ctx *ctx, struct slots *slots, const char *name,
                       const struct date_question *q, int64_t minutes)
{
    char text[48];
    if (q->half && ctx->lang == LANG_EN)
        half_en(ctx, minutes, text);
    else if (q->half)
        half_zh(ctx, minutes, text);
    else if (ctx->lang == LANG_EN || gen_chance(ctx, 40))
        clock_text(minutes, text);
    else if (minutes % 60)
        snprintf(text, sizeof text, "%d点%d分", (int)(minutes / 60), (int)(minutes % 60));
    else
        snprintf(text, sizeof text, "%d点", (int)(minutes / 60));
    slot_set(slots, name, str_of(text));
}

/* --- n minutes from a time ------------------------------------------------ */

static void slot_span(struct gen_ctx *ctx, struct slots *slots, int64_t minutes)
{
    char text[48];
    int h = (int)(minutes / 60), m = (int)(minutes % 60);
    if (ctx->lang == LANG_ZH || gen_chance(ctx, 40)) {
        span_text(ctx->lang, minutes, text);
    } else if (h == 0) {
        snprintf(text, sizeof text, "%d minutes", m);
    } else {
        int n = snprintf(text, sizeof text, h == 1 ? "%d hour" : "%d hours", h);
        if (m)
            snprintf(text + n, sizeof text - (size_t)n, " and %d minutes", m);
    }
    slot_set(slots, "n", str_of(text));
}

static bool draw_clock(struct gen_ctx *ctx, struct date_question *q)
{
    static const int64_t most[DATES_LEVELS] = {45, 60, 180};
    int64_t step = ctx->level < 2 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    if (gen_chance(ctx, 40))
        q->n = -q->n;
    q->half = gen_chance(ctx, HALF) && has_half(q->clock) && has_half(q->clock + q->n);
    return q->clock + q->n >= 0 && q->clock + q->n < 1440;
}

static void tell_clock(struct gen_ctx *ctx, struct date_question *q,
                       struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q, q->clock);
    slot_span(ctx, slots, q->n < 0 ? -q->n : q->n);
    phrase(ctx, "dates", q->n < 0 ? "clock_before" : "clock_after", slots, out);
}

/* "15>=5: 15-5=10", or "5<15: 5+60=65, 9-1=8" and then "65-15=50". */
static void take_minutes(struct trace *t, int64_t m, int64_t take, int64_t *h)
{
    if (m >= take) {
        trace_line(t, "%" PRId64 ">=%" PRId64 ": %" PRId64 "-%" PRId64 "=%" PRId64, m, take,
                   m, take, m - take);
        return;
    }
    trace_line(t, "%" PRId64 "<%" PRId64 ": %" PRId64 "+60=%" PRId64 ", %" PRId64
               "-1=%" PRId64, m, take, m, m + 60, *h, *h - 1);
    trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, m + 60, take, m + 60 - take);
    --*h;
}

/* Minutes first: an hour more where they come to sixty, an hour less where there
 * are too few to take from. */
static void think_clock(struct trace *t, const struct date_question *q)
{
    char text[48];
    bool back = q->n < 0;
    int64_t n = back ? -q->n : q->n, m = q->clock % 60, h = q->clock / 60;
    int64_t dm = n % 60, dh = n / 60, sum = m + dm;
    trace_line(t, "%s: ", trace_word(t, "clock", "时间"));
    trace_clock(t, q, q->clock);
    trace_more(t, " %c%s", back ? '-' : '+', span_text(t->p->lang, n, text));
    if (back) {
        take_minutes(t, m, dm, &h);
    } else {
        trace_line(t, "%" PRId64 "+%" PRId64 "=%" PRId64 "%s60", m, dm, sum,
                   sum < 60 ? "<" : ">=");
        if (sum >= 60) {
            trace_line(t, "%" PRId64 "-60=%" PRId64 ", %" PRId64 "+1=%" PRId64, sum,
                       sum - 60, h, h + 1);
            h++;
        }
    }
    if (dh)
        trace_line(t, "%" PRId64 "%c%" PRId64 "=%" PRId64, h, back ? '-' : '+', dh,
                   back ? h - dh : h + dh);
    conclude_clock(t, q, q->clock + q->n);
}

static bool draw_span(struct gen_ctx *ctx, struct date_question *q)
{
    static const int64_t most[DATES_LEVELS] = {60, 180, 480};
    int64_t step = ctx->level < 2 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    q->half = gen_chance(ctx, HALF) && has_half(q->clock);
    return q->clock + q->n < 1440;
}

static void tell_span(struct gen_ctx *ctx, struct date_question *q,
                      struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q, q->clock);
    slot_clock(ctx, slots, "e", q, q->clock + q->n);
    phrase(ctx, "dates", "span", slots, out);
}

static void think_span(struct trace *t, const struct date_question *q)
{
    char text[48];
    int64_t to = q->clock + q->n, h = q->clock / 60, h2 = to / 60;
    trace_line(t, "%s: ", trace_word(t, "from", "从"));
    trace_clock(t, q, q->clock);
    trace_more(t, " -> ");
    trace_clock(t, q, to);
    take_minutes(t, to % 60, q->clock % 60, &h2);
    trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, h2, h, h2 - h);
    date_conclude(t, span_text(t->p->lang, q->n, text));
}

const struct date_kind date_clock = {"clock", draw_clock, tell_clock, think_clock,
                                     {3, 3, 3}};
const struct date_kind date_time_between = {"span", draw_span, tell_span, think_span,
                                            {2, 2, 3}};
