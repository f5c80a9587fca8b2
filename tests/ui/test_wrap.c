/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/wrap.h"

#include "base/buf.h"
#include "check.h"

struct sample {
    const char *text;
    int columns;
};

static const struct sample widths[] = {
    {"a", 1},
    {"\xC3\xA9", 1},                       /* e with acute, one character */
    {"e\xCC\x81", 1},                      /* the same as base and mark */
    {"\xCC\x81", 0},                       /* a mark on nothing */
    {"\xE6\xBC\xA2", 2},                   /* a Han character */
    {"\xED\x95\x9C", 2},                   /* a Hangul syllable */
    {"\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", 2}, /* the same in jamo */
    {"\xEF\xBC\xA1", 2},                   /* full width A */
    {"\xEF\xBD\xB1", 1},                   /* half width katakana */
    {"\xF0\x9F\x98\x80", 2},               /* a face */
    {"\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 2}, /* thumb and skin tone */
    {"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", 2}, /* a family */
    {"\xE2\x9D\xA4\xEF\xB8\x8F", 1},       /* heart told to be an emoji */
    {"\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7", 2}, /* a flag */
    {"\xE0\xA4\xA8\xE0\xA4\xBF", 2},       /* a spacing mark has a column */
    {"\xE2\x80\xBA", 1},                   /* the prompt mark */
    {"\xE2\x94\x81", 1},                   /* a bar: narrow */
    {"\xEF\xBF\xBD", 1},                   /* the replacement character */
    {"\xFF", 1},                           /* a broken byte: still one step */
};

static void each_cluster_has_its_width(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct str s = str_of(widths[i].text);
        int w = -1;
        size_t n = grapheme_next(s, &w);
        if (n != s.len || w != widths[i].columns)
            fail_msg("sample %zu: %zu of %zu bytes, %d columns", i, n, s.len, w);
    }
}

static void an_emoji_sequence_shows_its_base(void **state)
{
    (void)state;
    assert_int_equal(grapheme_shown(str_of("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD")), 4);
    assert_int_equal(grapheme_shown(str_of("\xE2\x9D\xA4\xEF\xB8\x8F")), 3);
    assert_int_equal(grapheme_shown(str_of("e\xCC\x81")), 3);
    assert_int_equal(grapheme_shown(str_of("\xF0\x9F\x87\xAB\xF0\x9F\x87\xB7")), 8);
}

static void a_cluster_never_outgrows_a_cell(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_puts(&b, "e");
    for (int i = 0; i < 1000; i++)
        buf_puts(&b, "\xCC\x81");
    for (int i = 0; i < 1000; i++)
        buf_puts(&b, "\xE1\x84\x92"); /* leading jamo join without end */
    for (size_t at = 0; at < b.len;) {
        int w;
        size_t n = grapheme_next(str_n(b.p + at, b.len - at), &w);
        CHECK(n > 0 && n <= GRAPHEME_MAX && w >= 0 && w <= 2);
        at += n;
    }
    buf_clear(&b);
}

static void tabs_go_to_the_next_stop(void **state)
{
    (void)state;
    assert_int_equal(text_columns(str_of("\t")), 4);
    assert_int_equal(text_columns(str_of("abc\td")), 5);
    assert_int_equal(text_columns(str_of("abcd\td")), 9);
    assert_int_equal(text_fit(str_of("ab\tc"), 4), 3);
    assert_int_equal(text_fit(str_of("ab\tc"), 3), 2);
}

static void a_wide_character_fits_whole_or_not(void **state)
{
    (void)state;
    assert_int_equal(text_fit(str_of("a\xE6\xBC\xA2"), 2), 1);
    assert_int_equal(text_fit(str_of("a\xE6\xBC\xA2"), 3), 4);
}

/* The lines of s with '|' between them. */
static void wrap_all(const char *s, int columns, struct buf *out)
{
    buf_reset(out);
    struct str text = str_of(s);
    for (size_t from = 0; from < text.len;) {
        size_t len, next = wrap_next(text, from, columns, &len);
        CHECK(next > from && from + len <= next);
        if (from)
            buf_putc(out, '|');
        buf_add(out, text.p + from, len);
        from = next;
    }
    buf_puts(out, "");
}

