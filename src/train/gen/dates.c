/* SPDX-License-Identifier: Apache-2.0 */
/* Weekdays, dates, leap years and the clock. Dates that pass the end of February
 * are told with their year. */
#include <inttypes.h>
#include <stdio.h>

#include "train/gen/noise.h"
#include "train/gen/number.h"
#include "train/gen/tasks.h"
#include "train/gen/trace.h"

enum { LEVELS = 3, MAX_TRIES = 20000 };

static const char *const weekdays[2][7] = {
    {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    {"星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"}};
static const char *const months[12] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"};

/* What is asked; the fields that a kind does not need are 0. */
struct question {
    int64_t year;         /* 0: it does not matter */
    int64_t month, day;   /* 1..12, 1..31 */
    int64_t month2, day2; /* the later date of two */
    int64_t n;            /* days, or minutes of a clock; below zero: before */
    int64_t weekday;      /* 0 is Monday */
    int64_t clock;        /* minutes since midnight */
};

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int64_t days_of(int64_t month, int64_t year)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* --- texts ------------------------------------------------------------------------- */

static const char *date_text(enum lang lang, int64_t month, int64_t day,
                             char out[48])
{
    if (lang == LANG_EN)
        snprintf(out, 48, "%s %d", months[month - 1], (int)day);
    else
        snprintf(out, 48, "%d月%d日", (int)month, (int)day);
    return out;
}

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

/* As people write them: March 10, 10 March, Mar 10, 3月10号. */
static void slot_date(struct gen_ctx *ctx, struct slots *slots, const char *name,
                      int64_t year, int64_t month, int64_t day)
{
    const char *m = months[month - 1];
    uint32_t style = rng_below(&ctx->rng, 10);
    char text[64], with[80];
    if (ctx->lang == LANG_ZH)
        snprintf(text, sizeof text, "%d月%d%s", (int)month, (int)day,
                 style < 6 ? "日" : "号");
    else if (style < 6)
        snprintf(text, sizeof text, "%s %d", m, (int)day);
    else if (style < 8)
        snprintf(text, sizeof text, "%d %s", (int)day, m);
    else
        snprintf(text, sizeof text, "%.3s %d", m, (int)day);
    if (year && ctx->lang == LANG_ZH)
        snprintf(with, sizeof with, "%d年%s", (int)year, text);
    else
        snprintf(with, sizeof with, year ? "%s, %d" : "%s", text, (int)year);
    slot_set(slots, name, str_of(with));
}

static void slot_weekday(struct gen_ctx *ctx, struct slots *slots, int64_t day)
{
    const char *name = weekdays[ctx->lang][day];
    char text[32];
    if (ctx->lang == LANG_ZH && gen_chance(ctx, 40)) {
        snprintf(text, sizeof text, "周%s", name + 6); /* behind 星期 */
        name = text;
    }
    slot_set(slots, "w", str_of(name));
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

static void conclude(struct trace *t, const char *text)
{
    buf_puts(&t->p->answer, text);
    trace_line(t, "-> %s", text);
    reply_answer(t->p);
}

static const char *days_word(const struct trace *t)
{
    return trace_word(t, "days", "天");
}

/* --- weekdays ---------------------------------------------------------------------- */

static bool draw_weekday(struct gen_ctx *ctx, struct question *q)
{
    static const int64_t most[LEVELS] = {12, 40, 100};
    q->weekday = gen_between(ctx, 0, 6);
    q->n = gen_between(ctx, 1, most[ctx->level]);
    if (gen_chance(ctx, 30))
        q->n = -q->n;
    return true;
}

static void tell_weekday(struct gen_ctx *ctx, const struct question *q,
                         struct slots *slots, struct buf *out)
{
    slot_weekday(ctx, slots, q->weekday);
    slot_printf(slots, "n", "%" PRId64, q->n < 0 ? -q->n : q->n);
    phrase(ctx, "dates", q->n < 0 ? "weekday_before" : "weekday_after", slots, out);
}

/* Whole weeks change nothing: the rest is counted off by name. */
static void think_weekday(struct trace *t, const struct question *q)
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
        trace_more(t, " %" PRId64 " %s", i, names[day]);
    }
    conclude(t, names[day]);
}

/* --- dates -------------------------------------------------------------------------- */

