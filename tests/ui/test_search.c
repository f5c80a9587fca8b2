/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/search.h"

#include "base/err.h"
#include "check.h"
#include "events.h"
#include "ui/transcript.h"

static struct transcript *a_talk(void)
{
    struct transcript *t = transcript_new();
    transcript_user(t, str_of("Is 391 prime?"));
    struct event events[] = {
        event_of(EVENT_THINK_BEGIN),
        event_text(PART_THOUGHT, str_of("Prime? 17 and 19 are primes. Wait 你好\n")),
        event_of(EVENT_THINK_END),
        event_text(PART_ANSWER, str_of("No prime. 391 = 17 × 23")),
        event_done(DONE_END)};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        transcript_event(t, &events[i]);
    return t;
}

static uint32_t count(const struct transcript *t, const char *pattern,
                      enum search_where where)
{
    struct err err;
    struct search *s = search_new(str_of(pattern), &err);
    if (!s)
        fail_msg("%s: %s", pattern, err.msg);
    CHECK_OK(search_run(s, t, where, &err), &err);
    uint32_t n = search_count(s);
    search_free(s);
    return n;
}

static void case_matters_where_the_pattern_has_capitals(void **state)
{
    (void)state;
    struct transcript *t = a_talk();
    assert_int_equal(count(t, "prime", SEARCH_ALL), 4);
    assert_int_equal(count(t, "Prime", SEARCH_ALL), 1);
    assert_int_equal(count(t, "\\Wprime", SEARCH_ALL), 3);
    assert_int_equal(count(t, "你.", SEARCH_ALL), 1);
    assert_int_equal(count(t, "^no", SEARCH_ALL), 1);
    assert_int_equal(count(t, "x*", SEARCH_ALL), 0); /* nothing is no find */
    transcript_free(t);
}

static void thoughts_and_answers_are_searched_apart(void **state)
{
    (void)state;
    struct transcript *t = a_talk();
    struct err err;
    char text[SEARCH_TEXT_MAX];
    assert_int_equal(count(t, "17", SEARCH_THOUGHTS), 1);
    assert_int_equal(count(t, "391", SEARCH_THOUGHTS), 0);
    assert_int_equal(count(t, "391", SEARCH_ANSWERS), 1);
    struct search *s = search_new(str_of("17"), &err);
    CHECK_OK(search_run(s, t, SEARCH_ALL, &err), &err);
    assert_string_equal(search_text(s, text), "2 found, 1 of them in thoughts");
    assert_int_equal(search_hit(s, 0)->block, 1);
    assert_int_equal(search_hit(s, 1)->block, 2);
    assert_int_equal(search_from(s, 1, 8), 1);
    assert_int_equal(search_from(s, 1, 7), 0);
    assert_int_equal(search_from(s, 3, 0), 2);
    assert_null(search_hit(s, 2));
    search_free(s);
    transcript_free(t);
}

static void what_came_meanwhile_is_found(void **state)
{
    (void)state;
    struct transcript *t = a_talk();
    struct err err;
    struct search *s = search_new(str_of("17"), &err);
    CHECK_OK(search_run(s, t, SEARCH_ALL, &err), &err);
    transcript_user(t, str_of("17 17"));
    CHECK_OK(search_run(s, t, SEARCH_ALL, &err), &err);
    assert_int_equal(search_count(s), 4);
    search_free(s);
    transcript_free(t);
}

static void a_pattern_too_complex_is_given_up(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct err err;
    char many[3000];
    memset(many, 'a', sizeof many);
    transcript_user(t, str_n(many, sizeof many));
    static const char *const slow[] = {"(a+)+[bc]", "(a|aa)+[bc]",
                                       "(a*)*(a*)*(a*)*[bc]"};
    for (size_t i = 0; i < 3; i++) {
        struct search *s = search_new(str_of(slow[i]), &err);
        assert_non_null(s);
        assert_false(search_run(s, t, SEARCH_ALL, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
        assert_non_null(strstr(err.msg, "too complex"));
        search_free(s);
    }
    transcript_free(t);
}

static void a_wrong_pattern_says_where(void **state)
{
    (void)state;
    struct err err;
    char longest[5000];
    assert_null(search_new(str_of("a(b"), &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.msg, "at character 3"));
    assert_null(search_new(str_of(""), &err));
    memset(longest, 'x', sizeof longest);
    assert_null(search_new(str_n(longest, sizeof longest), &err));
}

static void finds_beyond_counting_are_cut(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct err err;
    char text[SEARCH_TEXT_MAX];
    static char many[SEARCH_HITS_MAX + 100];
    memset(many, 'a', sizeof many);
    transcript_user(t, str_n(many, sizeof many));
    struct search *s = search_new(str_of("a"), &err);
    CHECK_OK(search_run(s, t, SEARCH_ALL, &err), &err);
    assert_int_equal(search_count(s), SEARCH_HITS_MAX);
    assert_true(search_is_cut(s));
    assert_non_null(strstr(search_text(s, text), "more than 20000"));
    search_free(s);
    transcript_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_matters_where_the_pattern_has_capitals),
        cmocka_unit_test(thoughts_and_answers_are_searched_apart),
        cmocka_unit_test(what_came_meanwhile_is_found),
        cmocka_unit_test(a_pattern_too_complex_is_given_up),
        cmocka_unit_test(a_wrong_pattern_says_where),
        cmocka_unit_test(finds_beyond_counting_are_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
