/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/reward.h"

#include <math.h>

#include "check.h"

/* 12 + 30, asked in one of the languages. */
static struct problem sum(enum lang lang)
{
    struct problem p = {.task = "add", .lang = lang};
    buf_puts(&p.answer, "42");
    return p;
}

static struct reward of(enum lang lang, enum reward_form form, const char *text,
                        bool ended)
{
    struct problem p = sum(lang);
    struct reward r = reward_of(&p, form, str_of(text), ended);
    problem_clear(&p);
    return r;
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-9;
}

static void a_right_answer_of_the_right_form_is_worth_all(void **state)
{
    (void)state;
    struct reward r = of(LANG_EN, REWARD_CHAT,
                         "add: 12+30\n2+0=2\n</think>\n\nThat is **42**.", true);
    CHECK(near(r.accuracy, 1) && r.formed && r.language && near(r.total, 1.2));
    r = of(LANG_ZH, REWARD_CHAT, "加: 12+30\n</think>\n\n等于**42**。", true);
    CHECK(near(r.total, 1.2));
}

static void a_cut_off_answer_is_worth_nothing(void **state)
{
    (void)state;
    struct reward r = of(LANG_EN, REWARD_CHAT,
                         "add: 12+30\n</think>\n\nThat is **42**.", false);
    CHECK(near(r.total, 0) && !r.formed);
}

static void form_and_language_count_apart(void **state)
{
    (void)state;
    /* A second </think>, no thought at all, two results: not the form. */
    CHECK(!of(LANG_EN, REWARD_CHAT, "a</think>b</think> **42**", true).formed);
    CHECK(!of(LANG_EN, REWARD_CHAT, "</think> **42**", true).formed);
    CHECK(!of(LANG_EN, REWARD_CHAT, "so</think> **41** no **42**", true).formed);
    CHECK(!of(LANG_EN, REWARD_CHAT, "it is **42**", true).formed);
    struct reward r = of(LANG_ZH, REWARD_CHAT,
                         "add the two numbers\n</think>\n\n**42**", true);
    CHECK(!r.language && r.formed && near(r.total, 1.1));
    r = of(LANG_EN, REWARD_CHAT, "add: 12+30\n</think>\n\n**41**", true);
    CHECK(near(r.accuracy, 0) && near(r.total, 0.2));
}

static void tags_are_paid_one_by_one(void **state)
{
    (void)state;
    struct reward r = of(LANG_EN, REWARD_TAGS,
                         "<think> 12+30=42 </think> <answer> 42 </answer>", true);
    CHECK(r.formed && near(r.accuracy, 1) && near(r.total, 1.2));
    r = of(LANG_EN, REWARD_TAGS, "<think> 12+30=42 </think> 42", true);
    CHECK(!r.formed && near(r.accuracy, 0) && near(r.total, 0.1));
    r = of(LANG_EN, REWARD_TAGS, "<answer> 42 </answer> <think> so </think>",
           true);
    CHECK(!r.formed && near(r.accuracy, 0) && near(r.total, 0.05));
    r = of(LANG_EN, REWARD_TAGS, "<think><think>", true);
    CHECK(!r.formed && near(r.total, 0));
}

static void what_stands_outside_the_tags_spoils_form_and_result(void **state)
{
    (void)state;
    struct reward r = of(LANG_EN, REWARD_TAGS,
                         "so: <think> 2 </think> <answer> 42 </answer>", true);
    CHECK(!r.formed && near(r.total, 0.15));
    r = of(LANG_EN, REWARD_TAGS,
           "<think> 2 </think> hm <answer> 42 </answer>", true);
    CHECK(!r.formed && near(r.total, 0.15));
    r = of(LANG_EN, REWARD_TAGS,
           " <think> 2\n</think>\n<answer> 42 </answer> so", true);
    CHECK(!r.formed && near(r.total, 0.15));
    r = of(LANG_EN, REWARD_TAGS, "<think> </think> <answer> 42 </answer>", true);
    CHECK(!r.formed && near(r.total, 0.2)); /* all tags, and no thought */
    r = of(LANG_EN, REWARD_TAGS,
           "\n<think> 2\n</think>\n<answer> **42** </answer>\n", true);
    CHECK(r.formed && near(r.total, 1.2));
}

/* Two guesses are not a result, whichever of them is right. */
static void a_second_answer_takes_the_first_back(void **state)
{
    (void)state;
    struct reward r = of(LANG_EN, REWARD_TAGS,
                         "<think> 2 </think> <answer> 42 </answer> "
                         "<answer> 41 </answer>", true);
    CHECK(!r.formed && near(r.accuracy, 0) && near(r.total, 0.1));
    r = of(LANG_EN, REWARD_TAGS,
           "</answer> 42 <answer> </think> <think>", true);
    CHECK(!r.formed && near(r.total, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_right_answer_of_the_right_form_is_worth_all),
        cmocka_unit_test(a_cut_off_answer_is_worth_nothing),
        cmocka_unit_test(form_and_language_count_apart),
        cmocka_unit_test(tags_are_paid_one_by_one),
        cmocka_unit_test(what_stands_outside_the_tags_spoils_form_and_result),
        cmocka_unit_test(a_second_answer_takes_the_first_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
