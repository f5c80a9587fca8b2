/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reserve.h"

#include "check.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

/* While it is negative the system has memory; else so many calls get some. */
static int left = -1;

static bool refused(void)
{
    if (left < 0)
        return false;
    if (left == 0) {
        errno = ENOMEM;
        return true;
    }
    left--;
    return false;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t item);
void *__real_realloc(void *p, size_t n);
void *__real_mmap(void *at, size_t n, int prot, int flags, int fd, off_t from);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t item);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t from);

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t item)
{
    return refused() ? NULL : __real_calloc(n, item);
}

/* As the system does: what is given back can be had again. */
void *__wrap_realloc(void *p, size_t n)
{
    if (refused() && !reserve_is_spent())
        return NULL;
    return __real_realloc(p, n);
}

void *__wrap_mmap(void *at, size_t n, int prot, int flags, int fd, off_t from)
{
    return refused() ? MAP_FAILED : __real_mmap(at, n, prot, flags, fd, from);
}

static void the_first_refusal_costs_the_reserve_alone(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_true(reserve_keep());
    assert_false(reserve_is_spent());
    buf_puts(&b, "kept");
    left = 0;
    char *p = mem_alloc(1000);
    left = -1;
    memset(p, 1, 1000);
    mem_free(p);
    assert_true(reserve_is_spent());
    left = 0;
    assert_false(reserve_keep()); /* there is no room for another */
    assert_true(reserve_is_spent());
    buf_reserve(&b, 100000);      /* but there is some of this one */
    uint8_t *zeros = mem_array(300, 7);
    left = -1;
    assert_string_equal(b.p, "kept");
    for (size_t i = 0; i < 2100; i++)
        assert_int_equal(zeros[i], 0);
    mem_free(zeros);
    assert_true(reserve_keep());
    assert_false(reserve_is_spent());
    assert_true(reserve_keep()); /* it is there already */
    buf_clear(&b);
}

static void a_flood_of_zeroes_is_refused_without_a_crash(void **state)
{
    (void)state;
    int status;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(9);
        mem_array(SIZE_MAX / 2, 3);
        _exit(8);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
}

static int say_to;

static void restore_terminal(void)
{
    ssize_t n = write(say_to, "restored ", 9);
    (void)n;
}

static void the_last_sentence_comes_when_the_terminal_is_back(void **state)
{
    (void)state;
    int pipe_fd[2], status;
    char said[64] = "";
    size_t len = 0;
    ssize_t n;
    assert_int_equal(pipe(pipe_fd), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        say_to = pipe_fd[1];
        dup2(pipe_fd[1], STDERR_FILENO);
        if (!reserve_keep() || atexit(restore_terminal) != 0)
            _exit(9);
        reserve_exit();
    }
    close(pipe_fd[1]);
    while ((n = read(pipe_fd[0], said + len, sizeof said - 1 - len)) > 0)
        len += (size_t)n;
    close(pipe_fd[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_string_equal(said, "restored mull: out of memory\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_sentence_comes_when_the_terminal_is_back),
        cmocka_unit_test(the_first_refusal_costs_the_reserve_alone),
        cmocka_unit_test(a_flood_of_zeroes_is_refused_without_a_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
