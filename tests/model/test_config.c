/* SPDX-License-Identifier: Apache-2.0 */
/* Hyper-parameters: read as the files mean them, and refused one by one when
 * out of range or in conflict. */
#include "check.h"

#include <math.h>

#include "base/buf.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "model/arch.h"
#include "model/config.h"

enum kind { END, U32, F32, STR, BOOL, I32S, GONE };

struct key {
    const char *name;
    enum kind kind;
    double number;
    const char *text;
};

static const struct key v3[] = {
    {"context_length", U32, 4096, 0},
    {"embedding_length", U32, 64, 0},
    {"block_count", U32, 4, 0},
    {"nextn_predict_layers", U32, 1, 0},
    {"feed_forward_length", U32, 128, 0},
    {"attention.head_count", U32, 4, 0},
    {"attention.head_count_kv", U32, 1, 0},
    {"attention.layer_norm_rms_epsilon", F32, 1e-6, 0},
    {"attention.q_lora_rank", U32, 32, 0},
    {"attention.kv_lora_rank", U32, 32, 0},
    {"attention.key_length", U32, 48, 0},
    {"attention.value_length", U32, 32, 0},
    {"attention.key_length_mla", U32, 192, 0},
    {"attention.value_length_mla", U32, 16, 0},
    {"rope.dimension_count", U32, 64, 0},
    {"rope.freq_base", F32, 10000, 0},
    {"rope.scaling.type", STR, 0, "yarn"},
    {"rope.scaling.factor", F32, 40, 0},
    {"rope.scaling.original_context_length", U32, 4096, 0},
    {"rope.scaling.yarn_log_multiplier", F32, 0.1, 0},
    {"expert_count", U32, 16, 0},
    {"expert_used_count", U32, 4, 0},
    {"expert_feed_forward_length", U32, 32, 0},
    {"expert_shared_count", U32, 1, 0},
    {"expert_group_count", U32, 4, 0},
    {"expert_group_used_count", U32, 2, 0},
    {"expert_weights_scale", F32, 2.5, 0},
    {"expert_weights_norm", BOOL, 1, 0},
    {"expert_gating_func", U32, 2, 0},
    {"leading_dense_block_count", U32, 1, 0},
    {"vocab_size", U32, 512, 0},
    {0, END, 0, 0},
};

static const struct key llama[] = {
    {"context_length", U32, 4096, 0},
    {"embedding_length", U32, 64, 0},
    {"block_count", U32, 2, 0},
    {"feed_forward_length", U32, 128, 0},
    {"attention.head_count", U32, 4, 0},
    {"attention.head_count_kv", U32, 2, 0},
    {"attention.layer_norm_rms_epsilon", F32, 1e-5, 0},
    {"vocab_size", U32, 512, 0},
    {0, END, 0, 0},
};

static void put(struct gguf_writer *w, const char *arch, const struct key *k)
{
    char name[128];
    int32_t list[] = {(int32_t)k->number, (int32_t)k->number + (k->text != 0)};
    snprintf(name, sizeof name, "%s.%s", arch, k->name);
    switch (k->kind) {
    case U32: gguf_put_u32(w, name, (uint32_t)k->number); break;
    case F32: gguf_put_f32(w, name, (float)k->number); break;
    case STR: gguf_put_str(w, name, str_of(k->text)); break;
    case BOOL: gguf_put_bool(w, name, k->number != 0); break;
    case I32S: gguf_put_i32s(w, name, list, 2); break;
    default: break;
    }
}

/* The keys of a model, with those of `other` (ending with END) instead of the
 * ones of the same name, or behind them. */
