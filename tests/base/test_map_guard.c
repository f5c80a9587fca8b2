/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map_guard.h"

#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/thread.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { PAGES = 8 };
static char path[64], other[80];
static size_t page;

static int begin(void **state)
{
    (void)state;
    page = (size_t)sysconf(_SC_PAGESIZE);
    snprintf(path, sizeof path, "/tmp/mull-guard.XXXXXX");
    int fd = mkstemp(path);
    char *bytes = malloc(PAGES * page);
    memset(bytes, 'x', PAGES * page);
    bool ok = fd >= 0 && write(fd, bytes, PAGES * page) ==
                             (ssize_t)(PAGES * page);
    free(bytes);
    close(fd);
    snprintf(other, sizeof other, "%s.other", path);
    return ok ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    return 0;
}

static unsigned sum(const struct file_map *f)
{
    unsigned n = 0;
    for (size_t i = 0; i < f->size; i++)
        n += f->data[i] == 'x';
    return n;
}

static void *sum_in_thread(void *arg)
{
    return (void *)(uintptr_t)sum(arg);
}

static void what_was_cut_off_reads_as_zeroes_in_any_thread(void **state)
{
    (void)state;
    struct file_map f, whole;
    struct err err;
    CHECK_OK(file_map_open(&f, path, &err), &err);
    file_map_survive(&f);
    CHECK_OK(file_map_intact(&f, &err), &err);
    assert_int_equal(sum(&f), PAGES * page);
    assert_int_equal(truncate(path, (off_t)(3 * page)), 0);
    CHECK_REFUSED(file_map_intact(&f, &err), &err, ERR_IO);
    assert_non_null(strstr(err.msg, "cut short"));
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(thread_begin(&threads[i], sum_in_thread, &f), 0);
    for (int i = 0; i < 4; i++) {
        void *n;
        pthread_join(threads[i], &n);
        assert_int_equal((uintptr_t)n, 3 * page);
    }
    assert_int_equal(truncate(path, (off_t)(PAGES * page)), 0);
    CHECK_REFUSED(file_map_intact(&f, &err), &err, ERR_IO); /* it is not forgotten */
    CHECK_OK(file_map_open(&whole, path, &err), &err);
    file_map_survive(&whole);
    CHECK_OK(file_map_intact(&whole, &err), &err); /* but its own alone */
    file_map_close(&whole);
    file_map_close(&f);
}

static void what_takes_the_place_of_a_file_does_not_matter(void **state)
{
    (void)state;
    struct file_map f;
    struct err err;
    CHECK_OK(file_map_open(&f, path, &err), &err);
    assert_int_equal(close(open(other, O_CREAT | O_WRONLY, 0600)), 0);
    assert_int_equal(rename(other, path), 0);
    CHECK_OK(file_map_intact(&f, &err), &err);
    assert_int_equal(unlink(path), 0);
    CHECK_OK(file_map_intact(&f, &err), &err);
    file_map_close(&f);
}

static void what_is_written_over_is_seen(void **state)
{
    (void)state;
    struct file_map f;
    struct err err;
    CHECK_OK(file_map_open(&f, path, &err), &err);
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0); /* no clock is so fine */
    CHECK_REFUSED(file_map_intact(&f, &err), &err, ERR_IO);
    assert_non_null(strstr(err.msg, "was changed"));
    file_map_close(&f);
}

/* How a child ends that does this. */
static int end_of(void (*what)(void))
{
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGBUS, SIG_DFL);
        signal(SIGSEGV, SIG_DFL);
        what();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void read_unguarded(void)
{
    struct file_map f, guarded;
    struct err err;
    if (!file_map_open(&f, path, &err) || !file_map_open(&guarded, path, &err))
        _exit(1);
    file_map_survive(&guarded);
    if (truncate(path, 0) != 0)
        _exit(2);
    if (sum(&guarded) != 0)
        _exit(3);
    sum(&f);
}

static void note(int signal)
{
    (void)signal;
    _exit(42);
}

static void *fault(void *arg)
{
    raise(SIGSEGV);
    return arg;
}

static void fault_in_thread(void)
{
    pthread_t t;
    signal(SIGSEGV, note);
    if (thread_begin(&t, fault, NULL) == 0)
        pthread_join(t, NULL);
}

static void a_fault_elsewhere_kills_as_usual(void **state)
{
    (void)state;
    if (SANITIZED)
        skip(); /* it has its own ways to end */
    int status = end_of(read_unguarded);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGBUS);
}

static void a_fault_in_a_thread_asks_the_handler(void **state)
{
    (void)state;
    int status = end_of(fault_in_thread);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_was_cut_off_reads_as_zeroes_in_any_thread, begin, end),
        cmocka_unit_test_setup_teardown(
            what_takes_the_place_of_a_file_does_not_matter, begin, end),
        cmocka_unit_test_setup_teardown(what_is_written_over_is_seen, begin, end),
        cmocka_unit_test_setup_teardown(a_fault_elsewhere_kills_as_usual, begin,
                                        end),
        cmocka_unit_test(a_fault_in_a_thread_asks_the_handler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
