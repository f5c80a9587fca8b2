/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "model/config.h"
#include "model/kv_cache.h"

static struct model_config gqa(void)
{
    return (struct model_config){.n_layers = 3, .attn = ATTN_GQA, .n_heads = 4,
                                 .n_kv_heads = 2, .head_dim = 8,
                                 .v_head_dim = 16};
}

static struct model_config mla(void)
{
    return (struct model_config){.n_layers = 2, .attn = ATTN_MLA, .n_heads = 4,
                                 .n_kv_heads = 1, .head_dim = 24,
                                 .v_head_dim = 16, .kv_lora_rank = 32,
                                 .qk_nope_dim = 16, .rope.dim = 8};
}

static struct kv_cache *cache(const struct model_config *cfg, enum kv_type type,
                              uint32_t max)
{
    struct err err;
    struct kv_cache *kv = kv_cache_new(cfg, type, max, &err);
    assert_non_null(kv);
    return kv;
}

/* Each value is written once, with a number of its own, then read back: rows
 * of different layers, heads and positions never share memory. */
static void rows_do_not_overlap(void **state)
{
    (void)state;
    struct model_config cfg = gqa();
    enum { MAX = 5 };
    struct kv_cache *kv = cache(&cfg, KV_F32, MAX);
    for (int pass = 0; pass < 2; pass++) {
        float next = 1;
        for (uint32_t l = 0; l < 3; l++)
            for (uint32_t h = 0; h < 2; h++)
                for (int values = 0; values < 2; values++) {
                    size_t stride;
                    float *p = values ? kv_cache_values(kv, l, h, &stride)
                                      : kv_cache_keys(kv, l, h, &stride);
                    assert_int_equal(stride, (values ? 16 : 8) * 4);
                    stride /= sizeof *p;
                    for (size_t i = 0; i < MAX * stride; i++, next++)
                        if (pass == 0)
                            p[i] = next;
                        else
                            assert_float_equal(p[i], next, 0);
                }
    }
    kv_cache_free(kv);
}

static void latent_values_are_part_of_their_key_row(void **state)
{
    (void)state;
    struct model_config cfg = mla();
    struct kv_cache *kv = cache(&cfg, KV_F16, 9);
    size_t ks, vs;
    assert_ptr_equal(kv_cache_keys(kv, 1, 0, &ks),
                     kv_cache_values(kv, 1, 0, &vs));
    assert_int_equal(ks, 80);
    assert_int_equal(vs, 80);
    kv_cache_free(kv);
}

static void usage_is_that_of_the_rows_in_use(void **state)
{
    (void)state;
    struct model_config cfg = mla(), wide = gqa();
    struct kv_cache *kv = cache(&cfg, KV_F16, 100);
    kv_cache_extend(kv, 7);
    struct kv_usage u = kv_cache_usage(kv);
    assert_int_equal(u.bytes_per_token, 2 * 40 * 2);
    assert_int_equal(u.bytes, 7 * 160);
    assert_int_equal(u.latent_bytes, 7 * 2 * 32 * 2);
    assert_int_equal(u.rope_bytes, 7 * 2 * 8 * 2);
    kv_cache_free(kv);
    assert_int_equal(kv_cache_bytes(&cfg, KV_F16, 100), 16000);
    assert_int_equal(kv_cache_bytes(&wide, KV_F32, 10), 10 * 3 * 2 * 24 * 4);
}

/* Two layers and a prediction block, which has no indexer. */
static void the_indexer_has_a_row_of_its_own(void **state)
{
    (void)state;
    struct model_config cfg = mla();
    cfg.index = (struct index_config){.n_heads = 4, .dim = 16, .top_k = 8};
    cfg.n_mtp = 1;
    assert_int_equal(model_config_token_values(&cfg), 3 * 40 + 2 * 16);
    struct kv_cache *kv = cache(&cfg, KV_F16, 10);
    kv_cache_extend(kv, 3);
    struct kv_usage u = kv_cache_usage(kv);
    assert_int_equal(u.bytes_per_token, 2 * (3 * 40 + 2 * 16));
    assert_int_equal(u.bytes, 3 * u.bytes_per_token);
    assert_int_equal(u.bytes, u.latent_bytes + u.rope_bytes + u.index_bytes);
    size_t row, index;
    char *first = kv_cache_keys(kv, 0, 0, &row);
    char *last = kv_cache_keys(kv, 2, 0, &row);
    char *behind = kv_cache_index(kv, 0, &index);
    assert_int_equal(index, 32);
    assert_ptr_equal(behind, last + 10 * row);
    assert_ptr_equal(kv_cache_index(kv, 1, &index), behind + 10 * index);
    assert_int_equal(behind + 20 * index - first, kv_cache_bytes(&cfg, KV_F16, 10));
    kv_cache_free(kv);
}

