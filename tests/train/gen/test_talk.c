/* SPDX-License-Identifier: Apache-2.0 */
#include "each_task.h"

#include "train/gen/answer.h"
#include "train/gen/outside.h"

static struct world world;
static const char *const names[] = {"talk", "outside", "deepseek"};
enum { N_NAMES = sizeof names / sizeof *names };

static void every_task_holds_what_all_tasks_promise(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_NAMES; i++)
        check_task(&world, task_find(names[i]), 1500);
}

static void replies_to_other_questions_are_rarely_right(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (size_t i = 0; i < N_NAMES; i += 2) /* refusals are all alike */
            assert_in_range(wrong_taken(&world, task_find(names[i]), lang, 3000),
                            0, 60);
}

/* What was asked, small and without marks at the end, and what it is about. */
struct wording {
    uint64_t asked, about;
    char text[160];
};

static uint64_t plain_key(const struct buf *b)
{
    char text[512];
    size_t n = 0;
    for (size_t i = 0; i < b->len && n < sizeof text; i++)
        if (!strchr("?!., ", b->p[i]))
            text[n++] = b->p[i] >= 'A' && b->p[i] <= 'Z' ? (char)(b->p[i] + 32)
                                                         : b->p[i];
    return gen_key(str_n(text, n));
}

static int by_asked(const void *x, const void *y)
{
    const struct wording *a = x, *b = y;
    return (a->asked > b->asked) - (a->asked < b->asked);
}

/* n wordings of each task, sorted; without noise. */
static struct wording *wordings(enum split split, enum lang lang, size_t n)
{
    struct wording *all = calloc(n * N_NAMES, sizeof *all);
    struct problem p = {0};
    CHECK(all);
    for (size_t i = 0; i < n * N_NAMES; i++) {
        const struct task *t = task_find(names[i % N_NAMES]);
        struct gen_ctx ctx = world_ctx(&world, t, split, lang, i);
        ctx.plain = true;
        world_make(&ctx, t, &p);
        all[i] = (struct wording){plain_key(&p.prompt),
                                  gen_key(buf_str(&p.think)), ""};
        snprintf(all[i].text, sizeof all[i].text, "%s", p.prompt.p);
        if (strcmp(t->name, "outside") && outside_refused(buf_str(&p.reply)))
            fail_msg("\"%s\" is refused", p.prompt.p);
    }
    problem_clear(&p);
    qsort(all, n * N_NAMES, sizeof *all, by_asked);
    return all;
}

static void one_wording_means_one_thing(void **state)
{
    (void)state;
    size_t n = 40000;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
        struct wording *all = wordings(SPLIT_TRAIN, lang, n);
        for (size_t i = 1; i < n * N_NAMES; i++)
            if (all[i].asked == all[i - 1].asked &&
                all[i].about != all[i - 1].about)
                fail_msg("\"%s\" means two things", all[i].text);
        free(all);
    }
}

static void what_is_asked_in_tests_alone_is_never_trained(void **state)
{
    (void)state;
    size_t n = 40000, m = 3000;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (enum split split = SPLIT_VALIDATION; split <= SPLIT_UNSEEN; split++) {
            struct wording *train = wordings(SPLIT_TRAIN, lang, n);
            struct wording *held = wordings(split, lang, m);
            size_t both = 0;
            const char *one = "";
            for (size_t i = 0; i < m * N_NAMES; i++) {
                if (!bsearch(&held[i], train, n * N_NAMES, sizeof *train, by_asked))
                    continue;
                both++;
                one = held[i].text;
            }
            /* "hi", and "hi," of another line: the key looks at the end alone. */
            if (both > (split == SPLIT_UNSEEN ? 0 : m / 50))
                fail_msg("%zu wordings of split %d are trained: \"%s\"", both,
                         split, one);
            free(train);
            free(held);
        }
}

static size_t distinct(struct wording *all, size_t n)
{
    size_t count = n > 0;
    for (size_t i = 1; i < n; i++)
        count += all[i].asked != all[i - 1].asked;
    return count;
}

/* The refusals are judged on prompts that were not trained: are there enough? */
static void a_hundred_and_more_are_held_out(void **state)
{
    (void)state;
    for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++)
        for (enum split split = SPLIT_TEST; split <= SPLIT_UNSEEN; split++) {
            struct wording *all = wordings(split, lang, 4000);
            size_t n = distinct(all, 4000 * N_NAMES);
            free(all);
            if (n < 200)
                fail_msg("%zu wordings in split %d, language %d", n, split, lang);
        }
    struct wording *train = wordings(SPLIT_TRAIN, LANG_EN, 20000);
    assert_in_range(distinct(train, 20000 * N_NAMES), 4000, 20000 * N_NAMES);
    free(train);
}

