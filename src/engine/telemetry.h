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

/* The memory of the process and of the session: asks the system, so once a
 * turn. */
void telemetry_memory(struct telemetry *t, const struct session *s);

/* All but memory and the rates, which belong to a turn. */
void telemetry_measure(struct telemetry *t, const struct loaded_model *m,
                       const struct session *s, enum kv_type type);

#endif
