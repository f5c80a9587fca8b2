/* SPDX-License-Identifier: Apache-2.0 */
#include "train/runlog.h"

#include <unistd.h>

#include "base/file.h"
#include "check.h"
#include "train/nn/net.h"

static char path[64];

static int make_path(void **state)
{
    (void)state;
    snprintf(path, sizeof path, "/tmp/mull-log-XXXXXX");
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
    (void)state;
    return unlink(path);
}

static void log_steps(const char *stage, uint64_t resumed, uint64_t from,
                      uint64_t to)
{
    struct runlog l;
    struct err err;
    uint32_t load[2] = {3, 1};
    float vio[1] = {0.5f};
    struct net_report r = {.loss = 2, .n_tokens = 100, .n_rows = 50,
                           .n_right = 25, .n_moe = 1, .n_experts = 2,
                           .load = load, .max_vio = vio};
    CHECK_OK(runlog_open(&l, path, stage, resumed, &err), &err);
    for (uint64_t i = from; i <= to; i++)
        runlog_step(&l, &(struct runlog_step){stage, i, i * 100, 0.1, 1, 0.5},
                    &r);
    CHECK_OK(runlog_close(&l, &err), &err);
}

static void read_log(struct buf *text)
{
    struct err err;
    buf_reset(text);
    CHECK_OK(file_read(path, 1 << 20, text, &err), &err);
}

static unsigned count(const struct buf *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = text->p; at && (at = strstr(at, what)); at++)
        n++;
    return n;
}

static void lines_of_lost_steps_are_taken_away(void **state)
{
    struct buf text = {0};
    (void)state;
    log_steps("pretrain", 0, 1, 10);
    log_steps("sft", 0, 1, 10);
    log_steps("sft", 6, 7, 8); /* killed after 10, saved at 6 */
    read_log(&text);
    assert_int_equal(count(&text, "\"pretrain\""), 10);
    assert_int_equal(count(&text, "\"sft\""), 8);
    assert_int_equal(count(&text, "\"step\":7,"), 2);
    buf_clear(&text);
}

static void half_a_line_is_lost_as_well(void **state)
{
    struct buf text = {0};
    (void)state;
    FILE *f = fopen(path, "w");
    fputs("{\"stage\":\"sft\",\"step\":1,\"loss\":1}\n{\"stage\":\"sft\",\"st", f);
    fclose(f);
    log_steps("sft", 1, 2, 2);
    read_log(&text);
    assert_int_equal(count(&text, "\n"), 2);
    assert_int_equal(count(&text, "\"step\":2"), 1);
    buf_clear(&text);
}

static void a_step_says_what_there_is_to_say(void **state)
{
    static const char *const keys[] = {
        "stage", "step", "tokens", "loss", "mtp_loss", "lr", "grad_norm",
        "tok_s", "gflops", "maxvio", "dead"};
    struct buf text = {0};
    (void)state;
    log_steps("sft", 0, 1, 1);
    read_log(&text);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char key[32];
        snprintf(key, sizeof key, "\"%s\":", keys[i]);
        if (count(&text, key) != 1)
            fail_msg("no %s in %s", key, text.p);
    }
    CHECK(strstr(text.p, "\"tok_s\":200.0") && strstr(text.p, "[0.500]"));
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_of_lost_steps_are_taken_away,
                                        make_path, remove_path),
        cmocka_unit_test_setup_teardown(half_a_line_is_lost_as_well, make_path,
                                        remove_path),
        cmocka_unit_test_setup_teardown(a_step_says_what_there_is_to_say,
                                        make_path, remove_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