static void a_refusal_offers_three_things_in_the_language_of_the_user(void **state)
{
    (void)state;
    const struct task *t = task_find("outside");
    struct problem p = {.lang = LANG_EN};
    CHECK(t->check(&p, str_of("Sorry, that is **outside what I can do**. "
                              "Try: 1+1 · 2+2 · 3+3")) == 1);
    CHECK(t->check(&p, str_of("Sorry, that is **outside what I can do**.")) == 0.5);
    CHECK(t->check(&p, str_of("The answer is **12**.")) == 0);
    CHECK(t->check(&p, str_of("抱歉，这**超出了我的能力**。试试：1 · 2 · 3")) == 0);
    p.lang = LANG_ZH;
    CHECK(t->check(&p, str_of("抱歉，这**超出了我的能力**。试试：1 · 2 · 3")) == 1);
    CHECK(outside_refused(str_of("这超出了我的能力")));
    CHECK(!outside_refused(str_of("I am **mull**.")));
}

/* Sums about poems and doctors: asked like what is beyond, answered all the same. */
static void sums_in_other_clothes_are_not_refused(void **state)
{
    (void)state;
    const struct task *t = task_find("inside");
    struct problem p = {0};
    check_task(&world, t, 200);
    for (unsigned i = 0; i < 2000; i++) {
        struct gen_ctx ctx = world_ctx(&world, t, i % 4, i / 4 % 2, i);
        world_make(&ctx, t, &p);
        CHECK(!outside_refused(buf_str(&p.reply)));
        long long a = 0, b = 0, c = 0;
        char op = 0;
        const char *sum = strchr(p.think.p, '\n');
        CHECK(sum && sscanf(sum, "%lld%c%lld=%lld", &a, &op, &b, &c) == 4);
        assert_int_equal(c, op == '+' ? a + b : op == '-' ? a - b : a * b);
        assert_int_equal(c, strtoll(p.answer.p, NULL, 10));
    }
    problem_clear(&p);
}

static void facts_are_found_at_the_beginning_of_words(void **state)
{
    (void)state;
    CHECK(answer_says(str_of("No, I do not."), str_of("no")));
    CHECK(!answer_says(str_of("I know nothing."), str_of("no")));
    CHECK(answer_says(str_of("many experts"), str_of("expert")));
    CHECK(!answer_says(str_of("unthinkable"), str_of("think")));
    CHECK(answer_says(str_of("two sums"), str_of("sum")));
    CHECK(!answer_says(str_of("128"), str_of("28")));
    CHECK(!answer_says(str_of("321"), str_of("32")));
    CHECK(answer_says(str_of("有32个"), str_of("32")));
    struct problem p = {0};
    buf_puts(&p.answer, "32\nfour|4\n");
    CHECK(answer_facts(&p, str_of("32, and 4 of them")) == 1);
    CHECK(answer_facts(&p, str_of("four")) == 0.5);
    CHECK(answer_facts(&p, str_of("")) == 0);
    problem_clear(&p);
}

/* Nine lines of ten belong to one intent; nothing is held out. */
static void an_intent_is_drawn_as_often_as_it_has_lines(void **state)
{
    (void)state;
    struct bank *b = bank_new();
    struct problem p = {0};
    struct err err;
    CHECK_OK(bank_add(b, "talk", str_of("@en ask_big\n^9 what a lot of words\n"
                                        "@en about_big\nbig\n@en key_big\nbig\n"
                                        "@en say_big\nIt is big.\n"
                                        "@en ask_small\nso few of them here\n"
                                        "@en about_small\nsmall\n"
                                        "@en key_small\nsmall\n"
                                        "@en say_small\nIt is small.\n"), &err),
             &err);
    CHECK_OK(bank_ready(b, &err), &err);
    unsigned big = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        struct gen_ctx ctx = world_ctx(&world, task_find("talk"), SPLIT_UNSEEN,
                                       LANG_EN, i);
        ctx.bank = b;
        world_make(&ctx, task_find("talk"), &p);
        big += str_is(buf_str(&p.answer), "big\n");
    }
    assert_in_range(big, 1700, 1900);
    problem_clear(&p);
    bank_free(b);
}

int main(void)
{
    world = world_open();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_task_holds_what_all_tasks_promise),
        cmocka_unit_test(replies_to_other_questions_are_rarely_right),
        cmocka_unit_test(one_wording_means_one_thing),
        cmocka_unit_test(what_is_asked_in_tests_alone_is_never_trained),
        cmocka_unit_test(a_hundred_and_more_are_held_out),
        cmocka_unit_test(a_refusal_offers_three_things_in_the_language_of_the_user),
        cmocka_unit_test(sums_in_other_clothes_are_not_refused),
        cmocka_unit_test(an_intent_is_drawn_as_often_as_it_has_lines),
        cmocka_unit_test(facts_are_found_at_the_beginning_of_words),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_close(&world);
    return failed;
}
