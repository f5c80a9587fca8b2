/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "cmd/cmd.h"
#include "option.h"

/* A command that takes a handful. */
static const struct command some = {
    .name = "some", .args = "", .summary = "", .options = "mcTPSHo"};

#define READ(o, err, ...)                                                  \
    read_words((o), (err), (const char *[]){"some", __VA_ARGS__, NULL})

static bool read_words(struct options *o, struct err *err, const char **words)
{
    static const char *line[16]; /* the arguments are borrowed from it */
    int n = 0;

    for (; words[n]; n++)
        line[n] = words[n];
    line[n] = NULL;
    options_init(o);
    return options_read(o, &some, n, (char **)line, err);
}

static void refused(const char *word, const char *message)
{
    struct options o;
    struct err err;

    CHECK_REFUSED(READ(&o, &err, word), &err, ERR_USAGE);
    assert_string_equal(err.msg, message);
    options_clear(&o);
}

static void options_and_arguments_may_mix(void **state)
{
    (void)state;
    struct options o;
    struct err err;

    CHECK_OK(READ(&o, &err, "first", "-mx.gguf", "--temp=0", "second",
                  "--ctx", "512", "--", "--seed"), &err);
    assert_string_equal(o.load.path, "x.gguf");
    assert_int_equal(o.engine.context, 512);
    assert_int_equal(o.sampling_set, SET_TEMP);
    assert_int_equal(o.n_args, 3);
    assert_string_equal(o.args[0], "first");
    assert_string_equal(o.args[2], "--seed");
    options_clear(&o);
}

static void wrong_words_are_named(void **state)
{
    (void)state;
    refused("--tmep=1", "mull some has no option --tmep (did you mean --temp?)");
    refused("--threads=2", "mull some has no option --threads");
    refused("-x", "mull some has no option -x");
    refused("-t", "mull some has no option -t");
    refused("--temp", "--temp needs a value");
    refused("-o", "-o needs a value");
    refused("--help=1", "--help takes no value");
}

static void wrong_numbers_are_named(void **state)
{
    (void)state;
    refused("--temp=nan", "--temp: \"nan\" is not a number");
    refused("--temp=0x1", "--temp: \"0x1\" is not a number");
    refused("--temp=-1", "--temp: -1 is outside 0 to 10");
    refused("--temp=1,5", "--temp: \"1,5\" is not a number");
    refused("--top-p=0", "--top-p: 0 is outside 0.001 to 1");
    refused("-c99999999999999999999", "--ctx: 99999999999999999999 is too large");
    refused("-c4294967297", "--ctx: 4294967297 is outside 16 to 16777216");
    refused("-c-1", "--ctx: \"-1\" is not a whole number");
    refused("--seed=1.5", "--seed: \"1.5\" is not a whole number");
    refused("--think=loud", "--think: \"loud\" is not one of show, hide, only");
    refused("-m", "-m needs a value");
    refused("--model=", "--model: the name of a file is missing");
}

static void the_line_goes_before_the_environment_before_the_rc_file(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    char folder[] = "/tmp/mull-options-XXXXXX", path[64];

    CHECK(mkdtemp(folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    snprintf(path, sizeof path, "%s/mull", folder);
    CHECK(mkdir(path, 0700) == 0);
    snprintf(path, sizeof path, "%s/mull/mullrc", folder);
    FILE *rc = fopen(path, "w");
    CHECK(rc);
    fputs("model = /rc.gguf\ntemp = 0.5\n", rc);
    fclose(rc);

    CHECK_OK(READ(&o, &err, "-c64"), &err);
    assert_string_equal(o.load.path, "/rc.gguf");
    CHECK(o.ui.turn.sampling.temp == 0.5f);
    options_clear(&o);

    setenv("MULL_MODEL", "/env.gguf", 1);
    CHECK_OK(READ(&o, &err, "--temp=1"), &err);
    assert_string_equal(o.load.path, "/env.gguf");
    CHECK(o.ui.turn.sampling.temp == 1.0f);
    options_clear(&o);

    CHECK_OK(READ(&o, &err, "-m", "/line.gguf"), &err);
    assert_string_equal(o.load.path, "/line.gguf");
    options_clear(&o);

    CHECK_OK(READ(&o, &err, "-m", "builtin"), &err);
    CHECK(!o.load.path && o.load.builtin && o.load.builtin_size > 0);
    options_clear(&o);

    unlink(path);
    snprintf(path, sizeof path, "%s/mull", folder);
    rmdir(path);
    rmdir(folder);
    unsetenv("MULL_MODEL");
}

static void what_the_user_chose_goes_over_what_the_model_likes(void **state)
{
    (void)state;
    struct options o;
    struct err err;
    struct sampling liked = {.temp = 0.7f, .top_p = 0.9f, .top_k = 20,
                             .repeat_penalty = 1.0f, .repeat_last = 64};

    CHECK_OK(READ(&o, &err, "--temp=0", "--seed=7"), &err);
    struct sampling s = options_sampling(&o, &liked);
    CHECK(s.temp == 0.0f && s.top_p == 0.9f && s.top_k == 20);
    CHECK(s.seed == 7 && s.repeat_last == 64);
    options_clear(&o);

    CHECK_OK(READ(&o, &err, "--temp=0"), &err);
    CHECK(options_sampling(&o, &liked).seed != options_sampling(&o, &liked).seed);
    options_clear(&o);
}

static void every_option_has_a_key_and_a_name_of_its_own(void **state)
{
    (void)state;
    const struct option_row *a, *b;

    for (size_t i = 0; (a = option_row(i)); i++) {
        CHECK(strlen(a->help) <= 66); /* --help fits into 95 columns */
        CHECK(!a->in_rc || a->key != 'h');
        for (size_t j = 0; j < i && (b = option_row(j)); j++) {
            CHECK(a->key != b->key);
            CHECK(strcmp(a->name, b->name) != 0);
            CHECK(!a->letter || a->letter != b->letter);
        }
    }
}

int main(void)
{
    unsetenv("MULL_MODEL");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_arguments_may_mix),
        cmocka_unit_test(wrong_words_are_named),
        cmocka_unit_test(wrong_numbers_are_named),
        cmocka_unit_test(
            the_line_goes_before_the_environment_before_the_rc_file),
        cmocka_unit_test(what_the_user_chose_goes_over_what_the_model_likes),
        cmocka_unit_test(every_option_has_a_key_and_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
