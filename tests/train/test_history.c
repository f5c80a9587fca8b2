/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "train/history.h"
#include "train/history_brief.h"

static const char lines[] =
    "{\"stage\":\"sft\",\"step\":1,\"tokens\":1000000,\"seconds\":2,"
    "\"maxvio\":[0.5,1.5],\"mtp_right\":0.9}\n"
    "a visitor\n"
    "[1,2]\n"
    "{\"stage\":\"sft\",\"step\":2,\"tokens\":2000000,\"seconds\":3,"
    "\"validation_loss\":0.25}\n"
    "{\"stage\":\"rl\",\"step\":0,\"macro\":0.5,\"measure\":"
    "[[\"add\",0,\"en\",8,8.0,8,8,30],[\"countdown3\",0,\"en\",6,1.5,6,6,99],"
    "[\"countdown3\",1,\"zh\",2,0.5,2,2,99]]}\n"
    "{\"stage\":\"rl\",\"step\":7,\"tok"; /* the power went */

static const char earlier[] =
    "{\"stage\":\"pretrain\",\"step\":4,\"tokens\":3000000,\"loss\":1.5,"
    "\"seconds\":10}\n"
    "{\"stage\":\"sft\",\"step\":40,\"tokens\":7000000,\"loss\":0.5,"
    "\"seconds\":20}\n"
    "{\"stage\":\"sft\",\"step\":40,\"tokens\":7000000,"
    "\"validation_loss\":0.4}\n";

static unsigned n_told;

static void take(void *arg, const struct history_stage *s, const json_t *line)
{
    double *countdown = arg;
    n_told++;
    if (strcmp(s->name, "rl") == 0)
        CHECK(history_number(line, "measure:countdown3", countdown));
}

static void brief(void *arg, const struct history_stage *s, const json_t *line)
{
    history_brief_take(arg, s, line);
}

static void a_log_is_read_stage_by_stage(void **state)
{
    char dir[] = "/tmp/mull-history-XXXXXX", path[64];
    struct history h;
    struct err err;
    double countdown = 0;
    (void)state;
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/log.jsonl", dir);
    CHECK_OK(file_replace(path, lines, strlen(lines), &err), &err);
    CHECK_OK(history_read(&h, dir, take, &countdown, &err), &err);
    assert_int_equal(n_told, 3);
    assert_int_equal(h.n, 2);
    assert_int_equal(h.stages[0].steps, 2);
    CHECK(h.stages[0].seconds == 5 && h.stages[0].held_out == 0.25);
    CHECK(h.stages[0].vio == 1);
    CHECK(history_find(&h, "rl")->begins == 2);
    CHECK(history_find(&h, "nap") == NULL);
    CHECK(countdown == 0.25);

    CHECK_OK(file_replace(path, "nothing\n", 8, &err), &err);
    CHECK_REFUSED(history_read(&h, dir, NULL, NULL, &err), &err, ERR_FORMAT);
    unlink(path);
    rmdir(dir);
}

/* What was before.jsonl counts, and in brief it is all there again. */
static void a_run_goes_on_from_the_log_of_earlier_goes(void **state)
{
    char dir[] = "/tmp/mull-history-XXXXXX", log[64], before[64];
    struct history h;
    struct history_brief b = {.n = 0};
    struct err err;
    (void)state;
    CHECK(mkdtemp(dir) != NULL);
    snprintf(log, sizeof log, "%s/log.jsonl", dir);
    snprintf(before, sizeof before, "%s/before.jsonl", dir);
    CHECK_OK(file_replace(log, lines, strlen(lines), &err), &err);
    CHECK_OK(file_replace(before, earlier, strlen(earlier), &err), &err);
    CHECK_OK(history_read(&h, dir, brief, &b, &err), &err);
    history_brief_end(&b);
    assert_int_equal(h.n, 3);
    const struct history_stage *sft = history_find(&h, "sft");
    assert_int_equal(sft->steps, 42);
    assert_int_equal(sft->tokens, 9000000);
    CHECK(sft->seconds == 25 && sft->begins == 3 && sft->held_out == 0.25);
    CHECK(history_find(&h, "rl")->begins == 12);

    CHECK_OK(file_replace(before, b.lines.p, b.lines.len, &err), &err);
    CHECK_OK(file_replace(log, "", 0, &err), &err);
    struct history again;
    CHECK_OK(history_read(&again, dir, NULL, NULL, &err), &err);
    assert_int_equal(again.n, 2); /* documents alone */
    CHECK(again.stages[0].seconds == 10 && again.stages[0].tokens == 3000000);
    CHECK(again.stages[1].steps == 42 && again.stages[1].tokens == 9000000);
    CHECK(again.stages[1].held_out == 0.25);
    history_brief_clear(&b);
    unlink(log);
    unlink(before);
    rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_is_read_stage_by_stage),
        cmocka_unit_test(a_run_goes_on_from_the_log_of_earlier_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
