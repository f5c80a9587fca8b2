/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

static void a_long_message_is_cut_on_a_character(void **state)
{
    (void)state;
    struct err err;
    char text[400];
    for (int shift = 0; shift < 3; shift++) {
        memset(text, 'x', sizeof text);
        for (size_t i = (size_t)shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "\xE4\xBD\xA0", 3);
        text[sizeof text - 1] = '\0';
        err_set(&err, ERR_IO, "%s", text);
        size_t len = strlen(err.msg);
        assert_true(len < sizeof err.msg && len > sizeof err.msg - 6);
        assert_int_equal((len - (size_t)shift) % 3, 0);
    }
}

static void context_stands_before_the_cause_and_keeps_its_kind(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set(&err, ERR_FORMAT, "version %u", 9u));
    assert_false(err_context(&err, "%s", "file.gguf"));
    assert_string_equal(err.msg, "file.gguf: version 9");
    assert_int_equal(err.kind, ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_message_is_cut_on_a_character),
        cmocka_unit_test(context_stands_before_the_cause_and_keeps_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
