/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/units.h"

#include <math.h>

#include "check.h"

static char out[UNITS_MAX];

static void bytes_have_two_or_three_figures(void **state)
{
    (void)state;
    assert_string_equal(units_bytes(out, 0), "0 B");
    assert_string_equal(units_bytes(out, 768), "768 B");
    assert_string_equal(units_bytes(out, 1000), "1.0 KB");
    assert_string_equal(units_bytes(out, 9940), "9.9 KB");
    assert_string_equal(units_bytes(out, 9960), "10 KB");
    assert_string_equal(units_bytes(out, 316416), "316 KB");
    assert_string_equal(units_bytes(out, 999400), "999 KB");
    assert_string_equal(units_bytes(out, 999600), "1.0 MB");
    assert_string_equal(units_bytes(out, 2109440), "2.1 MB");
    assert_string_equal(units_bytes(out, 1u << 31), "2.1 GB");
    assert_string_equal(units_bytes(out, UINT64_MAX), "18446744 TB");
}

static void rates_lose_their_decimals_at_ten(void **state)
{
    (void)state;
    assert_string_equal(units_rate(out, 0), "0.0");
    assert_string_equal(units_rate(out, 7.26), "7.3");
    assert_string_equal(units_rate(out, 9.96), "10");
    assert_string_equal(units_rate(out, 418.4), "418");
    assert_string_equal(units_rate(out, 2950), "2,950");
    assert_string_equal(units_rate(out, -1), "0.0");
    assert_string_equal(units_rate(out, NAN), "0.0");
    assert_string_equal(units_rate(out, INFINITY), "?");
}

static void times_go_in_tenths_up_to_a_minute(void **state)
{
    (void)state;
    assert_string_equal(units_time(out, 0), "0.0 s");
    assert_string_equal(units_time(out, 49), "<0.1 s");
    assert_string_equal(units_time(out, 51), "0.1 s");
    assert_string_equal(units_time(out, 1840), "1.8 s");
    assert_string_equal(units_time(out, 59949), "59.9 s");
    assert_string_equal(units_time(out, 59951), "1 min 0 s");
    assert_string_equal(units_time(out, 125000), "2 min 5 s");
    assert_string_equal(units_time(out, 7260000), "2 h 1 min");
    assert_string_equal(units_time(out, NAN), "0.0 s");
}

static void counts_are_grouped_by_thousands(void **state)
{
    (void)state;
    assert_string_equal(units_count(out, 0), "0");
    assert_string_equal(units_count(out, 999), "999");
    assert_string_equal(units_count(out, 2048), "2,048");
    assert_string_equal(units_count(out, UINT64_MAX),
                        "18,446,744,073,709,551,615");
}

static void of_a_probability_stays_what_tells_it_from_none(void **state)
{
    (void)state;
    assert_string_equal(units_share(out, 1), "1.00");
    assert_string_equal(units_share(out, 0.934), "0.93");
    assert_string_equal(units_share(out, 0.0096), "0.01");
    assert_string_equal(units_share(out, 0.0094), "0.009");
    assert_string_equal(units_share(out, 0.00096), "0.001");
    assert_string_equal(units_share(out, 0.00094), "9e-4");
    assert_string_equal(units_share(out, 0.000036), "4e-5");
    assert_string_equal(units_share(out, 2.4e-10), "2e-10");
    assert_string_equal(units_share(out, 0), "0");
    assert_string_equal(units_share(out, NAN), "0");
}

static void parameters_are_counted_in_millions(void **state)
{
    (void)state;
    assert_string_equal(units_params(out, 812), "812");
    assert_string_equal(units_params(out, 8210000), "8.2 M");
    assert_string_equal(units_params(out, 134515008), "135 M");
    assert_string_equal(units_params(out, 671000000000), "671 B");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_have_two_or_three_figures),
        cmocka_unit_test(rates_lose_their_decimals_at_ten),
        cmocka_unit_test(times_go_in_tenths_up_to_a_minute),
        cmocka_unit_test(counts_are_grouped_by_thousands),
        cmocka_unit_test(of_a_probability_stays_what_tells_it_from_none),
        cmocka_unit_test(parameters_are_counted_in_millions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
