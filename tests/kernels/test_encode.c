/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "base/rng.h"
#include "kernels/block.h"
#include "kernels/encode.h"
#include "kernels/kernels.h"

enum { N = 2048, MAX_BYTES = 2 * N };

static const struct format {
    const char *name, *fixture;
    encode_fn encode;
    double error;  /* the public tools', see fixtures/README.md */
    bool same;     /* without a search: their very bytes */
    float largest; /* what the type can hold */
} formats[] = {
    {"F16", "f16", encode_f16, 0.0003, true, 65519},
    {"BF16", "bf16", encode_bf16, 0.0018, true, 3.38e38f},
    {"Q8_0", "q8_0", encode_q8_0, 0.0054, true, 127 * 65504.0f},
    {"Q6_K", "q6_k", encode_q6_k, 0.0176, false, 30 * 128 * 65504.0f},
    {"Q5_K", "q5_k", encode_q5_k, 0.0353, false, 63 * 65504 / 2.0f},
    {"Q4_K", "q4_k", encode_q4_k, 0.0714, false, 63 * 65504 / 2.0f},
    {"Q5_1", "q5_1", encode_q5_1, 0.0333, false, 65504 / 2.0f},
    {"Q5_0", "q5_0", encode_q5_0, 0.0408, false, 14 * 65504.0f},
    {"IQ4_NL", "iq4_nl", encode_iq4_nl, 0.0768, false, 100 * 65504.0f},
    {"Q4_0", "q4_0", encode_q4_0, 0.0827, false, 6 * 65504.0f},
};
enum { N_FORMATS = sizeof formats / sizeof *formats };

/* The format in the table of kernels, for encoding is tested through decoding. */
static const struct weight_kernels *kernels_of(const struct format *f)
{
    static struct kernels k;
    kernels_init(&k, CPU_SCALAR);
    for (int t = 0; t < WEIGHT_TYPES; t++)
        if (strcmp(k.weight[t].name, f->name) == 0)
            return &k.weight[t];
    fail_msg("no kernels for %s", f->name);
    return NULL;
}

static double relative_error(const float *want, const float *got, size_t n)
{
    double off = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        off += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
        all += (double)want[i] * want[i];
    }
    return sqrt(off / all);
}

static double error_on(const struct format *f, const float *x, size_t n)
{
    static uint8_t blocks[MAX_BYTES];
    static float back[N];
    CHECK(f->encode(x, blocks, n));
    kernels_of(f)->decode(blocks, back, n);
    return relative_error(x, back, n);
}

static void read_fixture(const char *name, void *to, size_t bytes)
{
    char path[64];
    snprintf(path, sizeof path, "quants/%s", name);
    FILE *in = fopen(fixture_path(path), "rb");
    assert_non_null(in);
    assert_int_equal(fread(to, 1, bytes, in), bytes);
    fclose(in);
}

static void errors_are_those_of_the_public_tools(void **state)
{
    (void)state;
    static float source[N];
    read_fixture("source.f32", source, sizeof source);
    for (int i = 0; i < N_FORMATS; i++) {
        double error = error_on(&formats[i], source, N);
        print_message("# %-6s relative rms error %.5f, allowed %.5f\n",
                      formats[i].name, error, 1.03 * formats[i].error);
        CHECK(error <= 1.03 * formats[i].error);
    }
}

static void without_a_search_bytes_are_those_of_the_public_tools(void **state)
{
    (void)state;
    static float source[N];
    static uint8_t want[MAX_BYTES], got[MAX_BYTES];
    read_fixture("source.f32", source, sizeof source);
    for (int i = 0; i < N_FORMATS; i++) {
        if (!formats[i].same)
            continue;
        const struct weight_kernels *w = kernels_of(&formats[i]);
        size_t bytes = N / w->block_len * w->block_bytes;
        char name[32];
        snprintf(name, sizeof name, "%s.blocks", formats[i].fixture);
        read_fixture(name, want, bytes);
        CHECK(formats[i].encode(source, got, N));
        assert_memory_equal(want, got, bytes);
    }
}

/* Normal weights as models have them; a little room for the other source. */
static void random_weights_come_back_within_the_type_s_error(void **state)
{
    (void)state;
    static float x[N];
    struct rng rng = rng_init(1);
    for (int scale = -4; scale <= 8; scale += 4) {
        for (int i = 0; i < N; i++)
            x[i] = (float)ldexp(rng_normal(&rng) * 0.1, scale);
        for (int i = 0; i < N_FORMATS; i++)
            if (error_on(&formats[i], x, N) > 1.2 * formats[i].error)
                fail_msg("%s: %g", formats[i].name,
                         error_on(&formats[i], x, N));
    }
}

