/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "kernels/kernels.h"

static void every_level_has_a_name_that_is_read_back(void **state)
{
    (void)state;
    enum cpu_level parsed = CPU_NEON;
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        assert_true(
            cpu_level_parse(cpu_level_name((enum cpu_level)l), &parsed));
        assert_int_equal(parsed, l);
    }
    assert_false(cpu_level_parse("sse2", &parsed));
    assert_false(cpu_level_parse("", &parsed));
    assert_int_equal(parsed, CPU_NEON);
}

static void scalar_always_runs_and_the_best_level_does(void **state)
{
    (void)state;
    assert_true(cpu_can(CPU_SCALAR));
    assert_true(cpu_can(cpu_best()));
    if (cpu_can(CPU_AVX512))
        assert_true(cpu_can(CPU_AVX2));
    assert_true(cpu_name()[0] > ' ');
    print_message("# %s, %s\n", cpu_name(), cpu_level_name(cpu_best()));
}

static void no_level_leaves_an_entry_empty(void **state)
{
    (void)state;
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        struct kernels k;
        if (!cpu_can((enum cpu_level)l))
            continue;
        kernels_init(&k, (enum cpu_level)l);
        assert_int_equal(k.level, l);
        for (int t = 0; t < WEIGHT_TYPES; t++) {
            const struct weight_kernels *w = &k.weight[t];
            assert_true(w->name && w->block_len && w->block_bytes);
            assert_true(w->decode && w->mul_f32);
            assert_int_equal(w->mul_q8 != NULL, t >= WEIGHT_Q8_0);
        }
        assert_true(k.quantize && k.dot && k.dot_f16 && k.axpy && k.axpy_f16);
        assert_true(k.to_f16 && k.from_f16 && k.rms_norm && k.softmax &&
                    k.swiglu);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_has_a_name_that_is_read_back),
        cmocka_unit_test(scalar_always_runs_and_the_best_level_does),
        cmocka_unit_test(no_level_leaves_an_entry_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
