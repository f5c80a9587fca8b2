/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "ui/theme.h"

static struct look look_of(enum style_role role, int colors, bool no_color)
{
    return theme_look((struct style){.role = (uint8_t)role}, colors, no_color);
}

static void text_is_always_in_the_terminals_own_colours(void **state)
{
    (void)state;
    static const int colors[] = {0, 8, 16, 256};
    for (size_t i = 0; i < 4; i++) {
        struct look l = look_of(STYLE_TEXT, colors[i], false);
        assert_int_equal(l.fg, -1);
        assert_int_equal(l.bg, -1);
        assert_false(l.bold || l.dim || l.italic || l.reverse || l.underline);
    }
}

static void no_role_asks_for_a_colour_the_terminal_lacks(void **state)
{
    (void)state;
    static const int colors[] = {0, 2, 8, 16, 88, 256};
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
        for (int role = 0; role < STYLE_ROLES; role++) {
            struct look l = look_of((enum style_role)role, colors[i], false);
            assert_true(l.fg < colors[i]);
            assert_int_equal(l.bg, -1);
        }
}

static void no_color_leaves_attributes_only(void **state)
{
    (void)state;
    for (int role = 0; role < STYLE_ROLES; role++)
        assert_int_equal(look_of((enum style_role)role, 256, true).fg, -1);
    assert_true(look_of(STYLE_LOOK, 256, true).reverse);
    assert_true(look_of(STYLE_ERROR, 256, true).reverse);
    assert_true(look_of(STYLE_ERROR, 256, true).bold);
    assert_true(look_of(STYLE_ACCENT, 256, true).bold);
}

static void the_heat_ramp_has_a_colour_of_its_own_for_each_step(void **state)
{
    (void)state;
    static const int want[8] = {236, 23, 30, 37, 43, 84, 156, 229};
    for (int i = 0; i < 8; i++)
        assert_int_equal(
            look_of((enum style_role)(STYLE_HEAT0 + i), 256, false).fg,
            want[i]);
}

static void bold_text_is_never_dim_at_once(void **state)
{
    (void)state;
    struct style s = {.role = STYLE_DIM, .flags = STYLE_BOLD};
    assert_true(theme_look(s, 0, false).bold);
    assert_false(theme_look(s, 0, false).dim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_always_in_the_terminals_own_colours),
        cmocka_unit_test(no_role_asks_for_a_colour_the_terminal_lacks),
        cmocka_unit_test(no_color_leaves_attributes_only),
        cmocka_unit_test(the_heat_ramp_has_a_colour_of_its_own_for_each_step),
        cmocka_unit_test(bold_text_is_never_dim_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
