/* SPDX-License-Identifier: Apache-2.0 */
/* Weekdays, leap years and months, and the table of all kinds. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/answer.h"
#include "train/gen/dates.h"
#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { MAX_TRIES = 20000 };

static const char *const weekdays[2][7] = {
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"}};
const char *const date_months[12] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"};

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int64_t date_days_of(int64_t month, int64_t year)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

const char *date_count(struct gen_ctx *ctx, int64_t n, char out[24])
{
    static const char *const words[2][11] = {
        {"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"},
        {"", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十"}};
    if (n >= 1 && n <= 10 && gen_chance(ctx, 20))
        return words[ctx->lang == LANG_ZH][n];
    snprintf(out, 24, "%" PRId64, n);
    return out;
}

void date_conclude(struct trace *t, const char *text)
{
    buf_puts(&t->p->answer, text);
    trace_line(t, "-> %s", text);
    reply_answer(t->p);
}

static void slot_weekday(struct gen_ctx *ctx, struct slots *slots, int64_t day)
{
    const char *name = weekdays[ctx->lang][day];
    char text[32];
    if (ctx->lang == LANG_ZH && gen_chance(ctx, 45)) {
        snprintf(text, sizeof text, "%s%s", gen_chance(ctx, 75) ? "周" : "礼拜",
                 name + 6); /* behind 星期 */
        name = text;
    }
    slot_set(slots, "w", str_of(name));
}

/* --- weekdays ------------------------------------------------------------- */

static bool draw_weekday(struct gen_ctx *ctx, struct date_question *q)
{
    static const int64_t most[DATES_LEVELS] = {10, 30, 60};
    q->weekday = gen_between(ctx, 0, 6);
    q->n = gen_between(ctx, 2, most[ctx->level]);
    if (gen_chance(ctx, 40))
        q->n = -q->n;
    return true;
}

static void tell_weekday(struct gen_ctx *ctx, struct date_question *q,
                         struct slots *slots, struct buf *out)
{
    char n[24];
    slot_weekday(ctx, slots, q->weekday);
    slot_set(slots, "n", str_of(date_count(ctx, q->n < 0 ? -q->n : q->n, n)));
    phrase(ctx, "dates", q->n < 0 ? "weekday_before" : "weekday_after", slots, out);
}

/* Whole weeks change nothing: the rest is counted off by name, "Friday: -1 Thursday
 * -2 Wednesday". */
static void think_weekday(struct trace *t, const struct date_question *q)
{
    const char *const *names = weekdays[t->p->lang];
    int64_t n = q->n < 0 ? -q->n : q->n, step = q->n < 0 ? 6 : 1;
    int64_t day = q->weekday;
    trace_line(t, "%s: %s %c%" PRId64, trace_word(t, "weekday", "星期"), names[day],
               q->n < 0 ? '-' : '+', n);
    trace_line(t, "%" PRId64 "/7=%" PRId64 "r%" PRId64, n, n / 7, n % 7);
    trace_line(t, "%s:", names[day]);
    for (int64_t i = 1; i <= n % 7; i++) {
        day = (day + step) % 7;
        trace_more(t, " %c%" PRId64 " %s", q->n < 0 ? '-' : '+', i, names[day]);
    }
    date_conclude(t, names[day]);
}

/* --- years and months ----------------------------------------------------- */

static bool draw_leap(struct gen_ctx *ctx, struct date_question *q)
{
    q->year = gen_between(ctx, 1900, 2100);
    if (gen_chance(ctx, 15))
        q->year = gen_between(ctx, 16, 24) * 100;
    else if (gen_chance(ctx, 40))
        q->year = q->year / 4 * 4;
    return true;
}

static void tell_leap(struct gen_ctx *ctx, struct date_question *q,
                      struct slots *slots, struct buf *out)
{
    slot_printf(slots, "y", "%" PRId64, q->year);
    phrase(ctx, "dates", "leap", slots, out);
}

static void think_leap(struct trace *t, const struct date_question *q)
{
    bool century = q->year % 100 == 0, leap = is_leap(q->year);
    int64_t n = century ? q->year / 100 : q->year % 100;
    struct problem *p = t->p;
    trace_line(t, "%s: %" PRId64, trace_word(t, "leap year", "闰年"), q->year);
    trace_line(t, "%s: %" PRId64 "/4=%" PRId64 "r%" PRId64,
               century ? trace_word(t, "century", "整百") : trace_word(t, "year", "年"),
               n, n / 4, n % 4);
    buf_puts(&p->answer, leap ? trace_word(t, "Yes", "是") : trace_word(t, "No", "不是"));
    trace_line(t, "-> %s", p->answer.p);
    buf_printf(&p->reply, p->lang == LANG_EN ? "**%s**, %" PRId64 " is %s leap year."
                                             : "**%s**，%" PRId64 "年%s闰年。",
               p->answer.p, q->year,
               leap ? trace_word(t, "a", "是") : trace_word(t, "not a", "不是"));
}

static bool draw_month(struct gen_ctx *ctx, struct date_question *q)
{
    q->month = gen_between(ctx, 1, 12);
    q->year = q->month == 2 ? gen_between(ctx, 1990, 2040) : 0;
    return true;
}

