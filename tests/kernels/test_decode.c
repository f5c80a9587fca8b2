/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/weights.h"

static const char *const fixture[WEIGHT_TYPES] = {
    [WEIGHT_F16] = "f16",   [WEIGHT_BF16] = "bf16", [WEIGHT_Q8_0] = "q8_0",
    [WEIGHT_Q4_0] = "q4_0", [WEIGHT_Q4_1] = "q4_1", [WEIGHT_Q5_0] = "q5_0",
    [WEIGHT_Q4_K] = "q4_k", [WEIGHT_Q6_K] = "q6_k",
};

static size_t read_fixture(const char *type, const char *end, void *to,
                           size_t cap)
{
    char name[64];
    snprintf(name, sizeof name, "quants/%s.%s", type, end);
    FILE *f = fopen(fixture_path(name), "rb");
    assert_non_null(f);
    size_t n = fread(to, 1, cap, f);
    fclose(f);
    return n;
}

static void every_level_decodes_the_reference_blocks_bit_for_bit(void **state)
{
    (void)state;
    static uint8_t blocks[8192];
    static float want[2048], got[2048];
    for (int level = CPU_SCALAR; level <= CPU_NEON; level++) {
        struct kernels k;
        if (!cpu_can((enum cpu_level)level))
            continue;
        kernels_init(&k, (enum cpu_level)level);
        for (int t = 0; t < WEIGHT_TYPES; t++) {
            if (!fixture[t])
                continue;
            const struct weight_kernels *w = &k.weight[t];
            size_t bytes =
                read_fixture(fixture[t], "blocks", blocks, sizeof blocks);
            assert_int_equal(bytes, 2048 / w->block_len * w->block_bytes);
            assert_int_equal(read_fixture(fixture[t], "f32", want, sizeof want),
                             sizeof want);
            w->decode(blocks, got, 2048);
            assert_memory_equal(got, want, sizeof want);
        }
    }
}

/* Two NaNs are the same whatever they carry. */
static void check_same_floats(const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(isnan(a[i]) && isnan(b[i])))
            assert_int_equal(bits_of_float(a[i]), bits_of_float(b[i]));
}

static void every_level_decodes_hostile_blocks_as_scalar_does(void **state)
{
    (void)state;
    enum cpu_level level[4];
    int n_levels = fast_levels(level);
    struct kernels scalar, fast;
    struct rng rng = rng_init(1);
    kernels_init(&scalar, CPU_SCALAR);
    for (int l = 0; l < n_levels; l++) {
        kernels_init(&fast, level[l]);
        for (int t = 0; t < WEIGHT_TYPES; t++)
            for (int mood = 0; mood < WEIGHT_MOODS; mood++)
                for (size_t n_blocks = 1; n_blocks < 20; n_blocks++) {
                    const struct weight_kernels *w = &scalar.weight[t];
                    size_t n = n_blocks * w->block_len;
                    struct guarded b =
                        guarded_new(n_blocks * w->block_bytes, n_blocks % 3);
                    struct guarded want = guarded_new(4 * n, 0);
                    struct guarded got = guarded_new(4 * n, 0);
                    fill_weights(&rng, w, (enum weight_type)t,
                                 (enum weight_mood)mood, b.p, n_blocks);
                    w->decode(b.p, want.p, n);
                    fast.weight[t].decode(b.p, got.p, n);
                    check_same_floats(want.p, got.p, n);
                    guarded_free(&b);
                    guarded_free(&want);
                    guarded_free(&got);
                }
    }
}

static void every_float16_survives_the_way_to_float32_and_back(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 0x10000; h++) {
        bool nan = (h & 0x7FFF) > 0x7C00;
        float f = f32_of_f16((uint16_t)h);
        assert_int_equal(isnan(f) != 0, nan);
        assert_int_equal(f16_of_f32(f), nan ? h | 0x200 : h);
        if (!nan && (h & 0x7FFF) < 0x7C00) {
            int e = (int)(h >> 10 & 31), m = (int)(h & 0x3FF);
            double v = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);
            assert_true(f == (h & 0x8000 ? -v : v));
        }
    }
}

/* Between two neighbours lies the half way point, which belongs to the even
 * one, and a little beside it the others. */
static void float16_rounds_to_nearest_even(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 0x7BFF; h++) {
        float lo = f32_of_f16((uint16_t)h), hi = f32_of_f16((uint16_t)(h + 1));
        float half = (float)(((double)lo + hi) / 2);
        assert_int_equal(f16_of_f32(half), h & 1 ? h + 1 : h);
        assert_int_equal(f16_of_f32(nextafterf(half, 0)), h);
        assert_int_equal(f16_of_f32(nextafterf(half, INFINITY)), h + 1);
        assert_int_equal(f16_of_f32(-half), 0x8000 | (h & 1 ? h + 1 : h));
    }
    assert_int_equal(f16_of_f32(65519.996f), 0x7BFF);
    assert_int_equal(f16_of_f32(65520), 0x7C00);
    assert_int_equal(f16_of_f32(-1e30f), 0xFC00);
    assert_int_equal(f16_of_f32(1e-30f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_decodes_the_reference_blocks_bit_for_bit),
        cmocka_unit_test(every_level_decodes_hostile_blocks_as_scalar_does),
        cmocka_unit_test(every_float16_survives_the_way_to_float32_and_back),
        cmocka_unit_test(float16_rounds_to_nearest_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
