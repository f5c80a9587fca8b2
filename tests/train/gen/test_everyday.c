/* SPDX-License-Identifier: Apache-2.0 */
/* Word problems told freely: the first line of the thought is worked out once more by
 * other means, and its numbers are looked for in the prompt. */
#include <ctype.h>

#include "each_task.h"

static struct world world;

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    check_task(&world, task_find("everyday"), 400);
}

static void another_answer_is_wrong(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        assert_int_equal(wrong_taken(&world, task_find("everyday"), lang, 300), 0);
}

static void wrong(const struct problem *p, const char *what)
{
    fail_msg("%s\n%s\n%s\n%s", what, p->prompt.p, p->think.p, p->answer.p);
}

/* "4" or "3*4", of which all but the halves, thirds and twos of a shape were told; "my
 * 3 cousins and me" are 4. */
static long operand(const struct problem *p, const char **at, bool told)
{
    char *end;
    long n = strtol(*at, &end, 10);
    if (told && n > 3 && !prompt_says(p, n) && !prompt_says(p, n - 1))
        wrong(p, "a number that was not told");
    if (*end == '*') {
        const char *rest = end + 1;
        n *= operand(p, &rest, told);
        *at = rest;
        return n;
    }
    *at = end;
    return n;
}

/* "12; B +3; both", "5*4; +8; from 60": from left to right, as it is read. */
static long worked_out(const struct problem *p)
{
    long had[4] = {0}, all = 0;
    unsigned n_had = 0;
    const char *at = strstr(p->think.p, ": ") + 2;
    while (*at != '\n') {
        if (!strncmp(at, "B ", 2) || !strncmp(at, "C ", 2)) {
            had[n_had++] = all;
            at += 2;
        }
        if (!strncmp(at, "both", 4) || !strncmp(at, "all", 3)) {
            at += strcspn(at, ";\n");
            for (unsigned i = 0; i < n_had; i++)
                all += had[i];
        } else if (!strncmp(at, "from ", 5)) {
            at += 5;
            all = operand(p, &at, true) - all;
        } else {
            char op = isdigit((unsigned char)*at) ? 0 : *at++;
            long n = operand(p, &at, true);
            if (op == '/' && !strncmp(at, " up", 3)) {
                all = (all + n - 1) / n;
                at += 3;
            } else if (op == '/' && !strncmp(at, " rest", 5)) {
                all %= n;
                at += 5;
            } else if (op == '/') {
                if (all % n)
                    wrong(p, "does not come out even");
                all /= n;
            } else {
                all = op == 0 ? n : op == '+' ? all + n : op == '-' ? all - n : all * n;
            }
        }
        if (*at == ';')
            at += 2;
        else if (*at != '\n')
            wrong(p, "an odd first line");
    }
    return all;
}

static void the_answer_follows_from_what_is_told(void **state)
{
    (void)state;
    const struct task *t = task_find("everyday");
    struct problem p = {0};
    for (unsigned i = 0; i < 8000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, LANG_EN, i / 4);
        ctx.plain = true;
        world_make(&ctx, t, &p);
        if (worked_out(&p) != strtol(p.answer.p, NULL, 10))
            wrong(&p, "another result");
    }
    problem_clear(&p);
}

/* Each shape in both languages, and some of it kept for the test. */
static void every_shape_is_told_in_many_ways(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        unsigned shapes = 0;
        for (uint32_t r = 0; r < world.bank->n_rules; r++) {
            const struct bank_rule *rule = &world.bank->rules[r];
            const struct bank_line *line;
            unsigned n = 0, unseen = 0;
            if (strcmp(rule->file, "everyday") || rule->lang != lang)
                continue;
            for (uint32_t l = rule->first; l != BANK_NONE; l = line->next, n++) {
                line = &world.bank->lines[l];
                unseen += line->unseen;
            }
            if (n < 15 || !unseen)
                fail_msg("%s: %u lines, %u unseen", rule->name, n, unseen);
            shapes++;
        }
        assert_in_range(shapes, 40, 100);
    }
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(another_answer_is_wrong),
        cmocka_unit_test(the_answer_follows_from_what_is_told),
        cmocka_unit_test(every_shape_is_told_in_many_ways),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
