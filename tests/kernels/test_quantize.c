/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/levels.h"

#include <float.h>

#define COLS 3
#define MAX_K 1600
#define GROUPS (COLS * 4)

static float x[COLS * (MAX_K + 5)];
static struct act_group want[GROUPS], got[GROUPS];

static void quantize_planes(enum cpu_level level, size_t k, int planes,
                            struct act_group *out)
{
    struct kernels kernels;
    kernels_init(&kernels, level);
    memset(out, 0x55, GROUPS * sizeof *out); /* of an earlier, longer column */
    kernels.quantize(x, k + 5, k, COLS, planes, out);
}

static void quantize(enum cpu_level level, size_t k, struct act_group *out)
{
    quantize_planes(level, k, 2, out);
}

static void one_block(const float *values, size_t n)
{
    memset(x, 0, sizeof x);
    memcpy(x, values, n * sizeof *x);
    quantize(CPU_SCALAR, 32, want);
}

/* 256 * hi + lo of value i of a group. */
static int v_of(const struct act_group *g, size_t i)
{
    size_t at = act_at((unsigned)(i / 32)) + i % 16 + i % 32 / 16 * ACT_SECOND;
    return 256 * g->hi[at] + g->lo[at];
}

static void the_largest_is_whole_and_ties_go_to_even(void **state)
{
    (void)state;
    one_block((float[]){127, -127, 1, 0.5f, -2.25f, 1 / 256.f, 0.5f / 256,
                        1.5f / 256}, 8);
    const int right[] = {32512, -32512, 256, 127, -576, 1, 0, 2};
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(v_of(want, i), right[i]); /* 127: 128 is no int8 */
    assert_true(want->d[0] == 1 / 256.f);
    assert_int_equal(want->half_sum[0][0], 256 + 127 - 576 + 1 + 2);
    assert_int_equal(want->sum[0], want->half_sum[0][0]);
    assert_true(want->s[0] == want->d[0] * (float)want->sum[0]);
}

static void every_value_comes_back_within_one_32512th(void **state)
{
    (void)state;
    struct rng rng = rng_init(3);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (float)(rng_normal(&rng) * exp(rng_normal(&rng) * 3));
    quantize(CPU_SCALAR, MAX_K, want);
    for (size_t c = 0; c < COLS; c++)
        for (size_t i = 0; i < MAX_K; i++) {
            const float *block = x + c * (MAX_K + 5) + i / 32 * 32;
            const struct act_group *g = want + c * act_groups(MAX_K) + i / 512;
            float d = g->d[act_block_at(i % 512 / 32)], amax = 0;
            for (size_t j = 0; j < 32; j++)
                amax = fmaxf(amax, fabsf(block[j]));
            assert_true(fabsf(d * (float)v_of(g, i % 512) - block[i % 32]) <=
                        amax / 32512 * 1.01f);
        }
}

static void behind_the_last_value_all_is_zero(void **state)
{
    (void)state;
    static const struct act_group zero;
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        if (!cpu_can((enum cpu_level)l))
            continue;
        for (size_t i = 0; i < sizeof x / sizeof *x; i++)
            x[i] = 1;
        quantize((enum cpu_level)l, 512 + 96, want);
        for (size_t i = 96; i < 128; i++) /* of the unit; others may be stale */
            assert_int_equal(v_of(want + 1, i), 0);
        for (unsigned b = 3; b < 16; b++) {
            assert_true(want[1].d[act_block_at(b)] == 0);
            assert_true(want[1].s[act_block_at(b)] == 0);
            assert_int_equal(want[1].sum[act_block_at(b)], 0);
        }
        assert_memory_equal(want[1].half_sum[1], zero.half_sum[1], 64);
    }
}

