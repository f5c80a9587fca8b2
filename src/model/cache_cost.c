/* SPDX-License-Identifier: Apache-2.0 */
#include "model/cache_cost.h"

#include "model/config.h"
#include "model/kv_cache.h"

static uint64_t of_heads(const struct model_config *cfg, enum kv_type type,
                         uint32_t n_heads)
{
    return (uint64_t)model_config_cache_layers(cfg) * n_heads *
           (kv_type_bytes(type, cfg->head_dim) +
            kv_type_bytes(type, cfg->v_head_dim));
}

static uint32_t groups(const struct model_config *cfg)
{
    if (cfg->attn != ATTN_MLA)
        return cfg->n_kv_heads;
    return cfg->n_heads < 8 ? cfg->n_heads : 8;
}

struct cache_cost cache_cost(const struct model_config *cfg, enum kv_type type)
{
    return (struct cache_cost){
        .stored = kv_cache_bytes(cfg, type, 1),
        .gqa = of_heads(cfg, type, groups(cfg)),
        .mha = of_heads(cfg, type, cfg->n_heads),
        .groups = groups(cfg),
    };
}

double cache_saving(double a, double b)
{
    return b > 0 ? 1 - a / b : 0;
}
