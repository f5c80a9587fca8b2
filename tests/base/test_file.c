/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

static char dir[64];

static const char *in_dir(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/test_file-XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    const char *const names[] = {"file", "empty", "fifo", "link"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(in_dir(names[i]));
    return rmdir(dir); /* fails when a test left something behind */
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in_dir(name), "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_file_is_mapped_whole(void **state)
{
    (void)state;
    struct file_map f;
    struct err err;
    put("file", "hello");
    CHECK_OK(file_map_open(&f, in_dir("file"), &err), &err);
    assert_int_equal(f.size, 5);
    assert_memory_equal(f.data, "hello", 5);
    file_map_close(&f);
    assert_null(f.data);
    file_map_close(&f); /* twice is fine */
}

static void an_empty_file_maps_to_nothing(void **state)
{
    (void)state;
    struct file_map f;
    struct err err;
    put("empty", "");
    CHECK_OK(file_map_open(&f, in_dir("empty"), &err), &err);
    CHECK(f.size == 0 && !f.data);
    file_map_close(&f);
}

static void bytes_of_the_caller_stay_with_the_caller(void **state)
{
    (void)state;
    char text[] = "mine";
    struct file_map f = file_map_over(text, 4);
    CHECK(f.size == 4 && (const void *)f.data == text);
    file_map_close(&f);
    assert_string_equal(text, "mine");
}

static void what_is_not_a_file_is_named(void **state)
{
    (void)state;
    struct file_map f;
    struct err err;
    struct buf b = {0};
    CHECK_REFUSED(file_map_open(&f, in_dir("none"), &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "no such file"));
    CHECK_REFUSED(file_map_open(&f, dir, &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "a directory"));
    CHECK(mkfifo(in_dir("fifo"), 0600) == 0);
    CHECK_REFUSED(file_map_open(&f, in_dir("fifo"), &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "a pipe"));
    CHECK_REFUSED(file_read(in_dir("fifo"), 100, &b, &err), &err, ERR_IO);
    CHECK_REFUSED(file_map_open(&f, "/dev/null", &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "a device"));
    buf_clear(&b);
}

/* root may read everything: the question is asked by somebody else. */
static void a_file_without_permission_says_so(void **state)
{
    (void)state;
    put("file", "secret");
    CHECK(chmod(in_dir("file"), 0) == 0 && chmod(dir, 0755) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct file_map f;
        struct err err;
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(2);
        bool refused = !file_map_open(&f, in_dir("file"), &err) &&
                       strstr(err.msg, "no permission");
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
}

static void reading_stops_at_the_limit(void **state)
{
    (void)state;
    struct buf b = {0};
    struct err err;
    unlink(in_dir("file"));
    put("file", "0123456789");
    CHECK_OK(file_read(in_dir("file"), 10, &b, &err), &err);
    assert_string_equal(b.p, "0123456789");
    CHECK_REFUSED(file_read(in_dir("file"), 9, &b, &err), &err, ERR_LIMIT);
    buf_clear(&b);
}

static void a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    int fd[2];
    struct buf b = {0}, all = {0};
    struct err err;
    CHECK(pipe(fd) == 0);
    for (int i = 0; i < 40000; i++)
        buf_putc(&all, (char)('a' + i % 26));
    CHECK(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
    pid_t child = fork();
    if (child == 0) {
        for (size_t at = 0; at < all.len; at += 100)
            if (write(fd[1], all.p + at, 100) != 100)
                _exit(1);
        _exit(0);
    }
    close(fd[1]);
    CHECK_OK(file_read_fd(fd[0], 1 << 20, &b, &err), &err);
    close(fd[0]);
    waitpid(child, NULL, 0);
    assert_int_equal(b.len, all.len);
    assert_memory_equal(b.p, all.p, all.len);
    buf_clear(&b);
    buf_clear(&all);
}

static void a_replaced_file_is_new_private_and_alone(void **state)
{
    (void)state;
    struct buf b = {0};
    struct err err;
    struct stat st;
    umask(0); /* the mode must not be left to it */
    put("file", "old");
    CHECK_OK(file_replace(in_dir("file"), "new", 3, &err), &err);
    CHECK(stat(in_dir("file"), &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK_OK(file_read(in_dir("file"), 10, &b, &err), &err);
    assert_string_equal(b.p, "new");
    buf_clear(&b);
}

static void replacing_a_link_leaves_alone_what_it_points_to(void **state)
{
    (void)state;
    struct buf b = {0};
    struct err err;
    struct stat st;
    char link[128];
    snprintf(link, sizeof link, "%s", in_dir("link"));
    put("empty", "kept");
    CHECK(symlink("empty", link) == 0);
    CHECK_OK(file_replace(link, "new", 3, &err), &err);
    CHECK(lstat(link, &st) == 0 && S_ISREG(st.st_mode));
    CHECK_OK(file_read(in_dir("empty"), 10, &b, &err), &err);
    assert_string_equal(b.p, "kept");
    buf_clear(&b);
}

/* remove_dir notices a temporary file that stayed behind. */
static void a_failed_replacement_leaves_all_as_it_was(void **state)
{
    (void)state;
    struct err err;
    CHECK(mkdir(in_dir("sub"), 0700) == 0);
    CHECK_REFUSED(file_replace(in_dir("sub"), "x", 1, &err), &err, ERR_IO);
    CHECK_REFUSED(file_replace(in_dir("none/file"), "x", 1, &err), &err,
                  ERR_IO);
    CHECK(rmdir(in_dir("sub")) == 0);
}

static void a_new_file_is_whole_or_not_there(void **state)
{
    (void)state;
    struct err err;
    struct rlimit lim;
    char big[4096] = {0};
    struct buf b = {0};
    CHECK_OK(file_write_new(in_dir("new"), "all", 3, &err), &err);
    CHECK_REFUSED(file_write_new(in_dir("new"), "x", 1, &err), &err, ERR_IO);
    CHECK_OK(file_read(in_dir("new"), 99, &b, &err), &err);
    assert_string_equal(b.p, "all");
    CHECK(unlink(in_dir("new")) == 0);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &lim);
    rlim_t before = lim.rlim_cur;
    lim.rlim_cur = 100;
    CHECK(setrlimit(RLIMIT_FSIZE, &lim) == 0);
    bool refused = !file_write_new(in_dir("new"), big, sizeof big, &err);
    lim.rlim_cur = before;
    CHECK(setrlimit(RLIMIT_FSIZE, &lim) == 0);
    CHECK(refused && strstr(err.msg, "new: cannot be written"));
    CHECK(access(in_dir("new"), F_OK) != 0);
    buf_clear(&b);
}

static void a_long_path_does_not_push_the_reason_out(void **state)
{
    (void)state;
    char path[2000];
    struct err err;
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    memcpy(path + sizeof path - 6, ".gguf", 6);
    err_set(&err, ERR_IO, "the reason");
    CHECK(!file_context(&err, path));
    CHECK(strstr(err.msg, "ppp.gguf: the reason"));
    assert_memory_equal(err.msg, "...p", 4);
    err_set(&err, ERR_IO, "the reason");
    CHECK(!file_context(&err, "m.gguf"));
    assert_string_equal(err.msg, "m.gguf: the reason");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_mapped_whole),
        cmocka_unit_test(an_empty_file_maps_to_nothing),
        cmocka_unit_test(bytes_of_the_caller_stay_with_the_caller),
        cmocka_unit_test(what_is_not_a_file_is_named),
        cmocka_unit_test(a_file_without_permission_says_so),
        cmocka_unit_test(reading_stops_at_the_limit),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(a_replaced_file_is_new_private_and_alone),
        cmocka_unit_test(replacing_a_link_leaves_alone_what_it_points_to),
        cmocka_unit_test(a_failed_replacement_leaves_all_as_it_was),
        cmocka_unit_test(a_new_file_is_whole_or_not_there),
        cmocka_unit_test(a_long_path_does_not_push_the_reason_out),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
