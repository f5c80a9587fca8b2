/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/minhash.h"

#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "check.h"

/* A text of made-up words, or of random Chinese characters. */
static void made_up(struct rng *r, bool zh, size_t words, struct buf *out)
{
    for (size_t i = 0; i < words; i++) {
        if (zh) {
            char c[4];
            buf_add(out, c, utf8_encode(0x4E00 + rng_below(r, 3000), c));
            continue;
        }
        for (uint32_t n = 3 + rng_below(r, 5); n > 0; n--)
            buf_putc(out, (char)('a' + rng_below(r, 26)));
        buf_putc(out, ' ');
    }
}

/* Change one character after the other until the overlap is at most `target`. */
static void spoil(struct rng *r, bool zh, double target, struct str from,
                  struct buf *out)
{
    buf_reset(out);
    buf_add_str(out, from);
    while (minhash_overlap(from, buf_str(out), zh ? 3 : 5) > target) {
        size_t at = rng_below(r, (uint32_t)out->len);
        if (zh) {
            char c[4];
            utf8_encode(0x4E00 + rng_below(r, 3000), c);
            memcpy(out->p + at / 3 * 3, c, 3);
        } else if (out->p[at] != ' ') {
            out->p[at] = (char)('a' + rng_below(r, 26));
        }
    }
}

enum { PAIRS = 300 };

/* How many of PAIRS planted pairs of this overlap are found. */
static size_t found(bool zh, double target)
{
    struct rng r = rng_init(zh ? 5 : 6);
    struct buf text[2 * PAIRS] = {{0}};
    struct str docs[2 * PAIRS];
    unsigned char n_gram[2 * PAIRS];
    bool drop[2 * PAIRS];
    for (size_t i = 0; i < PAIRS; i++) {
        made_up(&r, zh, zh ? 150 : 60, &text[i]);
        spoil(&r, zh, target, buf_str(&text[i]), &text[PAIRS + i]);
    }
    for (size_t i = 0; i < 2 * PAIRS; i++) {
        docs[i] = buf_str(&text[i]);
        n_gram[i] = zh ? 3 : 5;
    }
    size_t n = minhash_duplicates(docs, n_gram, 2 * PAIRS, drop), pairs = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        pairs += drop[i] != drop[PAIRS + i];
        CHECK(!(drop[i] && drop[PAIRS + i]));
    }
    assert_int_equal(n, pairs); /* nothing else was merged */
    for (size_t i = 0; i < 2 * PAIRS; i++)
        buf_clear(&text[i]);
    return pairs;
}

static void nearly_equal_texts_are_found(void **state)
{
    (void)state;
    assert_in_range(found(false, 0.85), PAIRS * 95 / 100, PAIRS);
    assert_in_range(found(true, 0.85), PAIRS * 95 / 100, PAIRS);
}

static void texts_that_share_half_are_left_alone(void **state)
{
    (void)state;
    assert_in_range(found(false, 0.5), 0, PAIRS / 100);
    assert_in_range(found(true, 0.5), 0, PAIRS / 100);
}

static void signatures_agree_as_often_as_texts_overlap(void **state)
{
    (void)state;
    struct rng r = rng_init(9);
    struct buf a = {0}, b = {0};
    double error = 0;
    for (int i = 0; i < 50; i++) {
        struct minhash x, y;
        buf_reset(&a);
        made_up(&r, false, 80, &a);
        spoil(&r, false, 0.3 + 0.012 * i, buf_str(&a), &b);
        minhash_of(buf_str(&a), 5, &x);
        minhash_of(buf_str(&b), 5, &y);
        double same = 0, truth = minhash_overlap(buf_str(&a), buf_str(&b), 5);
        for (size_t k = 0; k < MINHASH_N; k++)
            same += x.min[k] == y.min[k];
        error += same / MINHASH_N - truth;
    }
    CHECK(error / 50 < 0.02 && error / 50 > -0.02);
    buf_clear(&a);
    buf_clear(&b);
}

static void the_longest_of_a_group_stays(void **state)
{
    (void)state;
    struct rng r = rng_init(3);
    struct buf a = {0}, b = {0};
    made_up(&r, false, 60, &a);
    buf_add_str(&b, buf_str(&a));
    buf_puts(&b, "and a little more");
    struct str docs[] = {buf_str(&a), buf_str(&b), buf_str(&a), str_of("apart")};
    static const unsigned char n_gram[] = {5, 5, 5, 5};
    bool drop[4];
    assert_int_equal(minhash_duplicates(docs, n_gram, 4, drop), 2);
    CHECK(drop[0] && !drop[1] && drop[2] && !drop[3]);
    /* Of another language they are no duplicates. */
    assert_int_equal(minhash_duplicates(docs, (const unsigned char[]){5, 3, 5, 5}, 4,
                                        drop), 1);
    assert_int_equal(minhash_duplicates(docs, n_gram, 0, drop), 0);
    buf_clear(&a);
    buf_clear(&b);
}

static void capitals_and_blanks_make_no_difference(void **state)
{
    (void)state;
    CHECK(minhash_overlap(str_of("The  Cat sat\n on it"),
                          str_of("the cat sat on it"), 5) == 1);
    CHECK(minhash_overlap(str_of("abcdefgh"), str_of("stuvwxyz"), 5) == 0);
    CHECK(minhash_overlap(str_of(""), str_of(""), 5) == 1);
    CHECK(minhash_overlap(str_of("ab"), str_of("ab"), 5) == 1);
}

static void documents_that_hold_a_test_are_found(void **state)
{
    (void)state;
    struct test_runs *t = test_runs_new();
    CHECK(!test_runs_in(t, str_of("anything at all may stand here today")));
    test_runs_add(t, str_of("Tom has 12 apples, buys 3 bags of 5 and gives 9 to Ann. "
                            "How many are left?"));
    test_runs_add(t, str_of("strawberry里有几个字母r？"));
    test_runs_add(t, str_of("too short"));
    CHECK(test_runs_in(t, str_of("They say: tom HAS 12 apples; buys 3 bags of 5, and "
                                 "gives 9 to somebody")));
    CHECK(!test_runs_in(t, str_of("Tom has 12 apples and buys 3 bags of 5.")));
    CHECK(test_runs_in(t, str_of("问题：strawberry里有几个字母r？答案是三个")));
    CHECK(!test_runs_in(t, str_of("strawberry里有几个字母e")));
    CHECK(!test_runs_in(t, str_of("far too short")));
    struct buf many = {0};
    for (int i = 0; i < 2000; i++)
        buf_printf(&many, "w%d ", i);
    test_runs_add(t, buf_str(&many));
    CHECK(test_runs_in(t, str_of("w700 w701 w702 w703 w704 w705 w706 w707 w708 w709 "
                                 "w710 w711 w712")));
    CHECK(!test_runs_in(t, str_of("w700 w701 w702 w703 w704 w705 w706 w707 w708 w709 "
                                  "w710 w711")));
    buf_clear(&many);
    test_runs_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearly_equal_texts_are_found),
        cmocka_unit_test(texts_that_share_half_are_left_alone),
        cmocka_unit_test(signatures_agree_as_often_as_texts_overlap),
        cmocka_unit_test(the_longest_of_a_group_stays),
        cmocka_unit_test(capitals_and_blanks_make_no_difference),
        cmocka_unit_test(documents_that_hold_a_test_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
