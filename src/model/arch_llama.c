/* SPDX-License-Identifier: Apache-2.0 */
/* LLaMA and all that look like it: DeepSeek LLM and Coder, R1-Distill-Llama,
 * SmolLM2. Converters permute q and k, so pairs are adjacent. */
#include "base/err.h"
#include "model/arch_table.h"
#include "model/weights.h"

static bool configure(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    if (!arch_configure_gqa(cfg, k, err) || !arch_configure_moe(cfg, k, err))
        return false;
    if (cfg->moe.n_experts > 0)
        return err_set(err, ERR_UNSUPPORTED,
                       "a llama model with experts (Mixtral)");
    return true;
}

static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    return arch_bind_gqa(lw, r, cfg, i, err) &&
           arch_bind_ffn(lw, r, cfg, i, err);
}

const struct arch arch_llama = {
    .name = "llama",
    .attn = ATTN_GQA,
    .pairing = ROPE_ADJACENT,
    .configure = configure,
    .bind_layer = bind_layer,
};
