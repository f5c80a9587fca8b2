/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "engine/context.h"
#include "model/cache_cost.h"
#include "model/config.h"

/* SmolLM2-135M: 30 layers, 3 kv heads of 64: 23,040 bytes a token in f16. */
static struct model_config smollm(void)
{
    return (struct model_config){
        .n_layers = 30, .n_ctx_train = 8192, .attn = ATTN_GQA, .n_heads = 9,
        .n_kv_heads = 3, .head_dim = 64, .v_head_dim = 64,
    };
}

/* DeepSeek-V3's attention: 61 layers, rank 512 and 64 for the rope key. */
static struct model_config deepseek_v3(void)
{
    return (struct model_config){
        .n_layers = 61, .n_ctx_train = 163840, .attn = ATTN_MLA,
        .n_heads = 128, .n_kv_heads = 1, .head_dim = 192, .v_head_dim = 128,
        .kv_lora_rank = 512, .qk_nope_dim = 128, .rope = {.dim = 64},
    };
}

static void a_default_is_what_was_trained_or_the_usual_limit(void **state)
{
    (void)state;
    struct err err;
    uint32_t n;
    struct model_config small = smollm(), large = deepseek_v3();
    CHECK_OK(context_choose(&small, KV_F16, 0, UINT64_MAX, &n, &err), &err);
    assert_int_equal(n, 8192);
    CHECK_OK(context_choose(&large, KV_F16, 0, UINT64_MAX, &n, &err), &err);
    assert_int_equal(n, 32768);
}

static void a_default_shrinks_to_what_memory_holds(void **state)
{
    (void)state;
    struct err err;
    uint32_t n;
    struct model_config cfg = smollm();
    uint64_t room = kv_cache_bytes(&cfg, KV_F16, 5000);
    CHECK_OK(context_choose(&cfg, KV_F16, 0, room, &n, &err), &err);
    assert_int_equal(n, 4096);
    CHECK_REFUSED(context_choose(&cfg, KV_F16, 0, 1000, &n, &err), &err,
                  ERR_MEMORY);
}

static void too_much_is_refused_with_the_largest_that_fits(void **state)
{
    (void)state;
    struct err err;
    uint32_t n = 0;
    struct model_config cfg = smollm();
    uint64_t room = kv_cache_bytes(&cfg, KV_F16, 6000);
    CHECK_REFUSED(context_choose(&cfg, KV_F16, 6001, room, &n, &err), &err,
                  ERR_MEMORY);
    assert_non_null(strstr(err.msg, "5120"));
    CHECK_OK(context_choose(&cfg, KV_F16, 5120, room, &n, &err), &err);
    CHECK_OK(context_choose(&cfg, KV_F16, 6000, room, &n, &err), &err);
    assert_int_equal(n, 6000);
    CHECK_REFUSED(context_choose(&cfg, KV_F16, 3, room, &n, &err), &err,
                  ERR_USAGE);
}

static void what_fits_is_the_most_that_fits(void **state)
{
    (void)state;
    struct model_config cfg = deepseek_v3();
    for (uint64_t room = 0; room < 1u << 30; room = room * 3 + 77777) {
        uint32_t n = context_fits(&cfg, KV_F32, room);
        if (n)
            assert_true(kv_cache_bytes(&cfg, KV_F32, n) <= room);
        assert_true(kv_cache_bytes(&cfg, KV_F32, n + 1) > room);
    }
}

static void this_machine_has_some_memory(void **state)
{
    (void)state;
    assert_true(context_memory_free() > 0);
}

static void other_kinds_of_attention_are_compared_in_bytes(void **state)
{
    (void)state;
    struct model_config gqa = smollm(), mla = deepseek_v3();
    /* layers * heads * (key + value) * 2 bytes */
    assert_int_equal(cache_cost(&gqa, KV_F16).mha,
                     30 * 9 * 128 * 2);
    assert_int_equal(cache_cost(&gqa, KV_F16).gqa,
                     30 * 3 * 128 * 2);
    assert_int_equal(cache_cost(&gqa, KV_F32).gqa,
                     30 * 3 * 128 * 4);
    assert_int_equal(cache_cost(&mla, KV_F16).mha,
                     61 * 128 * 320 * 2);
    assert_int_equal(cache_cost(&mla, KV_F16).gqa,
                     61 * 8 * 320 * 2);
    mla.n_heads = 4;
    assert_int_equal(cache_cost(&mla, KV_F16).gqa,
                     61 * 4 * 320 * 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_default_is_what_was_trained_or_the_usual_limit),
        cmocka_unit_test(a_default_shrinks_to_what_memory_holds),
        cmocka_unit_test(too_much_is_refused_with_the_largest_that_fits),
        cmocka_unit_test(what_fits_is_the_most_that_fits),
        cmocka_unit_test(this_machine_has_some_memory),
        cmocka_unit_test(other_kinds_of_attention_are_compared_in_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
