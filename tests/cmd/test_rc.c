/* SPDX-License-Identifier: Apache-2.0 */
#include "rc.h"

#include "check.h"
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

static void any_bytes_are_read_or_refused(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    static const char bytes[] = "temp\0 = 1\n=\n\x80\xff = \n= = =\n";

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
        cmocka_unit_test(any_bytes_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
