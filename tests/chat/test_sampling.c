/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "chat/sampling.h"

static void the_default_is_allowed(void **state)
{
    (void)state;
    struct err err;
    struct sampling s = sampling_default();
    CHECK_OK(sampling_check(&s, &err), &err);
}

static void each_value_out_of_range_is_named(void **state)
{
    (void)state;
    static const float bad_temp[] = {-0.1f, 10.1f, NAN, INFINITY};
    static const float bad_top_p[] = {0.0f, -1.0f, 1.01f, NAN};
    static const float bad_min_p[] = {-0.01f, 1.01f, NAN};
    static const float bad_penalty[] = {0.0f, -1.0f, 11.0f, NAN};
    struct err err;
    struct sampling s;
#define REFUSES(field, values, word)                                    \
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {       \
        s = sampling_default();                                         \
        s.field = values[i];                                            \
        CHECK_REFUSED(sampling_check(&s, &err), &err, ERR_USAGE);       \
        assert_non_null(strstr(err.msg, word));                         \
    }
    REFUSES(temp, bad_temp, "temperature")
    REFUSES(top_p, bad_top_p, "top-p")
    REFUSES(min_p, bad_min_p, "min-p")
    REFUSES(repeat_penalty, bad_penalty, "penalty")
#undef REFUSES
}

static void the_ends_of_each_range_are_allowed(void **state)
{
    (void)state;
    struct err err;
    struct sampling low = {.temp = 0, .top_p = 0.001f, .repeat_penalty = 0.1f};
    struct sampling high = {.temp = 10, .top_p = 1, .min_p = 1,
                            .top_k = UINT32_MAX, .repeat_penalty = 10,
                            .repeat_last = UINT32_MAX, .seed = UINT64_MAX};
    CHECK_OK(sampling_check(&low, &err), &err);
    CHECK_OK(sampling_check(&high, &err), &err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_allowed),
        cmocka_unit_test(each_value_out_of_range_is_named),
        cmocka_unit_test(the_ends_of_each_range_are_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
