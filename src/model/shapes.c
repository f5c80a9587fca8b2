/* SPDX-License-Identifier: Apache-2.0 */
#include "model/shapes.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/nearest.h"

#define GQA(LAYERS, HEADS, GROUPS, DIM, CTX) \
    {.attn = ATTN_GQA, .n_layers = LAYERS, .n_heads = HEADS, \
     .n_kv_heads = GROUPS, .head_dim = DIM, .v_head_dim = DIM, \
     .n_ctx_train = CTX}
#define MLA(LAYERS, HEADS, NOPE, ROPE, VALUE, INDEX, CTX) \
    {.attn = ATTN_MLA, .n_layers = LAYERS, .n_heads = HEADS, .n_kv_heads = 1, \
     .head_dim = NOPE + ROPE, .qk_nope_dim = NOPE, .v_head_dim = VALUE, \
     .kv_lora_rank = 512, .rope.dim = ROPE, .n_ctx_train = CTX, \
     .index = {INDEX ? 64 : 0, INDEX, INDEX ? 2048 : 0}}

static const struct shape shapes[] = {
    {"llm-7b", "DeepSeek LLM 7B", GQA(30, 32, 32, 128, 4096)},
    {"llm-67b", "DeepSeek LLM 67B", GQA(95, 64, 8, 128, 4096)},
    {"moe-16b", "DeepSeekMoE 16B", GQA(28, 16, 16, 128, 4096)},
    {"v2-lite", "DeepSeek-V2-Lite", MLA(27, 16, 128, 64, 128, 0, 163840)},
    {"v2-236b", "DeepSeek-V2", MLA(60, 128, 128, 64, 128, 0, 163840)},
    {"v3-671b", "DeepSeek-V3, R1, V3.1", MLA(61, 128, 128, 64, 128, 0, 163840)},
    {"v3.2-671b", "DeepSeek-V3.2", MLA(61, 128, 128, 64, 128, 128, 163840)},
    {"moonlight-16b", "Moonlight", MLA(27, 16, 128, 64, 128, 0, 8192)},
    {"glm-4.7-flash", "GLM-4.7-Flash", MLA(47, 20, 192, 64, 256, 0, 202752)},
    {"qwen-1.5b", "R1-Distill-Qwen-1.5B", GQA(28, 12, 2, 128, 131072)},
    {"qwen-7b", "R1-Distill-Qwen-7B", GQA(28, 28, 4, 128, 131072)},
    {"qwen-14b", "R1-Distill-Qwen-14B", GQA(48, 40, 8, 128, 131072)},
    {"qwen-32b", "R1-Distill-Qwen-32B", GQA(64, 40, 8, 128, 131072)},
    {"llama-8b", "R1-Distill-Llama-8B", GQA(32, 32, 8, 128, 131072)},
    {"llama-70b", "R1-Distill-Llama-70B", GQA(80, 64, 8, 128, 131072)},
    {"qwen3-8b", "R1-0528-Qwen3-8B", GQA(36, 32, 8, 128, 131072)},
    {"smollm2-135m", "SmolLM2-135M", GQA(30, 9, 3, 64, 8192)},
};
enum { N_SHAPES = sizeof shapes / sizeof shapes[0] };

static void list_all(struct str name, struct err *err)
{
    struct buf all = {0};
    for (size_t i = 0; i < N_SHAPES; i++)
        buf_printf(&all, "%s%s", i ? " " : "", shapes[i].name);
    err_set(err, ERR_USAGE, "no shape \"%.*s\"; there are %s",
            name.len < 24 ? (int)name.len : 24, name.p, all.p);
    buf_clear(&all);
}

const struct shape *shape_find(struct str name, struct err *err)
{
    struct nearest near = nearest_to(name);
    for (size_t i = 0; i < N_SHAPES; i++) {
        if (str_is(name, shapes[i].name))
            return &shapes[i];
        nearest_offer(&near, shapes[i].name);
    }
    if (nearest_name(&near))
        err_set(err, ERR_USAGE, "no shape \"%.*s\" (did you mean %s?)",
                name.len < 24 ? (int)name.len : 24, name.p,
                nearest_name(&near));
    else
        list_all(name, err);
    return NULL;
}