/* The date n days on; false where that is another year. */
static bool walk(const struct question *q, int64_t *month, int64_t *day)
{
    *month = q->month;
    *day = q->day + q->n;
    while (*day > days_of(*month, q->year) && ++*month <= 12)
        *day -= days_of(*month - 1, q->year);
    while (*month <= 12 && *day < 1 && --*month >= 1)
        *day += days_of(*month, q->year);
    return *month >= 1 && *month <= 12;
}

static bool draw_day(struct gen_ctx *ctx, struct question *q)
{
    static const int64_t most[LEVELS] = {20, 45, 75};
    q->year = gen_between(ctx, 1990, 2040);
    q->month = gen_between(ctx, 1, 12);
    q->day = gen_between(ctx, 1, days_of(q->month, q->year));
    q->n = gen_between(ctx, 2, most[ctx->level]);
    return true;
}

static bool draw_date(struct gen_ctx *ctx, struct question *q)
{
    int64_t month, day;
    draw_day(ctx, q);
    if (gen_chance(ctx, 25))
        q->n = -q->n;
    if (!walk(q, &month, &day))
        return false;
    int64_t from = month < q->month ? month : q->month;
    int64_t to = month < q->month ? q->month : month;
    if (!(from <= 2 && to >= 2 && from < to) && !(from == 2 && q->day == 29))
        q->year = 0;
    return true;
}

static void tell_date(struct gen_ctx *ctx, const struct question *q,
                      struct slots *slots, struct buf *out)
{
    slot_date(ctx, slots, "d", q->year, q->month, q->day);
    slot_printf(slots, "n", "%" PRId64, q->n < 0 ? -q->n : q->n);
    phrase(ctx, "dates", q->n < 0 ? "date_before" : "date_after", slots, out);
}

/* By the last two digits: no century but 2000 is among the years drawn here. */
static void year_line(struct trace *t, int64_t year)
{
    int n = (int)(year % 100);
    if (year)
        trace_line(t, "%" PRId64 ": %d/4=%dr%d, %s %d", year, n, n / 4, n % 4,
                   trace_word(t, "February", "2月"), (int)days_of(2, year));
}

static void month_has(struct trace *t, int64_t month, int64_t year)
{
    if (t->p->lang == LANG_EN)
        trace_line(t, "%s has %d", months[month - 1], (int)days_of(month, year));
    else
        trace_line(t, "%d月有%d天", (int)month, (int)days_of(month, year));
}

/* To the end of each month, and what is left from there. */
static void walk_on(struct trace *t, const struct question *q)
{
    int64_t month = q->month, day = q->day, n = q->n;
    for (;; month++, day = 0) {
        int64_t left = days_of(month, q->year) - day;
        month_has(t, month, q->year);
        if (day)
            trace_more(t, ": %" PRId64 "-%" PRId64 "=%" PRId64, days_of(month, q->year),
                       day, left);
        trace_more(t, "%s%" PRId64, left < n ? "<" : ">=", n);
        if (left >= n)
            break;
        trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, n, left, n - left);
        n -= left;
    }
    if (day)
        trace_line(t, "%" PRId64 "+%" PRId64 "=%" PRId64, day, n, day + n);
}

/* Back over the beginnings of months. */
static void walk_back(struct trace *t, const struct question *q)
{
    int64_t month = q->month, day = q->day, n = -q->n;
    while (n >= day) {
        trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, n, day, n - day);
        n -= day;
        day = days_of(--month, q->year);
        month_has(t, month, q->year);
    }
    trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, day, n, day - n);
}

static void think_date(struct trace *t, const struct question *q)
{
    char text[48];
    int64_t month, day;
    trace_line(t, "%s: ", trace_word(t, "date", "日期"));
    if (q->year)
        trace_more(t, "%" PRId64 "%s", q->year, trace_word(t, " ", "年"));
    trace_more(t, "%s %c%" PRId64, date_text(t->p->lang, q->month, q->day, text),
               q->n < 0 ? '-' : '+', q->n < 0 ? -q->n : q->n);
    year_line(t, q->year);
    if (q->n > 0)
        walk_on(t, q);
    else
        walk_back(t, q);
    walk(q, &month, &day);
    conclude(t, date_text(t->p->lang, month, day, text));
}

static bool draw_between(struct gen_ctx *ctx, struct question *q)
{
    draw_day(ctx, q);
    if (!walk(q, &q->month2, &q->day2))
        return false;
    if (!(q->month <= 2 && q->month2 >= 3) && q->day != 29 && q->day2 != 29)
        q->year = 0;
    return true;
}

