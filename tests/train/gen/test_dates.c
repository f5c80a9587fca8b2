/* SPDX-License-Identifier: Apache-2.0 */
/* Dates and times of day, reckoned again from the first line of the thought by the
 * calendar of the C library, and every step of it by itself. */
#include "each_task.h"

#include <time.h>

static struct world world;

static void wrong(const struct problem *p, const char *what)
{
    fail_msg("dates: %s\n%s\n%s\n%s", what, p->prompt.p, p->think.p, p->answer.p);
}

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    check_task(&world, task_find("dates"), 300);
}

static int one_of(const char *const *names, int n, const char *s)
{
    for (int i = 0; i < n; i++)
        if (!strncmp(s, names[i], strlen(names[i])))
            return i;
    return -1;
}

static int month_of(const char *s)
{
    static const char *const names[] = {
        "January", "February", "March", "April", "May", "June", "July", "August",
        "September", "October", "November", "December"};
    int month = one_of(names, 12, s);
    CHECK(month >= 0);
    return month;
}

/* "2024 March 10" or "March 10": days since 1970, of 2023 where no year is told. */
static long day_of(const char *s, int year)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month_of(s), .tm_isdst = 0};
    CHECK(sscanf(s, "%*s %d", &tm.tm_mday) == 1);
    return (long)(timegm(&tm) / 86400);
}

static int year_before(const char **s)
{
    int year = 2023, used = 0;
    if (sscanf(*s, "%4d %n", &year, &used) == 1)
        *s += used;
    return year;
}

static void look_at_weekday(const struct problem *p, const char *at)
{
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    int n = 0, day = one_of(names, 7, at);
    CHECK(day >= 0 && sscanf(at, "%*s %d", &n) == 1);
    if (!str_is(buf_str(&p->answer), names[((day + n) % 7 + 7) % 7]))
        wrong(p, "another weekday");
}

static void look_at_date(const struct problem *p, const char *at)
{
    int n, year = year_before(&at);
    CHECK(sscanf(at, "%*s %*d %d", &n) == 1);
    const char *weeks = strstr(at, " weeks\n");
    if (weeks && weeks < strchr(at, '\n'))
        n *= 7;
    if (day_of(p->answer.p, year) != day_of(at, year) + n)
        wrong(p, "another date");
}

/* "March 10, January 5: January 5 -> March 10" */
static void look_at_days(const struct problem *p, const char *at)
{
    int year = year_before(&at);
    const char *second = strstr(at, ", ") + 2, *from = strstr(at, ": ") + 2;
    const char *to = strstr(from, " -> ") + 4;
    long a = day_of(from, year), b = day_of(to, year);
    long x = day_of(at, year), y = day_of(second, year);
    if (a > b || (x == a ? y != b : x != b || y != a))
        wrong(p, "dates put in another order");
    int later = month_of(to) - month_of(from);
    if (later > 1 || !strstr(p->think.p, later ? ", next\n" : ", same\n"))
        wrong(p, "another month");
    if (strtol(p->answer.p, NULL, 10) != b - a)
        wrong(p, "another number of days");
}

static void look_at_leap(const struct problem *p, const char *at)
{
    struct tm tm = {.tm_mon = 1, .tm_mday = 29};
    tm.tm_year = atoi(at) - 1900;
    CHECK(timegm(&tm) != -1);
    if ((tm.tm_mday == 29) != str_is(buf_str(&p->answer), "Yes"))
        wrong(p, "another year");
}

/* "15:20" or "3:20 pm" in minutes since midnight; moves behind it. */
static int time_at(const char **at, bool *half)
{
    int h, m, used = 0;
    CHECK(sscanf(*at, "%d:%2d%n", &h, &m, &used) == 2);
    *at += used;
    *half = !strncmp(*at, " am", 3) || !strncmp(*at, " pm", 3);
    if (!*half)
        return h * 60 + m;
    CHECK(h >= 1 && h <= 12);
    bool pm = (*at)[1] == 'p';
    *at += 3;
    return h % 12 * 60 + m + (pm ? 720 : 0);
}

/* The same, or "3:20 pm = 15:20", which must be one time. */
static int both_times_at(const struct problem *p, const char **at)
{
    bool half;
    int minutes = time_at(at, &half);
    if (half) {
        CHECK(!strncmp(*at, " = ", 3));
        *at += 3;
        if (time_at(at, &half) != minutes || half)
            wrong(p, "another half of the day");
    }
    return minutes;
}

/* "2 h 15 min", "2 h", "15 min" */
static int span_at(const char *at)
{
    int a, b;
    char unit;
    CHECK(sscanf(at, "%d %c", &a, &unit) == 2);
    if (unit == 'm')
        return a;
    return sscanf(at, "%*d h%*[ ]%d", &b) == 1 ? a * 60 + b : a * 60;
}

