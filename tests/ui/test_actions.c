/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "ui/actions.h"

/* Two lists of help stand side by side on a screen of 120 columns. */
enum { HELP_COLUMNS = 35 };

static void commands_are_found_by_name_and_alias_as_whole_words(void **state)
{
    (void)state;
    assert_int_equal(action_find(str_of("quit"))->action, ACTION_QUIT);
    assert_int_equal(action_find(str_of("bye"))->action, ACTION_QUIT);
    assert_int_equal(action_find(str_of("?"))->action, ACTION_HELP);
    assert_null(action_find(str_of("qui")));
    assert_null(action_find(str_of("quitting")));
    assert_null(action_find(str_of("exit bye")));
    assert_null(action_find(str_of("")));
}

static void a_mistyped_command_gets_the_nearest_name(void **state)
{
    (void)state;
    assert_string_equal(action_nearest(str_of("hlep")), "help");
    assert_string_equal(action_nearest(str_of("thnk")), "think");
    assert_string_equal(action_nearest(str_of("regenerate")), "regen");
    assert_non_null(action_nearest(str_of("")));
    char longest[5000];
    memset(longest, 'x', sizeof longest);
    assert_non_null(action_nearest(str_n(longest, sizeof longest)));
}

static void keys_mean_different_things_while_browsing(void **state)
{
    (void)state;
    assert_int_equal(action_for_key(str_of("F2"), false), ACTION_FOLD_LAST);
    assert_int_equal(action_for_key(str_of("j"), true), ACTION_LINE_DOWN);
    assert_int_equal(action_for_key(str_of("j"), false), ACTION_NONE);
    assert_int_equal(action_for_key(str_of("zM"), true), ACTION_FOLD_ALL);
    assert_true(action_key_begins(str_of("z")));
    assert_false(action_key_begins(str_of("U")));
    assert_false(action_key_begins(str_of("F")));
}

/* Whether p begins a key that readline wants while one types. */
static bool readlines_own(const char *p, size_t len)
{
    static const char *const own[] = {
        "Ctrl-A", "Ctrl-B", "Ctrl-E", "Ctrl-F", "Ctrl-H", "Ctrl-I", "Ctrl-K",
        "Ctrl-N", "Ctrl-P", "Ctrl-R", "Ctrl-S", "Ctrl-T", "Ctrl-U", "Ctrl-W",
        "Ctrl-X", "Ctrl-Y", "Ctrl-_", "Up", "Down", "Left", "Right", "Home",
        "End", "Alt-B", "Alt-F", "Alt-D", "Esc",
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (str_is(str_n(p, len), own[i]))
            return true;
    return false;
}

static void no_key_is_bound_twice_or_stolen_from_readline(void **state)
{
    (void)state;
    for (size_t i = 0; action_row(i); i++)
        for (int browsing = 0; browsing < 2; browsing++) {
            const struct action_row *r = action_row(i);
            const char *p = browsing ? r->browse : r->keys;
            while (*p) {
                size_t len = strcspn(p, " ");
                assert_int_equal(action_for_key(str_n(p, len), browsing),
                                 r->action);
                assert_true(browsing || !readlines_own(p, len));
                p += len + strspn(p + len, " ");
            }
        }
}

static void every_action_has_one_row_and_a_sentence(void **state)
{
    (void)state;
    int seen[ACTION_COUNT] = {0};
    for (size_t i = 0; action_row(i); i++) {
        seen[action_row(i)->action]++;
        assert_true(strlen(action_row(i)->help) > 10);
        assert_true(strlen(action_row(i)->help) <= HELP_COLUMNS);
    }
    assert_int_equal(seen[ACTION_NONE], 0);
    for (int a = 1; a < ACTION_COUNT; a++)
        assert_int_equal(seen[a], 1);
}

/* Whether some line of the manual is an item of these words. */
static bool manual_has(const char *manual, const char *item)
{
    size_t len = strlen(item);
    for (const char *p = manual; (p = strstr(p, item)) != NULL; p++)
        if ((p == manual || p[-1] == '\n' || p[-1] == ' ') &&
            (p[len] == '\n' || p[len] == ' '))
            return true;
    return false;
}

static void the_manual_lists_every_key_and_command(void **state)
{
    (void)state;
    const char *source = getenv("MULL_SOURCE");
    char path[4096], item[64];
    static char manual[65536];
    snprintf(path, sizeof path, "%s/man/mull-keys.7", source ? source : ".");
    FILE *f = fopen(path, "r");
    CHECK(f != NULL);
    manual[fread(manual, 1, sizeof manual - 1, f)] = '\0';
    fclose(f);
    for (size_t i = 0; action_row(i); i++) {
        const struct action_row *r = action_row(i);
        snprintf(item, sizeof item, ".It Li /%s", r->name);
        if (*r->name && !manual_has(manual, item))
            fail_msg("no \"%s\" in %s", item, path);
        for (int browsing = 0; browsing < 2; browsing++)
            for (const char *p = browsing ? r->browse : r->keys; *p;) {
                size_t len = strcspn(p, " ");
                snprintf(item, sizeof item, "%.*s", (int)len, p);
                char quoted[72];
                snprintf(quoted, sizeof quoted, "\\&%s", item);
                if (!manual_has(manual, item) && !manual_has(manual, quoted))
                    fail_msg("no key %s in %s", item, path);
                p += len + strspn(p + len, " ");
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_found_by_name_and_alias_as_whole_words),
        cmocka_unit_test(a_mistyped_command_gets_the_nearest_name),
        cmocka_unit_test(keys_mean_different_things_while_browsing),
        cmocka_unit_test(no_key_is_bound_twice_or_stolen_from_readline),
        cmocka_unit_test(every_action_has_one_row_and_a_sentence),
        cmocka_unit_test(the_manual_lists_every_key_and_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
