/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/rope.h"

#include <math.h>

#include "base/arena.h"
#include "check.h"

static struct shape with_yarn(void)
{
    struct shape s = *shape_recipe("mini");
    s.yarn_factor = 40;
    s.yarn_original_ctx = 4096;
    return s;
}

static struct rope_table table(const struct shape *s, char *mem)
{
    struct rope_table t;
    struct arena a = {.base = mem};
    rope_table_layout(&t, s, 64, &a);
    rope_table_init(&t, s);
    return t;
}

static void turning_back_undoes_turning(void **state)
{
    static char mem[32768];
    struct shape s = with_yarn();
    struct rope_table t = table(&s, mem);
    (void)state;
    for (uint32_t pos = 0; pos < 64; pos += 21) {
        real u[16], before[16];
        for (int i = 0; i < 16; i++)
            before[i] = u[i] = (real)sin(i + pos);
        rope_turn(&t, pos, u);
        if (pos > 0)
            CHECK(fabs((double)(u[0] - before[0])) > 1e-3);
        rope_turn_back(&t, pos, u);
        for (int i = 0; i < 16; i++)
            CHECK(fabs((double)(u[i] - before[i])) < 1e-5);
    }
}

static void angles_are_those_of_the_formula(void **state)
{
    static char mem[32768];
    struct shape plain = *shape_recipe("mini"), s = with_yarn();
    struct rope_table t = table(&plain, mem);
    (void)state;
    for (int i = 0; i < 8; i++)
        CHECK(fabs(t.freq[i] - pow(10000, -i / 8.0)) < 1e-12);
    t = table(&s, mem);
    CHECK(fabs(t.freq[0] - 1) < 1e-12);          /* fast: as it was */
    CHECK(fabs(t.freq[7] / (pow(10000, -7 / 8.0) / 40) - 1) < 1e-6); /* slow */
}

static void yarn_softens_the_score(void **state)
{
    struct shape plain = *shape_recipe("mini"), s = with_yarn();
    (void)state;
    CHECK(fabs(rope_attn_scale(&plain) - 1 / sqrt(48)) < 1e-12);
    CHECK(fabs(rope_attn_scale(&s) * sqrt(48) - 1.873854) < 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turning_back_undoes_turning),
        cmocka_unit_test(angles_are_those_of_the_formula),
        cmocka_unit_test(yarn_softens_the_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
