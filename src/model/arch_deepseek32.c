/* SPDX-License-Identifier: Apache-2.0 */
/* DeepSeek-V3.2: V3 with an indexer in every layer of the trunk, which chooses
 * the past tokens that attention reads (indexer.h). */
#include "base/err.h"
#include "model/arch_table.h"
#include "model/keys.h"
#include "model/weights.h"

static bool configure(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    struct index_config *x = &cfg->index;
    if (!arch_deepseek2.configure(cfg, k, err) ||
        !key_need_u32(k, "attention.indexer.head_count", 1, 1024, &x->n_heads,
                      err) ||
        !key_need_u32(k, "attention.indexer.key_length", 2, 1024, &x->dim,
                      err) ||
        !key_need_u32(k, "attention.indexer.top_k", 1, 1u << 20, &x->top_k,
                      err))
        return false;
    if (cfg->q_lora_rank == 0)
        return err_set(err, ERR_FORMAT, "an indexer without attention."
                       "q_lora_rank, whose vectors its queries are made of");
    if (cfg->rope.dim > x->dim)
        return err_set(err, ERR_FORMAT,
                       "%u rotated components do not fit into the indexer's "
                       "keys of %u", cfg->rope.dim, x->dim);
    return true;
}

/* The prediction block has no use for its indexer: it reads all rows. */
static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    uint32_t D = cfg->n_embd, H = cfg->index.n_heads, d = cfg->index.dim;
    if (!arch_deepseek2.bind_layer(lw, r, cfg, i, err))
        return false;
    return i >= cfg->n_layers ||
           (weights_matrix(r, i, "indexer.attn_q_b.weight", H * d,
                           cfg->q_lora_rank, &lw->index_q, err) &&
            weights_matrix(r, i, "indexer.attn_k.weight", d, D, &lw->index_k,
                           err) &&
            weights_matrix(r, i, "indexer.proj.weight", H, D, &lw->index_proj,
                           err) &&
            weights_vector(r, i, "indexer.k_norm.weight", d, &lw->index_k_norm,
                           err) &&
            weights_vector(r, i, "indexer.k_norm.bias", d, &lw->index_k_bias,
                           err));
}

const struct arch arch_deepseek32 = {
    .name = "deepseek32",
    .attn = ATTN_MLA,
    .pairing = ROPE_ADJACENT,
    .configure = configure,
    .bind_layer = bind_layer,
};
