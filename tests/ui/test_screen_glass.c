/* SPDX-License-Identifier: Apache-2.0 */
/* The glass box on a terminal, key by key. */
#include "check.h"
#include "ui/show.h"

static const struct script_step turns[] = {
    {SCRIPT_READ, NULL, 60},
    {SCRIPT_THINK, "391 is odd.\nWait, 17 is left.", 0},
    {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_THINK, " So it goes on.", 0},
    {SCRIPT_SAY, "No: 17 times 23.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_READ, NULL, 20},
    {SCRIPT_SAY, "Another answer.", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_SAY, "and a third", 0},
    {SCRIPT_DONE, NULL, DONE_CONTEXT},
    {SCRIPT_SAY, "whole this time", 0},
    {SCRIPT_DONE, NULL, DONE_END},
    {SCRIPT_END, NULL, 0},
};

static void first_turn(struct show *s, int width, int height)
{
    *s = (struct show){0};
    open_show(s, turns, SHOW(width, height));
    pty_send(&s->p, "Is 391 prime?\r");
    pty_wait(&s->p, "17 is left.");
    scripted_go(s->b);
    pty_wait(&s->p, "No: 17 times 23.");
}

static void enough_goes_on_to_the_answer(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(100, 30));
    pty_send(&s.p, "Is 391 prime?\r");
    pty_wait(&s.p, "17 is left.");
    pty_wait(&s.p, "F7 enough");
    pty_send(&s.p, "\033[18~"); /* F7 */
    pty_listen(&s.p, 50);
    scripted_go(s.b);
    pty_wait(&s.p, "No: 17 times 23.");
    pty_send(&s.p, "zzz\x15"); /* still alive */
    pty_send(&s.p, "/enough\r");
    pty_wait(&s.p, "nothing is being thought");
    leave(&s);
    close_show(&s);
}

static void the_bar_tells_what_the_panes_do_not(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 100, 30);
    pty_wait(&s.p, "(MHA ");
    pty_resize(&s.p, 120, 36);
    pty_wait_gone(&s.p, "(MHA ");
    pty_wait(&s.p, "first token");
    pty_resize(&s.p, 100, 30);
    pty_wait(&s.p, "(MHA ");
    leave(&s);
    close_show(&s);
}

static void where_the_map_has_no_room_one_is_told(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, turns, SHOW(50, 11));
    pty_wait(&s.p, " ›");
    pty_send(&s.p, "\033OR"); /* F3 */
    pty_wait(&s.p, "/map text tells it");
    leave(&s);
    close_show(&s);
}

static void a_token_is_looked_at_and_branched_from(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 120, 36);
    pty_send(&s.p, "\tt");
    pty_wait(&s.p, "instead");
    pty_wait(&s.p, "token ");
    pty_wait(&s.p, "Tab another");
    pty_send(&s.p, "l\r"); /* nothing is chosen yet */
    pty_wait(&s.p, "Tab chooses what could have stood here");
    pty_send(&s.p, "\t\r"); /* the script has one alternative more */
    pty_wait(&s.p, "branched: ");
    pty_wait(&s.p, "Another answer.");
    pty_wait(&s.p, "F1 help"); /* and one types again */
    leave(&s);
    close_show(&s);
}

static void a_narrow_screen_tells_the_token_at_the_bottom(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 80, 24);
    pty_send(&s.p, "\tt");
    pty_wait(&s.p, " bit");
    pty_wait(&s.p, "p 0.");
    pty_send(&s.p, "\033");
    pty_wait_gone(&s.p, " bit");
    pty_send(&s.p, "q");
    leave(&s);
    close_show(&s);
}

static void the_map_is_moved_in_and_an_expert_switched(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 120, 36);
    pty_send(&s.p, "\txlj");
    pty_wait(&s.p, "L3:1 ");
    pty_send(&s.p, "m");
    pty_wait(&s.p, "this turn, ");
    pty_send(&s.p, "o");
    pty_wait(&s.p, "expert 3:1 is off from the next answer on");
    pty_wait(&s.p, "modified: 1 expert off");
    pty_send(&s.p, "o");
    pty_wait_gone(&s.p, "modified: 1 expert off");
    pty_send(&s.p, "r");
    pty_wait(&s.p, "Another answer.");
    pty_send(&s.p, "v");
    pty_wait(&s.p, "answer 1 of 2");
    pty_wait(&s.p, "answer 2 of 2");
    pty_wait(&s.p, "q back  j down");
    pty_send(&s.p, "\033");
    pty_wait_gone(&s.p, "answer 2 of 2");
    pty_send(&s.p, "v");
    pty_wait(&s.p, "answer 2 of 2");
    pty_send(&s.p, "q"); /* the comparison alone */
    pty_wait_gone(&s.p, "answer 2 of 2");
    pty_send(&s.p, "[");
    pty_wait(&s.p, " variant 1 of 2");
    pty_send(&s.p, "[");
    pty_wait(&s.p, " this is variant 1 of 2");
    assert_null(strstr(pty_screen(&s.p), "! this is"));
    pty_send(&s.p, "n");
    pty_wait(&s.p, "nothing found: / searches");
    pty_send(&s.p, "\033");
    pty_wait_gone(&s.p, "L3:1 ");
    pty_send(&s.p, "q");
    leave(&s);
    close_show(&s);
}

static void a_search_is_typed_counted_and_gone_through(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 100, 30);
    pty_send(&s.p, "\t/");
    pty_wait(&s.p, "/search");
    pty_send(&s.p, "17\r");
    pty_wait(&s.p, "2 found, 1 of them in thoughts");
    pty_send(&s.p, "s");
    pty_wait(&s.p, "1 in thoughts");
    pty_send(&s.p, "ssn");
    pty_wait(&s.p, "find 2 of 2");
    pty_send(&s.p, "q/search (a\r");
    pty_wait(&s.p, "at character 2 of the pattern");
    leave(&s);
    close_show(&s);
}

static void dropping_thoughts_says_what_came_back(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 100, 30);
    pty_send(&s.p, "/drop\r");
    /* The script keeps all it has read, so nothing comes back; but it is told. */
    pty_wait(&s.p, "nothing could be given back");
    leave(&s);
    close_show(&s);
}

static void a_full_context_asks_what_to_do(void **state)
{
    (void)state;
    struct show s;
    first_turn(&s, 100, 30);
    pty_send(&s.p, "two\r");
    pty_wait(&s.p, "Another answer.");
    pty_send(&s.p, "three\r");
    pty_wait(&s.p, "context full: d, o or Esc");
    pty_send(&s.p, "o");
    pty_wait(&s.p, "whole this time");
    pty_wait_gone(&s.p, "and a third"); /* told again, not twice */
    leave(&s);
    close_show(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enough_goes_on_to_the_answer),
        cmocka_unit_test(the_bar_tells_what_the_panes_do_not),
        cmocka_unit_test(where_the_map_has_no_room_one_is_told),
        cmocka_unit_test(a_token_is_looked_at_and_branched_from),
        cmocka_unit_test(a_narrow_screen_tells_the_token_at_the_bottom),
        cmocka_unit_test(the_map_is_moved_in_and_an_expert_switched),
        cmocka_unit_test(a_search_is_typed_counted_and_gone_through),
        cmocka_unit_test(dropping_thoughts_says_what_came_back),
        cmocka_unit_test(a_full_context_asks_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
