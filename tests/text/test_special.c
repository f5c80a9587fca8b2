/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "text/special.h"
#include "text/vocab.h"

#define MAX 12

struct made {
    struct span spans[MAX];
    struct buf bytes;
    struct special_set set;
};

static void make(struct made *m, const char *const *texts, uint32_t n)
{
    int32_t *ids = mem_array(n, sizeof *ids);
    m->bytes = (struct buf){0};
    for (uint32_t i = 0; i < n; i++) {
        ids[i] = (int32_t)i;
        m->spans[i].at = (uint32_t)m->bytes.len;
        m->spans[i].len = (uint32_t)strlen(texts[i]);
        buf_puts(&m->bytes, texts[i]);
    }
    special_init(&m->set, ids, n, m->spans, m->bytes.p ? m->bytes.p : "");
}

static void unmake(struct made *m)
{
    special_clear(&m->set);
    buf_clear(&m->bytes);
}

static void the_leftmost_match_wins_and_there_the_longest(void **state)
{
    (void)state;
    static const char *const texts[] = {"<a>", "<a><b>", "b>", "<", "<a>"};
    struct made m;
    int32_t id;
    make(&m, texts, 5);
    assert_int_equal(special_find(&m.set, str_of("x<a><b>"), 0, &id), 1);
    assert_int_equal(id, 1);
    assert_int_equal(special_find(&m.set, str_of("x<a><c"), 0, &id), 1);
    assert_int_equal(id, 0); /* of the two equal ones, the lower id */
    assert_int_equal(special_find(&m.set, str_of("x<a><c"), 4, &id), 4);
    assert_int_equal(id, 3);
    assert_int_equal(special_find(&m.set, str_of("xyz"), 0, &id), 3);
    assert_int_equal(id, TOKEN_NONE);
    assert_int_equal(special_named(&m.set, str_of("<a><b>")), 1);
    assert_int_equal(special_named(&m.set, str_of("<a><b")), TOKEN_NONE);
    assert_int_equal(special_named(&m.set, str_of("")), TOKEN_NONE);
    unmake(&m);
}

static void an_empty_set_matches_nothing(void **state)
{
    (void)state;
    struct made m;
    int32_t id;
    make(&m, NULL, 0);
    assert_int_equal(special_find(&m.set, str_of("abc"), 0, &id), 3);
    assert_int_equal(special_named(&m.set, str_of("a")), TOKEN_NONE);
    unmake(&m);
}

static void random_sets_match_as_a_plain_search_does(void **state)
{
    (void)state;
    struct rng rng = rng_init(4);
    for (int round = 0; round < 5000; round++) {
        char words[MAX][6], text[20];
        const char *texts[MAX];
        for (int i = 0; i < MAX; i++) {
            size_t len = 1 + rng_below(&rng, 4);
            for (size_t k = 0; k < len; k++)
                words[i][k] = (char)('a' + rng_below(&rng, 3));
            words[i][len] = '\0';
            texts[i] = words[i];
        }
        for (size_t k = 0; k < sizeof text; k++)
            text[k] = (char)('a' + rng_below(&rng, 4));
        struct made m;
        make(&m, texts, MAX);

        struct str in = str_n(text, sizeof text);
        size_t want = in.len;
        int32_t best = TOKEN_NONE, id;
        for (size_t at = 0; at < in.len && best == TOKEN_NONE; at++) {
            struct str rest = str_n(in.p + at, in.len - at);
            size_t longest = 0;
            for (int32_t i = 0; i < MAX; i++) {
                if (strlen(texts[i]) > longest &&
                    str_starts(rest, str_of(texts[i]))) {
                    longest = strlen(texts[i]);
                    best = i;
                    want = at;
                }
            }
        }
        assert_int_equal(special_find(&m.set, in, 0, &id), want);
        assert_int_equal(id, best);
        unmake(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_leftmost_match_wins_and_there_the_longest),
        cmocka_unit_test(an_empty_set_matches_nothing),
        cmocka_unit_test(random_sets_match_as_a_plain_search_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
