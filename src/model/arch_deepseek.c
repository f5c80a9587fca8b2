/* SPDX-License-Identifier: Apache-2.0 */
/* DeepSeekMoE-16B (2401.06066): attention as in llama, softmax router whose
 * weights are not normalised. */
#include "model/arch_table.h"
#include "model/weights.h"

static bool configure(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    return arch_configure_gqa(cfg, k, err) && arch_configure_moe(cfg, k, err);
}

static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    return arch_bind_gqa(lw, r, cfg, i, err) &&
           arch_bind_ffn(lw, r, cfg, i, err);
}

const struct arch arch_deepseek = {
    .name = "deepseek",
    .attn = ATTN_GQA,
    .pairing = ROPE_ADJACENT,
    .configure = configure,
    .bind_layer = bind_layer,
};
