/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"
#include "check.h"

static const char *meant(const char *word)
{
    static const char *const names[] = {"chat", "run", "tokenize", "logits",
                                        "template", "inspect", "bench"};
    struct nearest n = nearest_to(str_of(word));

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        nearest_offer(&n, names[i]);
    return nearest_name(&n);
}

static void a_slip_of_the_finger_is_understood(void **state)
{
    (void)state;
    assert_string_equal(meant("chta"), "chat");
    assert_string_equal(meant("tokenise"), "tokenize");
    assert_string_equal(meant("inspekt"), "inspect");
    assert_string_equal(meant("rnu"), "run");
    assert_string_equal(meant("benchh"), "bench");
}

static void a_strange_word_has_no_neighbour(void **state)
{
    (void)state;
    CHECK(!meant("hello"));
    CHECK(!meant(""));
    CHECK(!meant("x"));
    CHECK(!meant("a very long word that nobody has ever meant as a name"));
}

static void the_nearest_of_several_wins(void **state)
{
    (void)state;
    struct nearest n = nearest_to(str_of("top-l"));
    nearest_offer(&n, "temp");
    nearest_offer(&n, "top-p");
    nearest_offer(&n, "top-l");
    assert_string_equal(nearest_name(&n), "top-l");
}

static void nothing_offered_is_nothing_found(void **state)
{
    (void)state;
    struct nearest n = nearest_to(str_of("chat"));
    CHECK(!nearest_name(&n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_of_the_finger_is_understood),
        cmocka_unit_test(a_strange_word_has_no_neighbour),
        cmocka_unit_test(the_nearest_of_several_wins),
        cmocka_unit_test(nothing_offered_is_nothing_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
