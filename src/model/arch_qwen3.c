/* SPDX-License-Identifier: Apache-2.0 */
/* Qwen3 and R1-0528-Qwen3: no biases, but q and k of each head are normalised
 * before they are rotated; the head dimension is independent of n_embd. */
#include "model/arch_table.h"
#include "model/weights.h"

static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    uint32_t d = cfg->head_dim;
    return arch_bind_gqa(lw, r, cfg, i, err) &&
           weights_vector(r, i, "attn_q_norm.weight", d, &lw->q_norm, err) &&
           weights_vector(r, i, "attn_k_norm.weight", d, &lw->k_norm, err) &&
           arch_bind_ffn(lw, r, cfg, i, err);
}

const struct arch arch_qwen3 = {
    .name = "qwen3",
    .attn = ATTN_GQA,
    .pairing = ROPE_HALVES,
    .configure = arch_configure_gqa,
    .bind_layer = bind_layer,
};

/* Its sibling with experts: softmax over all, the chosen weights normalised. */
static bool configure_moe(struct model_config *cfg, const struct keys *k,
                          struct err *err)
{
    cfg->moe.norm_weights = true;
    return arch_configure_gqa(cfg, k, err) && arch_configure_moe(cfg, k, err);
}

const struct arch arch_qwen3moe = {
    .name = "qwen3moe",
    .attn = ATTN_GQA,
    .pairing = ROPE_HALVES,
    .configure = configure_moe,
    .bind_layer = bind_layer,
};
