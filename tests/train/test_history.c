/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "train/history.h"

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

static unsigned n_told;

static void take(void *arg, const struct history_stage *s, const json_t *line)
{
    double *countdown = arg;
    n_told++;
    if (strcmp(s->name, "rl") == 0)
        CHECK(history_number(line, "measure:countdown3", countdown));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_is_read_stage_by_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
