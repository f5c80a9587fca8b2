/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "ui/layout.h"

/* As the panes of the pilot: the grid, the memory, the speed. */
static void measure(void *arg, int side, int width, int *least, int *want)
{
    (void)arg;
    (void)width;
    static const int rows[LAYOUT_SIDES][2] = {{10, 10}, {5, 6}, {2, 2}};
    *least = rows[side][0];
    *want = rows[side][1];
}

static struct layout at(int width, int height, int input_rows, bool sides)
{
    struct layout_wish wish = {.input_rows = input_rows, .sides = sides,
                               .measure = measure};
    return layout_compute(width, height, &wish);
}

#define CHECK_RECT(r, X, Y, W, H)        \
    do {                                 \
        assert_int_equal((r).x, X);      \
        assert_int_equal((r).y, Y);      \
        assert_int_equal((r).width, W);  \
        assert_int_equal((r).height, H); \
    } while (0)

static void a_wide_screen_has_the_panes_beside_the_chat(void **state)
{
    (void)state;
    struct layout l = at(120, 36, 1, true);
    CHECK_RECT(l.title, 0, 0, 120, 1);
    CHECK_RECT(l.chat, 0, 2, 77, 31);
    CHECK_RECT(l.side_rule, 77, 2, 1, 31);
    CHECK_RECT(l.side[0], 79, 2, 40, 10);
    CHECK_RECT(l.side[1], 79, 13, 40, 6);
    CHECK_RECT(l.side[2], 79, 20, 40, 2);
    CHECK_RECT(l.rule, 0, 33, 120, 1);
    CHECK_RECT(l.input, 0, 34, 120, 1);
    CHECK_RECT(l.status, 0, 35, 120, 1);
    l = at(200, 60, 1, true);
    assert_int_equal(l.side[0].width, 77);
    assert_int_equal(l.chat.width, 120);
}

static void on_80_by_24_chat_and_panes_take_turns(void **state)
{
    (void)state;
    struct layout l = at(80, 24, 1, false);
    CHECK_RECT(l.chat, 0, 2, 80, 19);
    assert_true(l.sides_possible);
    l = at(80, 24, 1, true);
    assert_int_equal(l.chat.height, 0);
    CHECK_RECT(l.side[0], 1, 2, 78, 10);
    assert_int_equal(l.side_rule.height, 0);
}

static void a_small_screen_has_no_panes_and_no_rules(void **state)
{
    (void)state;
    struct layout l = at(40, 10, 1, true);
    CHECK_RECT(l.chat, 0, 0, 40, 8);
    assert_int_equal(l.title.height + l.rule.height + l.side[0].height, 0);
    assert_false(l.sides_possible);
    l = at(60, 12, 1, false);
    CHECK_RECT(l.title, 0, 0, 60, 1);
    CHECK_RECT(l.chat, 0, 1, 60, 8);
    l = at(20, 4, 5, true);
    CHECK_RECT(l.chat, 0, 0, 20, 2);
    CHECK_RECT(l.input, 0, 2, 20, 1);
}

static void below_20_by_4_there_is_only_the_input(void **state)
{
    (void)state;
    struct layout l = at(19, 50, 1, true);
    assert_int_equal(l.chat.height + l.status.height, 0);
    CHECK_RECT(l.dots, 0, 48, 19, 1);
    l = at(1, 1, 9, true);
    CHECK_RECT(l.input, 0, 0, 1, 1);
    assert_int_equal(l.dots.height, 0);
}

static void the_input_grows_to_a_third_of_the_height(void **state)
{
    (void)state;
    assert_int_equal(at(120, 36, 5, false).input.height, 5);
    assert_int_equal(at(120, 36, 500, false).input.height, 12);
    assert_int_equal(at(80, 24, 500, true).input.height, 8);
}

/* Marks the cells of r; none may be taken twice or lie outside. */
static void take(unsigned char *taken, int width, int height, struct rect r)
{
    if (r.width == 0 || r.height == 0)
        return;
    assert_true(r.width > 0 && r.height > 0 && r.x >= 0 && r.y >= 0);
    assert_true(r.x + r.width <= width && r.y + r.height <= height);
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x++)
            assert_int_equal(taken[y * width + x]++, 0);
}

static void nothing_overlaps_at_any_size(void **state)
{
    (void)state;
    static unsigned char taken[500 * 200];
    for (int width = 1; width <= 220; width += width < 30 ? 1 : 7)
        for (int height = 1; height <= 70; height++)
            for (int wish = 0; wish < 4; wish++) {
                struct layout l =
                    at(width, height, wish & 1 ? 1 : 100, wish & 2);
                memset(taken, 0, sizeof taken);
                take(taken, width, height, l.title);
                take(taken, width, height, l.chat);
                take(taken, width, height, l.input);
                take(taken, width, height, l.status);
                take(taken, width, height, l.rule);
                take(taken, width, height, l.side_rule);
                take(taken, width, height, l.dots);
                for (int i = 0; i < LAYOUT_SIDES; i++)
                    take(taken, width, height, l.side[i]);
                assert_true(l.input.height >= 1);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_screen_has_the_panes_beside_the_chat),
        cmocka_unit_test(on_80_by_24_chat_and_panes_take_turns),
        cmocka_unit_test(a_small_screen_has_no_panes_and_no_rules),
        cmocka_unit_test(below_20_by_4_there_is_only_the_input),
        cmocka_unit_test(the_input_grows_to_a_third_of_the_height),
        cmocka_unit_test(nothing_overlaps_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
