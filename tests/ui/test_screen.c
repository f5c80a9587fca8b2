/* SPDX-License-Identifier: Apache-2.0 */
/* The full screen on a pseudo terminal, as one who sits before it. */
#include "check.h"
#include "ui/demo.h"

/* --- how it looks --------------------------------------------------------- */

static void a_wide_screen_looks_like_the_picture(void **state)
{
    (void)state;
    struct show s;
    play_demo(&s, 120, 36);
    pty_send(&s.p, "then with 24?\r");
    pty_wait(&s.p, "queued: sent when the answer is done");
    pty_send(&s.p, "and 你好");
    pty_wait(&s.p, "and 你好");
    pty_wait(&s.p, "context 325 / 2,048");
    pty_wait(&s.p, "250 KB");
    pty_listen(&s.p, 250); /* the side panes follow at their own pace */
    expect_golden(&s, "screen-120x36");
    pty_send(&s.p, "\x15\x03\x03"); /* stops this and the one that waited */
    pty_wait_gone(&s.p, "queued");
    leave(&s);
    close_show(&s);
}

static void an_ordinary_screen_shows_the_chat_alone(void **state)
{
    (void)state;
    struct show s;
    play_demo(&s, 80, 24);
    pty_wait(&s.p, "context 325 / 2,048");
    expect_golden(&s, "screen-80x24");
    pty_send(&s.p, "\033OR"); /* F3 swaps the grid in */
    pty_wait(&s.p, "experts  last");
    pty_wait_gone(&s.p, "once each.");
    pty_send(&s.p, "\033OR\x03");
    pty_wait(&s.p, "interrupted");
    leave(&s);
    close_show(&s);
}

static void small_screens_show_less_and_nothing_cut_wrong(void **state)
{
    (void)state;
    static const int sizes[][2] = {{60, 12}, {40, 10}, {20, 4}};
    struct show s;
    for (size_t i = 0; i < 3; i++) {
        char name[32];
        play_demo(&s, 120, 36);
        pty_resize(&s.p, sizes[i][0], sizes[i][1]);
        pty_wait_gone(&s.p, "context 325 / 2,048 ");
        pty_wait(&s.p, " ›");
        pty_listen(&s.p, 200);
        snprintf(name, sizeof name, "screen-%dx%d", sizes[i][0], sizes[i][1]);
        expect_golden(&s, name);
        pty_send(&s.p, "\x03");
        pty_wait_gone(&s.p, "thinking");
        leave(&s);
        close_show(&s);
    }
}

static void help_lists_every_key_and_command(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, scripted_demo, SHOW(120, 40));
    pty_wait(&s.p, " ›");
    pty_send(&s.p, "\033OP");
    pty_wait(&s.p, "while typing");
    expect_golden(&s, "screen-help-120x40");
    pty_send(&s.p, "\033"); /* a lone Esc, told by silence */
    pty_wait_gone(&s.p, "while typing");
    leave(&s);
    close_show(&s);
}

/* --- what one does with it ------------------------------------------------ */

static void a_message_entered_meanwhile_waits_and_is_sent(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "first I think");
    pty_send(&s.p, "two words\r");
    pty_wait(&s.p, "queued: sent when the answer is done");
    scripted_go(s.b);
    pty_wait(&s.p, "answer one");
    pty_wait_gone(&s.p, "queued");
    pty_wait(&s.p, "› two words");
    pty_wait(&s.p, "   two words");
    leave(&s);
    close_show(&s);
}

static void an_error_is_a_line_and_the_program_goes_on(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    scripted_go(s.b);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "answer one");
    pty_send(&s.p, "two\r");
    pty_wait(&s.p, "   two");
    pty_send(&s.p, "three\r");
    pty_wait(&s.p, "the model computed nonsense");
    pty_wait(&s.p, "before it broke");
    pty_send(&s.p, "four\r");
    pty_wait(&s.p, "   four");
    leave(&s);
    close_show(&s);
}

