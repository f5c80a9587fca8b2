/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/number.h"

#include "check.h"
#include "train/gen/noise.h"
#include "train/gen/spoken.h"

static void check_read(const char *text, size_t n, int64_t first)
{
    int64_t out[8] = {0};
    size_t got = number_read(str_of(text), out, 8);
    if (got != n || (n && n != SIZE_MAX && out[0] != first))
        fail_msg("\"%s\" has %zu numbers, the first %lld", text, got,
                 (long long)out[0]);
}

static void numbers_are_read_as_people_write_them(void **state)
{
    (void)state;
    check_read("405", 1, 405);
    check_read("**12,345 apples**", 1, 12345);
    check_read("12, 345", 2, 12);
    check_read("1,2345", 2, 1);
    check_read("-455", 1, -455);
    check_read("\xE2\x88\x92"
               "455", 1, -455);
    check_read("900-455", 2, 900);
    check_read("17 remainder 4", 2, 17);
    check_read("3.5", SIZE_MAX, 0);
    check_read("3.", 1, 3);
    check_read("no number", 0, 0);
    check_read("99999999999999999999999", SIZE_MAX, 0);
}

static double score(const char *answer, const char *reply)
{
    struct problem p = {0};
    buf_puts(&p.answer, answer);
    double s = check_integers(&p, str_of(reply));
    problem_clear(&p);
    return s;
}

static void the_bold_part_alone_counts(void **state)
{
    (void)state;
    CHECK(score("405", "347+58 is **405**.") == 1);
    CHECK(score("405", "405") == 0);
    CHECK(score("405", "**347+58 = 405**") == 0);
    CHECK(score("405", "**7** no, **405**") == 1); /* the last one */
    CHECK(score("-455", "**455**") == 0);
    CHECK(score("17 remainder 4", "**17 余 4**") == 1);
    CHECK(score("17 remainder 4", "**17**") == 0);
}

static void numbers_have_the_digits_asked_for(void **state)
{
    (void)state;
    struct gen_ctx ctx = {.rng = rng_init(3)};
    unsigned repeated = 0;
    for (int i = 0; i < 3000; i++) {
        unsigned digits = 1 + (unsigned)i % 6;
        int64_t n = number_draw(&ctx, digits);
        assert_int_equal(number_digits(n), digits);
        CHECK(n > 0);
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)n);
        repeated += digits == 6 && strspn(text, (char[]){text[0], text[1], 0}) == 6;
    }
    CHECK(repeated > 30); /* of 500; one of 80 by chance */
}

static void keys_forget_the_order_of_what_commutes(void **state)
{
    (void)state;
    CHECK(key_sorted("add", 347, 58) == key_sorted("add", 58, 347));
    CHECK(key_sorted("add", 347, 58) != key_sorted("mul", 347, 58));
    for (uint64_t k = 0; k < 500; k++) {
        assert_int_equal(gen_split(key_unless(true, k)), SPLIT_TRAIN);
        CHECK(key_unless(false, k) == k);
    }
}

static void check_words(int64_t n, const char *en, const char *zh)
{
    struct buf words = {0};
    if (n < 1000000) {
        spoken_en(n, &words);
        assert_string_equal(words.p, en);
    }
    buf_reset(&words);
    spoken_zh(n, &words);
    assert_string_equal(words.p, zh);
    buf_clear(&words);
}

static void numbers_are_said_as_they_should_be(void **state)
{
    (void)state;
    check_words(0, "zero", "零");
    check_words(10, "ten", "十");
    check_words(15, "fifteen", "十五");
    check_words(40, "forty", "四十");
    check_words(105, "one hundred five", "一百零五");
    check_words(110, "one hundred ten", "一百一十");
    check_words(1005, "one thousand five", "一千零五");
    check_words(1050, "one thousand fifty", "一千零五十");
    check_words(45208, "forty-five thousand two hundred eight", "四万五千二百零八");
    check_words(100000, "one hundred thousand", "十万");
    check_words(100010, "one hundred thousand ten", "十万零一十");
    check_words(10000001, NULL, "一千万零一");
}

static void the_same_words_are_the_same_however_written(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"Forty five thousand, two hundred and eight",
         "forty-five thousand two hundred eight"},
        {"两万零二百一十", "二万零二百十"}};
    for (size_t i = 0; i < 2; i++) {
        struct buf a = {0}, b = {0};
        spoken_plain(str_of(same[i][0]), &a);
        spoken_plain(str_of(same[i][1]), &b);
        assert_string_equal(a.p, b.p);
        buf_clear(&a);
        buf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_as_people_write_them),
        cmocka_unit_test(the_bold_part_alone_counts),
        cmocka_unit_test(numbers_have_the_digits_asked_for),
        cmocka_unit_test(keys_forget_the_order_of_what_commutes),
        cmocka_unit_test(numbers_are_said_as_they_should_be),
        cmocka_unit_test(the_same_words_are_the_same_however_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