static bool read(const char *arch, const struct key *keys,
                 const struct key *other, struct model_config *cfg,
                 struct err *err)
{
    struct gguf_writer *w = gguf_writer_new(32);
    struct buf file = {0};
    struct gguf g;
    gguf_put_str(w, "general.architecture", str_of(arch));
    for (const struct key *k = keys; k->kind != END; k++) {
        const struct key *o = other;
        while (o->kind != END && strcmp(o->name, k->name) != 0)
            o++;
        if (o->kind == END)
            put(w, arch, k);
    }
    for (; other->kind != END; other++)
        put(w, arch, other);
    gguf_write_header(w, &file);
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, err), err);
    bool ok = model_config_read(cfg, &g, err);
    gguf_close(&g);
    gguf_writer_free(w);
    buf_clear(&file);
    return ok;
}

static const struct key none[] = {{0, END, 0, 0}};

static void deepseek_v3_is_read_as_its_file_means_it(void **state)
{
    (void)state;
    struct model_config c;
    struct err err;
    CHECK_OK(read("deepseek2", v3, none, &c, &err), &err);
    assert_int_equal(c.attn, ATTN_MLA);
    assert_int_equal(c.n_layers, 3);
    assert_int_equal(c.n_mtp, 1);
    assert_int_equal(c.qk_nope_dim, 128);
    assert_int_equal(c.head_dim, 192);
    assert_int_equal(model_config_cache_values(&c), 96);
    assert_int_equal(model_config_moe_layers(&c), 2);
    CHECK(!model_config_layer_is_moe(&c, 0) && model_config_layer_is_moe(&c, 1));
    CHECK(c.moe.score == ROUTER_SIGMOID && c.moe.norm_weights);
    /* models of this shape: 0.1352338 for V3, 0.1147214 for V2. */
    assert_float_equal(c.attn_scale, 0.1352338, 1e-6);
    assert_float_equal(c.rope.magnitude, 1, 0);
}

static void the_temperature_is_that_of_each_model(void **state)
{
    (void)state;
    static const struct {
        struct key other[4];
        double scale;
    } cases[] = {
        {{{"rope.scaling.yarn_log_multiplier", F32, 0.0707, 0}, {0}}, 0.1147214},
        {{{"rope.scaling.factor", F32, 32, 0}, {0}}, 0.1308608},
        {{{"rope.scaling.type", STR, 0, "none"}, {0}}, 0.0721688},
        /* No multiplier: like V3; a V2 of 27 or 60 layers and softmax: 0.707 */
        {{{"rope.scaling.yarn_log_multiplier", GONE, 0, 0}, {0}}, 0.1352338},
        {{{"rope.scaling.yarn_log_multiplier", GONE, 0, 0},
          {"expert_gating_func", U32, 1, 0},
          {"block_count", U32, 28, 0}, {0}}, 0.1147214},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct model_config c;
        struct err err;
        CHECK_OK(read("deepseek2", v3, cases[i].other, &c, &err), &err);
        assert_float_equal(c.attn_scale, cases[i].scale, 1e-6);
    }
}

static void what_a_llama_file_leaves_out_has_its_default(void **state)
{
    (void)state;
    struct model_config c;
    struct err err;
    CHECK_OK(read("llama", llama, none, &c, &err), &err);
    assert_int_equal(c.head_dim, 16);
    assert_int_equal(c.v_head_dim, 16);
    assert_int_equal(c.rope.dim, 16);
    assert_float_equal(c.rope.base, 10000, 0);
    assert_float_equal(c.rope.factor, 1, 0);
    assert_float_equal(c.attn_scale, 0.25, 1e-7);
    assert_int_equal(model_config_cache_values(&c), 64);
    CHECK_OK(read("llama", llama, (struct key[]){
        {"attention.scale", F32, 0.5, 0}, {"attention.head_count_kv", GONE, 0, 0},
        {"feed_forward_length", I32S, 96, 0}, {0}}, &c, &err), &err);
    assert_float_equal(c.attn_scale, 0.5, 0);
    assert_int_equal(c.n_kv_heads, 4);
    assert_int_equal(c.n_ff, 96);
}

