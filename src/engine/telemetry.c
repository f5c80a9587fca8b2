/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/telemetry.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "engine/experts.h"
#include "engine/load.h"
#include "engine/session.h"
#include "model/cache_cost.h"

/* In pages, as proc(5) has them: all, resident, of these shared, which is to
 * say mapped from files. */
static void read_resident(struct telemetry *t)
{
    FILE *f = fopen("/proc/self/statm", "re");
    uint64_t all, resident, files, page = (uint64_t)sysconf(_SC_PAGESIZE);
    t->resident = t->resident_files = 0; /* unknown */
    if (!f)
        return;
    if (fscanf(f, "%" SCNu64 " %" SCNu64 " %" SCNu64, &all, &resident,
               &files) == 3) {
        t->resident = resident * page;
        t->resident_files = files * page;
    }
    fclose(f);
}

void telemetry_memory(struct telemetry *t, const struct session *s)
{
    read_resident(t);
    t->scratch = session_scratch_touched(s);
    t->scratch_reserved = session_scratch_bytes(s);
}

void telemetry_measure(struct telemetry *t, const struct loaded_model *m,
                       const struct session *s, enum kv_type type)
{
    struct cache_cost other = cache_cost(session_config(s), type);
    struct kv_usage use = session_usage(s);

    t->context_used = session_len(s);
    t->context_max = session_max(s);
    t->kv_bytes = use.bytes;
    t->kv_latent_bytes = use.latent_bytes;
    t->kv_rope_bytes = use.rope_bytes;
    t->kv_index_bytes = use.index_bytes;
    t->kv_bytes_per_token = use.bytes_per_token;
    t->kv_layers = model_config_cache_layers(session_config(s));
    t->kv_index_layers = use.index_bytes ? m->model.cfg.n_layers : 0;
    t->kv_mha_bytes = other.mha * t->context_used;
    t->kv_gqa_bytes = other.gqa * t->context_used;
    t->model_mapped = m->model.w.bytes;
    t->bytes_per_token =
        experts_active_bytes(session_experts_changed(s), &m->model);
}
