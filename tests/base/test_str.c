/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "base/str.h"

static bool trims(const char *s, const char *of, const char *to)
{
    return str_is(str_trim(str_of(s), of), to);
}

static void both_ends_lose_only_what_was_named(void **state)
{
    (void)state;
    CHECK(trims(" \t a b\r\n", STR_BLANKS, "a b"));
    CHECK(trims("\ta\n", " \n", "\ta"));
    CHECK(trims(" \n ", STR_BLANKS, ""));
    CHECK(trims("", STR_BLANKS, ""));
    /* A NUL ends the list of what is named; it is not on it. */
    CHECK(str_eq(str_trim(str_n(" \0 ", 3), " "), str_n("\0", 1)));
}

static void words_are_taken_one_by_one(void **state)
{
    (void)state;
    struct str s = str_of("off  2:1 4:7");
    CHECK(str_is(str_take_word(&s), "off"));
    CHECK(str_is(s, "2:1 4:7"));
    CHECK(str_is(str_take_word(&s), "2:1"));
    CHECK(str_is(str_take_word(&s), "4:7"));
    CHECK(s.len == 0);
    CHECK(str_take_word(&s).len == 0);
}

static void what_is_not_there_is_found_at_the_end(void **state)
{
    (void)state;
    CHECK(str_find(str_of("abcabd"), str_of("abd"), 0) == 3);
    CHECK(str_find(str_of("abcabd"), str_of("ab"), 1) == 3);
    CHECK(str_find(str_of("abcabd"), str_of("abe"), 0) == 6);
    CHECK(str_find(str_of("ab"), str_of("abc"), 0) == 2);
    CHECK(str_find(str_of("ab"), str_of(""), 9) == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_lose_only_what_was_named),
        cmocka_unit_test(words_are_taken_one_by_one),
        cmocka_unit_test(what_is_not_there_is_found_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
