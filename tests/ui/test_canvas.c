/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "ui/canvas.h"

static const struct style plain = {.role = STYLE_TEXT};

static void expect_rows(const struct canvas *c, const char *rows)
{
    struct buf b = {0};
    canvas_dump(c, &b);
    assert_string_equal(b.p, rows);
    buf_clear(&b);
}

static void text_is_cut_at_its_columns_and_at_the_edge(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 10, 2);
    assert_int_equal(canvas_puts(&c, 0, 0, 3, "abcdef", plain), 3);
    canvas_puts(&c, 8, 1, 100, "wxyz", plain);
    canvas_puts(&c, 0, 7, 10, "below", plain);
    canvas_puts(&c, -2, 1, 10, "..in", plain);
    expect_rows(&c, "abc\nin      wx\n");
    canvas_clear(&c);
}

static void a_wide_character_that_would_stick_out_becomes_a_blank(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 5, 3);
    assert_int_equal(canvas_puts(&c, 0, 0, 5, "你好吗", plain), 5);
    assert_string_equal(canvas_at(&c, 4, 0)->s, " ");
    canvas_puts(&c, 4, 1, 2, "你", plain);
    assert_string_equal(canvas_at(&c, 4, 1)->s, " ");
    canvas_puts(&c, -1, 2, 4, "你a", plain);
    expect_rows(&c, "你好\n\n a\n");
    canvas_clear(&c);
}

static void half_a_wide_character_never_stays_behind(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 6, 1);
    canvas_puts(&c, 0, 0, 6, "你好吗", plain);
    canvas_puts(&c, 1, 0, 1, "x", plain); /* over the second half of the 1st */
    canvas_puts(&c, 4, 0, 1, "y", plain); /* over the first half of the 3rd */
    expect_rows(&c, " x好y\n");
    canvas_puts(&c, 1, 0, 2, "是", plain); /* over x and half of the 2nd */
    expect_rows(&c, " 是 y\n");
    int columns = 0;
    for (int x = 0; x < 6; x++)
        columns += canvas_at(&c, x, 0)->width;
    assert_int_equal(columns, 6);
    canvas_clear(&c);
}

static void a_cell_keeps_a_base_with_its_marks(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 4, 1);
    canvas_puts(&c, 0, 0, 4, "e\xCC\x81x", plain);
    assert_string_equal(canvas_at(&c, 0, 0)->s, "e\xCC\x81");
    assert_string_equal(canvas_at(&c, 1, 0)->s, "x");
    canvas_clear(&c);
}

static void tabs_go_to_the_next_stop_and_line_feeds_end_the_text(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 12, 1);
    assert_int_equal(canvas_puts(&c, 0, 0, 12, "a\tb\nc", plain), 5);
    expect_rows(&c, "a   b\n");
    canvas_clear(&c);
}

static void control_bytes_that_slipped_through_are_shown_not_sent(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 8, 1);
    canvas_puts(&c, 0, 0, 8, "a\x1b[2J", plain);
    for (int x = 0; x < 8; x++)
        assert_true((unsigned char)canvas_at(&c, x, 0)->s[0] >= 0x20);
    canvas_clear(&c);
}

static void ascii_replaces_by_something_near(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 20, 2);
    c.ascii = true;
    canvas_puts(&c, 0, 0, 20, "› ▾ ▸ ▏ ─ × é √", plain);
    assert_int_equal(canvas_puts(&c, 0, 1, 20, "你x", plain), 3);
    expect_rows(&c, "> v > | - x e v\n? x\n");
    canvas_puts(&c, 0, 0, 20, "┿━━╸──         ", plain);
    canvas_puts(&c, 0, 1, 20, "     ", plain);
    expect_rows(&c, "+==---\n\n"); /* where a gauge is filled to */
    canvas_clear(&c);
}

static void heat_is_told_by_signs_where_there_is_no_colour(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 8, 1);
    c.mono = true;
    for (int i = 0; i < 8; i++)
        canvas_puts(&c, i, 0, 1, "■",
                    (struct style){.role = (uint8_t)(STYLE_HEAT0 + i)});
    expect_rows(&c, ".:-=+*#@\n");
    canvas_clear(&c);
}

static void styles_have_a_letter_each(void **state)
{
    (void)state;
    struct canvas c;
    struct buf b = {0};
    canvas_init(&c, 6, 1);
    canvas_puts(&c, 0, 0, 6, "a", plain);
    canvas_puts(&c, 2, 0, 6, "b", (struct style){.role = STYLE_ACCENT});
    canvas_right(&c, 0, 0, 6, "z", (struct style){.role = STYLE_HEAT7});
    canvas_dump_styles(&c, &b);
    assert_string_equal(b.p, ". a  7\n");
    buf_clear(&b);
    canvas_clear(&c);
}

static void any_size_and_any_place_is_safe(void **state)
{
    (void)state;
    struct canvas c;
    canvas_init(&c, 0, -3);
    assert_int_equal(c.width, 1);
    assert_int_equal(c.height, 1);
    for (int x = -3; x < 4; x++)
        for (int w = -3; w < 6; w++) {
            canvas_puts(&c, x, 0, w, "a你b", plain);
            canvas_right(&c, x, 0, w, "你", plain);
            canvas_fill(&c, (struct rect){x, x, w, w}, plain);
        }
    canvas_clear(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_at_its_columns_and_at_the_edge),
        cmocka_unit_test(a_wide_character_that_would_stick_out_becomes_a_blank),
        cmocka_unit_test(half_a_wide_character_never_stays_behind),
        cmocka_unit_test(a_cell_keeps_a_base_with_its_marks),
        cmocka_unit_test(tabs_go_to_the_next_stop_and_line_feeds_end_the_text),
        cmocka_unit_test(control_bytes_that_slipped_through_are_shown_not_sent),
        cmocka_unit_test(ascii_replaces_by_something_near),
        cmocka_unit_test(heat_is_told_by_signs_where_there_is_no_colour),
        cmocka_unit_test(styles_have_a_letter_each),
        cmocka_unit_test(any_size_and_any_place_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
