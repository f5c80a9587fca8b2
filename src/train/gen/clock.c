/* SPDX-License-Identifier: Apache-2.0 */
/* Times of day, 0:00 to 23:59 of one day. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/dates.h"
#include "train/gen/noise.h"

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

static void slot_clock(struct gen_ctx *ctx, struct slots *slots, const char *name,
                       int64_t minutes)
{
    char text[48];
    if (ctx->lang == LANG_ZH && gen_chance(ctx, 60)) {
        if (minutes % 60)
            snprintf(text, sizeof text, "%d点%d分", (int)(minutes / 60),
                     (int)(minutes % 60));
        else
            snprintf(text, sizeof text, "%d点", (int)(minutes / 60));
    } else {
        clock_text(minutes, text);
    }
    slot_set(slots, name, str_of(text));
}

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
    static const int64_t most[DATES_LEVELS] = {45, 59, 300};
    int64_t step = ctx->level == 0 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    if (gen_chance(ctx, 30))
        q->n = -q->n;
    return q->clock + q->n >= 0 && q->clock + q->n < 1440;
}

static void tell_clock(struct gen_ctx *ctx, const struct date_question *q,
                       struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q->clock);
    slot_span(ctx, slots, q->n < 0 ? -q->n : q->n);
    phrase(ctx, "dates", q->n < 0 ? "clock_before" : "clock_after", slots, out);
}

/* Minutes first, and one hour more or less where they run over. */
static void think_clock(struct trace *t, const struct date_question *q)
{
    char text[48];
    int64_t n = q->n < 0 ? -q->n : q->n, sign = q->n < 0 ? -1 : 1;
    int64_t m = q->clock % 60, h = q->clock / 60, dm = n % 60, dh = n / 60;
    char op = q->n < 0 ? '-' : '+';
    trace_line(t, "%s: %s", trace_word(t, "clock", "时间"), clock_text(q->clock, text));
    trace_more(t, " %c%s", op, span_text(t->p->lang, n, text));
    int64_t sum = m + sign * dm;
    if (sum >= 0) {
        trace_line(t, "%" PRId64 "%c%" PRId64 "=%" PRId64, m, op, dm, sum);
        if (sum >= 60) {
            trace_line(t, "%" PRId64 "-60=%" PRId64 ", %" PRId64 "+1=%" PRId64, sum,
                       sum - 60, h, h + 1);
            h++;
        }
    } else {
        trace_line(t, "%" PRId64 "+60-%" PRId64 "=%" PRId64 ", %" PRId64 "-1=%" PRId64,
                   m, dm, sum + 60, h, h - 1);
        h--;
    }
    if (dh)
        trace_line(t, "%" PRId64 "%c%" PRId64 "=%" PRId64, h, op, dh, h + sign * dh);
    date_conclude(t, clock_text(q->clock + q->n, text));
}

static bool draw_span(struct gen_ctx *ctx, struct date_question *q)
{
    static const int64_t most[DATES_LEVELS] = {60, 180, 600};
    int64_t step = ctx->level == 0 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    return q->clock + q->n < 1440;
}

static void tell_span(struct gen_ctx *ctx, const struct date_question *q,
                      struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q->clock);
    slot_clock(ctx, slots, "e", q->clock + q->n);
    phrase(ctx, "dates", "span", slots, out);
}

static void think_span(struct trace *t, const struct date_question *q)
{
    char text[48];
    int64_t to = q->clock + q->n, m = q->clock % 60, h = q->clock / 60;
    int64_t m2 = to % 60, h2 = to / 60;
    trace_line(t, "%s: %s", trace_word(t, "from", "从"), clock_text(q->clock, text));
    trace_more(t, " -> %s", clock_text(to, text));
    if (m2 < m) {
        trace_line(t, "%" PRId64 "+60-%" PRId64 "=%" PRId64 ", %" PRId64 "-1=%" PRId64,
                   m2, m, m2 + 60 - m, h2, h2 - 1);
        h2--;
    } else {
        trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, m2, m, m2 - m);
    }
    trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, h2, h, h2 - h);
    date_conclude(t, span_text(t->p->lang, q->n, text));
}

const struct date_kind date_clock = {"clock", draw_clock, tell_clock, think_clock,
                                     {3, 3, 3}};
const struct date_kind date_time_between = {"span", draw_span, tell_span, think_span,
                                            {2, 2, 3}};
