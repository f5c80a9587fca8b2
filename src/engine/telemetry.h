/* telemetry.h - the engine's numbers for the gauges.
 *
 * What the model and the cache say of themselves, and what the same tokens
 * would take with other kinds of attention. */
#ifndef ENGINE_TELEMETRY_H
#define ENGINE_TELEMETRY_H

#include <stdint.h>

#include "chat/telemetry.h"
#include "model/kv_cache.h"

struct loaded_model;
struct model_config;
struct session;

/* Bytes per token of plain multi-head attention: every head keeps its own key
 * and value. */
uint64_t telemetry_mha_bytes_per_token(const struct model_config *cfg,
                                       enum kv_type type);
/* Of grouped-query attention: with the model's own groups where it has them,
 * else with 8 (GQA paper, 2305.13245; fewer where there are fewer heads). */
uint64_t telemetry_gqa_bytes_per_token(const struct model_config *cfg,
                                       enum kv_type type);

/* All but the rates, which belong to a turn. */
void telemetry_measure(struct telemetry *t, const struct loaded_model *m,
                       const struct session *s, enum kv_type type);

#endif
