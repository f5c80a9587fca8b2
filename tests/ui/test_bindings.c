/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/bindings.h"

#include "base/buf.h"
#include "check.h"

static bool set(struct bindings *b, bool browsing, const char *key,
                const char *action, struct err *err)
{
    enum action a;
    return bindings_find(str_of(action), &a, err) &&
           bindings_set(b, browsing, str_of(key), a, err);
}

static enum action does(const struct bindings *b, const char *key, bool browsing)
{
    return bindings_action(b, str_of(key), browsing);
}

static void without_a_choice_keys_are_those_of_the_table(void **state)
{
    (void)state;
    struct bindings b = {0};
    assert_int_equal(does(&b, "F2", false), ACTION_FOLD_LAST);
    assert_int_equal(does(NULL, "za", true), ACTION_FOLD_HERE);
    assert_int_equal(does(NULL, "j", false), ACTION_NONE);
    assert_true(bindings_begins(NULL, str_of("z")));
    assert_false(bindings_begins(&b, str_of("j")));
}

static void a_key_is_given_and_taken_away(void **state)
{
    (void)state;
    struct bindings b = {0};
    struct err err;
    CHECK_OK(set(&b, false, "F8", "clear", &err), &err);
    CHECK_OK(set(&b, false, "F2", "none", &err), &err);
    CHECK_OK(set(&b, true, "ga", "line-down", &err), &err);
    assert_int_equal(does(&b, "F8", false), ACTION_CLEAR);
    assert_int_equal(does(&b, "F2", false), ACTION_NONE);
    assert_int_equal(does(&b, "F2", true), ACTION_FOLD_LAST);
    assert_int_equal(does(&b, "ga", true), ACTION_LINE_DOWN);
    assert_true(bindings_begins(&b, str_of("g")));
    bindings_reset(&b, false, str_of("F2"));
    assert_int_equal(does(&b, "F2", false), ACTION_FOLD_LAST);
}

static void the_last_choice_counts_and_a_default_is_none(void **state)
{
    (void)state;
    struct bindings b = {0}, nothing = {0};
    struct err err;
    CHECK_OK(set(&b, true, "x", "none", &err), &err);
    CHECK_OK(set(&b, true, "x", "top", &err), &err);
    assert_int_equal(b.n, 1);
    CHECK_OK(set(&b, true, "x", "grid", &err), &err);
    CHECK_OK(set(&b, false, "Ctrl-C", "stop", &err), &err);
    assert_memory_equal(&b, &nothing, sizeof b);
}

static const char *keys_of(const struct bindings *b, enum action a, bool browsing)
{
    static struct buf keys;
    buf_reset(&keys);
    bindings_keys(b, a, browsing, &keys);
    return keys.len ? keys.p : "";
}

static void the_keys_told_are_those_that_work(void **state)
{
    (void)state;
    struct bindings b = {0};
    struct err err;
    assert_string_equal(keys_of(NULL, ACTION_PAGE_DOWN, true), "PgDn Space Ctrl-F");
    CHECK_OK(set(&b, true, "Space", "open", &err), &err);
    CHECK_OK(set(&b, true, "Ctrl-O", "page-down", &err), &err);
    assert_string_equal(keys_of(&b, ACTION_PAGE_DOWN, true), "PgDn Ctrl-F Ctrl-O");
    assert_string_equal(keys_of(&b, ACTION_OPEN, true), "Enter Space");
    assert_string_equal(keys_of(&b, ACTION_CLEAR, false), "");
}

static void refused(bool browsing, const char *key, const char *action,
                    const char *why)
{
    struct bindings b = {0};
    struct err err;
    CHECK_REFUSED(set(&b, browsing, key, action, &err), &err, ERR_USAGE);
    if (!strstr(err.msg, why))
        fail_msg("%s: not \"%s\"", err.msg, why);
    assert_int_equal(b.n, 0);
}

static void nothing_takes_readlines_keys_or_letters_away(void **state)
{
    (void)state;
    refused(false, "Ctrl-A", "clear", "belongs to the line");
    refused(false, "x", "clear", "belongs to the line");
    refused(false, "\xe4\xbd\xa0", "clear", "belongs to the line");
    refused(false, "Alt-b", "clear", "belongs to the line");
    refused(false, "Enter", "clear", "belongs to the line");
    refused(false, "Space", "top", "belongs to the line");
    refused(false, "Ctrl-C", "none", "always stops");
    refused(true, "Ctrl-C", "quit", "always stops");
    struct bindings b = {0};
    struct err err;
    CHECK_OK(set(&b, true, "\xe4\xbd\xa0", "clear", &err), &err);
    CHECK_OK(set(&b, false, "Ctrl-O", "clear", &err), &err);
    CHECK_OK(set(&b, false, "Shift-F3", "clear", &err), &err);
    CHECK_OK(set(&b, false, "Ctrl-Alt-Up", "clear", &err), &err);
}

static void what_is_no_key_or_action_is_refused_with_the_nearest(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "F13", "F0", "ctrl-o", "Ctrl-o", "Ctrl-", "PageUp", "Za", "zzz",
        "\xff", "\x1b", "Alt-Ctrl-X", "Shift-", "\xe4\xbd",
        "Ctrl-Alt-Shift-Backspace-and-more",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(true, wrong[i], "top", "is no key");
    refused(false, "za", "top", "is no key");
    refused(true, "x", "fodl", "did you mean \"fold\"");
    refused(true, "x", "", "no action");
}

/* So that mullrc can name it; a new row without a command wants a name there. */
static void every_action_has_a_name_of_its_own(void **state)
{
    (void)state;
    struct err err;
    enum action found;
    for (size_t i = 0; action_row(i); i++) {
        enum action a = action_row(i)->action;
        const char *name = bindings_name(a);
        if (!*name)
            fail_msg("\"%s\" has no name in ui/bindings.c", action_row(i)->help);
        CHECK_OK(bindings_find(str_of(name), &found, &err), &err);
        assert_int_equal(found, a);
    }
}

static void there_is_an_end_to_it(void **state)
{
    (void)state;
    struct bindings b = {0};
    struct err err;
    char key[3] = "a!";
    size_t n = 0;
    while (n < BINDINGS_MAX) {
        CHECK_OK(set(&b, true, key, "compare", &err), &err);
        n++;
        if (++key[1] == 0x7F) {
            key[1] = '!';
            key[0]++;
        }
    }
    CHECK_REFUSED(set(&b, true, "x", "compare", &err), &err, ERR_LIMIT);
    CHECK_OK(set(&b, true, "a!", "top", &err), &err); /* one that is there */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_choice_keys_are_those_of_the_table),
        cmocka_unit_test(a_key_is_given_and_taken_away),
        cmocka_unit_test(the_last_choice_counts_and_a_default_is_none),
        cmocka_unit_test(the_keys_told_are_those_that_work),
        cmocka_unit_test(nothing_takes_readlines_keys_or_letters_away),
        cmocka_unit_test(what_is_no_key_or_action_is_refused_with_the_nearest),
        cmocka_unit_test(every_action_has_a_name_of_its_own),
        cmocka_unit_test(there_is_an_end_to_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
