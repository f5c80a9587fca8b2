/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/attach.h"

#include "store/place.h"

static char message[2048];

static const char *with(const char *before, const char *name, const char *after)
{
    snprintf(message, sizeof message, "%s@%s%s", before, at(name), after);
    return message;
}

static void a_named_file_comes_along_between_fences(void **state)
{
    (void)state;
    struct buf sent = {0}, said = {0}, want = {0};
    struct err err;
    put_bytes(at("notes.txt"), "one\ntwo", 7);
    CHECK_OK(attach_files(str_of(with("see ", "notes.txt", "?")), &sent, &said,
                          &err), &err);
    buf_printf(&want, "%s\n\n%s:\n```\none\ntwo\n```", message, at("notes.txt"));
    assert_string_equal(sent.p, want.p);
    assert_non_null(strstr(said.p, "notes.txt, 7 B\n"));
    assert_null(strstr(said.p, "hidden"));
    buf_clear(&sent);
    buf_clear(&said);
    buf_clear(&want);
}

static void what_is_hidden_in_it_is_taken_out_and_counted(void **state)
{
    (void)state;
    static const char text[] = "a\033[31m\xE2\x80\xAE\xE2\x80\x8B```` b\n";
    struct buf sent = {0}, said = {0};
    struct err err;
    put_bytes(at("odd"), text, sizeof text - 1);
    CHECK_OK(attach_files(str_of(with("", "odd", "")), &sent, &said, &err), &err);
    assert_null(strchr(sent.p, '\033'));
    assert_non_null(strstr(sent.p, ":\n`````\na\xEF\xBF\xBD[31m```` b\n`````"));
    assert_non_null(strstr(said.p, "3 hidden characters taken out"));
    buf_clear(&sent);
    buf_clear(&said);
}

static void other_words_with_the_sign_stay_as_they_are(void **state)
{
    (void)state;
    static const char *const same[] = {
        "", "@", "a @ b", "write to me@example.org", "@nobody-by-that-name",
        "@/", "@/etc", "no file", "@@", "x@/etc/passwd"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct buf sent = {0}, said = {0};
        struct err err;
        CHECK_OK(attach_files(str_of(same[i]), &sent, &said, &err), &err);
        assert_string_equal(sent.p ? sent.p : "", same[i]);
        assert_int_equal(said.len, 0);
        buf_clear(&sent);
        buf_clear(&said);
    }
}

static void what_is_no_text_or_too_long_is_refused(void **state)
{
    (void)state;
    struct buf sent = {0}, said = {0}, big = {0};
    struct err err;
    put_bytes(at("zero"), "a\0b", 3);
    put_bytes(at("latin"), "caf\xE9", 4);
    buf_reserve(&big, ATTACH_MAX + 1);
    memset(big.p, 'x', ATTACH_MAX + 1);
    put_bytes(at("big"), big.p, ATTACH_MAX + 1);
    CHECK_REFUSED(attach_files(str_of(with("", "zero", "")), &sent, &said, &err),
                  &err, ERR_FORMAT);
    CHECK_REFUSED(attach_files(str_of(with("", "latin", "")), &sent, &said, &err),
                  &err, ERR_FORMAT);
    CHECK_REFUSED(attach_files(str_of(with("", "big", "")), &sent, &said, &err),
                  &err, ERR_LIMIT);
    buf_clear(&sent);
    buf_clear(&said);
    buf_clear(&big);
}

static void several_files_come_in_their_order(void **state)
{
    (void)state;
    struct buf sent = {0}, said = {0};
    struct err err;
    put_bytes(at("first"), "1\n", 2);
    put_bytes(at("second"), "", 0);
    snprintf(message, sizeof message, "compare @%s and (@%s)\n@%s, now",
             at("first"), at("first"), at("second"));
    CHECK_OK(attach_files(str_of(message), &sent, &said, &err), &err);
    const char *one = strstr(sent.p, "first:\n```\n1\n```\n\n");
    assert_non_null(one);
    assert_non_null(strstr(one, "second:\n```\n```"));
    assert_null(strstr(one + 1, "first:")); /* in brackets it is no word with @ */
    buf_clear(&sent);
    buf_clear(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_named_file_comes_along_between_fences),
        cmocka_unit_test(what_is_hidden_in_it_is_taken_out_and_counted),
        cmocka_unit_test(other_words_with_the_sign_stay_as_they_are),
        cmocka_unit_test(what_is_no_text_or_too_long_is_refused),
        cmocka_unit_test(several_files_come_in_their_order),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
