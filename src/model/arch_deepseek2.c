/* SPDX-License-Identifier: Apache-2.0 */
/* DeepSeek-V2, V3, R1 and relatives (Moonlight, Kimi-K2, GLM-4.7-Flash):
 * latent attention and shared plus routed experts (2405.04434, 2412.19437). */
#include <math.h>

#include "base/err.h"
#include "model/arch_table.h"
#include "model/keys.h"
#include "model/weights.h"

/* The reference's magnitude for a stretch s: 0.1 a ln s + 1. */
static float mscale(float s, float a)
{
    return s <= 1 ? 1 : 0.1f * a * logf(s) + 1;
}

/* Files say 0.1 * mscale_all_dim. Where one says nothing it is a V2 of the
 * first days (27 or 60 layers, softmax router: 0.707) or like V3 (1). */
static float mscale_all_dim(const struct model_config *cfg)
{
    if (cfg->rope.log_multiplier > 0)
        return cfg->rope.log_multiplier / 0.1f;
    bool v2 = (cfg->n_layers == 27 || cfg->n_layers == 60) &&
              cfg->moe.score == ROUTER_SOFTMAX;
    return v2 ? 0.707f : 1;
}

/* In the joined form key_length and value_length are those of a head; in the
 * split form they are those of the cache row, and the *_mla keys are the head's. */
static bool read_head_sizes(struct model_config *cfg, const struct keys *k,
                            struct err *err)
{
    cfg->joined_kv_b = !key_has(k, "attention.key_length_mla");
    const char *key = cfg->joined_kv_b ? "attention.key_length"
                                       : "attention.key_length_mla";
    const char *value = cfg->joined_kv_b ? "attention.value_length"
                                         : "attention.value_length_mla";
    if (!key_need_u32(k, key, 2, 2048, &cfg->head_dim, err) ||
        !key_need_u32(k, value, 1, 2048, &cfg->v_head_dim, err) ||
        !key_need_u32(k, "rope.dimension_count", 2, 1024, &cfg->rope.dim,
                      err) ||
        !key_need_u32(k, "attention.kv_lora_rank", 1, 8192,
                      &cfg->kv_lora_rank, err) ||
        !key_u32(k, "attention.q_lora_rank", 0, 16384, &cfg->q_lora_rank, err))
        return false;
    if (cfg->rope.dim >= cfg->head_dim)
        return err_set(err, ERR_FORMAT,
                       "%u rotated components do not fit in a head of %u",
                       cfg->rope.dim, cfg->head_dim);
    cfg->qk_nope_dim = cfg->head_dim - cfg->rope.dim;
    /* All heads read the same latent row, whatever the file says. */
    cfg->n_kv_heads = 1;
    return true;
}

static bool configure(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    float temperature = 0;
    /* GLM-4.7-Flash, whose first files leave out that its gate is a sigmoid. */
    if (cfg->n_vocab == 154880 && cfg->n_layers == 47)
        cfg->moe.score = ROUTER_SIGMOID;
    if (!read_head_sizes(cfg, k, err) || !arch_configure_moe(cfg, k, err) ||
        !key_f32(k, "attention.temperature_scale", 0, 1e6f, &temperature, err))
        return false;
    if (temperature != 0)
        return err_set(err, ERR_UNSUPPORTED,
                       "attention.temperature_scale is not supported");
    /* mscale and mscale_all_dim are equal in all known files: the magnitude
     * cancels, and the whole score is multiplied instead. */
    cfg->rope.magnitude = 1;
    cfg->attn_scale = 1 / sqrtf((float)cfg->head_dim);
    if (cfg->rope.scaling == ROPE_SCALE_YARN) {
        float g = mscale(cfg->rope.factor, mscale_all_dim(cfg));
        cfg->attn_scale *= g * g;
    }
    return true;
}

static bool bind_q(struct layer_weights *lw, struct weights_reader *r,
                   const struct model_config *cfg, uint32_t i, struct err *err)
{
    uint32_t D = cfg->n_embd, rq = cfg->q_lora_rank;
    uint32_t q = cfg->n_heads * cfg->head_dim;
    if (rq == 0)
        return weights_matrix(r, i, "attn_q.weight", q, D, &lw->q, err);
    return weights_matrix(r, i, "attn_q_a.weight", rq, D, &lw->q_a, err) &&
           weights_vector(r, i, "attn_q_a_norm.weight", rq, &lw->q_a_norm,
                          err) &&
           weights_matrix(r, i, "attn_q_b.weight", q, rq, &lw->q_b, err);
}

static bool bind_layer(struct layer_weights *lw, struct weights_reader *r,
                       const struct model_config *cfg, uint32_t i,
                       struct err *err)
{
    uint32_t D = cfg->n_embd, H = cfg->n_heads, rank = cfg->kv_lora_rank;
    uint32_t dn = cfg->qk_nope_dim, dv = cfg->v_head_dim;
    if (!bind_q(lw, r, cfg, i, err) ||
        !weights_matrix(r, i, "attn_kv_a_mqa.weight", rank + cfg->rope.dim, D,
                        &lw->kv_a, err) ||
        !weights_vector(r, i, "attn_kv_a_norm.weight", rank, &lw->kv_a_norm,
                        err))
        return false;
    bool bound = cfg->joined_kv_b
        ? weights_joined_kv_b(r, i, "attn_kv_b.weight", &lw->k_b, &lw->v_b, err)
        : weights_stack(r, i, "attn_k_b.weight", H, rank, dn, &lw->k_b, err) &&
          weights_stack(r, i, "attn_v_b.weight", H, dv, rank, &lw->v_b, err);
    return bound &&
           weights_matrix(r, i, "attn_output.weight", D, H * dv, &lw->o, err) &&
           arch_bind_ffn(lw, r, cfg, i, err);
}

const struct arch arch_deepseek2 = {
    .name = "deepseek2",
    .attn = ATTN_MLA,
    .pairing = ROPE_ADJACENT,
    .configure = configure,
    .bind_layer = bind_layer,
};