static void tell_month(struct gen_ctx *ctx, struct date_question *q,
                       struct slots *slots, struct buf *out)
{
    if (ctx->lang == LANG_EN)
        slot_printf(slots, "m", q->year ? "%s %d" : "%s", date_months[q->month - 1],
                    (int)q->year);
    else if (q->year)
        slot_printf(slots, "m", "%d年%d月", (int)q->year, (int)q->month);
    else
        slot_printf(slots, "m", "%d月", (int)q->month);
    phrase(ctx, "dates", "month", slots, out);
}

static void think_month(struct trace *t, const struct date_question *q)
{
    char text[48];
    if (t->p->lang == LANG_EN)
        trace_line(t, "month: %s", date_months[q->month - 1]);
    else
        trace_line(t, "月份: %d月", (int)q->month);
    if (q->year)
        trace_line(t, "%s: %d/4=%dr%d", trace_word(t, "year", "年"),
                   (int)(q->year % 100), (int)(q->year % 100 / 4), (int)(q->year % 4));
    snprintf(text, sizeof text, "%d", (int)date_days_of(q->month, q->year));
    date_conclude(t, text);
}

/* --- the table ------------------------------------------------------------ */

static const struct date_kind weekday = {"weekday", draw_weekday, tell_weekday,
                                         think_weekday, {4, 3, 2}};
static const struct date_kind leap = {"leap", draw_leap, tell_leap, think_leap,
                                      {1, 2, 1}};
static const struct date_kind month = {"month", draw_month, tell_month, think_month,
                                       {1, 0, 0}};

static const struct date_kind *const kinds[] = {
    &weekday, &date_days_on, &date_days_between, &leap, &month, &date_clock,
    &date_time_between};

static const struct date_kind *draw_kind(struct gen_ctx *ctx)
{
    unsigned total = 0, i = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        total += kinds[k]->weight[ctx->level];
    unsigned left = rng_below(&ctx->rng, total);
    while (left >= kinds[i]->weight[ctx->level])
        left -= kinds[i++]->weight[ctx->level];
    return kinds[i];
}

static uint64_t key(const struct date_kind *kind, const struct date_question *q)
{
    uint64_t k = key_of("%s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                        " %" PRId64 " %" PRId64 " %" PRId64, kind->name, q->year,
                        q->month, q->day, q->month2, q->day2, q->n, q->weekday,
                        q->clock);
    return key_unless(kind->draw == draw_month, k);
}

static const struct date_kind *draw(struct gen_ctx *ctx, struct date_question *q)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        const struct date_kind *kind = draw_kind(ctx);
        *q = (struct date_question){0};
        if (kind->draw(ctx, q) && gen_fits(ctx, key(kind, q)))
            return kind;
    }
    return NULL;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct date_question q;
    struct slots slots = {0};
    const struct date_kind *kind = ctx->level < DATES_LEVELS ? draw(ctx, &q) : NULL;
    if (!kind)
        return false;
    struct trace t = trace_begin(ctx, p, "dates", key(kind, &q));
    kind->tell(ctx, &q, &slots, &p->prompt);
    kind->think(&t, &q);
    return gen_done(ctx, p, NOISE_KEEP_BLANKS | NOISE_NO_TYPOS);
}

/* The first three letters tell months and weekdays apart, in any case. */
static bool same_word(struct str a, struct str b)
{
    for (size_t i = 0; i < 3; i++) {
        char x = i < a.len ? a.p[i] : ' ', y = i < b.len ? b.p[i] : ' ';
        if ((x | 0x20) != (y | 0x20))
            return false;
    }
    return true;
}

/* "4:05 pm" must be after noon; what no half of the day is asked of may say one. */
static bool same_half(struct str want, struct str got)
{
    static const char *const marks[][2] = {{"am", "上午"}, {"pm", "下午"}};
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            if (str_find(want, str_of(marks[i][k]), 0) < want.len)
                return answer_says(got, str_of(marks[i][0])) ||
                       answer_says(got, str_of(marks[i][1]));
    return true;
}

/* Numbers must be the same, and the name of a month or weekday: "Apr 24" is
 * "April 24", 周四 is 星期四. */
static double check(const struct problem *p, struct str reply)
{
    struct str want = buf_str(&p->answer), got = gen_bold(reply);
    bool digits = number_read(want, NULL, 0) > 0;
    if (digits && (!check_integers(p, reply) || !same_half(want, got)))
        return 0;
    if (check_same(p, reply))
        return 1;
    if (str_starts(want, str_of("星期")))
        return got.len >= 6 && str_ends(got, str_n(want.p + want.len - 3, 3));
    bool named = want.len && want.p[0] >= 'A' && want.p[0] <= 'Z' && want.len > 3;
    return named ? same_word(want, got) : digits;
}

const struct task task_dates = {
    "dates", "units, dates, number words",
    "up to 45 days on or back, no further than the month beside; "
    "weekdays up to 60 days away; hours and minutes; leap years",
    DATES_LEVELS, NULL, make, check};
