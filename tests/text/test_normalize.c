/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/normalize.h"

static void check_nfc(const char *in, const char *want)
{
    struct buf room = {0};
    struct str got = normalize_nfc(str_of(in), &room);
    CHECK(str_is(got, want));
    buf_clear(&room);
}

static void marks_join_their_base(void **state)
{
    (void)state;
    check_nfc("e\xCC\x81", "\xC3\xA9");
    check_nfc("o\xCC\x88x", "\xC3\xB6x");
    check_nfc("\xE1\x84\x80\xE1\x85\xA1", "\xEA\xB0\x80"); /* Hangul */
    check_nfc("\xE2\x84\xAB", "\xC3\x85");                 /* the angstrom */
    check_nfc("q\xCC\x87\xCC\xA3", "q\xCC\xA3\xCC\x87");   /* ordered */
}

static void composed_text_stays(void **state)
{
    (void)state;
    check_nfc("", "");
    check_nfc("plain", "plain");
    check_nfc("\xC3\xA9\xC3\xB6\xC9\x90", "\xC3\xA9\xC3\xB6\xC9\x90");
    check_nfc("\xE4\xBD\xA0\xF0\x9F\x98\x80", "\xE4\xBD\xA0\xF0\x9F\x98\x80");
}

/* Marks in falling order are the worst case of sorting them. */
static void stacks_of_marks_take_no_quadratic_time(void **state)
{
    (void)state;
    struct buf in = {0}, room = {0};
    buf_putc(&in, 'a');
    for (int i = 0; i < 200000; i++)
        buf_puts(&in, i < 100000 ? "\xCC\x81" : "\xCC\xA3");
    struct str got = normalize_nfc(buf_str(&in), &room);
    CHECK(str_eq(got, buf_str(&in)));
    buf_clear(&in);
    buf_clear(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_join_their_base),
        cmocka_unit_test(composed_text_stays),
        cmocka_unit_test(stacks_of_marks_take_no_quadratic_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
