/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "rc.h"

#include "base/mem.h"
#include "check.h"
#include "option.h"
#include "options.h"

static bool parse(struct options *o, const char *text, struct err *err)
{
    options_init(o);
    return rc_parse(o, str_of(text), "/etc/mull", err);
}

static void names_and_values_are_those_of_the_long_options(void **state)
{
    (void)state;
    struct options o;
    struct err err;

    CHECK_OK(parse(&o, "# mine\n"
                       "model = /tmp/some file#1.gguf\n"
                       "\n"
                       "  temp=0.25   # cool\r\n"
                       "top-k = 40\n"
                       "seed = 18446744073709551615\n"
                       "think = hide\n"
                       "exact = yes", &err), &err);
    assert_string_equal(o.load.path, "/tmp/some file#1.gguf");
    CHECK(o.ui.turn.sampling.temp == 0.25f);
    assert_int_equal(o.ui.turn.sampling.top_k, 40);
    CHECK(o.ui.turn.sampling.seed == UINT64_MAX);
    assert_int_equal(o.ui.think, HIDE_THOUGHTS);
    CHECK(o.load.exact);
    assert_int_equal(o.sampling_set, SET_TEMP | SET_TOP_K | SET_SEED);
    options_clear(&o);
}

static void a_model_name_is_made_whole(void **state)
{
    (void)state;
    struct options o;
    struct err err;

    setenv("HOME", "/home/ann", 1);
    CHECK_OK(parse(&o, "model = ~/a.gguf", &err), &err);
    assert_string_equal(o.load.path, "/home/ann/a.gguf");
    options_clear(&o);
    CHECK_OK(parse(&o, "model = b.gguf", &err), &err);
    assert_string_equal(o.load.path, "/etc/mull/b.gguf");
    options_clear(&o);
    CHECK_OK(parse(&o, "model = b.gguf\nmodel = builtin", &err), &err);
    CHECK(!o.load.path);
    options_clear(&o);
}

static void refused(const char *text, const char *message)
{
    struct options o;
    struct err err;

    CHECK_REFUSED(parse(&o, text, &err), &err, ERR_USAGE);
    assert_string_equal(err.msg, message);
    options_clear(&o);
}

static void an_error_names_line_and_column(void **state)
{
    (void)state;
    refused("\n\ntemp = warm\n", "line 3, column 8: \"warm\" is not a number");
    refused("temp = 11", "line 1, column 8: 11 is outside 0 to 10");
    refused("  temp", "line 1, column 3: expected NAME = VALUE");
    refused("temp =", "line 1, column 7: \"\" is not a number");
    refused("model = ", "line 1, column 9: the name of a file is missing");
    refused("exact = maybe", "line 1, column 9: \"maybe\" is not yes or no");
    refused("think = loud",
            "line 1, column 9: \"loud\" is not one of show, hide, only");
}

static void a_column_counts_characters(void **state)
{
    (void)state;
    refused("\xc3\xa9\xe2\x82\xac = 1",
            "line 1, column 1: there is no setting \"\xc3\xa9\xe2\x82\xac\"");
    refused("temp = \t\xc3\xa9", "line 1, column 9: \"\xc3\xa9\" is not a number");
}

static void an_unknown_name_is_told_its_neighbour(void **state)
{
    (void)state;
    refused("tmep = 1", "line 1, column 1: there is no setting \"tmep\" "
                        "(did you mean \"temp\"?)");
    /* Switches of one run are no settings. */
    refused("json = yes", "line 1, column 1: there is no setting \"json\"");
}

static void keys_are_given_by_name(void **state)
{
    (void)state;
    struct options o;
    struct err err;

    CHECK_OK(parse(&o, "key.F8 = clear\nbrowse.= = top # equal\n"
                       "browse.# = end\nkey.F2=none\nkey.F2 = default\n", &err),
             &err);
    const struct bindings *b = &o.ui.bindings;
    assert_int_equal(bindings_action(b, str_of("F8"), false), ACTION_CLEAR);
    assert_int_equal(bindings_action(b, str_of("="), true), ACTION_TOP);
    assert_int_equal(bindings_action(b, str_of("#"), true), ACTION_END);
    assert_int_equal(bindings_action(b, str_of("F2"), false), ACTION_FOLD_LAST);
    assert_int_equal(b->n, 3);
    options_clear(&o);
}

