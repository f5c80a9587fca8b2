/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a terminal: one that knows the mode, one that does not, one that says
 * nothing, one that says nonsense. */
#include "config.h"

#include "check.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "ui/terminal_ask.h"

struct line {
    int terminal, program;
};

static struct line line_open(void)
{
    struct line l = {.terminal = posix_openpt(O_RDWR | O_NOCTTY)};
    assert_true(l.terminal >= 0);
    assert_int_equal(grantpt(l.terminal), 0);
    assert_int_equal(unlockpt(l.terminal), 0);
    l.program = open(ptsname(l.terminal), O_RDWR | O_NOCTTY);
    assert_true(l.program >= 0);
    return l;
}

static void line_close(struct line *l)
{
    close(l->program);
    close(l->terminal);
}

/* A terminal that reads the questions and says this. */
static pid_t answer_with(const struct line *l, const char *answer)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char seen[64] = "";
    size_t n = 0;
    while (n + 1 < sizeof seen && !strstr(seen, "\033[c")) {
        ssize_t got = read(l->terminal, seen + n, sizeof seen - 1 - n);
        if (got <= 0)
            _exit(1);
        n += (size_t)got;
        seen[n] = '\0';
    }
    bool sent = write(l->terminal, answer, strlen(answer)) ==
                (ssize_t)strlen(answer);
    _exit(sent && strstr(seen, "\033[?2026$p") ? 0 : 1);
}

static void check_answer(const char *answer, int timeout_ms,
                         enum terminal_answer want)
{
    struct line l = line_open();
    struct termios before, after;
    int status = -1;
    assert_int_equal(tcgetattr(l.program, &before), 0);
    pid_t child = answer_with(&l, answer);
    assert_true(child > 0);
    assert_int_equal(terminal_synchronized(l.program, l.program, timeout_ms),
                     want);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(tcgetattr(l.program, &after), 0);
    assert_int_equal(after.c_lflag, before.c_lflag);
    assert_int_equal(after.c_cc[VMIN], before.c_cc[VMIN]);
    line_close(&l);
}

enum { LONG = 30000, SHORT = 50 }; /* ms; the answers end the long ones */

static void a_terminal_that_knows_the_mode_says_so(void **state)
{
    (void)state;
    check_answer("\033[?2026;2$y\033[?62;22c", LONG, TERMINAL_YES);
    check_answer("\033[?2026;1$y\033[?62;22c", LONG, TERMINAL_YES);
}

static void one_that_does_not_says_that(void **state)
{
    (void)state;
    check_answer("\033[?2026;0$y\033[?62;22c", LONG, TERMINAL_NO);
    check_answer("\033[?2026;4$y\033[?62;22c", LONG, TERMINAL_NO);
}

static void one_that_knows_only_its_kind_ends_the_waiting(void **state)
{
    (void)state;
    check_answer("\033[?1;2c", LONG, TERMINAL_SILENT);
}

static void silence_and_nonsense_end_with_the_time(void **state)
{
    (void)state;
    check_answer("", SHORT, TERMINAL_SILENT);
    check_answer("\033[?2026;", SHORT, TERMINAL_NO);
    char noise[400];
    memset(noise, 'x', sizeof noise);
    noise[sizeof noise - 1] = '\n';
    noise[sizeof noise - 2] = '\0';
    check_answer(noise, SHORT, TERMINAL_SILENT);
}

static void a_pipe_is_not_asked(void **state)
{
    (void)state;
    int fds[2], columns, rows;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(terminal_synchronized(fds[0], fds[1], LONG),
                     TERMINAL_SILENT);
    assert_false(terminal_size(fds[1], &columns, &rows));
    close(fds[1]);
    char byte;
    assert_int_equal(read(fds[0], &byte, 1), 0); /* nothing was written */
    close(fds[0]);
}

static void the_size_is_that_of_the_terminal(void **state)
{
    (void)state;
    struct line l = line_open();
    struct winsize ws = {.ws_col = 91, .ws_row = 17};
    int columns = 0, rows = 0;
    assert_int_equal(ioctl(l.terminal, TIOCSWINSZ, &ws), 0);
    assert_true(terminal_size(l.program, &columns, &rows));
    assert_int_equal(columns, 91);
    assert_int_equal(rows, 17);
    line_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_that_knows_the_mode_says_so),
        cmocka_unit_test(one_that_does_not_says_that),
        cmocka_unit_test(one_that_knows_only_its_kind_ends_the_waiting),
        cmocka_unit_test(silence_and_nonsense_end_with_the_time),
        cmocka_unit_test(a_pipe_is_not_asked),
        cmocka_unit_test(the_size_is_that_of_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
