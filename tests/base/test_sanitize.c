/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <utf8proc.h>

#include "base/rng.h"
#include "base/sanitize.h"
#include "base/utf8.h"

/* Written apart from the program, as ranges: what no terminal may ever get. */
static const uint32_t forbidden[][2] = {
    {0x00, 0x08},       {0x0B, 0x1F},       {0x7F, 0x9F},
    {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},
    {0x115F, 0x1160},   {0x180B, 0x180F},   {0x200B, 0x200C},
    {0x200E, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x206F},
    {0x3164, 0x3164},   {0xD800, 0xDFFF},   {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB},
    {0xFFFE, 0xFFFF},   {0x1FFFE, 0x1FFFF}, {0xE0000, 0xE0FFF},
    {0x10FFFE, 0x10FFFF},
};

static bool is_pictograph(uint32_t cp)
{
    return utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
               UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC ||
           (cp >= 0x1F3FB && cp <= 0x1F3FF);
}

static bool is_mark(uint32_t cp)
{
    utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
    return c == UTF8PROC_CATEGORY_MN || c == UTF8PROC_CATEGORY_MC ||
           c == UTF8PROC_CATEGORY_ME;
}

static void check_safe(struct str s)
{
    CHECK(utf8_valid(s));
    uint32_t marks = 0, before = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t cp, next = 0;
        i += utf8_decode(s.p + i, s.len - i, &cp, NULL);
        if (i < s.len)
            utf8_decode(s.p + i, s.len - i, &next, NULL);
        for (size_t k = 0; k < sizeof forbidden / sizeof *forbidden; k++)
            if (cp >= forbidden[k][0] && cp <= forbidden[k][1])
                fail_msg("U+%04X came through", cp);
        if (utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_CN)
            fail_msg("unassigned U+%04X came through", cp);
        if (cp == 0x200D)
            CHECK(is_pictograph(next));
        if (cp == 0xFE0E || cp == 0xFE0F)
            CHECK(is_pictograph(before));
        marks = is_mark(cp) ? marks + 1 : 0;
        CHECK(marks <= 4);
        before = cp;
    }
}

static void check_becomes(const char *in, const char *want)
{
    struct buf out = {0};
    sanitize_text(str_of(in), false, &out);
    check_safe(buf_str(&out));
    assert_string_equal(out.p ? out.p : "", want);
    buf_clear(&out);
}

static void no_code_point_that_is_forbidden_comes_through(void **state)
{
    (void)state;
    struct buf in = {0}, out = {0};
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
        char s[4];
        if (cp >= 0xD800 && cp <= 0xDFFF)
            continue;
        buf_putc(&in, 'x');
        buf_add(&in, s, utf8_encode(cp, s));
    }
    sanitize_text(buf_str(&in), false, &out);
    check_safe(buf_str(&out));
    buf_clear(&in);
    buf_clear(&out);
}

static void escape_sequences_lose_what_makes_them_work(void **state)
{
    (void)state;
#define R "\xEF\xBF\xBD"
    check_becomes("\x1B[31mred", R "[31mred");
    check_becomes("\x1B]52;c;cm0gLXJm\x07", R "]52;c;cm0gLXJm" R);
    check_becomes("\x1B]8;;http://a\x1B\\b", R "]8;;http://a" R "\\b");
    check_becomes("\x1BP+q544e\x9C", R "P+q544e" R);
    check_becomes("\xC2\x9B" "31m", R "31m");         /* CSI as one character */
    check_becomes("\xC2\x90q\xC2\x9C", R "q" R);      /* DCS ... ST */
    check_becomes("a\bb\x7F\x0E\x0F\x05", "a" R "b" R R R R);
    check_becomes("a\xE2\x80\xAE" "b\xE2\x81\xA6" "c", "abc");   /* bidi */
    check_becomes("a\xE2\x80\x8B" "b\xEF\xBB\xBF" "c", "abc");   /* ZWSP, BOM */
    check_becomes("\xF3\xA0\x81\x81x\xF3\xA0\x84\x80", "x");     /* tags, VS17 */
#undef R
}

static void line_ends_of_every_kind_become_lf(void **state)
{
    (void)state;
    check_becomes("a\r\nb\rc\nd\xE2\x80\xA8" "e\xE2\x80\xA9" "f\r\r\n",
                  "a\nb\nc\nd\ne\nf\n\n");
}

