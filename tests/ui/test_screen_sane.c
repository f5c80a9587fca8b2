/* SPDX-License-Identifier: Apache-2.0 */
/* The full screen under signals, sizes, hostile text and every terminal: whatever
 * comes, the terminal is left as it was. */
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "check.h"
#include "ui/demo.h"

#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* --- what others do to it ------------------------------------------------- */

static void kill_while_it_thinks(struct show *s, int signal)
{
    open_show(s, turns, SHOW(80, 24));
    pty_send(&s->p, "one\r");
    pty_wait(&s->p, "first I think");
    kill(s->p.child, signal);
    pty_end(&s->p);
}

static void signals_end_it_with_their_status_and_a_sane_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct show s = {0};
        kill_while_it_thinks(&s, signals[i]);
        assert_true(WIFSIGNALED(s.p.status));
        assert_int_equal(WTERMSIG(s.p.status), signals[i]);
        pty_check_restored(&s.p);
        pty_check_harmless(&s.p);
        close_show(&s);
    }
}

static void a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    static const int signals[] = {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct show s = {0};
        kill_while_it_thinks(&s, signals[i]);
        if (SANITIZED && WIFEXITED(s.p.status)) { /* it has the last word */
            assert_int_not_equal(WEXITSTATUS(s.p.status), 0);
        } else {
            assert_true(WIFSIGNALED(s.p.status));
            assert_int_equal(WTERMSIG(s.p.status), signals[i]);
        }
        pty_check_restored(&s.p);
        assert_non_null(strstr(pty_screen(&s.p), "internal error"));
        close_show(&s);
    }
}

static void a_terminal_that_goes_away_ends_it(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    pty_wait(&s.p, " ›");
    close(s.p.fd);
    s.p.fd = -1;
    s.p.gone = true;
    pty_end(&s.p);
    assert_true(WIFSIGNALED(s.p.status) || WEXITSTATUS(s.p.status) != 0);
    close_show(&s);
}

static void ctrl_z_gives_the_shell_a_sane_terminal_and_fg_the_screen(void **state)
{
    (void)state;
    struct show s = {0};
    struct pty_start how = SHOW(80, 24);
    how.through_shell = true;
    open_show(&s, turns, how);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "first I think");
    for (int round = 0; round < 3; round++) {
        size_t from = s.p.bytes.len;
        pty_send(&s.p, "\x1a");
        pty_wait(&s.p, "shell: stopped, modes are back");
        struct str said = str_n(s.p.bytes.p + from, s.p.bytes.len - from);
        assert_true(str_find(said, str_of("\033[?1049l"), 0) < said.len);
        assert_true(str_find(said, str_of("\033[?2004l"), 0) < said.len);
        if (round == 1)
            pty_resize(&s.p, 100, 30);
        pty_send(&s.p, "fg\n");
        pty_wait(&s.p, "first I think");
    }
    scripted_go(s.b);
    pty_wait(&s.p, "answer one");
    pty_send(&s.p, "\x04");
    pty_end(&s.p);
    assert_int_equal(s.p.status, 0);
    pty_check_restored(&s.p);
    pty_check_harmless(&s.p);
    close_show(&s);
}

static void sizes_may_change_at_any_speed(void **state)
{
    (void)state;
    struct show s;
    struct rng r = rng_init(5);
    play_demo(&s, 80, 24);
    for (int i = 0; i < 500; i++) {
        pty_resize(&s.p, 1 + (int)rng_below(&r, i % 10 ? 150 : 500),
                   1 + (int)rng_below(&r, i % 10 ? 50 : 200));
        pty_listen(&s.p, 0);
    }
    pty_resize(&s.p, 1, 1);
    pty_listen(&s.p, 50);
    pty_resize(&s.p, 500, 200);
    pty_wait(&s.p, "once each.");
    pty_resize(&s.p, 80, 24);
    pty_wait_gone(&s.p, "GQA");
    pty_wait(&s.p, "context 325 / 2,048");
    pty_send(&s.p, "\x0c"); /* as after Ctrl-L, a golden screen */
    pty_wait(&s.p, "once each.");
    pty_listen(&s.p, 300);
    expect_golden(&s, "screen-80x24");
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "interrupted");
    leave(&s);
    close_show(&s);
}

/* --- what it must never do ------------------------------------------------ */