static void look_at_clock(const struct problem *p, const char *at)
{
    bool asked = strstr(at, " = ") && strstr(at, " = ") < strchr(at, '\n'), half;
    int minutes = both_times_at(p, &at), sign = at[1] == '-' ? -1 : 1;
    const char *answer = p->answer.p;
    if (time_at(&answer, &half) != minutes + sign * span_at(at + 2))
        wrong(p, "another time");
    if (half != asked)
        wrong(p, "not by the clock it was asked with");
}

static void look_at_span(const struct problem *p, const char *at)
{
    int from = both_times_at(p, &at);
    at += strlen(" -> ");
    if (both_times_at(p, &at) - from != span_at(p->answer.p))
        wrong(p, "another span");
}

static void look_at_month(const struct problem *p, const char *at)
{
    struct tm tm = {.tm_mon = month_of(at) + 1, .tm_mday = 0};
    const char *year = strstr(p->think.p, "year: ");
    tm.tm_year = year ? 100 + atoi(year + 6) : 123;
    CHECK(timegm(&tm) != -1);
    if (tm.tm_mday != atoi(p->answer.p))
        wrong(p, "another length");
}

static void what_is_asked_has_that_answer(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        void (*look)(const struct problem *, const char *);
    } kinds[] = {{"weekday: ", look_at_weekday}, {"date: ", look_at_date},
                 {"days: ", look_at_days}, {"leap year: ", look_at_leap},
                 {"clock: ", look_at_clock}, {"from: ", look_at_span},
                 {"month: ", look_at_month}};
    enum { N = sizeof kinds / sizeof *kinds };
    unsigned seen[N] = {0};
    const struct task *t = task_find("dates");
    struct problem p = {0};
    for (unsigned i = 0; i < 3000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, LANG_EN, i / 4);
        world_make(&ctx, t, &p);
        for (size_t k = 0; k < N; k++)
            if (!strncmp(p.think.p, kinds[k].label, strlen(kinds[k].label))) {
                kinds[k].look(&p, p.think.p + strlen(kinds[k].label));
                seen[k]++;
            }
    }
    problem_clear(&p);
    for (size_t k = 0; k < N; k++)
        if (seen[k] < 10)
            fail_msg("%s%u", kinds[k].label, seen[k]);
}

/* "31-10=21", "21<30", "15>=5", "98/4=24r2": whatever stands in a thought. */
static void look_at_step(const struct problem *p, const char *at)
{
    long a, b, c, r;
    char op[3];
    if (sscanf(at, "%ld/%ld=%ldr%ld", &a, &b, &c, &r) == 4 &&
        (a / b != c || a % b != r))
        wrong(p, "a quotient");
    if (sscanf(at, "%ld*%ld=%ld", &a, &b, &c) == 3 && a * b != c)
        wrong(p, "a product");
    if (sscanf(at, "%ld%1[-+]%ld=%ld", &a, op, &b, &c) == 4 &&
        c != (*op == '-' ? a - b : a + b))
        wrong(p, "a sum");
    if (sscanf(at, "%ld%2[<>=]%ld", &a, op, &b) == 3) {
        bool less = op[0] == '<', same = op[1] == '=';
        if (op[0] != '=' && !((less ? a < b : a > b) || (same && a == b)))
            wrong(p, "a comparison");
    }
}

static void every_step_of_a_thought_is_right(void **state)
{
    (void)state;
    const struct task *t = task_find("dates");
    struct problem p = {0};
    for (unsigned i = 0; i < 2000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, SPLIT_TRAIN, i % 2, i / 2);
        world_make(&ctx, t, &p);
        for (const char *at = p.think.p; *at; at++)
            if (*at >= '0' && *at <= '9' &&
                (at == p.think.p || !strchr("0123456789:=-+/r", at[-1])))
                look_at_step(&p, at);
    }
    problem_clear(&p);
}

static void the_other_half_of_the_day_is_wrong(void **state)
{
    (void)state;
    const struct task *t = task_find("dates");
    struct problem p = {.lang = LANG_EN};
    buf_puts(&p.answer, "4:05 pm");
    CHECK(t->check(&p, str_of("The answer is **4:05 pm**.")) == 1);
    CHECK(t->check(&p, str_of("The answer is **4:05 PM**.")) == 1);
    CHECK(t->check(&p, str_of("The answer is **4:05 am**.")) == 0);
    CHECK(t->check(&p, str_of("The answer is **4:05**.")) == 0);
    buf_reset(&p.answer);
    buf_puts(&p.answer, "下午4:05");
    CHECK(t->check(&p, str_of("答案是 **下午4:05**。")) == 1);
    CHECK(t->check(&p, str_of("答案是 **下午4点05分**。")) == 1);
    CHECK(t->check(&p, str_of("答案是 **上午4:05**。")) == 0);
    problem_clear(&p);
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(what_is_asked_has_that_answer),
        cmocka_unit_test(every_step_of_a_thought_is_right),
        cmocka_unit_test(the_other_half_of_the_day_is_wrong),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