static void writing_and_emoji_stay_as_they_are(void **state)
{
    (void)state;
    static const char *const kept[] = {
        "plain\ttext\n", "caf\xC3\xA9 cafe\xCC\x81", "\xE4\xBD\xA0\xE5\xA5\xBD",
        "\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80",
        "\xF0\x9F\x98\x80", "\xE2\x9D\xA4\xEF\xB8\x8F",
        /* family of three, woman with a skin tone at a laptop, a flag */
        "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
        "\xF0\x9F\x91\xA9\xF0\x9F\x8F\xBD\xE2\x80\x8D\xF0\x9F\x92\xBB",
        "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        check_becomes(kept[i], kept[i]);
}

static void joiners_and_selectors_without_an_emoji_go(void **state)
{
    (void)state;
    check_becomes("a\xE2\x80\x8D" "b", "ab");
    check_becomes("a\xEF\xB8\x8F" "b", "ab");
    check_becomes("\xF0\x9F\x98\x80\xE2\x80\x8D", "\xF0\x9F\x98\x80");
    check_becomes("\xF0\x9F\x98\x80\xE2\x80\x8D\xE2\x80\x8Dx",
                  "\xF0\x9F\x98\x80x");
    check_becomes("\xE2\x9D\xA4\xEF\xB8\x8F\xEF\xB8\x8F",
                  "\xE2\x9D\xA4\xEF\xB8\x8F");
}

static void ten_thousand_marks_become_four(void **state)
{
    (void)state;
    struct buf in = {0}, out = {0};
    buf_putc(&in, 'a');
    for (int i = 0; i < 10000; i++)
        buf_puts(&in, "\xCC\x81");
    struct sanitizer s = {0};
    sanitize_feed(&s, buf_str(&in), &out);
    sanitize_end(&s, &out);
    assert_int_equal(out.len, 1 + 4 * 2);
    assert_int_equal(s.removed, 10000 - 4);
    buf_clear(&in);
    buf_clear(&out);
}

static void one_line_text_holds_no_line_end_or_tab(void **state)
{
    (void)state;
    struct buf out = {0};
    buf_puts(&out, "kept\n");
    sanitize_text(str_of("a\tb\r\nc\nd"), true, &out);
    assert_string_equal(out.p, "kept\na b c d");
    buf_clear(&out);
}

/* Pieces that matter, glued at random: every cut must give the same text. */
static const char *const pieces[] = {
    "a", "\r", "\n", "\t", "\x1B[2J", "\xC2\x9B", "\xCC\x81", "\xE2\x80\x8D",
    "\xEF\xB8\x8F", "\xF0\x9F\x98\x80", "\xF0\x9F\x8F\xBD", "\xE2\x80\xAE",
    "\xE4\xBD", "\xF0\x9F", "\xFF", "\x80", "\xF3\xA0\x81\x81", "\xE2\x80\xA8",
    "\xED\xA0\x80", "\xE1\x85\xA1", "\xF0\x9F\x87\xA9", "\xE0\xA4\xBF", "\xC2",
};

static void any_cut_of_the_stream_gives_the_same_text(void **state)
{
    (void)state;
    struct rng rng = rng_init(11);
    struct buf in = {0}, whole = {0}, cut = {0};
    for (int round = 0; round < 4000; round++) {
        buf_reset(&in);
        buf_reset(&whole);
        buf_reset(&cut);
        for (uint32_t n = rng_below(&rng, 12) + 1; n > 0; n--)
            buf_puts(&in, pieces[rng_below(&rng, sizeof pieces / sizeof *pieces)]);
        sanitize_text(buf_str(&in), false, &whole);
        check_safe(buf_str(&whole));

        struct sanitizer s = {0};
        for (size_t at = 0; at < in.len;) {
            size_t n = round & 1 ? 1 : rng_below(&rng, 5);
            n = n < in.len - at ? n : in.len - at;
            sanitize_feed(&s, str_n(in.p + at, n), &cut);
            at += n;
        }
        sanitize_end(&s, &cut);
        assert_true(str_eq(buf_str(&whole), buf_str(&cut)));
    }
    buf_clear(&in);
    buf_clear(&whole);
    buf_clear(&cut);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_code_point_that_is_forbidden_comes_through),
        cmocka_unit_test(escape_sequences_lose_what_makes_them_work),
        cmocka_unit_test(line_ends_of_every_kind_become_lf),
        cmocka_unit_test(writing_and_emoji_stay_as_they_are),
        cmocka_unit_test(joiners_and_selectors_without_an_emoji_go),
        cmocka_unit_test(ten_thousand_marks_become_four),
        cmocka_unit_test(one_line_text_holds_no_line_end_or_tab),
        cmocka_unit_test(any_cut_of_the_stream_gives_the_same_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