static void a_wrong_key_or_action_is_told_where_it_stands(void **state)
{
    (void)state;
    refused("key.F88 = clear", "line 1, column 5: \"F88\" is no key: F8, Ctrl-O, "
                               "Shift-Up and the like");
    refused("\n browse.x = cler", "line 2, column 13: there is no action \"cler\" "
                                  "(did you mean \"clear\"?)");
    refused("key. = clear", "line 1, column 5: \"\" is no key: F8, Ctrl-O, Shift-Up "
                            "and the like");
    refused("key.Ctrl-A = clear",
            "line 1, column 5: Ctrl-A belongs to the line one types");
    refused("key.F8 =", "line 1, column 9: there is no action \"\"; man mull-keys "
                        "lists them");
    refused("key.", "line 1, column 1: expected NAME = VALUE");
    refused("key.=", "line 1, column 1: expected NAME = VALUE");
}

static void colours_go_over_the_theme(void **state)
{
    (void)state;
    struct options o;
    struct err err;

    CHECK_OK(parse(&o, "color.accent = 81\ncolor.error=terminal\n"
                       "color.dim = 3\ncolor.dim = default\n", &err), &err);
    const struct theme *t = &o.ui.theme;
    CHECK(t->own[STYLE_ACCENT].set && t->own[STYLE_ACCENT].color == 81);
    CHECK(t->own[STYLE_ERROR].set && t->own[STYLE_ERROR].color == -1);
    CHECK(!t->own[STYLE_DIM].set);
    options_clear(&o);
    refused("color.acent = 80", "line 1, column 7: nothing with a colour is called "
                                "\"acent\" (did you mean \"accent\"?)");
    refused("color.accent = 256",
            "line 1, column 16: a colour is a number from 0 to 255, or default");
    refused("color. = 1", "line 1, column 7: nothing with a colour is called \"\"");
}

static void default_leaves_a_setting_as_it_is_built_in(void **state)
{
    (void)state;
    struct options o, fresh;
    struct err err;

    options_init(&fresh);
    CHECK_OK(parse(&o, "temp = default\nthreads = default\nmodel = default\n",
                   &err), &err);
    assert_memory_equal(&o, &fresh, sizeof o);
    options_clear(&o);
    options_clear(&fresh);
}

/* Every line of it, as it stands. */
static void what_print_config_writes_reads_back_as_the_defaults(void **state)
{
    (void)state;
    struct options o, fresh;
    struct err err;
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);

    assert_non_null(f);
    rc_print(f);
    fclose(f);
    options_init(&fresh);
    CHECK_OK(parse(&o, text, &err), &err);
    mem_free(o.rc_model); /* "builtin", which is no file */
    o.rc_model = NULL;
    assert_memory_equal(&o, &fresh, sizeof o);
    free(text);
    options_clear(&o);
    options_clear(&fresh);
}

static void print_config_names_all_there_is_to_set(void **state)
{
    (void)state;
    const struct option_row *row;
    const struct action_row *action;
    char *text = NULL, line[80];
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);

    assert_non_null(f);
    rc_print(f);
    fclose(f);
    for (size_t i = 0; (row = option_row(i)); i++) {
        snprintf(line, sizeof line, "\n%s = ", row->name);
        if ((strstr(text, line) != NULL) != row->in_rc)
            fail_msg("%s", row->name);
    }
    for (size_t i = 0; (action = action_row(i)); i++)
        assert_non_null(strstr(text, bindings_name(action->action)));
    assert_non_null(strstr(text, "\nkey.F2 = fold "));
    assert_non_null(strstr(text, "\nbrowse.zM = fold-all "));
    free(text);
}

static void any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    static const char bytes[] = "temp\0 = 1\n=\n\x80\xff = \n= = =\n"
                                "key.F8 = top\nbrowse.== =\nkey.\x80=x\n";

    for (size_t from = 0; from < sizeof bytes; from++)
        for (size_t len = 0; from + len <= sizeof bytes; len++) {
            options_init(&o);
            (void)rc_parse(&o, str_n(bytes + from, len), NULL, &err);
            options_clear(&o);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_are_those_of_the_long_options),
        cmocka_unit_test(a_model_name_is_made_whole),
        cmocka_unit_test(an_error_names_line_and_column),
        cmocka_unit_test(a_column_counts_characters),
        cmocka_unit_test(an_unknown_name_is_told_its_neighbour),
        cmocka_unit_test(keys_are_given_by_name),
        cmocka_unit_test(a_wrong_key_or_action_is_told_where_it_stands),
        cmocka_unit_test(colours_go_over_the_theme),
        cmocka_unit_test(default_leaves_a_setting_as_it_is_built_in),
        cmocka_unit_test(what_print_config_writes_reads_back_as_the_defaults),
        cmocka_unit_test(print_config_names_all_there_is_to_set),
        cmocka_unit_test(any_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
