/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "cmd/tensor_groups.h"
#include "gguf/gguf.h"
#include "gguf/gguf_write.h"
#include "model/model.h"
#include "tiny/tiny.h"

static void a_tensor_belongs_where_its_name_says(void **state)
{
    (void)state;
    const struct {
        const char *name;
        enum tensor_group_id id;
    } want[] = {
        {"token_embd.weight", GROUP_EMBEDDING},
        {"output.weight", GROUP_EMBEDDING},
        {"output_norm.weight", GROUP_NORMS},
        {"rope_freqs.weight", GROUP_OTHER},
        {"blk.0.attn_q.weight", GROUP_ATTENTION},
        {"blk.0.attn_q.bias", GROUP_ATTENTION},
        {"blk.59.attn_kv_a_mqa.weight", GROUP_ATTENTION},
        {"blk.0.attn_norm.weight", GROUP_NORMS},
        {"blk.0.attn_kv_a_norm.weight", GROUP_NORMS},
        {"blk.0.indexer.proj.weight", GROUP_ATTENTION},
        {"blk.0.indexer.k_norm.bias", GROUP_NORMS},
        {"blk.0.ffn_gate.weight", GROUP_DENSE},
        {"blk.0.ffn_gate_inp.weight", GROUP_ROUTER},
        {"blk.0.exp_probs_b.bias", GROUP_ROUTER},
        {"blk.0.ffn_gate_exps.weight", GROUP_EXPERTS},
        {"blk.0.ffn_gate_up_exps.weight", GROUP_EXPERTS},
        {"blk.0.ffn_down.17.weight", GROUP_EXPERTS},
        {"blk.0.ffn_up_shexp.weight", GROUP_SHARED},
        {"blk.0.ssm_in.weight", GROUP_OTHER},
        {"blk.60.attn_q.weight", GROUP_MTP},
        {"blk.60.nextn.eh_proj.weight", GROUP_MTP},
        {"blk.4294967296.attn_q.weight", GROUP_MTP}, /* does not wrap to 0 */
        {"blk.x.attn_q.weight", GROUP_OTHER},
        {"blk.1", GROUP_OTHER},
        {"blk.", GROUP_OTHER},
        {"", GROUP_OTHER},
    };
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++)
        if (tensor_group_of(str_of(want[i].name), 60) != want[i].id)
            fail_msg("%s: %s", want[i].name,
                     tensor_group_name(tensor_group_of(str_of(want[i].name), 60)));
}

static struct gguf tiny_opened(const struct tiny_spec *spec, struct buf *file)
{
    struct gguf g;
    struct err err;
    tiny_write(spec, file);
    CHECK_OK(gguf_open_memory(&g, file->p, file->len, &err), &err);
    return g;
}

static void all_and_active_parameters_are_those_that_a_run_would_read(void **state)
{
    (void)state;
    struct tiny_spec specs[] = {tiny_llama(), tiny_llama(), tiny_deepseek2(),
                                tiny_deepseek2()};
    specs[1].tied = true;
    specs[3].q_lora_rank = 0;
    specs[3].n_shared = 0;
    specs[3].softmax = true;
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct buf file = {0};
        struct model m;
        struct err err;
        struct gguf g = tiny_opened(&specs[i], &file);
        struct tensor_groups t = tensor_groups_count(&g);
        CHECK_OK(model_open(&m, &g, &err), &err);
        assert_int_equal(t.total.n_params, m.w.n_params);
        assert_int_equal(t.total.active_params, m.w.n_active_params);
        assert_int_equal(t.total.bytes, m.w.bytes);
        assert_int_equal(t.total.active_bytes, m.w.active_bytes);
        model_close(&m);
        gguf_close(&g);
        buf_clear(&file);
    }
}

static void the_groups_add_up_to_the_whole(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct buf file = {0};
    struct gguf g = tiny_opened(&spec, &file);
    struct tensor_groups t = tensor_groups_count(&g);
    uint64_t n = 0, params = 0, bytes = 0, active = 0;
    for (int i = 0; i < GROUP_COUNT; i++) {
        n += t.group[i].n_tensors;
        params += t.group[i].n_params;
        bytes += t.group[i].bytes_of[GGUF_F32];
        active += t.group[i].active_params;
    }
    assert_int_equal(n, g.n_tensors);
    assert_int_equal(params, t.total.n_params);
    assert_int_equal(bytes, t.total.bytes);
    assert_int_equal(active, t.total.active_params);
    const struct tensor_group *e = &t.group[GROUP_EXPERTS];
    assert_int_equal(e->n_params, 2 * 3 * 64 * 32 * 16);
    assert_int_equal(e->active_params * 4, e->n_params);
    gguf_close(&g);
    buf_clear(&file);
}

static void senseless_counts_of_experts_do_no_harm(void **state)
{
    (void)state;
    const uint32_t pairs[][2] = {{0, 5}, {3, 7}, {UINT32_MAX, UINT32_MAX},
                                 {1, 0}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const uint64_t dims[] = {32, 3};
        struct gguf_writer *w = gguf_writer_new(32);
        struct buf file = {0};
        struct gguf g;
        struct err err;
        char zeros[32 * 3 * 4] = {0};
        gguf_put_str(w, "general.architecture", str_of("odd"));
        gguf_put_u32(w, "odd.expert_count", pairs[i][0]);
        gguf_put_u32(w, "odd.expert_used_count", pairs[i][1]);
        gguf_put_u32(w, "odd.nextn_predict_layers", 9);
        gguf_put_tensor(w, "blk.0.ffn_up_exps.weight", GGUF_F32, 2, dims);
        gguf_write_header(w, &file);
        gguf_write_tensor(w, zeros, sizeof zeros, &file);
        CHECK_OK(gguf_open_memory(&g, file.p, file.len, &err), &err);
        struct tensor_groups t = tensor_groups_count(&g);
        CHECK(t.total.n_params == 96 && t.total.active_params <= 96);
        gguf_close(&g);
        gguf_writer_free(w);
        buf_clear(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_belongs_where_its_name_says),
        cmocka_unit_test(all_and_active_parameters_are_those_that_a_run_would_read),
        cmocka_unit_test(the_groups_add_up_to_the_whole),
        cmocka_unit_test(senseless_counts_of_experts_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
