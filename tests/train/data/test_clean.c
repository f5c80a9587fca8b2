/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/clean.h"

#include "check.h"

static enum clean_result cleaned(const char *in, struct buf *out,
                                 enum clean_lang *lang)
{
    struct clean_limits limits = clean_usual();
    buf_reset(out);
    return clean_text(str_of(in), &limits, out, lang);
}

static void check_characters(const char *in, const char *want)
{
    struct buf out = {0};
    CHECK(clean_characters(str_of(in), &out));
    if (!str_is(buf_str(&out), want))
        fail_msg("\"%s\" became \"%s\"", in, out.p ? out.p : "");
    buf_clear(&out);
}

static void what_nobody_sees_is_taken_out(void **state)
{
    (void)state;
    check_characters("\xEF\xBB\xBFzero\xE2\x80\x8B width\x07\xC2\xAD", "zero width");
    check_characters("\xE2\x80\xAEright to left\xE2\x80\xAC", "right to left");
    check_characters("a\xEF\xBF\xBD" "b", "ab");
}

static void blanks_and_line_ends_are_made_even(void **state)
{
    (void)state;
    check_characters("  one \t two\xC2\xA0three  ", "one two three");
    check_characters("one  \r\ntwo\rthree\n\n\n\nfour\n", "one\ntwo\nthree\n\nfour");
    check_characters("一　二", "一 二");
    check_characters("", "");
}

static void full_width_letters_and_digits_become_ascii(void **state)
{
    (void)state;
    check_characters("ＡＢ１２＋３４＝４６", "AB12+34=46");
    check_characters("你好，世界！", "你好，世界！"); /* its own marks stay */
}

static void languages_are_told_by_their_letters(void **state)
{
    (void)state;
    assert_int_equal(clean_language(str_of("Just an English sentence.")), CLEAN_EN);
    assert_int_equal(clean_language(str_of("这是一个中文句子。")), CLEAN_ZH);
    assert_int_equal(clean_language(str_of("strawberry这个词里有三个字母r")), CLEAN_ZH);
    assert_int_equal(clean_language(str_of("The character 好 means good in Chinese.")),
                     CLEAN_EN);
    assert_int_equal(clean_language(str_of("Это русское предложение.")), CLEAN_OTHER);
    assert_int_equal(clean_language(str_of("これはにほんごです")), CLEAN_OTHER);
    assert_int_equal(clean_language(str_of("12 34 !!")), CLEAN_OTHER);
    assert_int_equal(clean_language(str_of("")), CLEAN_OTHER);
}

static void each_filter_removes_what_it_is_for(void **state)
{
    (void)state;
    struct buf out = {0};
    enum clean_lang lang;
    assert_int_equal(cleaned("An ordinary sentence, long enough.", &out, &lang),
                     CLEAN_KEPT);
    assert_int_equal(lang, CLEAN_EN);
    assert_int_equal(cleaned("今天天气很好，我们去公园。", &out, &lang), CLEAN_KEPT);
    assert_int_equal(lang, CLEAN_ZH);
    assert_int_equal(cleaned("broken \xFF\xFE bytes in the middle", &out, &lang),
                     CLEAN_NOT_UTF8);
    assert_int_equal(cleaned("short", &out, &lang), CLEAN_SHORT);
    assert_int_equal(cleaned("Это предложение на русском языке.", &out, &lang),
                     CLEAN_LANGUAGE);
    assert_int_equal(cleaned("a 1234567890 1234567890 1234567890", &out, &lang),
                     CLEAN_FEW_LETTERS);
    assert_int_equal(cleaned("nooooooooooooooooooooooooooooooo way", &out, &lang),
                     CLEAN_REPEATS);
    buf_reset(&out);
    buf_clear(&out);
}

static void repeated_lines_and_phrases_are_found(void **state)
{
    (void)state;
    struct buf in = {0}, out = {0};
    struct clean_limits limits = clean_usual();
    for (int i = 0; i < 4; i++)
        buf_printf(&in, "click here to subscribe\nline number %d of the page\n", i);
    assert_int_equal(clean_text(buf_str(&in), &limits, &out, NULL), CLEAN_REPEATS);
    buf_reset(&in);
    for (int i = 0; i < 20; i++)
        buf_printf(&in, "buy now and save money today number%d ", i);
    assert_int_equal(clean_text(buf_str(&in), &limits, &out, NULL), CLEAN_REPEATS);
    CHECK(out.len == 0);
    buf_reset(&in);
    for (int i = 0; i < 200; i++)
        buf_printf(&in, "word%d stands beside thing%d ", i, i * 7 % 200);
    assert_int_equal(clean_text(buf_str(&in), &limits, &out, NULL), CLEAN_KEPT);
    while (in.len < 30000)
        buf_puts(&in, "and so on with more words ");
    assert_int_equal(clean_text(buf_str(&in), &limits, &out, NULL), CLEAN_LONG);
    buf_clear(&in);
    buf_clear(&out);
}

static void the_report_counts_what_each_filter_removed(void **state)
{
    (void)state;
    static const char *const docs[] = {
        "A sentence that may stay here.", "今天天气很好，我们去公园。", "no",
        "broken \xFF bytes in a sentence", "Это предложение на русском."};
    struct clean_report report = {0};
    struct buf out = {0};
    for (size_t i = 0; i < 5; i++) {
        enum clean_lang lang;
        enum clean_result r = cleaned(docs[i], &out, &lang);
        clean_count(&report, r, str_of(docs[i]), lang);
    }
    assert_int_equal(report.docs[CLEAN_KEPT], 2);
    assert_int_equal(report.docs[CLEAN_SHORT], 1);
    assert_int_equal(report.docs[CLEAN_NOT_UTF8], 1);
    assert_int_equal(report.docs[CLEAN_LANGUAGE], 1);
    assert_int_equal(report.lang[CLEAN_EN], 1);
    assert_int_equal(report.lang[CLEAN_ZH], 1);
    assert_int_equal(report.bytes[CLEAN_SHORT], 2);

    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    CHECK(f);
    clean_print(&report, f);
    fclose(f);
    CHECK(strstr(text, "too short") && strstr(text, "1 English, 1 Chinese"));
    free(text);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_nobody_sees_is_taken_out),
        cmocka_unit_test(blanks_and_line_ends_are_made_even),
        cmocka_unit_test(full_width_letters_and_digits_become_ascii),
        cmocka_unit_test(languages_are_told_by_their_letters),
        cmocka_unit_test(each_filter_removes_what_it_is_for),
        cmocka_unit_test(repeated_lines_and_phrases_are_found),
        cmocka_unit_test(the_report_counts_what_each_filter_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
