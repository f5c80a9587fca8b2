/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/steps.h"

#include "base/err.h"
#include "check.h"

static struct turns *builtin(void)
{
    struct err err;
    struct turns *t = turns_new(str_of(turns_builtin), &err);
    if (!t)
        fail_msg("%s", err.msg);
    return t;
}

static enum turn_kind kind_of(const char *sentence)
{
    struct turns *t = builtin();
    size_t len = 0;
    enum turn_kind k = turns_match(t, str_of(sentence), 0, &len);
    turns_free(t);
    return k;
}

static void the_builtin_list_knows_the_usual_words(void **state)
{
    (void)state;
    static const char *const corrections[] = {
        "Wait, that factors", "wait 17 and 19 are left", "Hold on.",
        "Hmm, no, that's", "Actually, 3 is", "Let me re-check this",
        "That's not right", "again 8 * 3 = 24", "不对,这里有问题", "等等，让我再看",
        "我算错了", "No, wait, it is", "Oops"};
    static const char *const anew[] = {
        "Alternatively, one could", "Let me check: 17*23", "So the answer is 4",
        "Hmm, interesting", "Check: 2+2", "让我检查一下", "另外，可以", "但是这样",
        "But 7 is odd", "Another approach"};
    static const char *const none[] = {
        "The waiter came", "Await the result", "391 is odd", "Nothing here",
        "Butter is soft", "我们知道", "Not by 3", ""};
    for (size_t i = 0; i < sizeof corrections / sizeof *corrections; i++)
        if (kind_of(corrections[i]) != TURN_CORRECTION)
            fail_msg("\"%s\" is a correction", corrections[i]);
    for (size_t i = 0; i < sizeof anew / sizeof *anew; i++)
        if (kind_of(anew[i]) != TURN_ANEW)
            fail_msg("\"%s\" is a turn", anew[i]);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (kind_of(none[i]) != TURN_NONE)
            fail_msg("\"%s\" is none", none[i]);
}

static void steps_are_lines_and_turns_inside_them(void **state)
{
    (void)state;
    static const char text[] =
        "391 = 400 - 9.\n\n- Wait, that factors. Let me check: 17*23. It is.\n"
        "   \n先算一下。不对，应该是 3。\n";
    struct turns *t = builtin();
    struct steps s = {0};
    steps_update(&s, t, str_of(text), false);
    assert_int_equal(s.n, 5);
    assert_int_equal(s.corrections, 2);
    assert_int_equal(s.list[0].kind, TURN_NONE);
    assert_true(str_starts(str_of(text + s.list[1].at), str_of("Wait, that")));
    assert_int_equal(s.list[1].words, 4);
    assert_true(str_starts(str_of(text + s.list[2].at), str_of("Let me check")));
    assert_int_equal(s.list[2].kind, TURN_ANEW);
    assert_true(str_starts(str_of(text + s.list[4].at), str_of("不对")));
    assert_int_equal(steps_find(&s, s.list[2].at + 3), 2);
    assert_int_equal(steps_find(&s, s.list[2].at), 2);
    steps_clear(&s);
    turns_free(t);
}

/* However the text arrives, the steps are the same in the end. */
static void a_stream_gives_the_same_steps_as_the_whole(void **state)
{
    (void)state;
    static const char text[] =
        "So 7: 7 × 55 = 385, 6 left... 11: no. Wait, 17 is left; hmm, no, 19.\n"
        "  * Alternatively: try 23. 等等。不对！ But that is it.\n\n\n"
        "Let me check. Wait. Wait.";
    struct turns *t = builtin();
    struct steps whole = {0};
    steps_update(&whole, t, str_of(text), false);
    assert_true(whole.n > 7);
    for (size_t piece = 1; piece < 12; piece++) {
        struct steps s = {0};
        for (size_t n = 0; n < strlen(text); n += piece)
            steps_update(&s, t, str_n(text, n), true);
        steps_update(&s, t, str_of(text), false);
        assert_int_equal(s.n, whole.n);
        assert_int_equal(s.corrections, whole.corrections);
        for (uint32_t i = 0; i < s.n; i++) {
            assert_int_equal(s.list[i].at, whole.list[i].at);
            assert_int_equal(s.list[i].words, whole.list[i].words);
        }
        steps_clear(&s);
    }
    steps_clear(&whole);
    turns_free(t);
}

static void without_patterns_lines_are_steps(void **state)
{
    (void)state;
    struct steps s = {0};
    steps_update(&s, NULL, str_of("a\nWait, b. Wait.\n\n \nc"), false);
    assert_int_equal(s.n, 3);
    assert_int_equal(steps_find(&s, 0), 0);
    steps_update(&s, NULL, str_of("x"), false); /* another text */
    assert_int_equal(s.n, 1);
    steps_clear(&s);
}

static void a_list_that_is_wrong_names_its_line(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "turn: ok\ncorrection: (open\n", "# fine\nwhatever: x\n", "turn:\n",
        "turn: (?<a>x)\n\nturn: (?<a>y)\n"};
    static const char *const said[] = {"line 2", "line 2", "line 1", "together"};
    for (size_t i = 0; i < 4; i++) {
        struct err err;
        assert_null(turns_new(str_of(wrong[i]), &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_non_null(strstr(err.msg, said[i]));
    }
    struct err err;
    struct turns *t = turns_new(str_of("turn: (a+)+[bc]\r\n\n"), &err);
    size_t len;
    assert_non_null(t);
    char slow[200];
    memset(slow, 'a', sizeof slow);
    slow[199] = ' ';
    assert_int_equal(turns_match(t, str_n(slow, 200), 0, &len), TURN_NONE);
    turns_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_builtin_list_knows_the_usual_words),
        cmocka_unit_test(steps_are_lines_and_turns_inside_them),
        cmocka_unit_test(a_stream_gives_the_same_steps_as_the_whole),
        cmocka_unit_test(without_patterns_lines_are_steps),
        cmocka_unit_test(a_list_that_is_wrong_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