/* R1-0528-Qwen3-8B: its factor was chosen so that the magnitude is 1. */
static void generic_yarn_has_a_magnitude(void **state)
{
    (void)state;
    struct model_config c;
    struct err err;
    const struct key yarn[] = {{"rope.scaling.type", STR, 0, "yarn"},
                               {"rope.scaling.factor", F32, 4, 0}, {0}};
    CHECK_OK(read("qwen3", llama, yarn, &c, &err), &err);
    assert_float_equal(c.rope.magnitude, 1.138629, 1e-6);
    const struct key r1[] = {
        {"rope.scaling.type", STR, 0, "yarn"},
        {"rope.scaling.factor", F32, 4, 0},
        {"rope.scaling.yarn_attn_factor", F32, 0.8782488562869419, 0}, {0}};
    CHECK_OK(read("qwen3", llama, r1, &c, &err), &err);
    assert_float_equal(c.rope.magnitude, 1, 1e-6);
    CHECK(!c.compat && !c.moe.groups_by_sum);
    model_config_compat(&c);
    CHECK(c.compat && c.moe.groups_by_sum);
    assert_float_equal(c.rope.magnitude, 1.138629, 1e-6);
    /* The magnitude of MLA is 1 in any case. */
    CHECK_OK(read("deepseek2", v3, r1, &c, &err), &err);
    model_config_compat(&c);
    assert_float_equal(c.rope.magnitude, 1, 0);
}

/* --- refusals ------------------------------------------------------------- */

static void refuse_each(const char *arch, const struct key *base,
                        const struct key (*cases)[3], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct model_config c;
        struct err err = {0};
        if (read(arch, base, cases[i], &c, &err))
            fail_msg("%s = %g should have been refused", cases[i][0].name,
                     cases[i][0].number);
        CHECK(err.msg[0] != '\0');
        CHECK(err.kind == ERR_FORMAT || err.kind == ERR_UNSUPPORTED);
    }
}

