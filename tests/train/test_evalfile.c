/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "check.h"
#include "train/evalfile.h"

static char path[64];

static int open_file(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/mull-eval-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 || close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void add(struct evalset *e, const char *task, enum lang lang,
                double score, const char *reply)
{
    e->items = mem_realloc(e->items, (e->n + 1) * sizeof *e->items);
    struct eval_item *item = &e->items[e->n++];
    *item = (struct eval_item){.task = task, .score = score,
                               .well_formed = score > 0};
    item->problem.lang = lang;
    item->problem.level = 1;
    buf_puts(&item->problem.prompt, "what?");
    buf_puts(&item->answer.reply, reply);
    item->answer.stats.think_tokens = 7;
    item->answer.stats.drafted = 10;
    item->answer.stats.accepted = 9;
}

static void what_was_written_is_summed_up_again(void **state)
{
    struct evalset e = {0};
    struct eval_sum s;
    struct err err;
    (void)state;
    add(&e, "add", LANG_EN, 1, "**5**");
    add(&e, "sub", LANG_EN, 0, "wrong \xFF");
    add(&e, "add", LANG_ZH, 0.5, "half");
    add(&e, "add", LANG_EN, -1, "never asked");
    add(&e, "add", LANG_ZH, 0, "that is **outside what I can do**");
    add(&e, "outside", LANG_EN, 1, "that is **outside what I can do**");
    CHECK_OK(evalfile_write(&e, path, &err), &err);
    evalset_clear(&e);
    CHECK_OK(evalfile_read(&s, path, &err), &err);

    struct tally all = eval_sum_of(&s, NULL, -1);
    assert_int_equal(all.n, 5);
    CHECK(all.right == 2.5);
    assert_int_equal(all.well_formed, 3);
    assert_int_equal(all.refused, 1);
    assert_int_equal(all.think_tokens, 35);
    assert_int_equal(all.accepted, 45);
    assert_int_equal(eval_sum_of(&s, "add", LANG_ZH).n, 2);
    assert_int_equal(eval_sum_of(&s, "add, subtract", -1).n, 4);
    CHECK(eval_sum_macro(&s, "outside") == (0.5 + 0) / 2);
    CHECK(eval_sum_macro(&s, "sub") == (0.5 + 1) / 2);
    assert_string_equal(eval_sum_task(&s, 1), "sub");
    CHECK(eval_sum_task(&s, 3) == NULL);
    /* Of each task the first right and the first wrong one. */
    assert_int_equal(s.n_samples, 4);
    assert_string_equal(s.samples[0].reply.p, "**5**");
    CHECK(s.samples[0].right && !s.samples[1].right);
    eval_sum_clear(&s);
}

static void a_line_that_is_no_answer_is_refused(void **state)
{
    static const char *const wrong[] = {
        "nonsense\n", "{}\n", "{\"task\":\"add\",\"score\":7}\n",
        "{\"task\":5,\"score\":1}\n", "[1]\n"};
    struct eval_sum s;
    struct err err;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_OK(file_replace(path, wrong[i], strlen(wrong[i]), &err), &err);
        CHECK_REFUSED(evalfile_read(&s, path, &err), &err, ERR_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_written_is_summed_up_again,
                                        open_file, remove_file),
        cmocka_unit_test_setup_teardown(a_line_that_is_no_answer_is_refused,
                                        open_file, remove_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