/* How often the process has gone to sleep and been woken. */
static long wake_ups(pid_t pid)
{
    char path[64], line[256];
    long n = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
            break;
    if (f)
        fclose(f);
    return n;
}

static void an_idle_screen_writes_nothing_and_does_not_wake(void **state)
{
    (void)state;
    struct show s;
    play_demo(&s, 120, 36);
    pty_wait(&s.p, "250 KB");
    while (pty_listen(&s.p, 300) > 0) /* the last frames of the side panes */
        ;
    long before = wake_ups(s.p.child);
    assert_int_equal(pty_listen(&s.p, 1000), 0);
    assert_int_equal(wake_ups(s.p.child), before);
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "interrupted");
    leave(&s);
    close_show(&s);
}

static const struct script_step hostile[] = {
    {SCRIPT_THINK,
     "a\033]0;title\007b\033[2Jc\033[6nd\033]52;c;aGk=\007e\xC2\x9B"
     "31mf\b\b\b\r\xE2\x80\xAEg\xF3\xA0\x81\x81h\x7f\x0ei\033Pq\033\\",
     0},
    {SCRIPT_SAY, "\033c\033]8;;http://x\033\\link\033]8;;\033\\ 🙂👍🏽 👨‍👩‍👧 end", 0},
    {SCRIPT_NOTICE, "notice \033[31m\033]0;x\007 too", 0},
    {SCRIPT_NOISE, "\033[31mnoise on standard error\033]0;y\007\n", 0},
    {SCRIPT_ECHO, NULL, 0},
    {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "x", 0},
    {SCRIPT_FAIL, "error \033]0;z\007 too", 0},
    {SCRIPT_END, NULL, 0},
};

static void text_of_a_model_cannot_drive_the_terminal(void **state)
{
    (void)state;
    static const char *const locales[] = {"C.UTF-8", "C"};
    for (int i = 0; i < 2; i++) {
        char log[] = "/tmp/mull-log-XXXXXX";
        close(mkstemp(log));
        struct show s = {.o = {.log_path = log}};
        struct pty_start how = SHOW(120, 36);
        how.locale = locales[i];
        open_show(&s, hostile, how);
        pty_send(&s.p, "\033[200~\033]0;typed\007\xC2\x9B" "1m\033[201~\r");
        pty_wait(&s.p, "]0;typed");
        pty_wait(&s.p, "too");
        pty_send(&s.p, "again\r");
        pty_wait(&s.p, "error ");
        assert_null(strstr(pty_screen(&s.p), "noise on"));
        leave(&s);
        struct stat st;
        assert_int_equal(stat(log, &st), 0);
        assert_true(st.st_size > 20);
        assert_int_equal(st.st_mode & 0777, 0600);
        unlink(log);
        close_show(&s);
    }
}

static void every_terminal_and_locale_is_left_as_it_was(void **state)
{
    (void)state;
    static const char *const terms[] = {"xterm-256color", "screen-256color",
                                        "tmux-256color", "linux", "vt100"};
    static const char *const locales[] = {"C.UTF-8", "C"};
    static const int sizes[][2] = {{120, 36}, {80, 24}, {40, 10},
                                   {20, 4},   {1, 1},   {500, 200}};
    for (int term = 0; term < 5; term++)
        for (int locale = 0; locale < 2; locale++)
            for (int size = 0; size < 6; size++) {
                struct show s = {0};
                struct pty_start how = SHOW(sizes[size][0], sizes[size][1]);
                how.term = terms[term];
                how.locale = locales[locale];
                open_show(&s, turns, how);
                scripted_go(s.b);
                pty_send(&s.p, "x\r");
                pty_wait(&s.p, size == 4 ? "\n" : "one");
                pty_wait_bytes(&s.p, "\033[");
                /* One cell, and not every terminal can write the last one. */
                if (size == 4 && term == 0) {
                    pty_send(&s.p, "Q\x02");
                    pty_wait(&s.p, "Q");
                    pty_send(&s.p, "\x04");
                }
                leave(&s);
                for (size_t i = 0; locale == 1 && i < s.p.bytes.len; i++)
                    assert_true((unsigned char)s.p.bytes.p[i] < 0x80);
                close_show(&s);
            }
}

