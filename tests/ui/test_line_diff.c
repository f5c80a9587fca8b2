/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/line_diff.h"

#include "base/rng.h"
#include "check.h"

static void expect(const char *a, const char *b, const char *same_a,
                   const char *same_b)
{
    struct buf x = {0}, y = {0};
    line_diff(str_of(a), str_of(b), &x, &y);
    if (x.len != strlen(same_a) || (x.len && memcmp(x.p, same_a, x.len) != 0))
        fail_msg("\"%s\": \"%s\", not \"%s\"", a, x.p ? x.p : "", same_a);
    if (y.len != strlen(same_b) || (y.len && memcmp(y.p, same_b, y.len) != 0))
        fail_msg("\"%s\": \"%s\", not \"%s\"", b, y.p ? y.p : "", same_b);
    buf_clear(&x);
    buf_clear(&y);
}

static void what_both_have_is_the_same(void **state)
{
    (void)state;
    expect("", "", "", "");
    expect("a", "", " ", "");
    expect("one", "one", "===", "===");
    expect("one\ntwo", "one\ntwo", "=======", "=======");
    /* a line more in between does not part what follows */
    expect("a\nb\nc\n", "a\nx\nb\nc\n", "======", "==  ====");
    /* lines in each other's place: what they begin and end with */
    expect("a\n7/3=2 so\nc", "a\n7/3 no so\nc", "=====  =====", "=====   =====");
}

static void a_character_is_never_cut(void **state)
{
    (void)state;
    /* 是 and 昨 begin with the same byte; é and Ã© end with the same one. */
    expect("\xE6\x98\xAF", "\xE6\x98\xA8", "   ", "   ");
    expect("x\xC3\xA9", "y\xC2\xA9", "   ", "   ");
}

/* Whatever the texts, the marks are as long, and bytes that are marked in one are
 * those that are marked in the other. */
static void marked_bytes_agree(void **state)
{
    (void)state;
    static const char letters[] = "ab\n\n";
    struct rng r = rng_init(9);
    for (int round = 0; round < 300; round++) {
        struct buf t[2] = {{0}, {0}}, same[2] = {{0}, {0}}, kept[2] = {{0}, {0}};
        for (int k = 0; k < 2; k++)
            for (uint32_t i = rng_below(&r, 30); i > 0; i--)
                buf_putc(&t[k], letters[rng_below(&r, 4)]);
        line_diff(buf_str(&t[0]), buf_str(&t[1]), &same[0], &same[1]);
        for (int k = 0; k < 2; k++) {
            assert_int_equal(same[k].len, t[k].len);
            for (size_t i = 0; i < t[k].len; i++)
                if (same[k].p[i] == '=')
                    buf_putc(&kept[k], t[k].p[i]);
        }
        assert_true(str_eq(buf_str(&kept[0]), buf_str(&kept[1])));
        for (int k = 0; k < 2; k++) {
            buf_clear(&t[k]);
            buf_clear(&same[k]);
            buf_clear(&kept[k]);
        }
    }
}

static void very_long_texts_are_compared_from_their_beginning(void **state)
{
    (void)state;
    struct buf a = {0}, b = {0}, x = {0}, y = {0};
    for (int i = 0; i < 3000; i++) {
        buf_puts(&a, "ab\n");
        buf_puts(&b, i == 2000 ? "cb\n" : "ab\n");
    }
    line_diff(buf_str(&a), buf_str(&b), &x, &y);
    assert_int_equal(x.len, a.len);
    assert_int_equal(x.p[6000], ' ');
    assert_int_equal(x.p[5999], '=');
    buf_clear(&a);
    buf_clear(&b);
    buf_clear(&x);
    buf_clear(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_both_have_is_the_same),
        cmocka_unit_test(a_character_is_never_cut),
        cmocka_unit_test(marked_bytes_agree),
        cmocka_unit_test(very_long_texts_are_compared_from_their_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
