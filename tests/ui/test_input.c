/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "ui/input.h"
#include "ui/input_view.h"

/* Readline forgets a search string or a macro when a line is given up in the
 * middle of one. Read by LeakSanitizer. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libreadline\n";
}

static const char *words(size_t i)
{
    static const char *const all[] = {"/help", "/quit", "/experts", "/exit"};
    return i < 4 ? all[i] : NULL;
}

struct typist {
    struct input *in;
    struct keymap keys;
    enum input_result last;
    struct buf lines; /* every line entered, with a | behind it */
    bool ended;
};

static void on_key(void *arg, const struct key *key)
{
    struct typist *t = arg;
    t->last = input_key(t->in, key);
    if (t->last == INPUT_LINE) {
        buf_add_str(&t->lines, input_line(t->in));
        buf_putc(&t->lines, '|');
        input_remember(t->in, input_line(t->in));
    }
    if (t->last == INPUT_END)
        t->ended = true;
}

static void begin(struct typist *t, const char *history)
{
    *t = (struct typist){.in = input_new(history, words)};
    keymap_init(&t->keys, on_key, t);
    input_set_size(t->in, 80, 24);
}

static void end(struct typist *t)
{
    input_free(t->in);
    keymap_clear(&t->keys);
    buf_clear(&t->lines);
}

static void type(struct typist *t, const char *bytes)
{
    keymap_bytes(&t->keys, bytes, strlen(bytes));
}

static void expect_text(struct typist *t, const char *text)
{
    struct buf b = {0};
    buf_puts(&b, "");
    buf_add_str(&b, input_text(t->in));
    assert_string_equal(b.p ? b.p : "", text);
    buf_clear(&b);
}

static void enter_gives_the_line_up(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "hello\r");
    assert_int_equal(t.last, INPUT_LINE);
    assert_string_equal(t.lines.p, "hello|");
    assert_true(input_empty(t.in));
    end(&t);
}

static void the_usual_keys_edit(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "one two three\x01X\x05Y\x17Z"); /* ^A ^E ^W */
    expect_text(&t, "Xone two Z");
    type(&t, "\033b\033b\x0b");               /* Alt-B, ^K */
    expect_text(&t, "Xone ");
    type(&t, "\x19\x15");                     /* ^Y ^U */
    expect_text(&t, "");
    type(&t, "你好\033[D\x7f!");
    expect_text(&t, "!好");
    type(&t, "\033[3~\x1f");                  /* Delete, undo */
    expect_text(&t, "!好");
    end(&t);
}

static void ctrl_j_and_alt_enter_begin_a_new_line(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "a\nb\033\rc\033[13;2ud");
    expect_text(&t, "a\nb\nc\nd");
    assert_int_equal(input_rows(t.in, 80), 4);
    type(&t, "\r");
    assert_string_equal(t.lines.p, "a\nb\nc\nd|");
    end(&t);
}

static void three_quotes_hold_lines_together(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "\"\"\"\rone\rtwo\r\"\"\"\r");
    assert_string_equal(t.lines.p, "one\ntwo|");
    type(&t, "say \"\"\"x\"\"\" twice\r");
    assert_string_equal(t.lines.p, "one\ntwo|say \"\"\"x\"\"\" twice|");
    end(&t);
}

static void up_and_down_move_inside_the_text_first(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "old\rabc\ndefg\nhi");
    type(&t, "\033[A+");
    expect_text(&t, "abc\nde+fg\nhi");
    type(&t, "\033[A*");
    expect_text(&t, "abc*\nde+fg\nhi");
    type(&t, "\033[A");
    expect_text(&t, "old");
    type(&t, "\033[B");
    expect_text(&t, "abc*\nde+fg\nhi");
    end(&t);
}

static void a_search_shows_its_prompt_and_finds_wide_text(void **state)
{
    (void)state;
    struct typist t;
    struct canvas c;
    struct buf b = {0};
    begin(&t, NULL);
    type(&t, "你好吗\rother\r\x12好");
    assert_true(input_wants_esc(t.in));
    expect_text(&t, "你好吗");
    canvas_init(&c, 60, 3);
    int rows = input_rows(t.in, 60);
    assert_int_equal(rows, 2);
    input_draw(t.in, &c, (struct rect){0, 0, 60, rows}, true);
    canvas_dump(&c, &b);
    assert_non_null(strstr(b.p, "(reverse-i-search)`好'"));
    type(&t, "\r");
    assert_string_equal(t.lines.p, "你好吗|other|你好吗|");
    buf_clear(&b);
    canvas_clear(&c);
    end(&t);
}

static void a_sequence_ends_a_search_and_crashes_nothing(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "one two\r\x12tw\x18\r"); /* Ctrl-X is half a sequence */
    type(&t, "\x07\x15\x13\x18\r\x15\x12tw\033b!\r");
    assert_non_null(strstr(t.lines.p, "!two"));
    end(&t);
}

