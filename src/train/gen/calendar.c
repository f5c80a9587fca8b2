/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, as far as the month before or behind. Those that pass the end of February
 * are told with their year. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/dates.h"
#include "train/gen/noise.h"

static const char *date_text(enum lang lang, int64_t month, int64_t day,
                             char out[48])
{
    if (lang == LANG_EN)
        snprintf(out, 48, "%s %d", date_months[month - 1], (int)day);
    else
        snprintf(out, 48, "%d月%d日", (int)month, (int)day);
    return out;
}

static const char *ordinal(int64_t day)
{
    static const char *const ends[4] = {"th", "st", "nd", "rd"};
    return ends[day % 10 < 4 && day / 10 != 1 ? day % 10 : 0];
}

static void date_en(uint32_t style, int64_t month, int64_t day, char out[64])
{
    const char *m = date_months[month - 1];
    if (style < 5)
        snprintf(out, 64, "%s %d", m, (int)day);
    else if (style < 7)
        snprintf(out, 64, "%d %s", (int)day, m);
    else if (style == 7)
        snprintf(out, 64, "%.3s %d", m, (int)day);
    else if (style == 8)
        snprintf(out, 64, "%s %d%s", m, (int)day, ordinal(day));
    else
        snprintf(out, 64, "the %d%s of %s", (int)day, ordinal(day), m);
}

/* As people write them: March 10, 10 March, Mar 10, March 10th, 3月10号, and with
 * a year 2024-03-10. */
static void slot_date(struct gen_ctx *ctx, struct slots *slots, const char *name,
                      int64_t year, int64_t month, int64_t day)
{
    uint32_t style = rng_below(&ctx->rng, 10);
    char text[64], with[80];
    if (year && gen_chance(ctx, 20)) {
        slot_printf(slots, name, "%d-%02d-%02d", (int)year, (int)month, (int)day);
        return;
    }
    if (ctx->lang == LANG_ZH)
        snprintf(text, sizeof text, "%d月%d%s", (int)month, (int)day,
                 style < 6 ? "日" : "号");
    else
        date_en(style, month, day, text);
    if (year && ctx->lang == LANG_ZH)
        snprintf(with, sizeof with, "%d年%s", (int)year, text);
    else
        snprintf(with, sizeof with, year ? "%s, %d" : "%s", text, (int)year);
    slot_set(slots, name, str_of(with));
}

static const char *days_word(const struct trace *t)
{
    return trace_word(t, "days", "天");
}

/* The date n days on; false where that is another year or beyond the next month. */
static bool walk(const struct date_question *q, int64_t *month, int64_t *day)
{
    *month = q->month;
    *day = q->day + q->n;
    if (*day < 1 && *month > 1)
        *day += date_days_of(--*month, q->year);
    else if (*day > date_days_of(*month, q->year) && ++*month <= 12)
        *day -= date_days_of(*month - 1, q->year);
    return *month <= 12 && *day >= 1 && *day <= date_days_of(*month, q->year);
}

static bool draw_day(struct gen_ctx *ctx, struct date_question *q)
{
    static const int64_t most[DATES_LEVELS] = {20, 31, 45};
    q->year = gen_between(ctx, 1990, 2040);
    q->month = gen_between(ctx, 1, 12);
    q->day = gen_between(ctx, 1, date_days_of(q->month, q->year));
    q->n = gen_between(ctx, 2, most[ctx->level]);
    if (gen_chance(ctx, 15))
        q->n = (q->n + 6) / 7 * 7;
    return true;
}

/* "20 days", or "2 weeks" where it is whole ones. */
static void date_span(struct gen_ctx *ctx, struct date_question *q, struct slots *slots)
{
    bool en = ctx->lang == LANG_EN, weeks = q->n % 7 == 0 && gen_chance(ctx, 60);
    int64_t n = (q->n < 0 ? -q->n : q->n) / (weeks ? 7 : 1);
    char text[24];
    const char *count = date_count(ctx, n, text);
    q->weeks = weeks;
    if (en)
        slot_printf(slots, "n", "%s %s%s", count, weeks ? "week" : "day",
                    n == 1 ? "" : "s");
    else
        slot_printf(slots, "n", "%s%s", count,
                    !weeks ? "天" : gen_chance(ctx, 50) ? "周" : "个星期");
}

static bool draw_date(struct gen_ctx *ctx, struct date_question *q)
{
    int64_t month, day;
    draw_day(ctx, q);
    if (gen_chance(ctx, 40))
        q->n = -q->n;
    if (!walk(q, &month, &day))
        return false;
    int64_t from = month < q->month ? month : q->month;
    int64_t to = month < q->month ? q->month : month;
    if (!(from <= 2 && to >= 2 && from < to) && !(from == 2 && q->day == 29))
        q->year = 0;
    return true;
}

static void tell_date(struct gen_ctx *ctx, struct date_question *q,
                      struct slots *slots, struct buf *out)
{
    slot_date(ctx, slots, "d", q->year, q->month, q->day);
    date_span(ctx, q, slots);
    phrase(ctx, "dates", q->n < 0 ? "date_before" : "date_after", slots, out);
}

/* By the last two digits: no century but 2000 is among the years drawn here. */
static void year_line(struct trace *t, int64_t year)
{
    int n = (int)(year % 100);
    if (year)
        trace_line(t, "%" PRId64 ": %d/4=%dr%d, %s %d", year, n, n / 4, n % 4,
                   trace_word(t, "February", "2月"), (int)date_days_of(2, year));
}

static void month_has(struct trace *t, int64_t month, int64_t year)
{
    if (t->p->lang == LANG_EN)
        trace_line(t, "%s has %d", date_months[month - 1],
                   (int)date_days_of(month, year));
    else
        trace_line(t, "%d月有%d天", (int)month, (int)date_days_of(month, year));
}

