/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "gguf/gguf_type.h"

static void withdrawn_and_unknown_ids_have_no_row(void **state)
{
    (void)state;
    const uint32_t none[] = {4, 5, 31, 32, 33, 36, 37, 38, 43, 255, UINT32_MAX};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_null(gguf_type_info(none[i]));
    size_t rows = 0;
    for (uint32_t id = 0; id < 300; id++)
        rows += gguf_type_info(id) != NULL;
    assert_int_equal(rows, 35);
}

static void block_sizes_are_those_of_the_published_bits_per_weight(void **state)
{
    (void)state;
    const struct {
        enum gguf_type type;
        double bits;
    } want[] = {
        {GGUF_F32, 32},       {GGUF_BF16, 16},      {GGUF_Q4_0, 4.5},
        {GGUF_Q4_1, 5},       {GGUF_Q5_0, 5.5},     {GGUF_Q5_1, 6},
        {GGUF_Q8_0, 8.5},     {GGUF_Q2_K, 2.625},   {GGUF_Q3_K, 3.4375},
        {GGUF_Q4_K, 4.5},     {GGUF_Q5_K, 5.5},     {GGUF_Q6_K, 6.5625},
        {GGUF_Q8_K, 9.125},   {GGUF_IQ2_XXS, 2.0625}, {GGUF_IQ2_XS, 2.3125},
        {GGUF_IQ1_S, 1.5625}, {GGUF_IQ1_M, 1.75},   {GGUF_IQ4_XS, 4.25},
        {GGUF_TQ1_0, 1.6875}, {GGUF_MXFP4, 4.25},   {GGUF_NVFP4, 4.5},
        {GGUF_Q1_0, 1.125},   {GGUF_Q2_0, 2.25},    {GGUF_I64, 64},
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        const struct gguf_type_info *t = gguf_type_info(want[i].type);
        assert_non_null(t);
        if (t->block_bytes * 8.0 / t->block_len != want[i].bits)
            fail_msg("%s: %u bytes for %u weights", t->name, t->block_bytes,
                     t->block_len);
    }
}

static void a_name_is_found_whatever_its_case(void **state)
{
    (void)state;
    enum gguf_type type = GGUF_F32;
    CHECK(gguf_type_parse("q4_k", &type) && type == GGUF_Q4_K);
    CHECK(gguf_type_parse("MXFP4", &type) && type == GGUF_MXFP4);
    CHECK(!gguf_type_parse("q4_k_m", &type) && type == GGUF_MXFP4);
    CHECK(!gguf_type_parse("", &type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(withdrawn_and_unknown_ids_have_no_row),
        cmocka_unit_test(block_sizes_are_those_of_the_published_bits_per_weight),
        cmocka_unit_test(a_name_is_found_whatever_its_case),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