static void slash_words_complete_and_nothing_else_does(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "/he\t");
    expect_text(&t, "/help ");
    type(&t, "\x15/ex\t\t");
    expect_text(&t, "/ex");
    assert_non_null(strstr(input_note(t.in), "/experts"));
    assert_non_null(strstr(input_note(t.in), "/exit"));
    type(&t, "\x15see /et\t");
    expect_text(&t, "see /et");
    end(&t);
}

static void end_of_file_is_only_on_an_empty_line(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "ab\x01\x04");
    expect_text(&t, "b");
    assert_false(t.ended);
    type(&t, "\x04\x04");
    assert_true(t.ended);
    end(&t);
}

static void clearing_works_in_the_middle_of_anything(void **state)
{
    (void)state;
    static const char *const states[] = {"abc", "\x12x", "\x18", "\x16",
                                         "\0333", "a\nb\nc"};
    struct typist t;
    begin(&t, NULL);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        type(&t, states[i]);
        input_clear_line(t.in);
        assert_true(input_empty(t.in));
        type(&t, "ok\r");
        assert_string_equal(t.lines.p, "ok|");
        buf_reset(&t.lines);
    }
    assert_false(t.ended);
    end(&t);
}

static void a_paste_goes_in_as_one_change(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "<\033[200~two\r\nlines\xE2\x80\xAE\033[201~>");
    expect_text(&t, "<two\nlines>");
    type(&t, "\x1f\x1f"); /* undo the > and the paste */
    expect_text(&t, "<");
    type(&t, "\033[200~\xE2\x80\xAEx\033[201~");
    assert_string_equal(input_note(t.in), "1 hidden character removed");
    type(&t, "y");
    assert_null(input_note(t.in));
    end(&t);
}

static void pasted_megabytes_are_cut(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    char *big = malloc(PASTE_MAX);
    memset(big, 'x', PASTE_MAX);
    for (int i = 0; i < 2; i++) {
        type(&t, "\033[200~");
        keymap_bytes(&t.keys, big, PASTE_MAX);
        type(&t, "\033[201~");
    }
    assert_int_equal(input_text(t.in).len, PASTE_MAX);
    assert_non_null(strstr(input_note(t.in), "cut"));
    type(&t, "y");
    assert_int_equal(input_text(t.in).len, PASTE_MAX);
    input_clear_line(t.in);
    free(big);
    end(&t);
}

static void the_history_outlives_the_program_and_is_private(void **state)
{
    (void)state;
    char path[] = "/tmp/mull-history-XXXXXX";
    close(mkstemp(path));
    unlink(path);
    struct typist t;
    begin(&t, path);
    type(&t, "one\r two lines, hidden\rtwo\nlines \"é\"\r"
             "two\nlines \"é\"\r");
    end(&t);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "a");
    fputs("not json\n{\"a\":1}\n\"torn", f);
    fclose(f);
    begin(&t, path);
    type(&t, "\033[A");
    expect_text(&t, "two\nlines \"é\"");
    type(&t, "\033[A\033[A"); /* a row up, then an entry */
    expect_text(&t, "one");
    end(&t);
    unlink(path);
}

static void a_history_that_is_a_link_is_not_followed(void **state)
{
    (void)state;
    char path[] = "/tmp/mull-history-XXXXXX", other[64];
    close(mkstemp(path));
    snprintf(other, sizeof other, "%s-link", path);
    assert_int_equal(symlink(path, other), 0);
    struct typist t;
    begin(&t, other);
    type(&t, "secret\r");
    end(&t);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    unlink(other);
    unlink(path);
}

/* --- where things stand --------------------------------------------------- */

static void the_cursor_stands_right_behind_wide_text(void **state)
{
    (void)state;
    struct typist t;
    struct canvas c;
    struct buf b = {0};
    begin(&t, NULL);
    type(&t, "a你好b\033[D");
    canvas_init(&c, 20, 1);
    input_draw(t.in, &c, (struct rect){0, 0, 20, 1}, true);
    assert_int_equal(c.cursor_x, 3 + 5);
    assert_int_equal(c.cursor_y, 0);
    canvas_dump(&c, &b);
    assert_string_equal(b.p, " › a你好b\n");
    buf_clear(&b);
    canvas_clear(&c);
    end(&t);
}

static void long_text_scrolls_inside_with_the_cursor_in_view(void **state)
{
    (void)state;
    struct typist t;
    struct canvas c;
    begin(&t, NULL);
    canvas_init(&c, 14, 3); /* ten columns of text */
    for (int i = 0; i < 95; i++)
        type(&t, "x");
    assert_int_equal(input_rows(t.in, 14), 10);
    input_draw(t.in, &c, (struct rect){0, 0, 14, 3}, true);
    assert_int_equal(c.cursor_y, 2);
    assert_int_equal(c.cursor_x, 3 + 5);
    type(&t, "\x01");
    input_draw(t.in, &c, (struct rect){0, 0, 14, 3}, true);
    assert_int_equal(c.cursor_y, 0);
    assert_int_equal(c.cursor_x, 3);
    canvas_clear(&c);
    end(&t);
}

