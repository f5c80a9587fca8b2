/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/telemetry.h"

#include "engine/load.h"
#include "engine/session.h"

static uint64_t bytes_for_heads(const struct model_config *cfg,
                                enum kv_type type, uint32_t n_heads)
{
    uint64_t values = (uint64_t)model_config_cache_layers(cfg) * n_heads *
                      ((uint64_t)cfg->head_dim + cfg->v_head_dim);
    return values * (type == KV_F16 ? 2 : 4);
}

uint64_t telemetry_mha_bytes_per_token(const struct model_config *cfg,
                                       enum kv_type type)
{
    return bytes_for_heads(cfg, type, cfg->n_heads);
}

uint64_t telemetry_gqa_bytes_per_token(const struct model_config *cfg,
                                       enum kv_type type)
{
    uint32_t groups = cfg->n_kv_heads;
    if (cfg->attn == ATTN_MLA)
        groups = cfg->n_heads < 8 ? cfg->n_heads : 8;
    return bytes_for_heads(cfg, type, groups);
}

void telemetry_measure(struct telemetry *t, const struct loaded_model *m,
                       const struct session *s, enum kv_type type)
{
    const struct model_config *cfg = &m->model.cfg;
    struct kv_usage use = session_usage(s);

    t->context_used = session_len(s);
    t->context_max = session_max(s);
    t->kv_bytes = use.bytes;
    t->kv_latent_bytes = use.latent_bytes;
    t->kv_rope_bytes = use.rope_bytes;
    t->kv_bytes_per_token = use.bytes_per_token;
    t->kv_mha_bytes = telemetry_mha_bytes_per_token(cfg, type) * t->context_used;
    t->kv_gqa_bytes = telemetry_gqa_bytes_per_token(cfg, type) * t->context_used;
    t->model_mapped = m->model.w.bytes;
    t->scratch = session_scratch_bytes(s);
    t->bytes_per_token = m->model.w.active_bytes;
}
