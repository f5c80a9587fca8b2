/* SPDX-License-Identifier: Apache-2.0 */
/* Qwen2 and R1-Distill-Qwen: llama with biases on q, k and v (found by
 * arch_bind_gqa, required here) and half-split rotation. */
#include "base/err.h"
#include "model/arch_table.h"
#include "model/weights.h"

static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    if (!arch_bind_gqa(lw, r, cfg, i, err) || !arch_bind_ffn(lw, r, cfg, i, err))
        return false;
    if (!lw->q_bias || !lw->k_bias || !lw->v_bias)
        return err_set(err, ERR_FORMAT, "layer %u has no q, k or v bias", i);
    return true;
}

const struct arch arch_qwen2 = {
    .name = "qwen2",
    .attn = ATTN_GQA,
    .pairing = ROPE_HALVES,
    .configure = arch_configure_gqa,
    .bind_layer = bind_layer,
};
