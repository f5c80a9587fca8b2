/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "base/arena.h"
#include "base/mem.h"
#include "model/rope.h"

struct table {
    struct rope r;
    void *mem;
};

static struct table table_new(const struct rope_config *cfg,
                              const float *factors)
{
    struct table t = {0};
    struct arena a = {0};
    rope_layout(&t.r, cfg, 4, &a);
    t.mem = mem_zalloc(a.used);
    a = (struct arena){.base = t.mem};
    rope_layout(&t.r, cfg, 4, &a);
    rope_init(&t.r, cfg, factors);
    return t;
}

static struct rope_config plain(uint32_t dim)
{
    return (struct rope_config){.pairing = ROPE_ADJACENT, .dim = dim,
                                .base = 10000, .factor = 1, .magnitude = 1};
}

static struct rope_config v3_yarn(void)
{
    struct rope_config c = plain(64);
    c.scaling = ROPE_SCALE_YARN;
    c.factor = 40;
    c.original_ctx = 4096;
    c.ext_factor = 1;
    c.beta_fast = 32;
    c.beta_slow = 1;
    return c;
}

/* Up to pair 10 the angle is the plain one, from pair 23 on a fortieth of it,
 * and the 13 steps between mix the two evenly (the corrections 10 and 23 are
 * those of DeepSeek-V2 and V3). */
static double v3_angle(uint32_t pos, uint32_t pair)
{
    double freq = pow(10000, -2.0 * pair / 64);
    double mix = pair <= 10 ? 1 : pair >= 23 ? 0 : 1 - (pair - 10) / 13.0;
    return pos * freq * ((1 - mix) / 40 + mix);
}

static void yarn_follows_its_closed_form_at_all_positions(void **state)
{
    (void)state;
    struct rope_config cfg = v3_yarn();
    struct table t = table_new(&cfg, NULL);
    const uint32_t positions[] = {0, 1, 4095, 4096, 163839};
    for (size_t p = 0; p < 5; p++) {
        rope_set(&t.r, positions[p], 1);
        for (uint32_t i = 0; i < 32; i++) {
            double angle = v3_angle(positions[p], i);
            assert_float_equal(t.r.cos_sin[2 * i], cos(angle), 1e-6);
            assert_float_equal(t.r.cos_sin[2 * i + 1], sin(angle), 1e-6);
        }
    }
    mem_free(t.mem);
}

/* Numbers that somebody else computed, so that the closed form above is not
 * only compared with itself: pair 0 at position 4095 is the plain angle
 * 4095 rad, pair 31 a fortieth of 4095 * 10000^(-62/64). */
static void yarn_spot_values(void **state)
{
    (void)state;
    struct rope_config cfg = v3_yarn();
    struct table t = table_new(&cfg, NULL);
    rope_set(&t.r, 4095, 1);
    assert_float_equal(t.r.cos_sin[0], -0.0659760, 1e-6);
    assert_float_equal(t.r.cos_sin[2 * 31 + 1], 0.0136515, 1e-6);
    mem_free(t.mem);
}

static void linear_scaling_divides_positions(void **state)
{
    (void)state;
    struct rope_config cfg = plain(8), stretched = plain(8);
    stretched.scaling = ROPE_SCALE_LINEAR;
    stretched.factor = 4;
    struct table a = table_new(&cfg, NULL), b = table_new(&stretched, NULL);
    rope_set(&a.r, 5, 1);
    rope_set(&b.r, 20, 1);
    for (int i = 0; i < 8; i++)
        assert_float_equal(a.r.cos_sin[i], b.r.cos_sin[i], 1e-7);
    mem_free(a.mem);
    mem_free(b.mem);
}

static void factors_divide_the_angles_of_their_pairs(void **state)
{
    (void)state;
    struct rope_config cfg = plain(4);
    struct table t = table_new(&cfg, (float[]){1, 8});
    rope_set(&t.r, 800, 1);
    assert_float_equal(t.r.cos_sin[1], sin(800), 1e-6);
    assert_float_equal(t.r.cos_sin[3], sin(1), 1e-6); /* 800 / 100 / 8 */
    mem_free(t.mem);
}

static void both_pairings_turn_the_same_planes(void **state)
{
    (void)state;
    struct rope_config cfg = plain(6), halves = plain(6);
    halves.pairing = ROPE_HALVES;
    struct table a = table_new(&cfg, NULL), h = table_new(&halves, NULL);
    float adjacent[6] = {1, 2, 3, 4, 5, 6}, split[6] = {1, 3, 5, 2, 4, 6};
    rope_set(&a.r, 7, 2);
    rope_set(&h.r, 7, 2);
    rope_apply(&a.r, 1, adjacent);
    rope_apply(&h.r, 1, split);
    assert_float_equal(adjacent[0], cos(8) - 2 * sin(8), 1e-6);
    assert_float_equal(adjacent[1], sin(8) + 2 * cos(8), 1e-6);
    for (int i = 0; i < 3; i++) {
        assert_float_equal(adjacent[2 * i], split[i], 0);
        assert_float_equal(adjacent[2 * i + 1], split[i + 3], 0);
    }
    mem_free(a.mem);
    mem_free(h.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yarn_follows_its_closed_form_at_all_positions),
        cmocka_unit_test(yarn_spot_values),
        cmocka_unit_test(linear_scaling_divides_positions),
        cmocka_unit_test(factors_divide_the_angles_of_their_pairs),
        cmocka_unit_test(both_pairings_turn_the_same_planes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