static void nothing_divides_by_zero_however_small(void **state)
{
    (void)state;
    one_block((float[]){0}, 1);
    assert_true(want->d[0] == 0 && want->s[0] == 0 && v_of(want, 0) == 0);
    one_block((float[]){1e-44f, -1e-34f}, 2);
    assert_true(want->d[0] == 0 && want->s[0] == 0 && v_of(want, 1) == 0);
    one_block((float[]){FLT_MAX, -FLT_MAX}, 2);
    assert_true(isfinite(want->d[0]) && v_of(want, 0) == ACT_MAX &&
                v_of(want, 1) == -ACT_MAX);
}

static void what_is_not_finite_stays_visible(void **state)
{
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (int i = 0; i < 3; i++) {
        one_block((float[]){1, bad[i], 2}, 3);
        assert_true(!isfinite(want->d[0]) && isnan(want->s[0]));
        assert_true(isnan(want->d[0] * (float)v_of(want, 0)));
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
            x[i] *= 1e-33f;
    }
}

static void check_same(const float *a, const float *b)
{
    for (size_t i = 0; i < ACT_GROUP_BLOCKS; i++)
        assert_true(isnan(a[i]) ? isnan(b[i]) : a[i] == b[i]);
}

/* Codes of group g that are said: whole units. */
static size_t codes_of(size_t k, size_t g)
{
    size_t n = (k + 127) / 128 * 128 - g * ACT_GROUP;
    return n < ACT_GROUP ? n : ACT_GROUP;
}

static void check_level(enum cpu_level level, size_t k, int planes)
{
    quantize_planes(CPU_SCALAR, k, planes, want);
    quantize_planes(level, k, planes, got);
    for (size_t g = 0; g < COLS * act_groups(k); g++) {
        size_t n = codes_of(k, g % act_groups(k));
        assert_memory_equal(got[g].hi, want[g].hi, n);
        assert_memory_equal(got[g].lo, want[g].lo, n);
        assert_memory_equal(got[g].sum, want[g].sum, sizeof got[g].sum);
        assert_memory_equal(got[g].half_sum, want[g].half_sum,
                            sizeof got[g].half_sum);
        check_same(want[g].d, got[g].d);
        check_same(want[g].s, got[g].s);
    }
}

static void every_level_quantizes_to_the_same_bits(void **state)
{
    (void)state;
    enum cpu_level level[4];
    int n_levels = fast_levels(level);
    struct rng rng = rng_init(5);
    for (int l = 0; l < n_levels; l++)
        for (int i = 0; i < 200; i++) {
            size_t k = 32 * (1 + rng_below(&rng, MAX_K / 32));
            fill(&rng, i % 4);
            check_level(level[l], k, 1 + i / 4 % 2);
        }
}

/* The sums speak of what is left. */
static void one_plane_is_the_first_of_two(void **state)
{
    (void)state;
    struct rng rng = rng_init(6);
    fill(&rng, 0);
    quantize_planes(CPU_SCALAR, MAX_K, 2, want);
    quantize_planes(CPU_SCALAR, MAX_K, 1, got);
    for (size_t g = 0; g < COLS * act_groups(MAX_K); g++) {
        int32_t sum = 0;
        for (size_t i = 0; i < codes_of(MAX_K, g % act_groups(MAX_K)); i++) {
            assert_int_equal(got[g].hi[i], want[g].hi[i]);
            assert_int_equal(got[g].lo[i], 0);
            sum += 256 * got[g].hi[i];
        }
        check_same(want[g].d, got[g].d);
        for (size_t b = 0; b < ACT_GROUP_BLOCKS; b++) {
            sum -= got[g].sum[b];
            assert_true(got[g].s[b] == got[g].d[b] * (float)got[g].sum[b]);
        }
        assert_int_equal(sum, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_is_whole_and_ties_go_to_even),
        cmocka_unit_test(every_value_comes_back_within_one_32512th),
        cmocka_unit_test(behind_the_last_value_all_is_zero),
        cmocka_unit_test(nothing_divides_by_zero_however_small),
        cmocka_unit_test(what_is_not_finite_stays_visible),
        cmocka_unit_test(every_level_quantizes_to_the_same_bits),
        cmocka_unit_test(one_plane_is_the_first_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
