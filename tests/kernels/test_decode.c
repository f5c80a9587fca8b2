/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/weights.h"

#include "kernels/codebook.h"

static const char *const fixture[WEIGHT_TYPES] = {
    [WEIGHT_F16] = "f16",   [WEIGHT_BF16] = "bf16", [WEIGHT_Q8_0] = "q8_0",
    [WEIGHT_Q4_0] = "q4_0", [WEIGHT_Q4_1] = "q4_1", [WEIGHT_Q5_0] = "q5_0",
    [WEIGHT_Q4_K] = "q4_k", [WEIGHT_Q6_K] = "q6_k", [WEIGHT_Q5_1] = "q5_1",
    [WEIGHT_Q2_K] = "q2_k", [WEIGHT_Q3_K] = "q3_k", [WEIGHT_Q5_K] = "q5_k",
    [WEIGHT_IQ4_NL] = "iq4_nl",   [WEIGHT_IQ4_XS] = "iq4_xs",
    [WEIGHT_MXFP4] = "mxfp4",     [WEIGHT_IQ1_S] = "iq1_s",
    [WEIGHT_IQ1_M] = "iq1_m",     [WEIGHT_IQ2_XXS] = "iq2_xxs",
    [WEIGHT_IQ2_XS] = "iq2_xs",   [WEIGHT_IQ2_S] = "iq2_s",
    [WEIGHT_IQ3_XXS] = "iq3_xxs", [WEIGHT_IQ3_S] = "iq3_s",
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

static float power_of_two(int n)
{
    return (float)ldexp(1, n);
}

/* Those without reference blocks, weight by weight from the description of the
 * format; written without a look at how the decoder goes about it. */
static float weight_of(enum weight_type t, const uint8_t *p, int i)
{
    switch (t) {
    case WEIGHT_Q1_0:
        return f16_load(p) * (p[2 + i / 8] & 1 << i % 8 ? 1 : -1);
    case WEIGHT_Q2_0:
        return f16_load(p) * (float)(p[2 + i / 4] / (1 << 2 * (i % 4)) % 4 - 1);
    case WEIGHT_TQ2_0: {
        const uint8_t *half = p + (i < 128 ? 0 : 32);
        int shift = 2 * (i % 128 / 32);
        return f16_load(p + 64) * (float)(half[i % 32] / (1 << shift) % 4 - 1);
    }
    case WEIGHT_TQ1_0: {
        int byte = i < 160   ? i % 32
                   : i < 240 ? 32 + (i - 160) % 16
                             : 48 + (i - 240) % 4;
        int digit = i < 160 ? i / 32 : i < 240 ? (i - 160) / 16 : (i - 240) / 4;
        double fraction = p[byte] / 256.0;
        for (int n = 0; n < digit; n++)
            fraction = fraction * 3 - floor(fraction * 3);
        return f16_load(p + 52) * (float)(floor(fraction * 3) - 1);
    }
    case WEIGHT_NVFP4: {
        static const float e2m1[8] = {0, .5f, 1, 1.5f, 2, 3, 4, 6};
        int code = p[4 + i / 16 * 8 + i % 8] / (i % 16 < 8 ? 1 : 16) % 16;
        int s = p[i / 16], e = s / 8 % 16;
        float scale = e ? (1 + (float)(s % 8) / 8) * power_of_two(e - 7)
                        : (float)(s % 8) * power_of_two(-9);
        return (code < 8 ? 1 : -1) * e2m1[code % 8] * (s == 0x7F ? 0 : scale);
    }
    default:
        fail_msg("no description");
        return 0;
    }
}

static void formats_without_reference_blocks_decode_as_described(void **state)
{
    (void)state;
    static const enum weight_type types[] = {WEIGHT_Q1_0, WEIGHT_Q2_0,
                                             WEIGHT_TQ1_0, WEIGHT_TQ2_0,
                                             WEIGHT_NVFP4};
    struct rng rng = rng_init(5);
    struct kernels k;
    kernels_init(&k, CPU_SCALAR);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        for (int n = 0; n < 500; n++) {
            const struct weight_kernels *w = &k.weight[types[i]];
            uint8_t block[256];
            float out[256];
            fill_weights(&rng, w, types[i], MOOD_RANDOM, block, 1);
            w->decode(block, out, w->block_len);
            for (uint32_t j = 0; j < w->block_len; j++)
                assert_true(out[j] == weight_of(types[i], block, (int)j));
        }
}

/* FNV-1a over the bytes: of the lists as they were published with the formats,
 * brought into this form. */
static void check_grid(const uint16_t *grid, int n, uint64_t want)
{
    uint64_t hash = 0xCBF29CE484222325;
    for (int i = 0; i < n; i++) {
        hash = (hash ^ (grid[i] & 255)) * 0x100000001B3;
        hash = (hash ^ grid[i] >> 8) * 0x100000001B3;
        assert_true(i == 0 || grid[i - 1] < grid[i]);
    }
    assert_true(hash == want);
}

static void codebooks_are_those_of_the_formats(void **state)
{
    (void)state;
    check_grid(grid_iq1, 2048, 0x03F1880817EEFFA4);
    check_grid(grid_iq2_xxs, 256, 0x6FCA17F5C451905D);
    check_grid(grid_iq2_xs, 512, 0x29D6AC8E0E6B14E3);
    check_grid(grid_iq2_s, 1024, 0x641F9AA3FBD98694);
    check_grid(grid_iq3_xxs, 256, 0x79D733576D562547);
    check_grid(grid_iq3_s, 512, 0x55B224116D1E5CA2);
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
        cmocka_unit_test(formats_without_reference_blocks_decode_as_described),
        cmocka_unit_test(codebooks_are_those_of_the_formats),
        cmocka_unit_test(every_level_decodes_hostile_blocks_as_scalar_does),
        cmocka_unit_test(every_float16_survives_the_way_to_float32_and_back),
        cmocka_unit_test(float16_rounds_to_nearest_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