static void values_out_of_range_or_in_conflict_are_refused(void **state)
{
    (void)state;
    static const struct key cases[][3] = {
        {{"context_length", U32, 0, 0}, {0}},
        {{"context_length", GONE, 0, 0}, {0}},
        {{"context_length", U32, 4e9, 0}, {0}},
        {{"embedding_length", U32, 0, 0}, {0}},
        {{"embedding_length", U32, 1 << 20, 0}, {0}},
        {{"embedding_length", STR, 0, "64"}, {0}},
        {{"block_count", U32, 0, 0}, {0}},
        {{"block_count", U32, 513, 0}, {0}},
        {{"block_count", U32, 1, 0}, {0}}, /* all of it MTP */
        {{"nextn_predict_layers", U32, 4, 0}, {0}},
        {{"nextn_predict_layers", U32, 4e9, 0}, {0}},
        {{"feed_forward_length", GONE, 0, 0}, {0}},
        {{"feed_forward_length", U32, 1e9, 0}, {0}},
        {{"feed_forward_length", I32S, 128, "differ"}, {0}},
        {{"attention.head_count", U32, 0, 0}, {0}},
        {{"attention.head_count", GONE, 0, 0}, {0}},
        {{"attention.head_count", U32, 1025, 0}, {0}},
        {{"attention.head_count", I32S, -4, 0}, {0}},
        {{"attention.head_count_kv", U32, 0, 0}, {0}},
        {{"attention.layer_norm_rms_epsilon", GONE, 0, 0}, {0}},
        {{"attention.layer_norm_rms_epsilon", F32, 0, 0}, {0}},
        {{"attention.layer_norm_rms_epsilon", F32, -1e-5, 0}, {0}},
        {{"attention.layer_norm_rms_epsilon", F32, (double)NAN, 0}, {0}},
        {{"attention.layer_norm_rms_epsilon", F32, (double)INFINITY, 0}, {0}},
        {{"attention.q_lora_rank", U32, 1 << 20, 0}, {0}},
        {{"attention.kv_lora_rank", U32, 0, 0}, {0}},
        {{"attention.kv_lora_rank", GONE, 0, 0}, {0}},
        {{"attention.kv_lora_rank", U32, 1 << 20, 0}, {0}},
        {{"attention.key_length_mla", U32, 64, 0}, {0}}, /* no nope part */
        {{"attention.key_length_mla", U32, 1, 0}, {0}},
        {{"attention.key_length_mla", U32, 1 << 20, 0}, {0}},
        {{"attention.value_length_mla", GONE, 0, 0}, {0}},
        {{"attention.value_length_mla", U32, 0, 0}, {0}},
        {{"attention.temperature_scale", F32, 0.1, 0}, {0}},
        {{"rope.dimension_count", U32, 0, 0}, {0}},
        {{"rope.dimension_count", U32, 63, 0}, {0}},
        {{"rope.dimension_count", U32, 192, 0}, {0}},
        {{"rope.freq_base", F32, 0, 0}, {0}},
        {{"rope.freq_base", F32, 1, 0}, {0}}, /* log of it divides */
        {{"rope.freq_base", F32, (double)NAN, 0}, {0}},
        {{"rope.scaling.type", STR, 0, "longrope"}, {0}},
        {{"rope.scaling.type", U32, 1, 0}, {0}},
        {{"rope.scaling.factor", F32, 0.5, 0}, {0}},
        {{"rope.scaling.factor", F32, -1, 0}, {0}},
        {{"rope.scaling.factor", F32, (double)INFINITY, 0}, {0}},
        {{"rope.scaling.original_context_length", U32, 0, 0}, {0}},
        {{"rope.scaling.yarn_beta_fast", F32, 0, 0}, {0}},
        {{"rope.scaling.yarn_beta_slow", F32, (double)NAN, 0}, {0}},
        {{"rope.scaling.yarn_log_multiplier", F32, -0.1, 0}, {0}},
        {{"rope.scaling.attn_factor", F32, 0, 0}, {0}},
        {{"expert_count", U32, 1025, 0}, {0}},
        {{"expert_count", U32, 4e9, 0}, {0}},
        {{"expert_count", U32, 18, 0}, {0}},     /* not in 4 groups */
        {{"expert_used_count", U32, 0, 0}, {0}},
        {{"expert_used_count", GONE, 0, 0}, {0}},
        {{"expert_used_count", U32, 17, 0}, {0}},
        {{"expert_used_count", U32, 9, 0}, {0}}, /* two groups hold eight */
        {{"expert_feed_forward_length", GONE, 0, 0}, {0}},
        {{"expert_feed_forward_length", U32, 0, 0}, {0}},
        {{"expert_shared_count", U32, 65, 0}, {0}},
        {{"expert_group_count", U32, 3, 0}, {0}},
        {{"expert_group_used_count", U32, 0, 0}, {0}},
        {{"expert_group_used_count", U32, 5, 0}, {0}},
        {{"expert_weights_scale", F32, (double)NAN, 0}, {0}},
        {{"expert_weights_scale", F32, -2, 0}, {0}},
        {{"expert_weights_norm", U32, 1, 0}, {0}},
        {{"expert_gating_func", U32, 4, 0}, {0}},
        {{"leading_dense_block_count", U32, 4, 0}, {0}},
        {{"vocab_size", GONE, 0, 0}, {0}},
        {{"vocab_size", U32, 0, 0}, {0}},
        {{"vocab_size", U32, 4e9, 0}, {0}},
    };
    refuse_each("deepseek2", v3, cases, sizeof cases / sizeof *cases);
}

static void values_that_no_llama_can_have_are_refused(void **state)
{
    (void)state;
    static const struct key cases[][3] = {
        {{"attention.head_count_kv", U32, 3, 0}, {0}},
        {{"attention.head_count_kv", U32, 8, 0}, {0}},
        {{"attention.head_count", U32, 128, 0}, {0}}, /* of no size */
        {{"attention.key_length", U32, 2048, 0}, {0}},
        {{"attention.key_length", U32, 15, 0}, {0}},
        {{"rope.dimension_count", U32, 8, 0}, {0}},
        {{"attention.scale", F32, -1, 0}, {0}},
        {{"expert_count", U32, 8, 0}, {0}},
        {{"feed_forward_length", U32, 0, 0}, {0}},
    };
    refuse_each("llama", llama, cases, sizeof cases / sizeof *cases);
}

