/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "check.h"
#include "ui/theme.h"

static const struct theme dark = {.kind = THEME_DARK};

static struct look look_of(enum style_role role, int colors, bool no_color)
{
    return theme_look(&dark, (struct style){.role = (uint8_t)role}, colors, no_color);
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
    assert_true(theme_look(&dark, s, 0, false).bold);
    assert_false(theme_look(&dark, s, 0, false).dim);
}

static struct look look_in(enum theme_kind kind, enum style_role role,
                           int colors)
{
    struct theme t = {.kind = kind};
    return theme_look(&t, (struct style){.role = (uint8_t)role}, colors, false);
}

static void every_role_has_a_row_in_every_theme(void **state)
{
    (void)state;
    for (int kind = THEME_DARK; kind <= THEME_16; kind++)
        for (int role = STYLE_THOUGHT; role < STYLE_ROLES; role++) {
            /* A forgotten row would be all zeros: black, with nothing to it. */
            struct look l =
                look_in((enum theme_kind)kind, (enum style_role)role, 256);
            assert_true(l.fg > 0 || l.bold);
            assert_true(l.fg < (kind == THEME_16 ? 16 : 256));
        }
}

static void light_is_not_dark(void **state)
{
    (void)state;
    static const int want[8] = {254, 152, 115, 73, 36, 29, 23, 16};
    for (int i = 0; i < 8; i++)
        assert_int_equal(
            look_in(THEME_LIGHT, (enum style_role)(STYLE_HEAT0 + i), 256).fg,
            want[i]);
    /* White on white, and yellow on white, cannot be read. */
    for (int role = 0; role < STYLE_RULE; role++) {
        int fg = look_in(THEME_LIGHT, (enum style_role)role, 16).fg;
        assert_true(fg != 7 && fg != 15 && fg != 3 && fg != 11);
    }
}

static void mono_has_attributes_and_no_colours(void **state)
{
    (void)state;
    struct theme t = {.kind = THEME_MONO};
    struct err err;
    assert_true(theme_set_color(&t, str_of("accent"), str_of("80"), &err));
    for (int role = 0; role < STYLE_ROLES; role++)
        assert_int_equal(theme_look(&t, (struct style){.role = (uint8_t)role},
                                    256, false).fg, -1);
    assert_true(look_in(THEME_MONO, STYLE_ERROR, 256).reverse);
}

static void a_users_colour_goes_before_that_of_the_table(void **state)
{
    (void)state;
    struct theme t = {.kind = THEME_LIGHT};
    struct style accent = {.role = STYLE_ACCENT};
    struct err err;
    assert_true(theme_set_color(&t, str_of("accent"), str_of("200"), &err));
    assert_int_equal(theme_look(&t, accent, 256, false).fg, 200);
    assert_int_equal(theme_look(&t, accent, 16, false).fg, 6);
    assert_int_equal(theme_look(&t, accent, 256, true).fg, -1);
    assert_true(theme_set_color(&t, str_of("accent"), str_of("default"), &err));
    assert_int_equal(theme_look(&t, accent, 256, false).fg, -1);
    assert_false(theme_set_color(&t, str_of("acent"), str_of("1"), &err));
    assert_string_equal(err.msg, "nothing here is called \"acent\"");
    static const char *const wrong[] = {"256", "", "-1", "red", "1e2", "0000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(theme_set_color(&t, str_of("look"), str_of(wrong[i]), &err));
}

static void themes_and_roles_have_names(void **state)
{
    (void)state;
    enum theme_kind kind;
    struct err err;
    for (int i = 0; theme_name((enum theme_kind)i); i++) {
        assert_true(theme_find(str_of(theme_name((enum theme_kind)i)), &kind,
                               &err));
        assert_int_equal(kind, i);
    }
    assert_false(theme_find(str_of("darkk"), &kind, &err));
    assert_string_equal(err.msg, "there is no theme \"darkk\": auto, dark, "
                                 "light, 16 or mono");
    for (size_t i = 0; i < STYLE_ROLES; i++)
        assert_non_null(theme_role(i));
    assert_null(theme_role(STYLE_ROLES));
}

static void the_background_tells_light_from_dark(void **state)
{
    (void)state;
    assert_int_equal(theme_of_terminal(NULL), THEME_DARK);
    assert_int_equal(theme_of_terminal("15;0"), THEME_DARK);
    assert_int_equal(theme_of_terminal("0;15"), THEME_LIGHT);
    assert_int_equal(theme_of_terminal("0;default;15"), THEME_LIGHT);
    assert_int_equal(theme_of_terminal("0;7"), THEME_LIGHT);
    assert_int_equal(theme_of_terminal("7;8"), THEME_DARK);
    assert_int_equal(theme_of_terminal("7;default"), THEME_DARK);
    assert_int_equal(theme_of_terminal(";"), THEME_DARK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_always_in_the_terminals_own_colours),
        cmocka_unit_test(no_role_asks_for_a_colour_the_terminal_lacks),
        cmocka_unit_test(no_color_leaves_attributes_only),
        cmocka_unit_test(the_heat_ramp_has_a_colour_of_its_own_for_each_step),
        cmocka_unit_test(bold_text_is_never_dim_at_once),
        cmocka_unit_test(every_role_has_a_row_in_every_theme),
        cmocka_unit_test(light_is_not_dark),
        cmocka_unit_test(mono_has_attributes_and_no_colours),
        cmocka_unit_test(a_users_colour_goes_before_that_of_the_table),
        cmocka_unit_test(themes_and_roles_have_names),
        cmocka_unit_test(the_background_tells_light_from_dark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
