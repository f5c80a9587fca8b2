/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arch.h"

#include <math.h>

#include "base/err.h"
#include "model/keys.h"
#include "model/weights.h"

bool arch_configure_gqa(struct model_config *cfg, const struct keys *k,
                        struct err *err)
{
    cfg->head_dim = cfg->n_embd / cfg->n_heads;
    if (!key_u32(k, "attention.key_length", 1, 1024, &cfg->head_dim, err))
        return false;
    cfg->v_head_dim = cfg->head_dim;
    cfg->rope.dim = cfg->head_dim;
    if (!key_u32(k, "attention.value_length", 1, 1024, &cfg->v_head_dim, err) ||
        !key_u32(k, "rope.dimension_count", 2, 1024, &cfg->rope.dim, err))
        return false;
    if (cfg->head_dim == 0 || cfg->head_dim > 1024 || cfg->head_dim % 2)
        return err_set(err, ERR_FORMAT, "a head dimension of %u is not possible",
                       cfg->head_dim);
    if (cfg->rope.dim != cfg->head_dim)
        return err_set(err, ERR_UNSUPPORTED,
                       "rotates %u of %u components of a head; only whole "
                       "heads are supported",
                       cfg->rope.dim, cfg->head_dim);
    float scale = 0;
    if (!key_f32(k, "attention.scale", 0, 1e3f, &scale, err))
        return false;
    cfg->attn_scale = scale > 0 ? scale : 1 / sqrtf((float)cfg->head_dim);
    return true;
}

static bool read_gate(struct moe_config *moe, const struct keys *k,
                      struct err *err)
{
    uint32_t gate = 0;
    if (!key_u32(k, "expert_gating_func", 0, 16, &gate, err))
        return false;
    if (gate > 2)
        return err_set(err, ERR_UNSUPPORTED,
                       "expert_gating_func %u (1 softmax and 2 sigmoid are "
                       "known)", gate);
    if (gate != 0)
        moe->score = gate == 2 ? ROUTER_SIGMOID : ROUTER_SOFTMAX;
    return true;
}

static bool check_moe(const struct model_config *cfg, struct err *err)
{
    const struct moe_config *m = &cfg->moe;
    if (m->n_used > m->n_experts)
        return err_set(err, ERR_FORMAT, "uses %u of %u experts", m->n_used,
                       m->n_experts);
    if (m->n_experts % m->n_groups != 0 || m->n_groups_used > m->n_groups)
        return err_set(err, ERR_FORMAT,
                       "%u experts in %u groups, %u of them used, do not fit",
                       m->n_experts, m->n_groups, m->n_groups_used);
    if (m->n_experts / m->n_groups * m->n_groups_used < m->n_used)
        return err_set(err, ERR_FORMAT,
                       "%u groups hold fewer than the %u experts to use",
                       m->n_groups_used, m->n_used);
    return true;
}

bool arch_configure_moe(struct model_config *cfg, const struct keys *k,
                        struct err *err)
{
    struct moe_config *m = &cfg->moe;
    if (!key_u32(k, "expert_count", 0, 1024, &m->n_experts, err))
        return false;
    if (m->n_experts == 0)
        return true;
    float scale = 0;
    if (!key_need_u32(k, "expert_used_count", 1, 64, &m->n_used, err) ||
        !key_need_u32(k, "expert_feed_forward_length", 1, 1u << 18, &m->ff_dim,
                      err) ||
        !key_u32(k, "expert_shared_count", 0, 64, &m->n_shared, err) ||
        !key_u32(k, "leading_dense_block_count", 0, cfg->n_layers,
                 &m->n_dense_layers, err) ||
        !key_u32(k, "expert_group_count", 0, 1024, &m->n_groups, err) ||
        !key_u32(k, "expert_group_used_count", 0, 1024, &m->n_groups_used,
                 err) ||
        !key_f32(k, "expert_weights_scale", 0, 1e4f, &scale, err) ||
        !key_bool(k, "expert_weights_norm", &m->norm_weights, err) ||
        !read_gate(m, k, err))
        return false;
    m->weights_scale = scale > 0 ? scale : 1;
    if (m->n_groups <= 1)
        m->n_groups = m->n_groups_used = 1;
    else if (m->n_groups_used == 0)
        return err_set(err, ERR_FORMAT, "expert groups, but none is used");
    return check_moe(cfg, err);
}

bool arch_bind_gqa(struct layer_weights *lw, struct weights_reader *r,
                   const struct model_config *cfg, uint32_t i, struct err *err)
{
    uint32_t D = cfg->n_embd;
    uint32_t q = cfg->n_heads * cfg->head_dim;
    uint32_t k = cfg->n_kv_heads * cfg->head_dim;
    uint32_t v = cfg->n_kv_heads * cfg->v_head_dim;
    uint32_t o = cfg->n_heads * cfg->v_head_dim;
    return weights_matrix(r, i, "attn_q.weight", q, D, &lw->q, err) &&
           weights_matrix(r, i, "attn_k.weight", k, D, &lw->k, err) &&
           weights_matrix(r, i, "attn_v.weight", v, D, &lw->v, err) &&
           weights_matrix(r, i, "attn_output.weight", D, o, &lw->o, err) &&
           weights_vector_opt(r, i, "attn_q.bias", q, &lw->q_bias, err) &&
           weights_vector_opt(r, i, "attn_k.bias", k, &lw->k_bias, err) &&
           weights_vector_opt(r, i, "attn_v.bias", v, &lw->v_bias, err) &&
           weights_vector_opt(r, i, "attn_output.bias", D, &lw->o_bias, err);
}

static bool bind_dense(struct ffn_weights *f, struct weights_reader *r,
                       uint32_t D, uint32_t F, uint32_t i, struct err *err)
{
    return weights_matrix(r, i, "ffn_gate.weight", F, D, &f->gate, err) &&
           weights_matrix(r, i, "ffn_up.weight", F, D, &f->up, err) &&
           weights_matrix(r, i, "ffn_down.weight", D, F, &f->down, err);
}

static bool bind_shared(struct ffn_weights *f, struct weights_reader *r,
                        uint32_t D, uint32_t F, uint32_t i, struct err *err)
{
    return weights_matrix(r, i, "ffn_gate_shexp.weight", F, D, &f->gate, err) &&
           weights_matrix(r, i, "ffn_up_shexp.weight", F, D, &f->up, err) &&
           weights_matrix(r, i, "ffn_down_shexp.weight", D, F, &f->down, err);
}

bool arch_bind_ffn(struct layer_weights *lw, struct weights_reader *r,
                   const struct model_config *cfg, uint32_t i, struct err *err)
{
    const struct moe_config *m = &cfg->moe;
    uint32_t D = cfg->n_embd, E = m->n_experts, F = m->ff_dim;
    if (!model_config_layer_is_moe(cfg, i))
        return bind_dense(&lw->ffn, r, D, cfg->n_ff, i, err);
    return weights_matrix(r, i, "ffn_gate_inp.weight", E, D, &lw->router,
                          err) &&
           weights_vector_opt(r, i, "exp_probs_b.bias", E, &lw->router_bias,
                              err) &&
           weights_experts(r, i, "ffn_gate_exps.weight", F, D, &lw->gate_exps,
                           err) &&
           weights_experts(r, i, "ffn_up_exps.weight", F, D, &lw->up_exps,
                           err) &&
           weights_experts(r, i, "ffn_down_exps.weight", D, F, &lw->down_exps,
                           err) &&
           (m->n_shared == 0 ||
            bind_shared(&lw->shared, r, D, m->n_shared * F, i, err));
}