static void a_value_that_is_no_number_or_too_large_is_refused_anywhere(void **state)
{
    (void)state;
    static uint8_t blocks[MAX_BYTES];
    static float x[512];
    for (int i = 0; i < N_FORMATS; i++) {
        const float wrong[] = {NAN, -NAN, INFINITY, -INFINITY,
                               1.01f * formats[i].largest,
                               -1.01f * formats[i].largest};
        for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++)
            for (int at = 0; at < 512; at++) {
                for (int j = 0; j < 512; j++)
                    x[j] = (float)(j % 7) - 3;
                CHECK(formats[i].encode(x, blocks, 512));
                x[at] = wrong[w];
                CHECK(!formats[i].encode(x, blocks, 512));
            }
    }
}

/* Shapes of blocks that leave a search nothing to divide by. */
static float odd_value(int shape, int i, float largest)
{
    switch (shape) {
    case 0: return 0;
    case 1: return i == 77 ? largest : 0;
    case 2: return i == 77 ? -largest : 0;
    case 3: return largest;
    case 4: return -largest;
    case 5: return i % 2 ? largest : -largest;
    case 6: return 1e-44f * (float)(i % 5 - 2);
    case 7: return 1e-20f * (float)(i % 5 - 2);
    case 8: return i < 32 ? largest : 1e-7f * (float)(i % 9);
    default: return i % 3 ? 1.0f : 1.0f + 1e-7f;
    }
}

static void odd_blocks_come_back_finite_and_no_larger_than_they_were(void **state)
{
    (void)state;
    static uint8_t blocks[MAX_BYTES];
    static float x[256], back[256];
    for (int i = 0; i < N_FORMATS; i++)
        for (int shape = 0; shape < 10; shape++) {
            float max = 0;
            for (int j = 0; j < 256; j++) {
                x[j] = odd_value(shape, j, formats[i].largest);
                max = fabsf(x[j]) > max ? fabsf(x[j]) : max;
            }
            CHECK(formats[i].encode(x, blocks, 256));
            kernels_of(&formats[i])->decode(blocks, back, 256);
            for (int j = 0; j < 256; j++)
                if (!(fabsf(back[j]) <= 1.13f * max))
                    fail_msg("%s, shape %d: %g became %g", formats[i].name,
                             shape, (double)x[j], (double)back[j]);
        }
}

static void what_is_on_the_grid_comes_back_as_it_was(void **state)
{
    (void)state;
    static float q8[32], q4[32], back[32];
    uint8_t block[64];
    for (int i = 0; i < 32; i++) {
        q8[i] = 0.25f * (float)(i == 5 ? 127 : i * 8 - 127);
        q4[i] = 0.25f * (float)(i % 16 - 8);
    }
    for (int i = 0; i < N_FORMATS; i++) {
        bool is_q8 = formats[i].encode == encode_q8_0;
        if (!is_q8 && formats[i].encode != encode_q4_0)
            continue;
        CHECK(formats[i].encode(is_q8 ? q8 : q4, block, 32));
        kernels_of(&formats[i])->decode(block, back, 32);
        assert_memory_equal(back, is_q8 ? q8 : q4, sizeof back);
    }
}

static void blocks_encoded_one_by_one_are_the_same_as_together(void **state)
{
    (void)state;
    static float x[N];
    static uint8_t whole[MAX_BYTES], pieces[MAX_BYTES];
    struct rng rng = rng_init(2);
    for (int i = 0; i < N; i++)
        x[i] = (float)rng_normal(&rng);
    for (int i = 0; i < N_FORMATS; i++) {
        const struct weight_kernels *w = kernels_of(&formats[i]);
        size_t bytes = N / w->block_len * w->block_bytes;
        CHECK(formats[i].encode(x, whole, N));
        for (size_t at = 0; at < N; at += w->block_len)
            CHECK(formats[i].encode(x + at,
                                    pieces + at / w->block_len * w->block_bytes,
                                    w->block_len));
        assert_memory_equal(whole, pieces, bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_those_of_the_public_tools),
        cmocka_unit_test(without_a_search_bytes_are_those_of_the_public_tools),
        cmocka_unit_test(random_weights_come_back_within_the_type_s_error),
        cmocka_unit_test(a_value_that_is_no_number_or_too_large_is_refused_anywhere),
        cmocka_unit_test(odd_blocks_come_back_finite_and_no_larger_than_they_were),
        cmocka_unit_test(what_is_on_the_grid_comes_back_as_it_was),
        cmocka_unit_test(blocks_encoded_one_by_one_are_the_same_as_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