static void a_terminal_that_cannot_is_refused_without_a_mark(void **state)
{
    (void)state;
    static const char *const terms[] = {"dumb", "no-such-terminal", "", NULL};
    for (int i = 0; i < 4; i++) {
        struct show s = {0};
        struct pty_start how = SHOW(80, 24);
        how.term = terms[i];
        start_show(&s, turns, how);
        pty_end(&s.p);
        assert_true(WIFEXITED(s.p.status));
        assert_int_equal(WEXITSTATUS(s.p.status), 3);
        assert_string_equal(s.p.bytes.p,
                            "refused: this terminal has no full screen\r\n");
        pty_check_restored(&s.p);
        close_show(&s);
    }
}

static void no_color_is_heeded(void **state)
{
    (void)state;
    struct show s = {.o = {.color = COLOR_NEVER}};
    open_show(&s, turns, SHOW(120, 36));
    scripted_go(s.b);
    pty_send(&s.p, "x\r");
    pty_wait(&s.p, "answer one");
    leave(&s);
    struct str all = buf_str(&s.p.bytes);
    assert_int_equal(str_find(all, str_of("\033[38"), 0), all.len);
    assert_int_equal(str_find(all, str_of(";38;"), 0), all.len);
    close_show(&s);
}

/* --- anything at all ------------------------------------------------------ */

static const struct script_step endless[] = {
    {SCRIPT_READ, NULL, 100}, {SCRIPT_THINK, "Let me think. 你好 é\n", 0},
    {SCRIPT_ECHO, NULL, 0},   {SCRIPT_NOTICE, "a notice", 0},
    {SCRIPT_DONE, NULL, 0},   {SCRIPT_ECHO, NULL, 0},
    {SCRIPT_FAIL, "an error", 0}, {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_DONE, NULL, 0},   {SCRIPT_END, NULL, 0},
};

static void random_keys_sizes_and_tokens_leave_a_sane_terminal(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "hello ", "你好", "\r", "\r", "\n", "\t", "\033OP", "\033OQ", "\033OR",
        "\033[5~", "\033[6~", "\033[A", "\033[B", "\033", "\033[1;5H", "zM",
        "zR", "j", "k", "q", "/set temp 1\r", "/clear\r", "/regen\r",
        "/mouse\r", "\x12", "\x07", "\x17", "\x15", "\x0c", "\033[200~a\nb",
        "\033[201~", "\033[<64;3;3M", "\033[M !!", "\xff", "\xe4\xbd", "G",
        "\033[1;2A", "\x03a",
    };
    struct rng r = rng_init(2026);
    for (int round = 0; round < 12; round++) {
        struct show s = {0};
        open_show(&s, endless, SHOW(1 + (int)rng_below(&r, 130),
                                    1 + (int)rng_below(&r, 45)));
        for (int i = 0; i < 150; i++) {
            if (rng_below(&r, 12) == 0)
                pty_resize(&s.p, 1 + (int)rng_below(&r, 130),
                           1 + (int)rng_below(&r, 45));
            pty_send(&s.p, keys[rng_below(&r, sizeof keys / sizeof *keys)]);
            pty_listen(&s.p, (int)rng_below(&r, 4));
        }
        /* Out of whatever it is in: a paste, a search, browsing, a turn. */
        pty_send(&s.p, "\033[201~\x07");
        kill(s.p.child, SIGTERM);
        pty_end(&s.p);
        assert_true(WIFSIGNALED(s.p.status));
        assert_int_equal(WTERMSIG(s.p.status), SIGTERM);
        pty_check_restored(&s.p);
        pty_check_harmless(&s.p);
        close_show(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_end_it_with_their_status_and_a_sane_terminal),
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(a_terminal_that_goes_away_ends_it),
        cmocka_unit_test(
            ctrl_z_gives_the_shell_a_sane_terminal_and_fg_the_screen),
        cmocka_unit_test(sizes_may_change_at_any_speed),
        cmocka_unit_test(an_idle_screen_writes_nothing_and_does_not_wake),
        cmocka_unit_test(text_of_a_model_cannot_drive_the_terminal),
        cmocka_unit_test(every_terminal_and_locale_is_left_as_it_was),
        cmocka_unit_test(a_terminal_that_cannot_is_refused_without_a_mark),
        cmocka_unit_test(no_color_is_heeded),
        cmocka_unit_test(random_keys_sizes_and_tokens_leave_a_sane_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
