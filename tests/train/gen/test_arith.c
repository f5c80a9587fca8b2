/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/arith.h"

#include "check.h"
#include "train/gen/number.h"
#include "train/gen/trace.h"

static struct problem p;

static struct trace begin(struct gen_ctx *ctx)
{
    return trace_begin(ctx, &p, "arith", 0);
}

static void check_thought(const char *want)
{
    assert_string_equal(p.think.p, want);
    problem_clear(&p);
}

static void adding_goes_from_the_last_digit_on(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.split = SPLIT_TEST};
    struct trace t = begin(&ctx);
    assert_int_equal(arith_add(&t, 347, 58), 405);
    check_thought("rev 743 850\n7+8=15 5c1\n4+5+1=10 0c1\n3+0+1=4 4\nrev 504 -> 405");
    t = begin(&ctx);
    assert_int_equal(arith_add(&t, 95, 7), 102);
    check_thought("rev 59 70\n5+7=12 2c1\n9+0+1=10 0c1\nc1 1\nrev 201 -> 102");
}

static void a_result_below_zero_turns_both_round(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.split = SPLIT_TEST};
    struct trace t = begin(&ctx);
    assert_int_equal(arith_sub(&t, 58, 347), -289);
    check_thought("58<347 minus\nrev 743 850\n17-8=9 9b1\n14-5-1=8 8b1\n"
                  "3-0-1=2 2\nrev 982 -> 289\n-> -289");
}

static void multiplying_adds_a_line_per_digit(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.split = SPLIT_TEST};
    struct trace t = begin(&ctx);
    assert_int_equal(arith_mul(&t, 7, 409), 2863);
    check_thought("409*7: 9*7=63 3c6; 0*7+6=6 6; 4*7=28 -> 2863");
    t = begin(&ctx);
    assert_int_equal(arith_mul(&t, 12, 21), 252);
    check_thought("21*2: 1*2=2 2; 2*2=4 -> 42\n21*10: 1*1=1 1; 2*1=2 -> 210\n"
                  "42+210\nrev 240 012\n2+0=2 2\n4+1=5 5\n0+2=2 2\nrev 252 -> 252");
}

static void dividing_by_two_digits_counts_up_to_what_is_too_large(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.split = SPLIT_TEST};
    int64_t rest;
    struct trace t = begin(&ctx);
    assert_int_equal(arith_div(&t, 8734, 6, &rest), 1455);
    assert_int_equal(rest, 4);
    check_thought("8/6=1r2\n27/6=4r3\n33/6=5r3\n34/6=5r4\n-> 1455 r4");
    t = begin(&ctx);
    assert_int_equal(arith_div(&t, 412, 23, &rest), 17);
    check_thought("4: 0\n41: 1:23 2:46>41; 1, 41-23=18\n"
                  "182: 1:23 2:46 3:69 4:92 5:115 6:138 7:161 8:184>182; "
                  "7, 182-161=21\n-> 17 r21");
}

/* With random operands the results are those of the machine. */
static void results_are_right(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.rng = rng_init(5), .split = SPLIT_TRAIN};
    for (int i = 0; i < 4000; i++) {
        int64_t a = number_draw(&ctx, 1 + (unsigned)i % 6), rest;
        int64_t b = number_draw(&ctx, 1 + (unsigned)i % 5);
        int64_t d = number_draw(&ctx, 1 + (unsigned)i % 2);
        struct trace t = begin(&ctx);
        CHECK(arith_add(&t, a, b) == a + b);
        CHECK(arith_sub(&t, a, b) == a - b);
        CHECK(arith_mul(&t, a, d) == a * d);
        CHECK(arith_div(&t, a, d, &rest) == a / d && rest == a % d);
    }
    problem_clear(&p);
}

/* One of ten, wrong where it is marked, and mended at once. */
static void slips_are_wrong_marked_and_mended(void **state)
{
    (void)state;
    unsigned slips = 0;
    for (uint64_t i = 0; i < 4000; i++) {
        struct gen_ctx ctx = {.rng = rng_init(i), .split = SPLIT_TRAIN};
        struct trace t = begin(&ctx);
        trace_may_slip(&t, 4);
        arith_add(&t, 4781, 3956);
        if (p.n_slips == 0)
            continue;
        slips++;
        assert_int_equal(p.n_slips, 1);
        struct str think = buf_str(&p.think);
        struct str after = str_n(think.p + p.slips[0].to,
                                 think.len - p.slips[0].to);
        CHECK(str_starts(after, str_of("\nwait: ")));
        CHECK(think.p[p.slips[0].from - 1] == '=');
        size_t right = str_find(after, str_of("="), 0) + 1;
        size_t end = str_find(after, str_of("\n"), 1);
        CHECK(!str_eq(str_n(think.p + p.slips[0].from,
                            p.slips[0].to - p.slips[0].from),
                      str_n(after.p + right, end - right)));
    }
    assert_in_range(slips, 300, 500);
    problem_clear(&p);
}

static void sums_kept_for_testing_are_seen_in_no_thought(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.split = SPLIT_TRAIN};
    unsigned leaks = 0;
    for (int64_t a = 100; a < 2000; a++) {
        bool kept = gen_split(key_sorted("add", a, 777)) != SPLIT_TRAIN;
        leaks += kept;
        CHECK(arith_leaks_add(&ctx, a, 777) == kept);
        CHECK(!arith_leaks_add(&ctx, a, 77)); /* small ones may be seen */
    }
    CHECK(leaks > 50);
    ctx.split = SPLIT_TEST;
    CHECK(!arith_leaks_add(&ctx, 100, 777));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_goes_from_the_last_digit_on),
        cmocka_unit_test(a_result_below_zero_turns_both_round),
        cmocka_unit_test(multiplying_adds_a_line_per_digit),
        cmocka_unit_test(dividing_by_two_digits_counts_up_to_what_is_too_large),
        cmocka_unit_test(results_are_right),
        cmocka_unit_test(slips_are_wrong_marked_and_mended),
        cmocka_unit_test(sums_kept_for_testing_are_seen_in_no_thought),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