static void places_and_offsets_agree_at_any_width(void **state)
{
    (void)state;
    struct rng r = rng_init(3);
    static const char *const bits[] = {"a", "你", "\n", "\t", "\x01", "\xFF",
                                       "e\xCC\x81", " ", "🙂"};
    for (int round = 0; round < 500; round++) {
        struct buf b = {0};
        buf_puts(&b, "");
        for (int i = 0; i < 30; i++)
            buf_puts(&b, bits[rng_below(&r, 9)]);
        for (int width = 1; width < 12; width++) {
            struct view_place before = {0, 0};
            for (size_t at = 0; at <= b.len; at++) {
                struct view_place p = view_place_of(buf_str(&b), width, at);
                assert_true(p.col >= 0 && p.col < width);
                assert_true(p.row > before.row ||
                            (p.row == before.row && p.col >= before.col));
                size_t back =
                    view_offset_of(buf_str(&b), width, p.row, p.col);
                struct view_place q = view_place_of(buf_str(&b), width, back);
                assert_int_equal(q.row, p.row);
                assert_int_equal(q.col, p.col);
                before = p;
            }
        }
        buf_clear(&b);
    }
}

static void a_great_count_repeats_a_key_a_thousand_times(void **state)
{
    (void)state;
    struct typist t;
    begin(&t, NULL);
    type(&t, "\0339\0339\0339\0339\0339\0339\0339\0339x");
    assert_int_equal(input_text(t.in).len, 1000);
    end(&t);
}

static void no_keys_break_it(void **state)
{
    (void)state;
    static const char *const bits[] = {
        "a", "你", "\x12", "\x01", "\x05", "\x0b", "\x19", "\x14", "\x17",
        "\033[A", "\033[B", "\033[D", "\033[C", "\033b", "\033d", "\r", "\n",
        "\t", "/", "\x1f", "\x18", "\x16", "\x07", "\033.", "\033[3~", "\"\"\"",
        "\033[200~p\nq\033[201~", "\xFF", "\0339", "\x13", "\x10", "\033c",
        "\033<", "\033>", "\033\x7f", "\x1d", "x", "\x18\x15", "\033#",
        "\033n", "\033p", "\033*", "\033?", "\033=", "\033~", "\033!",
    };
    struct rng r = rng_init(11);
    struct typist t;
    struct canvas c;
    begin(&t, NULL);
    canvas_init(&c, 30, 4);
    for (int i = 0; i < 20000; i++) {
        type(&t, bits[rng_below(&r, sizeof bits / sizeof *bits)]);
        if (rng_below(&r, 50) == 0)
            input_clear_line(t.in);
        if (i % 7 == 0) {
            int rows = input_rows(t.in, 30);
            assert_true(rows >= 1);
            input_draw(t.in, &c, (struct rect){0, 0, 30, rows < 4 ? rows : 4},
                       true);
            assert_true(c.cursor_x >= 0 && c.cursor_x < 30);
            assert_true(c.cursor_y >= 0 && c.cursor_y < 4);
        }
        assert_false(t.ended);
    }
    canvas_clear(&c);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enter_gives_the_line_up),
        cmocka_unit_test(the_usual_keys_edit),
        cmocka_unit_test(ctrl_j_and_alt_enter_begin_a_new_line),
        cmocka_unit_test(three_quotes_hold_lines_together),
        cmocka_unit_test(up_and_down_move_inside_the_text_first),
        cmocka_unit_test(a_search_shows_its_prompt_and_finds_wide_text),
        cmocka_unit_test(a_sequence_ends_a_search_and_crashes_nothing),
        cmocka_unit_test(slash_words_complete_and_nothing_else_does),
        cmocka_unit_test(end_of_file_is_only_on_an_empty_line),
        cmocka_unit_test(clearing_works_in_the_middle_of_anything),
        cmocka_unit_test(a_paste_goes_in_as_one_change),
        cmocka_unit_test(pasted_megabytes_are_cut),
        cmocka_unit_test(the_history_outlives_the_program_and_is_private),
        cmocka_unit_test(a_history_that_is_a_link_is_not_followed),
        cmocka_unit_test(the_cursor_stands_right_behind_wide_text),
        cmocka_unit_test(long_text_scrolls_inside_with_the_cursor_in_view),
        cmocka_unit_test(places_and_offsets_agree_at_any_width),
        cmocka_unit_test(a_great_count_repeats_a_key_a_thousand_times),
        cmocka_unit_test(no_keys_break_it),
    };
    /* The tester's own habits stay outside. */
    setenv("INPUTRC", "/dev/null", 1);
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
