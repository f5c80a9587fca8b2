/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/presets.h"

#include "base/err.h"
#include "check.h"
#include "chat/backend.h"
#include "ui/scripted.h"
#include "ui/talk.h"
#include "ui/talk_preset.h"

static const char two[] = "# mine\n"
                          "[coder]\n"
                          "system = You write C11. # really\n"
                          "system = Code first.\n"
                          "temp = 0.2\n"
                          "top-k=40\n"
                          "  thinking = off\n"
                          "\n"
                          "[quiet]\n";

static void a_preset_holds_what_it_names(void **state)
{
    (void)state;
    struct presets p = {0};
    struct buf text = {0};
    struct err err;
    assert_true(presets_read(&p, str_of(two), &err));
    assert_int_equal(p.n, 2);
    const struct preset *c = presets_find(&p, str_of("coder"), &err);
    assert_non_null(c);
    assert_true(str_is(buf_str(&c->system),
                       "You write C11. # really\nCode first."));
    assert_true(preset_names(c, "temp") && !preset_names(c, "top-p"));
    preset_text(c, &text);
    assert_string_equal(text.p, "temp 0.2, top-k 40, answers without thinking, "
                                "system: You write C11. # really...");
    buf_reset(&text);
    preset_text(presets_find(&p, str_of("quiet"), &err), &text);
    assert_string_equal(text.p, "nothing");
    buf_clear(&text);
    presets_clear(&p);
}

static void wrong_lines_are_named_by_line_and_column(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"temp = 1\n", "line 1, column 1: this stands before the first [NAME]"},
        {"[a]\ntemp = hot\n",
         "line 2, column 8: temp: \"hot\" is not a number"},
        {"[a]\n  temp = -1\n", "line 2, column 10: "},
        {"[a]\n  tempp = 1\n",
         "line 2, column 3: there is no setting \"tempp\""},
        {"[a]\nthinking = maybe\n",
         "line 2, column 12: thinking is on or off"},
        {"[a]\ntemp = 1\ntemp = 2\n",
         "line 3, column 8: temp stands here twice"},
        {"[a]\n[b]\n[a]\n",
         "line 3, column 1: there is a preset \"a\" already"},
        {"[a\n", "line 1, column 2: a ] is missing"},
        {"[]\n", "line 1, column 1: a name is"},
        {"[off]\n", "line 1, column 1: a name is"},
        {"[a b]\n", "line 1, column 1: a name is"},
        {"[a]\nwords\n", "line 2, column 1: expected [NAME] or KEY = VALUE"},
        {"[a]\nsystem = é\nx\n", "line 3, column 1: "},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct presets p = {0};
        struct err err;
        assert_false(presets_read(&p, str_of(table[i][0]), &err));
        if (strncmp(err.msg, table[i][1], strlen(table[i][1])) != 0)
            fail_msg("\"%s\": %s", table[i][0], err.msg);
        presets_clear(&p);
    }
}

static void a_later_text_goes_before_an_earlier(void **state)
{
    (void)state;
    struct presets p = {0};
    struct err err;
    assert_true(presets_read(&p, str_of(presets_builtin), &err));
    size_t n = p.n;
    assert_non_null(presets_find(&p, str_of("brief"), &err));
    assert_true(presets_read(&p, str_of("[brief]\ntemp = 0.5\n[x]\n"), &err));
    assert_int_equal(p.n, n + 1);
    const struct preset *b = presets_find(&p, str_of("brief"), &err);
    assert_true(!b->has_system && preset_names(b, "temp"));
    assert_null(presets_find(&p, str_of("brif"), &err));
    assert_string_equal(err.msg, "there is no preset \"brif\" (did you mean "
                                 "\"brief\"?)");
    assert_null(presets_find(&p, str_of("\033]0;x"), &err));
    assert_null(strchr(err.msg, '\033'));
    presets_clear(&p);
}

/* --- in a chat ------------------------------------------------------------ */

static const struct script_step nothing[] = {{SCRIPT_END, NULL, 0}};

static void expect(struct talk *t, const char *args, const char *part)
{
    struct buf answer = {0};
    struct err err;
    if (!talk_preset(t, str_of(args), &answer, &err))
        fail_msg("/preset %s: %s", args, err.msg);
    if (!strstr(answer.p, part))
        fail_msg("/preset %s: no \"%s\" in\n%s", args, part, answer.p);
    buf_clear(&answer);
}

static void presets_do_not_mix_and_off_ends_them(void **state)
{
    (void)state;
    struct backend *b = scripted_new(nothing, false);
    struct turn_options usual = {.sampling = b->info.sampling, .max_tokens = 9};
    struct presets p = {0};
    struct talk t;
    struct err err;
    usual.sampling.temp = 0.7f;
    assert_true(presets_read(&p, str_of(two), &err));
    talk_init(&t, b, &usual);
    talk_system(&t, str_of("be kind"));
    talk_presets(&t, &p, NULL, &usual, str_of("be kind"));
    expect(&t, "", "  coder: temp 0.2");
    expect(&t, "", "/preset NAME takes one");

    expect(&t, "coder", "preset coder: temp 0.2");
    assert_true(t.options.sampling.temp == 0.2f);
    assert_int_equal(t.options.sampling.top_k, 40);
    assert_int_equal(t.options.think, THINK_OFF);
    assert_int_equal(t.options.max_tokens, 9);
    assert_true(str_is(buf_str(&t.system),
                       "You write C11. # really\nCode first."));
    expect(&t, "", "* coder");

    t.options.experts.used = 2; /* is nobody's preset */
    expect(&t, "quiet", "preset quiet: nothing");
    assert_true(t.options.sampling.temp == 0.7f);
    assert_int_equal(t.options.think, usual.think);
    assert_int_equal(t.options.experts.used, 2);
    assert_true(str_is(buf_str(&t.system), "be kind"));

    expect(&t, "off", "no preset");
    assert_null(t.preset);
    struct buf answer = {0};
    assert_false(talk_preset(&t, str_of("codr"), &answer, &err));
    assert_non_null(strstr(err.msg, "did you mean \"coder\"?"));
    buf_clear(&answer);
    talk_clear(&t);
    presets_clear(&p);
    backend_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_preset_holds_what_it_names),
        cmocka_unit_test(wrong_lines_are_named_by_line_and_column),
        cmocka_unit_test(a_later_text_goes_before_an_earlier),
        cmocka_unit_test(presets_do_not_mix_and_off_ends_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
