/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/telemetry.h"

#include "engine/load.h"
#include "engine/session.h"
#include "model/cache_cost.h"

void telemetry_measure(struct telemetry *t, const struct loaded_model *m,
                       const struct session *s, enum kv_type type)
{
    struct cache_cost other = cache_cost(&m->model.cfg, type);
    struct kv_usage use = session_usage(s);

    t->context_used = session_len(s);
    t->context_max = session_max(s);
    t->kv_bytes = use.bytes;
    t->kv_latent_bytes = use.latent_bytes;
    t->kv_rope_bytes = use.rope_bytes;
    t->kv_bytes_per_token = use.bytes_per_token;
    t->kv_mha_bytes = other.mha * t->context_used;
    t->kv_gqa_bytes = other.gqa * t->context_used;
    t->model_mapped = m->model.w.bytes;
    t->scratch = session_scratch_bytes(s);
    t->bytes_per_token = m->model.w.active_bytes;
}