static void int8_rows_are_half_of_half_precision(void **state)
{
    (void)state;
    struct model_config cfg = mla(), narrow = gqa();
    struct err err;
    CHECK_REFUSED(kv_cache_new(&cfg, KV_Q8_0, 10, &err), &err, ERR_UNSUPPORTED);
    CHECK(strstr(err.msg, "a rope key of this model is 8 long"));
    CHECK_REFUSED(kv_cache_new(&narrow, KV_Q8_0, 10, &err), &err,
                  ERR_UNSUPPORTED);

    cfg.kv_lora_rank = 64;
    cfg.rope.dim = 32;
    struct kv_cache *kv = cache(&cfg, KV_Q8_0, 10);
    kv_cache_extend(kv, 3);
    struct kv_usage u = kv_cache_usage(kv);
    assert_int_equal(u.bytes_per_token, 2 * 3 * 34);
    assert_int_equal(u.latent_bytes, 3 * 2 * 2 * 34);
    assert_int_equal(u.rope_bytes, 3 * 2 * 34);
    assert_int_equal(kv_cache_bytes(&cfg, KV_Q8_0, 10), 10 * 2 * 3 * 34);
    kv_cache_free(kv);
}

/* What was stored comes back within half a step; what is not finite shows. */
static void rows_come_back_as_they_were_stored(void **state)
{
    (void)state;
    static const double within[] = {[KV_F32] = 0, [KV_F16] = 1e-3,
                                    [KV_Q8_0] = 1 / 127.};
    struct kernels k;
    float x[64], y[64];
    char row[256];
    kernels_init(&k, CPU_SCALAR);
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++) {
        enum weight_type w = kv_type_weights(t);
        enum kv_type back;
        CHECK(kv_type_parse(kv_type_name(t), &back) && back == t);
        for (int i = 0; i < 64; i++)
            x[i] = (float)(i * 37 % 64 - 32) / 32;
        kv_type_store(t, &k, x, row, 64);
        k.weight[w].decode(row, y, 64);
        for (int i = 0; i < 64; i++)
            assert_float_equal(x[i], y[i], within[t]);
        x[40] = (float)NAN;
        kv_type_store(t, &k, x, row, 64);
        k.weight[w].decode(row, y, 64);
        bool shows = false;
        for (int i = 0; i < 64; i++)
            shows |= !isfinite(y[i]);
        CHECK(shows);
    }
    enum kv_type none;
    CHECK(!kv_type_parse("q4_0", &none));
    CHECK(kv_type_choose(KV_AUTO, true) == KV_F32);
    CHECK(kv_type_choose(KV_AUTO, false) == KV_F16);
    CHECK(kv_type_choose(KV_Q8_0, true) == KV_Q8_0);
}

static void truncation_only_shortens(void **state)
{
    (void)state;
    struct model_config cfg = mla();
    struct kv_cache *kv = cache(&cfg, KV_F32, 10);
    kv_cache_extend(kv, 10);
    kv_cache_truncate(kv, 4);
    assert_int_equal(kv_cache_len(kv), 4);
    kv_cache_truncate(kv, 8);
    assert_int_equal(kv_cache_len(kv), 4);
    assert_int_equal(kv_cache_max(kv), 10);
    kv_cache_free(kv);
    kv_cache_free(NULL);
}

static void no_room_is_said(void **state)
{
    (void)state;
    struct model_config cfg = gqa();
    cfg.n_layers = 512;
    cfg.n_kv_heads = cfg.n_heads = 1024;
    cfg.head_dim = cfg.v_head_dim = 1024;
    struct err err;
    CHECK_REFUSED(kv_cache_new(&cfg, KV_F32, UINT32_MAX, &err), &err,
                  ERR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_do_not_overlap),
        cmocka_unit_test(latent_values_are_part_of_their_key_row),
        cmocka_unit_test(usage_is_that_of_the_rows_in_use),
        cmocka_unit_test(the_indexer_has_a_row_of_its_own),
        cmocka_unit_test(int8_rows_are_half_of_half_precision),
        cmocka_unit_test(rows_come_back_as_they_were_stored),
        cmocka_unit_test(truncation_only_shortens),
        cmocka_unit_test(no_room_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
