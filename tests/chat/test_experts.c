/* SPDX-License-Identifier: Apache-2.0 */
#include "chat/experts.h"

#include "check.h"

static const struct expert_shape shape = {
    .first_layer = 2, .n_layers = 3, .n_experts = 8, .n_used = 2};

static void off(struct expert_changes *x, const char *list)
{
    struct err err;
    CHECK_OK(experts_switch(x, str_of(list), false, &err), &err);
}

static void a_list_is_kept_in_order_and_once(void **state)
{
    (void)state;
    struct expert_changes x = {0}, y = {0};
    off(&x, "4:7,2:1,4:0,2:1");
    off(&y, "2:1");
    off(&y, "4:0,4:7");
    assert_int_equal(x.n_off, 3);
    CHECK(experts_same(&x, &y));
    CHECK(x.off[0].layer == 2 && x.off[2].expert == 7);
}

static void on_again_is_as_before(void **state)
{
    (void)state;
    struct expert_changes x = {0}, none = {0};
    struct err err;
    off(&x, "2:1,3:3");
    CHECK(experts_modified(&x));
    CHECK_OK(experts_switch(&x, str_of("3:3,2:1,4:4"), true, &err), &err);
    CHECK(!experts_modified(&x) && experts_same(&x, &none));
}

static void a_list_that_is_none_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", ":", "3", "3:", ":4", "3:4,", ",3:4", "3:4 ", " 3:4", "3:4;3:5",
        "-1:4", "3:65536", "99999999999:1", "2:1,x:2", "3:4:5",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct expert_changes x = {0}, before;
        struct err err;
        off(&x, "2:2");
        before = x;
        CHECK_REFUSED(experts_switch(&x, str_of(wrong[i]), false, &err), &err,
                      ERR_USAGE);
        assert_memory_equal(&x, &before, sizeof x);
    }
}

static void more_than_there_is_room_for_is_refused(void **state)
{
    (void)state;
    struct expert_changes x = {0};
    struct err err;
    char place[16];
    for (int i = 0; i < EXPERTS_OFF_MAX; i++) {
        snprintf(place, sizeof place, "2:%d", i);
        off(&x, place);
    }
    CHECK_REFUSED(experts_switch(&x, str_of("3:1"), false, &err), &err,
                  ERR_USAGE);
    off(&x, "2:0"); /* is off already */
    assert_int_equal(x.n_off, EXPERTS_OFF_MAX);
}

static bool check(const char *list, unsigned used, struct err *err)
{
    struct expert_changes x = {.used = used};
    if (list)
        off(&x, list);
    return experts_check(&x, &shape, err);
}

static void what_the_model_has_not_is_refused(void **state)
{
    (void)state;
    struct err err;
    CHECK_OK(check("2:0,4:7", 0, &err), &err);
    CHECK_OK(check(NULL, 8, &err), &err);
    CHECK_REFUSED(check("1:0", 0, &err), &err, ERR_USAGE);
    CHECK_REFUSED(check("5:0", 0, &err), &err, ERR_USAGE);
    CHECK_REFUSED(check("2:8", 0, &err), &err, ERR_USAGE);
    CHECK_REFUSED(check(NULL, 9, &err), &err, ERR_USAGE);
}

static void a_layer_keeps_as_many_as_a_token_uses(void **state)
{
    (void)state;
    struct err err;
    const char *six = "3:0,3:1,3:2,3:3,3:4,3:5";
    CHECK_OK(check(six, 0, &err), &err);
    CHECK_REFUSED(check(six, 3, &err), &err, ERR_USAGE);
    CHECK_OK(check("3:0,3:1,3:2,3:3,3:4,3:5,3:6", 1, &err), &err);
    CHECK_REFUSED(check("3:0,3:1,3:2,3:3,3:4,3:5,3:6", 0, &err), &err,
                  ERR_USAGE);
    assert_non_null(strstr(err.msg, "layer 3"));
    CHECK_REFUSED(check("2:0,3:0,3:1,3:2,3:3,3:4,3:5,3:6,3:7", 1, &err), &err,
                  ERR_USAGE);
}

static void a_model_without_experts_says_so(void **state)
{
    (void)state;
    const struct expert_shape dense = {0};
    struct expert_changes x = {0};
    struct err err;
    CHECK_OK(experts_check(&x, &dense, &err), &err);
    x.used = 2;
    CHECK_REFUSED(experts_check(&x, &dense, &err), &err, ERR_USAGE);
}

static void what_was_changed_is_said(void **state)
{
    (void)state;
    char text[EXPERTS_TEXT_MAX];
    struct expert_changes x = {0};
    assert_string_equal(experts_text(&x, &shape, text), "");
    off(&x, "2:1");
    assert_string_equal(experts_text(&x, &shape, text),
                        "modified: 1 expert off");
    off(&x, "2:2");
    x.used = 3;
    assert_string_equal(experts_text(&x, &shape, text),
                        "modified: 2 experts off, 3 of 8 used");
    x.n_off = 0;
    assert_string_equal(experts_text(&x, &shape, text),
                        "modified: 3 of 8 used");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_kept_in_order_and_once),
        cmocka_unit_test(on_again_is_as_before),
        cmocka_unit_test(a_list_that_is_none_changes_nothing),
        cmocka_unit_test(more_than_there_is_room_for_is_refused),
        cmocka_unit_test(what_the_model_has_not_is_refused),
        cmocka_unit_test(a_layer_keeps_as_many_as_a_token_uses),
        cmocka_unit_test(a_model_without_experts_says_so),
        cmocka_unit_test(what_was_changed_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