static void tell_between(struct gen_ctx *ctx, const struct question *q,
                         struct slots *slots, struct buf *out)
{
    slot_date(ctx, slots, "d", q->year, q->month, q->day);
    slot_date(ctx, slots, "e", q->year, q->month2, q->day2);
    phrase(ctx, "dates", "between", slots, out);
}

static void think_between(struct trace *t, const struct question *q)
{
    char text[48];
    int64_t sum = days_of(q->month, q->year) - q->day;
    trace_line(t, "%s: %s", days_word(t),
               date_text(t->p->lang, q->month, q->day, text));
    trace_more(t, " -> %s", date_text(t->p->lang, q->month2, q->day2, text));
    year_line(t, q->year);
    if (q->month == q->month2) {
        trace_line(t, "%" PRId64 "-%" PRId64 "=%" PRId64, q->day2, q->day, q->n);
    } else {
        month_has(t, q->month, q->year);
        trace_more(t, ": %" PRId64 "-%" PRId64 "=%" PRId64,
                   days_of(q->month, q->year), q->day, sum);
        for (int64_t m = q->month + 1; m < q->month2; m++) {
            int64_t days = days_of(m, q->year);
            month_has(t, m, q->year);
            trace_more(t, ": %" PRId64 "+%" PRId64 "=%" PRId64, sum, days, sum + days);
            sum += days;
        }
        trace_line(t, "%" PRId64 "+%" PRId64 "=%" PRId64, sum, q->day2, q->n);
    }
    snprintf(text, sizeof text, "%" PRId64, q->n);
    conclude(t, text);
}

/* --- years and months ---------------------------------------------------------------- */

static bool draw_leap(struct gen_ctx *ctx, struct question *q)
{
    q->year = gen_between(ctx, 1600, 2400);
    if (gen_chance(ctx, 25))
        q->year = q->year / 100 * 100;
    else if (gen_chance(ctx, 40))
        q->year = q->year / 4 * 4;
    return true;
}

static void tell_leap(struct gen_ctx *ctx, const struct question *q,
                      struct slots *slots, struct buf *out)
{
    slot_printf(slots, "y", "%" PRId64, q->year);
    phrase(ctx, "dates", "leap", slots, out);
}

static void think_leap(struct trace *t, const struct question *q)
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

static bool draw_month(struct gen_ctx *ctx, struct question *q)
{
    q->month = gen_between(ctx, 1, 12);
    q->year = q->month == 2 ? gen_between(ctx, 1990, 2040) : 0;
    return true;
}

static void tell_month(struct gen_ctx *ctx, const struct question *q,
                       struct slots *slots, struct buf *out)
{
    if (ctx->lang == LANG_EN)
        slot_printf(slots, "m", q->year ? "%s %d" : "%s", months[q->month - 1],
                    (int)q->year);
    else if (q->year)
        slot_printf(slots, "m", "%d年%d月", (int)q->year, (int)q->month);
    else
        slot_printf(slots, "m", "%d月", (int)q->month);
    phrase(ctx, "dates", "month", slots, out);
}

static void think_month(struct trace *t, const struct question *q)
{
    char text[48];
    if (t->p->lang == LANG_EN)
        trace_line(t, "month: %s", months[q->month - 1]);
    else
        trace_line(t, "月份: %d月", (int)q->month);
    if (q->year)
        trace_line(t, "%s: %d/4=%dr%d", trace_word(t, "year", "年"),
                   (int)(q->year % 100), (int)(q->year % 100 / 4), (int)(q->year % 4));
    snprintf(text, sizeof text, "%d", (int)days_of(q->month, q->year));
    conclude(t, text);
}

/* --- the clock -------------------------------------------------------------------------- */

static bool draw_clock(struct gen_ctx *ctx, struct question *q)
{
    static const int64_t most[LEVELS] = {45, 59, 300};
    int64_t step = ctx->level == 0 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    if (gen_chance(ctx, 30))
        q->n = -q->n;
    return q->clock + q->n >= 0 && q->clock + q->n < 1440;
}

static void tell_clock(struct gen_ctx *ctx, const struct question *q,
                       struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q->clock);
    slot_span(ctx, slots, q->n < 0 ? -q->n : q->n);
    phrase(ctx, "dates", q->n < 0 ? "clock_before" : "clock_after", slots, out);
}

