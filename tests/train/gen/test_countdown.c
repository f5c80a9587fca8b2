/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/countdown.h"

#include "check.h"

static double score(const char *answer, const char *reply)
{
    struct problem p = {0};
    buf_puts(&p.answer, answer);
    double s = countdown_check(&p, str_of(reply));
    problem_clear(&p);
    return s;
}

static void any_expression_that_hits_the_target_is_right(void **state)
{
    (void)state;
    CHECK(score("31: 3 7 8", "One way: **(8*3)+7** = 31") == 1);
    CHECK(score("31: 3 7 8", "**7+8*3**") == 1);
    CHECK(score("31: 3 7 8", "**7 + 3 × 8 = 31**") == 1);
    CHECK(score("24: 3 3 8 8", "**8/(3-8/3)**") == 1); /* fractions on the way */
    CHECK(score("2: 3 5 4", "**(3-5)+4**") == 1);      /* below zero on the way */
    CHECK(score("10: 20 8 6", "**20-(8-6)-0**") == 0);
    CHECK(score("6: 12 8 4", "**(12÷4)x(8-6)**") == 0);
}

static void every_number_is_used_exactly_once(void **state)
{
    (void)state;
    CHECK(score("31: 3 7 8", "**8*3+7+7-7**") == 0);
    CHECK(score("31: 3 7 8", "**31**") == 0);
    CHECK(score("31: 3 7 8", "**38-7**") == 0);
    CHECK(score("31: 3 7 8", "**8*3**") == 0);
    CHECK(score("9: 3 3 3", "**3+3+3**") == 1);
    CHECK(score("9: 3 3 4", "**3+3+3**") == 0);
}

static void what_is_no_expression_is_wrong(void **state)
{
    (void)state;
    static const char *const replies[] = {
        "", "**", "****", "**(8*3)+7", "(8*3)+7", "**(8*3+7**", "**8*3)+7**",
        "**8*3+7+**", "**8 3 7**", "**8**3+7**", "**(((((((((((((((((((8*3+7**",
        "**99999999999999999999*3+7**", "**8/0+3+7**", "**8*3+7 yes**", "**no way**",
        "**-8*3+7**"};
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (score("31: 3 7 8", replies[i]) != 0)
            fail_msg("\"%s\" is right", replies[i]);
    /* Products that leave 64 bits are refused, not computed. */
    CHECK(score("1: 99999 99999 99999 99999 99999 99999",
                "**99999*99999*99999*99999*99999*99999**") == 0);
}

static void that_there_is_no_way_must_be_said(void **state)
{
    (void)state;
    CHECK(score("none 31: 3 7 9", "I found **no way** to make 31.") == 1);
    CHECK(score("none 31: 3 7 9", "**3+7+9**") == 0);
    CHECK(score("31: 3 7 8", "I found **no way** to make 31.") == 0);
}

/* Whatever the search in its fixed order finds is right, and whatever it finds
 * is possible. */
static void the_search_finds_only_what_is_so(void **state)
{
    (void)state;
    unsigned found_some = 0;
    for (int64_t a = 1; a <= 12; a++)
        for (int64_t b = 1; b <= a; b++)
            for (int64_t c = 1; c <= b; c += 2)
                for (int64_t target = 2; target < 60; target += 7) {
                    int64_t n[3] = {a, b, c};
                    struct item items[3], found;
                    char answer[64], reply[80];
                    for (int i = 0; i < 3; i++)
                        items[i] = countdown_given(n[i]);
                    if (!countdown_search(NULL, items, target, &found))
                        continue;
                    found_some++;
                    snprintf(answer, sizeof answer, "%d: %d %d %d", (int)target,
                             (int)a, (int)b, (int)c);
                    snprintf(reply, sizeof reply, "**%s**", found.text);
                    if (score(answer, reply) != 1 ||
                        !countdown_possible(n, 3, target))
                        fail_msg("%s %s", answer, reply);
                }
    CHECK(found_some > 200);
}

static void what_only_fractions_reach_is_possible(void **state)
{
    (void)state;
    CHECK(countdown_possible((int64_t[]){3, 3, 8, 8}, 4, 24));
    CHECK(!countdown_possible((int64_t[]){1, 1, 1}, 3, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_expression_that_hits_the_target_is_right),
        cmocka_unit_test(every_number_is_used_exactly_once),
        cmocka_unit_test(what_is_no_expression_is_wrong),
        cmocka_unit_test(that_there_is_no_way_must_be_said),
        cmocka_unit_test(the_search_finds_only_what_is_so),
        cmocka_unit_test(what_only_fractions_reach_is_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