static const char *month_text(const struct trace *t, int64_t month, char out[24])
{
    if (t->p->lang == LANG_EN)
        return date_months[month - 1];
    snprintf(out, 24, "%d月", (int)month);
    return out;
}

/* "June has 30", "20+15=35>30", "July: 35-30=5". */
static void walk_on(struct trace *t, const struct date_question *q)
{
    int64_t has = date_days_of(q->month, q->year), sum = q->day + q->n;
    char text[24];
    month_has(t, q->month, q->year);
    trace_line(t, "%" PRId64 "+%" PRId64 "=%" PRId64 "%s%" PRId64, q->day, q->n, sum,
               sum > has ? ">" : "<=", has);
    if (sum > has)
        trace_line(t, "%s: %" PRId64 "-%" PRId64 "=%" PRId64,
                   month_text(t, q->month + 1, text), sum, has, sum - has);
}

/* "20>15: 20-15=5", or "5<=15: 15-5=10", "May has 31: 31-10=21". */
static void walk_back(struct trace *t, const struct date_question *q)
{
    int64_t day = q->day, n = -q->n;
    if (day > n) {
        trace_line(t, "%" PRId64 ">%" PRId64 ": %" PRId64 "-%" PRId64 "=%" PRId64, day, n,
                   day, n, day - n);
        return;
    }
    trace_line(t, "%" PRId64 "<=%" PRId64 ": %" PRId64 "-%" PRId64 "=%" PRId64, day, n, n,
               day, n - day);
    int64_t has = date_days_of(q->month - 1, q->year);
    month_has(t, q->month - 1, q->year);
    trace_more(t, ": %" PRId64 "-%" PRId64 "=%" PRId64, has, n - day, has - (n - day));
}

static void think_date(struct trace *t, const struct date_question *q)
{
    char text[48];
    int64_t month, day;
    trace_line(t, "%s: ", trace_word(t, "date", "日期"));
    if (q->year)
        trace_more(t, "%" PRId64 "%s", q->year, trace_word(t, " ", "年"));
    int64_t n = q->n < 0 ? -q->n : q->n;
    trace_more(t, "%s %c%" PRId64, date_text(t->p->lang, q->month, q->day, text),
               q->n < 0 ? '-' : '+', q->weeks ? n / 7 : n);
    if (q->weeks) {
        trace_more(t, "%s", trace_word(t, " weeks", "周"));
        trace_line(t, "%" PRId64 "*7=%" PRId64, n / 7, n);
    }
    year_line(t, q->year);
    if (q->n > 0)
        walk_on(t, q);
    else
        walk_back(t, q);
    walk(q, &month, &day);
    date_conclude(t, date_text(t->p->lang, month, day, text));
}

static bool draw_between(struct gen_ctx *ctx, struct date_question *q)
{
    draw_day(ctx, q);
    if (!walk(q, &q->month2, &q->day2))
        return false;
    if (!(q->month <= 2 && q->month2 >= 3) && q->day != 29 && q->day2 != 29)
        q->year = 0;
    return true;
}

static void tell_between(struct gen_ctx *ctx, struct date_question *q,
                         struct slots *slots, struct buf *out)
{
    slot_date(ctx, slots, "d", q->year, q->month, q->day);
    slot_date(ctx, slots, "e", q->year, q->month2, q->day2);
    phrase(ctx, "dates", "between", slots, out);
    struct str told = buf_str(out);
    q->later_first = str_find(told, slot_get(slots, "e"), 0) <
                     str_find(told, slot_get(slots, "d"), 0);
}

/* "days: March 10, January 5: January 5 -> March 10": as they are told, then the
 * earlier one first. */
static void put_in_order(struct trace *t, const struct date_question *q)
{
    char from[48], to[48];
    date_text(t->p->lang, q->month, q->day, from);
    date_text(t->p->lang, q->month2, q->day2, to);
    trace_line(t, "%s: ", days_word(t));
    if (q->year)
        trace_more(t, "%" PRId64 "%s", q->year, trace_word(t, " ", "年"));
    trace_more(t, "%s, %s: %s -> %s", q->later_first ? to : from,
               q->later_first ? from : to, from, to);
}

/* "months: June July, next", "months: June June, same" */
static void compare_months(struct trace *t, const struct date_question *q)
{
    char from[24], to[24];
    trace_line(t, "%s: %s %s, %s", trace_word(t, "months", "月"),
               month_text(t, q->month, from), month_text(t, q->month2, to),
               q->month == q->month2 ? trace_word(t, "same", "同月")
                                     : trace_word(t, "next", "下月"));
}

/* Within one month a difference; else what is left of the first, and the days of
 * the second. */
static void think_between(struct trace *t, const struct date_question *q)
{
    char text[48];
    int64_t has = date_days_of(q->month, q->year), left = has - q->day;
    put_in_order(t, q);
    compare_months(t, q);
    if (q->month == q->month2) {
        trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, q->day2, q->day, q->n);
    } else {
        year_line(t, q->year);
        month_has(t, q->month, q->year);
        trace_more(t, ": %" PRId64 "-%" PRId64 "=%" PRId64, has, q->day, left);
        trace_line(t, "%" PRId64 "+%" PRId64 "=%" PRId64, left, q->day2, q->n);
    }
    snprintf(text, sizeof text, "%" PRId64, q->n);
    date_conclude(t, text);
}

const struct date_kind date_days_on = {"date", draw_date, tell_date, think_date,
                                       {3, 4, 4}};
const struct date_kind date_days_between = {"between", draw_between, tell_between,
                                            think_between, {1, 2, 3}};
