/* SPDX-License-Identifier: Apache-2.0 */
/* Inline mode on a pseudo terminal, as one who sits before it. */
#include <signal.h>
#include <sys/wait.h>

#include "check.h"
#include "ui/inline.h"
#include "ui/show.h"

static const struct script_step thinker[] = {
    {SCRIPT_READ, NULL, 10},
    {SCRIPT_THINK, "3 * 12\nis 36\n", 0},
    {SCRIPT_SAY, "36 apples.\n", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_READ, NULL, 10},
    {SCRIPT_THINK, "half of it\n", 0},
    {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_SAY, "18 apples.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_END, NULL, 0},
};

static int run_inline(void *arg)
{
    struct show *s = arg;
    struct err err = {0};
    int code = 0;
    if (!inline_run(s->b, &s->o, &err)) {
        dprintf(STDOUT_FILENO, "refused: %s\n", err.msg);
        code = 3;
    }
    backend_close(s->b);
    return code;
}

static void open_inline(struct show *s, const struct script_step *steps,
                        struct pty_start how)
{
    s->b = scripted_new(steps, false);
    s->o.turn.sampling = s->b->info.sampling;
    how.run = run_inline;
    how.arg = s;
    pty_begin(&s->p, &how);
    pty_wait_bytes(&s->p, "\033[?2004h");
    pty_wait(&s->p, "Ctrl-D leaves");
}

/* Whether the screen has it, frame by frame. */
static bool sees(struct show *s, const char *text)
{
    pty_settle(&s->p);
    return strstr(pty_screen(&s->p), text) != NULL;
}

static void a_thought_is_one_line_once_it_is_done(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(60, 20));
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "36 apples.");
    pty_wait(&s.p, "› apples?");
    pty_wait(&s.p, "[thought, 7 tokens");
    assert_false(sees(&s, "is 36"));
    leave(&s);
    /* What was said is still there, the live lines are not. */
    assert_non_null(strstr(pty_screen(&s.p), "36 apples."));
    assert_null(strstr(pty_screen(&s.p), "/thoughts  Ctrl-D"));
    close_show(&s);
}

static void a_thought_is_seen_while_it_comes_and_printed_again(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(60, 20));
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "36 apples.");
    pty_send(&s.p, "half?\r");
    pty_wait(&s.p, "half of it"); /* live */
    pty_wait(&s.p, "thinking ");
    scripted_go(s.b);
    pty_wait(&s.p, "18 apples.");
    pty_wait_gone(&s.p, "half of it");
    pty_send(&s.p, "/thoughts\r");
    pty_wait(&s.p, "▏ half of it");
    assert_false(sees(&s, "is 36"));
    pty_send(&s.p, "/thoughts 2\r");
    pty_wait(&s.p, "▏ is 36");
    pty_send(&s.p, "/thoughts 9\r");
    pty_wait(&s.p, "there is no such thought");
    leave(&s);
    close_show(&s);
}

static void one_types_while_the_model_writes(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(60, 20));
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "36 apples.");
    pty_send(&s.p, "half?\r");
    pty_wait(&s.p, "half of it");
    pty_send(&s.p, "next one");
    pty_wait(&s.p, "› next one");
    pty_send(&s.p, "\r");
    scripted_go(s.b);
    pty_wait(&s.p, "18 apples.");
    /* The script begins anew with its answer. */
    pty_wait(&s.p, "› next one");
    pty_wait_gone(&s.p, "18 apples.\n\n\n");
    leave(&s);
    close_show(&s);
}

static void ctrl_c_stops_clears_and_leaves(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker + 4, SHOW(60, 20));
    pty_send(&s.p, "half?\r");
    pty_wait(&s.p, "half of it");
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "[interrupted]");
    pty_send(&s.p, "some words");
    pty_wait(&s.p, "some words");
    pty_send(&s.p, "\x03");
    pty_wait_gone(&s.p, "some words");
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "Ctrl-C again to leave");
    pty_send(&s.p, "\x03");
    pty_end(&s.p);
    assert_true(WIFEXITED(s.p.status));
    assert_int_equal(WEXITSTATUS(s.p.status), 0);
    pty_check_restored(&s.p);
    pty_check_harmless(&s.p);
    close_show(&s);
}