static void ctrl_c_stops_clears_and_twice_leaves(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "first I think");
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "interrupted");
    pty_send(&s.p, "half a line");
    pty_wait(&s.p, "half a line");
    pty_send(&s.p, "\x03");
    pty_wait_gone(&s.p, "half a line");
    pty_send(&s.p, "\x03");
    pty_wait(&s.p, "Ctrl-C again to leave");
    pty_send(&s.p, "\x03");
    pty_end(&s.p);
    assert_int_equal(s.p.status, 0);
    pty_check_restored(&s.p);
    close_show(&s);
}

static void commands_are_done_and_never_sent(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    pty_send(&s.p, "/hlep\r");
    pty_wait(&s.p, "did you mean /help?");
    pty_send(&s.p, "/set temp 0.7\r");
    pty_wait(&s.p, "temp is 0.7");
    pty_send(&s.p, "/set temp nine\r");
    pty_wait(&s.p, "is not a number");
    pty_send(&s.p, "/think off\r");
    pty_wait(&s.p, "it answers without thinking");
    pty_send(&s.p, "/stats\r");
    pty_wait(&s.p, "no turn has ended yet");
    scripted_go(s.b);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "answer one");
    pty_send(&s.p, "//etc is a path\r");
    pty_wait(&s.p, "   /etc is a path");
    pty_send(&s.p, "/clear\r");
    pty_wait_gone(&s.p, "answer one");
    pty_send(&s.p, "/quit\r");
    pty_end(&s.p);
    assert_int_equal(s.p.status, 0);
    pty_check_restored(&s.p);
    close_show(&s);
}

static void one_browses_with_the_keys_of_less(void **state)
{
    (void)state;
    struct show s;
    play_demo(&s, 80, 24);
    pty_send(&s.p, "\t");
    pty_wait(&s.p, "Enter fold");
    pty_send(&s.p, "zM");
    pty_wait_gone(&s.p, "once each.");
    pty_send(&s.p, "zR");
    pty_wait(&s.p, "It factors.");
    pty_send(&s.p, "g");
    pty_wait(&s.p, asked[0]);
    pty_send(&s.p, "G");
    pty_wait(&s.p, "once each.");
    pty_send(&s.p, "X"); /* no key of browsing: it is typed */
    pty_wait(&s.p, "› X");
    pty_send(&s.p, "\x7f\x03");
    pty_wait(&s.p, "interrupted");
    leave(&s);
    close_show(&s);
}

static void tab_on_an_empty_chat_chooses_a_prompt_that_enter_sends(void **state)
{
    (void)state;
    struct show s = {.o = {.greeting = "Try it.\n\n› first idea\n› second idea\n"}};
    open_show(&s, turns, SHOW(80, 24));
    scripted_go(s.b);
    pty_wait(&s.p, "› second idea");
    pty_send(&s.p, "\033OP"); /* the help comes and goes before */
    pty_wait(&s.p, "F1 closes");
    pty_send(&s.p, "\033OP");
    pty_wait(&s.p, "› second idea");
    pty_send(&s.p, "\t\t\r");
    pty_wait(&s.p, "answer one");
    pty_wait(&s.p, "› second idea");
    pty_wait_gone(&s.p, "first idea");
    leave(&s);
    close_show(&s);
}

static void a_paste_is_typed_not_sent(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(80, 24));
    pty_wait(&s.p, " ›");
    pty_send(&s.p, "\033[200~first\rsecond\033[201~");
    pty_wait(&s.p, "second");
    pty_wait(&s.p, "› first");
    pty_send(&s.p, "\x03");
    leave(&s);
    close_show(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_screen_looks_like_the_picture),
        cmocka_unit_test(an_ordinary_screen_shows_the_chat_alone),
        cmocka_unit_test(small_screens_show_less_and_nothing_cut_wrong),
        cmocka_unit_test(help_lists_every_key_and_command),
        cmocka_unit_test(a_message_entered_meanwhile_waits_and_is_sent),
        cmocka_unit_test(an_error_is_a_line_and_the_program_goes_on),
        cmocka_unit_test(ctrl_c_stops_clears_and_twice_leaves),
        cmocka_unit_test(commands_are_done_and_never_sent),
        cmocka_unit_test(one_browses_with_the_keys_of_less),
        cmocka_unit_test(
            tab_on_an_empty_chat_chooses_a_prompt_that_enter_sends),
        cmocka_unit_test(a_paste_is_typed_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
