/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/rng.h"
#include "base/utf8.h"

static void every_scalar_value_survives_a_round_trip(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        char s[4];
        size_t n = utf8_encode(cp, s);
        uint32_t back;
        bool valid;
        CHECK(utf8_decode(s, n, &back, &valid) == n && valid && back == cp);
    }
}

static void forms_that_are_too_long_or_too_high_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
        "\xFF", "\x80", "\xE4\xBD", "\xF0\x9F\x98",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(utf8_valid(str_of(bad[i])));
    CHECK(utf8_valid(str_of("\xEF\xBB\xBFokay \xE4\xBD\xA0\xF0\x9F\x98\x80")));
    CHECK(utf8_valid(str_n("", 0)));
}

static void repair_replaces_maximal_parts_as_unicode_advises(void **state)
{
    (void)state;
    /* The examples of the Unicode standard, section 3.9, tables 3-8 to 3-11. */
    static const struct { const char *in; int n; const char *as; } cases[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82" "A", 9, "????????A"},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF" "A", 9, "????????A"},
        {"\xF4\x91\x92\x93\xFF" "A\x80\xBF" "B", 9, "?????A??B"},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF" "A", 9, "????A"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0}, want = {0};
        utf8_repair(str_n(cases[i].in, (size_t)cases[i].n), &out);
        for (const char *c = cases[i].as; *c; c++) {
            if (*c == '?')
                buf_puts(&want, "\xEF\xBF\xBD");
            else
                buf_putc(&want, *c);
        }
        assert_string_equal(out.p, want.p);
        buf_clear(&out);
        buf_clear(&want);
    }
}

static void the_open_tail_is_what_more_bytes_could_complete(void **state)
{
    (void)state;
    struct rng rng = rng_init(7);
    static const uint8_t bytes[] = {'a', 0x80, 0xBF, 0x90, 0xA0, 0x8F, 0xC2,
                                    0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xC0, 0xFF};
    for (int round = 0; round < 20000; round++) {
        char s[8];
        size_t len = rng_below(&rng, 7);
        for (size_t i = 0; i < len; i++)
            s[i] = (char)bytes[rng_below(&rng, sizeof bytes)];
        size_t tail = utf8_open_tail(str_n(s, len));
        CHECK(tail <= 3 && tail <= len);
        /* By definition: some continuation makes a character of the tail, and
         * of no longer tail. */
        for (size_t n = 1; n <= 3 && n <= len; n++) {
            bool can = false;
            for (int more = 0; more < 4 * 4 * 4 && !can; more++) {
                static const char fill[] = {(char)0x80, (char)0x90, (char)0xA0,
                                            (char)0xBF};
                char t[8];
                memcpy(t, s + len - n, n);
                t[n] = fill[more & 3];
                t[n + 1] = fill[more >> 2 & 3];
                t[n + 2] = fill[more >> 4 & 3];
                uint32_t cp;
                bool valid;
                can = utf8_decode(t, n + 3, &cp, &valid) > n && valid;
            }
            CHECK(can == (tail == n));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scalar_value_survives_a_round_trip),
        cmocka_unit_test(forms_that_are_too_long_or_too_high_are_refused),
        cmocka_unit_test(repair_replaces_maximal_parts_as_unicode_advises),
        cmocka_unit_test(the_open_tail_is_what_more_bytes_could_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