static void ctrl_z_gives_the_terminal_back_and_fg_goes_on(void **state)
{
    (void)state;
    struct show s = {0};
    struct pty_start how = SHOW(60, 20);
    how.through_shell = true;
    open_inline(&s, thinker, how);
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "36 apples.");
    pty_send(&s.p, "draft");
    pty_wait(&s.p, "draft");
    pty_send(&s.p, "\x1a");
    pty_wait(&s.p, "shell: stopped, modes are back");
    pty_wait_gone(&s.p, "› draft");
    pty_resize(&s.p, 50, 16);
    pty_send(&s.p, "fg\n");
    pty_wait(&s.p, "› draft");
    pty_send(&s.p, "\x15");
    pty_wait_gone(&s.p, "› draft");
    pty_send(&s.p, "\x04");
    pty_end(&s.p);
    assert_int_equal(s.p.status, 0);
    pty_check_restored(&s.p);
    close_show(&s);
}

static void every_size_has_its_live_lines(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(60, 20));
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "36 apples.");
    static const int sizes[][2] = {{30, 10}, {120, 40}, {10, 3}, {1, 1}, {60, 20}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        pty_resize(&s.p, sizes[i][0], sizes[i][1]);
    pty_send(&s.p, "again");
    pty_wait(&s.p, "› again");
    pty_wait(&s.p, "/help");
    pty_send(&s.p, "\x15");
    pty_wait_gone(&s.p, "› again");
    leave(&s);
    close_show(&s);
}

static void commands_answer_above_the_live_lines(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(70, 40));
    pty_send(&s.p, "/set temp 0.5\r");
    pty_wait(&s.p, "› /set temp 0.5");
    pty_wait(&s.p, "temp 0.5");
    pty_send(&s.p, "\033OP"); /* F1 */
    pty_wait(&s.p, "› /help");
    pty_wait(&s.p, "brings the text of a file along");
    pty_send(&s.p, "/nonesuch\r");
    pty_wait(&s.p, "no command /nonesuch");
    leave(&s);
    close_show(&s);
}

static void a_signal_leaves_the_terminal_sane(void **state)
{
    (void)state;
    static const int ends[] = {SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct show s = {0};
        open_inline(&s, thinker, SHOW(60, 20));
        kill(s.p.child, ends[i]);
        pty_end(&s.p);
        assert_true(WIFSIGNALED(s.p.status));
        assert_int_equal(WTERMSIG(s.p.status), ends[i]);
        pty_check_restored(&s.p);
        close_show(&s);
    }
}

static void an_idle_chat_writes_nothing(void **state)
{
    (void)state;
    struct show s = {0};
    open_inline(&s, thinker, SHOW(60, 20));
    pty_settle(&s.p);
    pty_listen(&s.p, 100);
    assert_int_equal(pty_listen(&s.p, 300), 0);
    leave(&s);
    close_show(&s);
}

static void ascii_terminals_get_ascii(void **state)
{
    (void)state;
    struct show s = {0};
    struct pty_start how = SHOW(60, 20);
    how.locale = "C";
    open_inline(&s, thinker, how);
    pty_send(&s.p, "apples?\r");
    pty_wait(&s.p, "> apples?");
    pty_wait(&s.p, "36 apples.");
    leave(&s);
    for (size_t i = 0; i < s.p.bytes.len; i++)
        assert_true((unsigned char)s.p.bytes.p[i] < 0x80);
    close_show(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thought_is_one_line_once_it_is_done),
        cmocka_unit_test(a_thought_is_seen_while_it_comes_and_printed_again),
        cmocka_unit_test(one_types_while_the_model_writes),
        cmocka_unit_test(ctrl_c_stops_clears_and_leaves),
        cmocka_unit_test(ctrl_z_gives_the_terminal_back_and_fg_goes_on),
        cmocka_unit_test(every_size_has_its_live_lines),
        cmocka_unit_test(commands_answer_above_the_live_lines),
        cmocka_unit_test(a_signal_leaves_the_terminal_sane),
        cmocka_unit_test(an_idle_chat_writes_nothing),
        cmocka_unit_test(ascii_terminals_get_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
