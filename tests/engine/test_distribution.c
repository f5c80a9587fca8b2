/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/distribution.h"

#include <float.h>
#include <math.h>

#include "base/rng.h"
#include "check.h"
#include "kernels/kernels.h"

enum { N = 5003 };

static struct kernels kernels;

static void fill(float *l, uint32_t n, double spread, uint64_t seed)
{
    struct rng rng = rng_init(seed);
    for (uint32_t i = 0; i < n; i++)
        l[i] = (float)((rng_unit(&rng) - 1) * spread);
    l[n / 2] = 0; /* the largest */
}

static void check_sums(const float *l, uint32_t n)
{
    double z, xz, want_z = 0, want_xz = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (isnan(l[i]) || l[i] < -1000)
            continue;
        want_z += exp((double)l[i]);
        want_xz += (double)l[i] * exp((double)l[i]);
    }
    distribution_sums(&kernels, l, n, 0, &z, &xz);
    assert_true(fabs(z - want_z) <= 2e-6 * want_z);
    assert_true(fabs(xz - want_xz) <= 2e-6 * (fabs(want_xz) + want_z));
}

static void sums_are_those_of_the_definition(void **state)
{
    (void)state;
    static const double spreads[] = {0, 1e-3, 1, 12, 39, 500};
    float l[N];
    for (size_t k = 0; k < sizeof spreads / sizeof *spreads; k++)
        for (uint32_t n = 1; n < N; n = n * 3 + 1) {
            fill(l, n, spreads[k], k);
            check_sums(l, n);
        }
}

static void what_is_no_number_counts_for_nothing(void **state)
{
    (void)state;
    float l[N];
    fill(l, N, 10, 1);
    for (uint32_t i = 0; i < N; i += 7)
        if (i != N / 2)
            l[i] = i % 2 ? NAN : i % 3 ? -INFINITY : -FLT_MAX;
    check_sums(l, N);
}

static void infinity_is_the_largest_number(void **state)
{
    (void)state;
    float l[33] = {0};
    double z, xz;
    l[7] = l[32] = INFINITY;
    l[8] = FLT_MAX;
    distribution_sums(&kernels, l, 33, FLT_MAX, &z, &xz);
    assert_float_equal(z, 3, 1e-6);
    assert_float_equal(xz, 0, 1e-6);
}

static void enough_are_above_the_limit(void **state)
{
    (void)state;
    static float l[N];
    for (uint32_t n = 1; n <= N; n += n < 140 ? 1 : 977)
        for (uint32_t least = 1; least <= 8; least += 7) {
            fill(l, n, n % 3 ? 12 : 1e-7, n); /* many are equal */
            l[n / 3] = n % 2 ? NAN : INFINITY;
            float limit = distribution_limit(&kernels, l, n, least);
            uint32_t above = 0;
            for (uint32_t i = 0; i < n; i++)
                above += l[i] > limit;
            CHECK(above >= least || limit == -INFINITY);
            CHECK(n < 1000 || limit > -INFINITY);
        }
}

static void of_nothing_but_minus_infinity_there_is_no_limit(void **state)
{
    (void)state;
    static float l[N];
    for (uint32_t i = 0; i < N; i++)
        l[i] = i % 2 ? -INFINITY : NAN;
    CHECK(distribution_limit(&kernels, l, N, 8) == -INFINITY);
}

int main(void)
{
    kernels_init(&kernels, cpu_best());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_the_definition),
        cmocka_unit_test(what_is_no_number_counts_for_nothing),
        cmocka_unit_test(infinity_is_the_largest_number),
        cmocka_unit_test(enough_are_above_the_limit),
        cmocka_unit_test(of_nothing_but_minus_infinity_there_is_no_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
