/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/copy.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "check.h"
#include "events.h"
#include "ui/clipboard.h"
#include "ui/transcript.h"

static void expect_sequence(const char *text, const char *want)
{
    struct buf out = {0};
    assert_true(clipboard_sequence(str_of(text), &out));
    assert_string_equal(out.p, want);
    buf_clear(&out);
}

static void text_is_handed_over_as_base64(void **state)
{
    (void)state;
    expect_sequence("", "\033]52;c;\a");
    expect_sequence("f", "\033]52;c;Zg==\a");
    expect_sequence("fo", "\033]52;c;Zm8=\a");
    expect_sequence("foo", "\033]52;c;Zm9v\a");
    expect_sequence("foobar\xFF", "\033]52;c;Zm9vYmFy/w==\a");
    expect_sequence("\033]0;x\a", "\033]52;c;G10wO3gH\a");
}

static void too_much_is_refused(void **state)
{
    (void)state;
    struct buf text = {0}, out = {0};
    while (text.len < CLIPBOARD_MAX)
        buf_putc(&text, 'x');
    assert_true(clipboard_sequence(buf_str(&text), &out));
    assert_true(out.len < 74 * 1000);
    buf_putc(&text, 'x');
    size_t before = out.len;
    assert_false(clipboard_sequence(buf_str(&text), &out));
    assert_int_equal(out.len, before);
    buf_clear(&text);
    buf_clear(&out);
}

static void words_after_the_command_say_what_and_where(void **state)
{
    (void)state;
    struct copy_ask ask;
    struct err err;
    assert_true(copy_read(str_of(""), &ask, &err));
    assert_true(!ask.code && !ask.over && ask.path.len == 0);
    assert_true(copy_read(str_of("code -f a b.c "), &ask, &err));
    assert_true(ask.code && ask.over && str_is(ask.path, "a b.c"));
    assert_true(copy_read(str_of("codes.txt"), &ask, &err));
    assert_true(!ask.code && str_is(ask.path, "codes.txt"));
    assert_false(copy_read(str_of("-f"), &ask, &err));
}

static void answer(struct transcript *t, const char *text)
{
    struct event ev = event_text(PART_ANSWER, str_of(text));
    transcript_event(t, &ev);
    ev = event_done(DONE_END);
    transcript_event(t, &ev);
}

static void the_last_answer_or_the_last_code_is_taken(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct buf out = {0};
    struct err err;
    assert_false(copy_last(t, false, &out, &err));
    answer(t, "a\n```c\nint x;\n```\n```\ny\n```\n");
    answer(t, "no **code** \033]52;c;AAAA\a here");
    transcript_user(t, str_of("```\nnot an answer\n```"));
    assert_true(copy_last(t, false, &out, &err));
    assert_null(strchr(out.p, '\033')); /* cleaned, as on the screen */
    assert_non_null(strstr(out.p, "no **code**"));
    buf_reset(&out);
    assert_true(copy_last(t, true, &out, &err));
    assert_string_equal(out.p, "y\n");
    buf_reset(&out);
    const struct block *b = transcript_block(t, 0);
    assert_true(copy_code_at(b, str_find(block_text(b), str_of("int"), 0),
                             &out));
    assert_string_equal(out.p, "int x;\n");
    assert_false(copy_code_at(b, 0, &out));
    buf_clear(&out);
    transcript_free(t);
}

static void a_file_that_is_there_is_not_written_over_unasked(void **state)
{
    (void)state;
    char dir[] = "/tmp/mull-copy-XXXXXX", path[64];
    struct copy_ask ask = {0};
    struct buf said = {0}, got = {0};
    struct err err;
    struct stat st;
    CHECK(mkdtemp(dir) != NULL);
    snprintf(path, sizeof path, "%s/a b.txt", dir);
    ask.path = str_of(path);
    assert_true(copy_to_file(&ask, str_of("one"), &said, &err));
    assert_non_null(strstr(said.p, path));
    CHECK(stat(path, &st) == 0);
    assert_int_equal(st.st_mode & 077, 0);
    assert_false(copy_to_file(&ask, str_of("two"), &said, &err));
    assert_non_null(strstr(err.msg, "is there already: /copy -f"));
    assert_true(file_read(path, 100, &got, &err));
    assert_string_equal(got.p, "one\n");
    ask.over = true;
    assert_true(copy_to_file(&ask, str_of("two\n"), &said, &err));
    buf_reset(&got);
    assert_true(file_read(path, 100, &got, &err));
    assert_string_equal(got.p, "two\n");
    ask.path = str_of("/nowhere/at/all");
    ask.over = false;
    assert_false(copy_to_file(&ask, str_of("x"), &said, &err));
    unlink(path);
    rmdir(dir);
    buf_clear(&said);
    buf_clear(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_handed_over_as_base64),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(words_after_the_command_say_what_and_where),
        cmocka_unit_test(the_last_answer_or_the_last_code_is_taken),
        cmocka_unit_test(a_file_that_is_there_is_not_written_over_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
