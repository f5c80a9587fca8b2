/* cache_cost.h - what the cache of a model costs, and what it would cost with
 * other kinds of attention.
 *
 * Bytes per token, for the same layers: as this model stores it; with grouped
 * queries (2305.13245), in the model's own groups where it has them, else in 8
 * (fewer where there are fewer heads); and with plain multi-head attention,
 * where every head keeps its own key and value. */
#ifndef MODEL_CACHE_COST_H
#define MODEL_CACHE_COST_H

#include <stdint.h>

#include "model/kv_type.h"

struct model_config;

struct cache_cost {
    uint64_t stored, gqa, mha;
    uint32_t groups;    /* of gqa */
};

struct cache_cost cache_cost(const struct model_config *cfg, enum kv_type type);

/* How much less `a` is than `b`, as a share of b: .933. */
double cache_saving(double a, double b);

#endif