/* Minutes first, and one hour more or less where they run over. */
static void think_clock(struct trace *t, const struct question *q)
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
    conclude(t, clock_text(q->clock + q->n, text));
}

static bool draw_span(struct gen_ctx *ctx, struct question *q)
{
    static const int64_t most[LEVELS] = {60, 180, 600};
    int64_t step = ctx->level == 0 ? 5 : 1;
    q->clock = gen_between(ctx, 60 / step, 1439 / step) * step;
    q->n = gen_between(ctx, 1, most[ctx->level] / step) * step;
    return q->clock + q->n < 1440;
}

static void tell_span(struct gen_ctx *ctx, const struct question *q,
                      struct slots *slots, struct buf *out)
{
    slot_clock(ctx, slots, "c", q->clock);
    slot_clock(ctx, slots, "e", q->clock + q->n);
    phrase(ctx, "dates", "span", slots, out);
}

static void think_span(struct trace *t, const struct question *q)
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
    conclude(t, span_text(t->p->lang, q->n, text));
}

/* --- the table -------------------------------------------------------------------------- */

static const struct kind {
    const char *name;
    bool (*draw)(struct gen_ctx *, struct question *);
    void (*tell)(struct gen_ctx *, const struct question *, struct slots *,
                 struct buf *);
    void (*think)(struct trace *, const struct question *);
    unsigned weight[LEVELS];
} kinds[] = {
    {"weekday", draw_weekday, tell_weekday, think_weekday, {4, 3, 2}},
    {"date", draw_date, tell_date, think_date, {3, 4, 4}},
    {"between", draw_between, tell_between, think_between, {1, 2, 3}},
    {"leap", draw_leap, tell_leap, think_leap, {1, 2, 1}},
    {"month", draw_month, tell_month, think_month, {1, 0, 0}},
    {"clock", draw_clock, tell_clock, think_clock, {3, 3, 3}},
    {"span", draw_span, tell_span, think_span, {2, 2, 3}}};

static const struct kind *draw_kind(struct gen_ctx *ctx)
{
    unsigned total = 0, i = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        total += kinds[k].weight[ctx->level];
    unsigned left = rng_below(&ctx->rng, total);
    while (left >= kinds[i].weight[ctx->level])
        left -= kinds[i++].weight[ctx->level];
    return &kinds[i];
}

static uint64_t key(const struct kind *kind, const struct question *q)
{
    uint64_t k = key_of("%s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
                        " %" PRId64 " %" PRId64 " %" PRId64, kind->name, q->year,
                        q->month, q->day, q->month2, q->day2, q->n, q->weekday,
                        q->clock);
    return key_unless(kind->draw == draw_month, k);
}

static const struct kind *draw(struct gen_ctx *ctx, struct question *q)
{
    for (int i = 0; i < MAX_TRIES; i++) {
        const struct kind *kind = draw_kind(ctx);
        *q = (struct question){0};
        if (kind->draw(ctx, q) && gen_fits(ctx, key(kind, q)))
            return kind;
    }
    return NULL;
}

static bool make(struct gen_ctx *ctx, struct problem *p)
{
    struct question q;
    struct slots slots = {0};
    const struct kind *kind = ctx->level < LEVELS ? draw(ctx, &q) : NULL;
    if (!kind)
        return false;
    struct trace t = trace_begin(ctx, p, "dates", key(kind, &q));
    kind->tell(ctx, &q, &slots, &p->prompt);
    kind->think(&t, &q);
    return gen_done(ctx, p, NOISE_KEEP_BLANKS);
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

/* Numbers must be the same, and the name of a month or weekday: "Apr 24" is
 * "April 24", 周四 is 星期四. */
static double check(const struct problem *p, struct str reply)
{
    struct str want = buf_str(&p->answer), got = gen_bold(reply);
    bool digits = number_read(want, NULL, 0) > 0;
    if (digits && !check_integers(p, reply))
        return 0;
    if (check_same(p, reply))
        return 1;
    if (str_starts(want, str_of("星期")))
        return got.len >= 6 && str_ends(got, str_n(want.p + want.len - 3, 3));
    bool named = want.len && want.p[0] >= 'A' && want.p[0] <= 'Z' && want.len > 3;
    return named ? same_word(want, got) : digits;
}

const struct task task_dates = {"dates", "units, dates, number words", LEVELS, NULL,
                                make, check};