static const struct wrapping {
    const char *text;
    int columns;
    const char *lines;
} wrappings[] = {
    {"one two three", 7, "one two|three"},
    {"one two three", 8, "one two|three"},
    {"one two three", 13, "one two three"},
    {"one  two", 3, "one|two"},            /* all spaces of a break go */
    {"one   \ntwo", 3, "one|two"},         /* and do not leave an empty line */
    {"one\n\ntwo", 10, "one||two"},
    {"one\n", 10, "one"},
    {"a verylongword b", 4, "a|very|long|word|b"},
    {"  indent stays", 8, "  indent|stays"},
    {"  longerword", 6, "  long|erword"},  /* the indent is no break */
    {"\xE6\xBC\xA2\xE6\xBC\xA2\xE6\xBC\xA2", 5,
     "\xE6\xBC\xA2\xE6\xBC\xA2|\xE6\xBC\xA2"},
    {"ab\xE6\xBC\xA2", 3, "ab|\xE6\xBC\xA2"},
    /* the full stop stays behind its character, the bracket before */
    {"\xE6\xBC\xA2\xE6\xBC\xA2\xE3\x80\x82", 4,
     "\xE6\xBC\xA2|\xE6\xBC\xA2\xE3\x80\x82"},
    {"\xE6\xBC\xA2\xE3\x80\x8C\xE6\xBC\xA2", 4,
     "\xE6\xBC\xA2|\xE3\x80\x8C\xE6\xBC\xA2"},
    {"x\ty", 4, "x|y"},
    {"\xE6\xBC\xA2", 1, "\xE6\xBC\xA2"},   /* nothing fits: still one step */
};

static void lines_break_where_they_should(void **state)
{
    (void)state;
    struct buf out = {0};
    for (size_t i = 0; i < sizeof wrappings / sizeof *wrappings; i++) {
        wrap_all(wrappings[i].text, wrappings[i].columns, &out);
        assert_string_equal(out.p, wrappings[i].lines);
    }
    buf_clear(&out);
}

static const char mixed[] =
    "a few words   and a_very_long_word_that_must_be_cut, then\n"
    "\tTAB and  \xE6\xBC\xA2\xE5\xAD\x97\xE3\x80\x81\xE4\xBB\xAE\xE5\x90\x8D "
    "e\xCC\x81t\xC3\xA9 \xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD\xF0\x9F\x87\xAB"
    "\xF0\x9F\x87\xB7 end   \n\n   last";

static void no_line_is_wider_than_asked(void **state)
{
    (void)state;
    struct str s = str_of(mixed);
    for (int columns = 2; columns < 80; columns++)
        for (size_t from = 0; from < s.len;) {
            size_t len, next = wrap_next(s, from, columns, &len);
            CHECK(next > from);
            CHECK(text_columns(str_n(s.p + from, len)) <= columns || len == 1);
            from = next;
        }
}

static bool character_starts(struct str s, size_t at)
{
    return at == s.len || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

/* What lets a growing block wrap its tail only: for every split of the text,
 * the starts found in the first part stand, but for the last. */
static void growing_text_changes_only_its_last_line(void **state)
{
    (void)state;
    struct str whole = str_of(mixed);
    for (int columns = 1; columns < 40; columns++)
        for (size_t cut = 1; cut < whole.len; cut++) {
            struct str part = str_n(whole.p, cut);
            if (!character_starts(whole, cut))
                continue;
            size_t from = 0, len;
            for (;;) {
                size_t next = wrap_next(part, from, columns, &len);
                if (next >= part.len)
                    break;
                assert_int_equal(wrap_next(whole, from, columns, &len), next);
                from = next;
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_cluster_has_its_width),
        cmocka_unit_test(an_emoji_sequence_shows_its_base),
        cmocka_unit_test(a_cluster_never_outgrows_a_cell),
        cmocka_unit_test(tabs_go_to_the_next_stop),
        cmocka_unit_test(a_wide_character_fits_whole_or_not),
        cmocka_unit_test(lines_break_where_they_should),
        cmocka_unit_test(no_line_is_wider_than_asked),
        cmocka_unit_test(growing_text_changes_only_its_last_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
