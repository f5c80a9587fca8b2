/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

static char path[] = "/tmp/mull-log-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 || close(fd) != 0 || unlink(path) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    log_close();
    unlink(path);
    return 0;
}

static void open_log(enum log_level least)
{
    struct err err;
    unlink(path);
    CHECK_OK(log_open(path, least, &err), &err);
}

static size_t read_log(char *out, size_t cap)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(out, 1, cap - 1, f);
    out[n] = '\0';
    fclose(f);
    return n;
}

static void only_lines_of_the_level_and_above_are_written(void **state)
{
    (void)state;
    char text[1024];
    open_log(LOG_INFO);
    log_debug(LOG_ENGINE, "too little");
    log_info(LOG_ENGINE, "prefill %d tokens", 7);
    log_error(LOG_UI, "broken");
    read_log(text, sizeof text);
    assert_null(strstr(text, "too little"));
    assert_non_null(strstr(text, "Z info engine: prefill 7 tokens\n"));
    assert_non_null(strstr(text, "Z error ui: broken\n"));
}

static void text_from_outside_is_cleaned(void **state)
{
    (void)state;
    char text[1024];
    open_log(LOG_DEBUG);
    log_warn(LOG_MODEL, "name \"%s\"", "a\x1b[2J\nb\x07\xC2\x9B""c\xE2\x80\xAE");
    size_t n = read_log(text, sizeof text);
    assert_true(n > 0 && text[n - 1] == '\n');
    for (size_t i = 0; i + 1 < n; i++)
        assert_true((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
    assert_null(strstr(text, "\xC2\x9B"));
    assert_null(strstr(text, "\xE2\x80\xAE"));
}

static void nobody_else_may_read_it(void **state)
{
    (void)state;
    struct stat st;
    mode_t mask = umask(0);
    open_log(LOG_INFO);
    umask(mask);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_log_that_cannot_be_opened_says_so(void **state)
{
    (void)state;
    struct err err;
    CHECK_REFUSED(log_open("/nonexistent/log", LOG_INFO, &err), &err, ERR_IO);
    assert_non_null(strstr(err.msg, "/nonexistent/log"));
}

static void a_closed_log_takes_lines_and_drops_them(void **state)
{
    (void)state;
    char text[256];
    open_log(LOG_INFO);
    log_close();
    log_error(LOG_MAIN, "nobody listens");
    assert_int_equal(read_log(text, sizeof text), 0);
}

#define LINES 500

static void *write_lines(void *arg)
{
    for (int i = 0; i < LINES; i++)
        log_info(LOG_MAIN, "%s", (const char *)arg);
    return NULL;
}

static void lines_of_two_threads_do_not_mix(void **state)
{
    (void)state;
    static char text[2 * LINES * 64];
    pthread_t other;
    open_log(LOG_INFO);
    assert_int_equal(pthread_create(&other, NULL, write_lines, "aaaaaaaa"), 0);
    write_lines("bbbbbbbb");
    pthread_join(other, NULL);
    read_log(text, sizeof text);

    int n = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n++) {
        const char *said = strstr(line, "info main: ");
        assert_non_null(said);
        said += strlen("info main: ");
        assert_true(strcmp(said, "aaaaaaaa") == 0 ||
                    strcmp(said, "bbbbbbbb") == 0);
    }
    assert_int_equal(n, 2 * LINES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_lines_of_the_level_and_above_are_written),
        cmocka_unit_test(text_from_outside_is_cleaned),
        cmocka_unit_test(nobody_else_may_read_it),
        cmocka_unit_test(a_log_that_cannot_be_opened_says_so),
        cmocka_unit_test(a_closed_log_takes_lines_and_drops_them),
        cmocka_unit_test(lines_of_two_threads_do_not_mix),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
