/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems of one step, and parts of a number: the first line of the thought is
 * worked out once more, and its numbers are looked for in the prompt. */
#include <math.h>

#include "each_task.h"

static struct world world;

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    check_task(&world, task_find("short"), 150);
    check_task(&world, task_find("percent"), 150);
}

static void another_answer_is_wrong(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        assert_int_equal(wrong_taken(&world, task_find("short"), lang, 300), 0);
        /* 50 is taken for 50%: what is asked for says which it is */
        assert_in_range(wrong_taken(&world, task_find("percent"), lang, 300), 0, 5);
    }
}

static void wrong(const struct problem *p, const char *what)
{
    fail_msg("%s: %s\n%s\n%s\n%s", p->task, what, p->prompt.p, p->think.p,
             p->answer.p);
}

typedef void look_fn(const struct problem *p);

static void for_many(const char *name, look_fn *look)
{
    const struct task *t = task_find(name);
    struct problem p = {0};
    for (unsigned i = 0; i < 4000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, i / 4 % 2, i / 8);
        ctx.plain = true;
        world_make(&ctx, t, &p);
        look(&p);
    }
    problem_clear(&p);
}

/* "story: 12; /4", "story: 3*5" */
static void look_at_short(const struct problem *p)
{
    long a, b, want = -1;
    char op;
    const char *at = strpbrk(p->think.p, "0123456789");
    CHECK(at && (sscanf(at, "%ld; %c%ld", &a, &op, &b) == 3 ||
                 sscanf(at, "%ld%c%ld", &a, &op, &b) == 3));
    switch (op) {
    case '+': want = a + b; break;
    case '-': want = a - b; break;
    case '*': want = a * b; break;
    case '/': want = a / b; break;
    default: wrong(p, "no such operation");
    }
    char *rest;
    if (want < 1 || strtol(p->answer.p, &rest, 10) != want)
        wrong(p, "another result");
    const char *over = strpbrk(rest, "0123456789");
    if ((over ? strtol(over, NULL, 10) : 0) != (op == '/' ? a % b : 0))
        wrong(p, "another remainder");
    bool two = (op == '*' && a == 2) || (op == '/' && b == 2); /* double, half */
    if ((!prompt_says(p, a) && !(two && op == '*')) || (!prompt_says(p, b) && !(two && op == '/')))
        wrong(p, "a number that was not told");
}

static void a_step_follows_from_what_is_told(void **state)
{
    (void)state;
    for_many("short", look_at_short);
}

/* "percent: 15% of 80", "80+15%", "10 of 50", "fraction: 3/4 of 40", in English. */
static void look_at_percent(const struct problem *p)
{
    double a, b, c, want = -1;
    const char *at = strstr(p->think.p, ": ");
    if (p->lang == LANG_ZH)
        return;
    CHECK(at);
    at += 2;
    if (sscanf(at, "%lf/%lf of %lf", &a, &b, &c) == 3)
        want = c * a / b;
    else if (sscanf(at, "%lf%% of %lf", &a, &b) == 2)
        want = b * a / 100;
    else if (sscanf(at, "%lf of %lf", &a, &b) == 2)
        want = 100 * a / b;
    else if (sscanf(at, "%lf-%lf%%", &a, &b) == 2)
        want = a - a * b / 100;
    else if (sscanf(at, "%lf+%lf%%", &a, &b) == 2)
        want = a + a * b / 100;
    if (want <= 0 || fabs(strtod(p->answer.p, NULL) - want) > 1e-9)
        wrong(p, "another part");
    if (strncmp(p->think.p, "fraction", 8) &&
        (!prompt_says(p, lround(a)) || !prompt_says(p, lround(b))))
        wrong(p, "a number that was not told");
}

static void a_part_is_that_of_the_whole(void **state)
{
    (void)state;
    for_many("percent", look_at_percent);
}

static void one_half_may_have_zeros_but_no_other_digits(void **state)
{
    (void)state;
    const struct task *t = task_find("percent");
    struct problem p = {0};
    buf_puts(&p.answer, "7.5");
    CHECK(t->check(&p, str_of("It is **7.5**.")) == 1);
    CHECK(t->check(&p, str_of("It is **7.50**.")) == 1);
    CHECK(t->check(&p, str_of("It is **7.50 euros**.")) == 1);
    CHECK(t->check(&p, str_of("It is **75**.")) == 0);
    CHECK(t->check(&p, str_of("It is **7.05**.")) == 0);
    CHECK(t->check(&p, str_of("It is **-7.5**.")) == 0);
    CHECK(t->check(&p, str_of("It is **7.5 or 8**.")) == 0);
    CHECK(t->check(&p, str_of("It is 7.5.")) == 0);
    buf_reset(&p.answer);
    buf_puts(&p.answer, "1000");
    CHECK(t->check(&p, str_of("**1,000**")) == 1);
    CHECK(t->check(&p, str_of("**1**")) == 0);
    problem_clear(&p);
}

/* How many lines tell of each operation. */
static void every_step_is_told_in_many_ways(void **state)
{
    (void)state;
    static const char *const rules[] = {"add", "sub", "mul", "div"};
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (size_t i = 0; i < 4; i++) {
            const struct bank_rule *r = bank_find(world.bank, "short", lang, rules[i]);
            unsigned n = 0;
            for (uint32_t l = r->first; l != BANK_NONE; l = world.bank->lines[l].next)
                n++;
            CHECK(n >= 30);
        }
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(another_answer_is_wrong),
        cmocka_unit_test(a_step_follows_from_what_is_told),
        cmocka_unit_test(a_part_is_that_of_the_whole),
        cmocka_unit_test(one_half_may_have_zeros_but_no_other_digits),
        cmocka_unit_test(every_step_is_told_in_many_ways),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
