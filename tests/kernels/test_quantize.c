/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/levels.h"

#include <float.h>

#define COLS 3
#define MAX_K 288

static int8_t q_want[COLS * MAX_K] __attribute__((aligned(64)));
static int8_t q_got[COLS * MAX_K] __attribute__((aligned(64)));
static float x[COLS * (MAX_K + 5)];
static float d_want[COLS * MAX_K / 32], d_got[COLS * MAX_K / 32];
static float s_want[COLS * MAX_K / 32], s_got[COLS * MAX_K / 32];

static void quantize(enum cpu_level level, size_t k, int8_t *q, float *d,
                     float *s)
{
    struct kernels kernels;
    kernels_init(&kernels, level);
    kernels.quantize(x, k + 5, k, COLS, (struct act_q8){q, d, s});
}

static void one_block(const float *values, size_t n)
{
    memset(x, 0, sizeof x);
    memcpy(x, values, n * sizeof *x);
    quantize(CPU_SCALAR, 32, q_want, d_want, s_want);
}

static void the_largest_becomes_127_and_ties_go_to_even(void **state)
{
    (void)state;
    one_block((float[]){127, -127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 126.6f}, 8);
    const int8_t right[] = {127, -127, 0, 2, 2, 0, -2, 127};
    assert_memory_equal(q_want, right, sizeof right);
    assert_true(d_want[0] == 1 && s_want[0] == 129);
}

static void nothing_divides_by_zero_however_small(void **state)
{
    (void)state;
    one_block((float[]){0}, 1);
    assert_true(d_want[0] == 0 && s_want[0] == 0 && q_want[0] == 0);
    one_block((float[]){1e-44f, -1e-40f}, 2);
    assert_true(d_want[0] == 0 && s_want[0] == 0 && q_want[1] == 0);
    one_block((float[]){FLT_MAX, -FLT_MAX}, 2);
    assert_true(isfinite(d_want[0]) && q_want[0] == 127 && q_want[1] == -127);
}

static void what_is_not_finite_stays_visible(void **state)
{
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        one_block((float[]){1, bad[i], 2}, 3);
        assert_true(!isfinite(d_want[0]) && isnan(s_want[0]));
        assert_true(isnan(d_want[0] * (float)q_want[0]));
    }
}

static void fill(struct rng *rng, int mood)
{
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        x[i] = (float)(rng_normal(rng) * exp(rng_normal(rng) * 5));
        if (mood == 1) /* many ties */
            x[i] = (float)rng_below(rng, 509) / 2 - 127;
        if (mood == 2)
            x[i] = float_of_bits((uint32_t)rng_next(rng)); /* anything */
        if (mood == 3)
            x[i] *= 1e-37f;
    }
}

static void every_level_quantizes_to_the_same_bits(void **state)
{
    (void)state;
    enum cpu_level level[4];
    int n_levels = fast_levels(level);
    struct rng rng = rng_init(5);
    for (int l = 0; l < n_levels; l++)
        for (int i = 0; i < 400; i++) {
            size_t k = 32 * (1 + rng_below(&rng, MAX_K / 32));
            fill(&rng, i % 4);
            quantize(CPU_SCALAR, k, q_want, d_want, s_want);
            quantize(level[l], k, q_got, d_got, s_got);
            assert_memory_equal(q_got, q_want, COLS * k);
            for (size_t b = 0; b < COLS * k / 32; b++) {
                assert_true(isnan(d_want[b]) ? isnan(d_got[b])
                                             : d_got[b] == d_want[b]);
                assert_true(isnan(s_want[b]) ? isnan(s_got[b])
                                             : s_got[b] == s_want[b]);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_becomes_127_and_ties_go_to_even),
        cmocka_unit_test(nothing_divides_by_zero_however_small),
        cmocka_unit_test(what_is_not_finite_stays_visible),
        cmocka_unit_test(every_level_quantizes_to_the_same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