/* The keys of V3, and those of the indexer behind them. */
static bool read_v32(const struct key *other, struct model_config *c,
                     struct err *err)
{
    struct key keys[64], *k = keys;
    for (const struct key *from = v3; from->kind != END; from++)
        *k++ = *from;
    *k++ = (struct key){"attention.indexer.head_count", U32, 64, 0};
    *k++ = (struct key){"attention.indexer.key_length", U32, 128, 0};
    *k++ = (struct key){"attention.indexer.top_k", U32, 2048, 0};
    *k = (struct key){0};
    return read("deepseek32", keys, other, c, err);
}

static void deepseek_v32_has_an_indexer(void **state)
{
    (void)state;
    struct model_config c;
    struct err err;
    CHECK_OK(read_v32(none, &c, &err), &err);
    CHECK(c.index.n_heads == 64 && c.index.dim == 128 && c.index.top_k == 2048);
    assert_float_equal(c.attn_scale, 0.1352338, 1e-6);
    /* Three layers and a prediction block, the latter without indexer. */
    assert_int_equal(model_config_token_values(&c), 4 * 96 + 3 * 128);
    static const struct key cases[][2] = {
        {{"attention.indexer.head_count", U32, 0, 0}, {0}},
        {{"attention.indexer.head_count", GONE, 0, 0}, {0}},
        {{"attention.indexer.head_count", U32, 4e9, 0}, {0}},
        {{"attention.indexer.key_length", U32, 32, 0}, {0}}, /* 64 rotated */
        {{"attention.indexer.key_length", U32, 1 << 20, 0}, {0}},
        {{"attention.indexer.top_k", U32, 0, 0}, {0}},
        {{"attention.indexer.top_k", GONE, 0, 0}, {0}},
        {{"attention.q_lora_rank", GONE, 0, 0}, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_REFUSED(read_v32(cases[i], &c, &err), &err, ERR_FORMAT);
}

static void unknown_architectures_learn_what_is_known(void **state)
{
    (void)state;
    struct model_config c;
    struct err err;
    CHECK_REFUSED(read("mamba", llama, none, &c, &err), &err, ERR_UNSUPPORTED);
    CHECK(strstr(err.msg, "mamba") && strstr(err.msg, "deepseek2") &&
          strstr(err.msg, "llama"));
    static const char *const named[][2] = {
        {"deepseek4", "DeepSeek-V4"}, {"deepseek2-ocr", "reads pictures"},
        {"clip", "vision part"}, {"qwen3vl", "reads pictures"},
        {"glm-dsa", "GLM-5"},
    };
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        CHECK(!arch_find(str_of(named[i][0]), &err));
        CHECK(err.kind == ERR_UNSUPPORTED && strstr(err.msg, named[i][0]) &&
              strstr(err.msg, named[i][1]) && strlen(err.msg) < 200);
    }
    char name[200];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    CHECK(!arch_find(str_of(name), &err));
    CHECK(strlen(err.msg) < 200 && strstr(err.msg, "qwen3moe"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deepseek_v3_is_read_as_its_file_means_it),
        cmocka_unit_test(the_temperature_is_that_of_each_model),
        cmocka_unit_test(what_a_llama_file_leaves_out_has_its_default),
        cmocka_unit_test(generic_yarn_has_a_magnitude),
        cmocka_unit_test(values_out_of_range_or_in_conflict_are_refused),
        cmocka_unit_test(values_that_no_llama_can_have_are_refused),
        cmocka_unit_test(deepseek_v32_has_an_indexer),
        cmocka_unit_test(unknown_architectures_learn_what_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
