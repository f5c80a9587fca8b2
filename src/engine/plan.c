/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/plan.h"

#include "base/pool.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "engine/session.h"
#include "engine/speculate.h"

#define MAX_BATCH 256u
#define MIN_BATCH 32u
/* Multiplications and additions of one layer of one batch: about 50 ms on two
 * cores that do 100 GFLOP/s each. */
#define LAYER_WORK 1e10

uint32_t plan_batch(const struct model *m)
{
    /* A multiplication and an addition, for both halves of an activation. */
    double per_token = 4.0 * (double)m->w.n_active_params / m->cfg.n_layers;
    uint32_t batch = MAX_BATCH;
    while (batch > MIN_BATCH && batch * per_token > LAYER_WORK)
        batch /= 2;
    return batch;
}

static void take_figures(struct plan *p, const struct model *m)
{
    p->cfg = m->cfg;
    p->weights = m->w.bytes;
    p->decoded = m->w.decoded_bytes;
    p->active_bytes = m->w.active_bytes;
    p->n_params = m->w.n_params;
    p->n_active_params = m->w.n_active_params;
    p->max_batch = plan_batch(m);
}

static void take_context(struct plan *p, uint32_t asked)
{
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++) {
        struct err ignored;
        p->has_type[t] = kv_type_check(t, &p->cfg, &ignored);
    }
    p->largest = context_fits(&p->cfg, p->type, p->room);
    if (!kv_type_check(p->type, &p->cfg, &p->why_not) ||
        !context_choose(&p->cfg, p->type, asked, p->room, &p->context,
                        &p->why_not))
        p->context = 0;
}

bool plan_make(struct plan *p, const struct gguf *g,
               const struct load_options *l, const struct engine_options *o,
               uint64_t memory, struct err *err)
{
    struct model m;
    *p = (struct plan){.memory = memory};
    if (!model_measure(&m, g, err))
        return false;
    take_figures(p, &m);
    model_close(&m);
    if (o->max_batch)
        p->max_batch = o->max_batch;
    p->type = kv_type_choose(o->cache_type, l->exact);
    p->threads = l->threads ? l->threads : pool_default_threads();
    p->drafts = o->draft != DRAFT_OFF;
    p->room = context_room(memory, p->weights);
    take_context(p, o->context);
    return true;
}

uint64_t plan_cache(const struct plan *p, enum kv_type type, uint32_t tokens)
{
    return kv_cache_bytes(&p->cfg, type, tokens);
}

uint64_t plan_scratch(const struct plan *p, uint32_t tokens)
{
    uint32_t batch = p->max_batch < tokens ? p->max_batch : tokens;
    return session_bytes(&p->cfg, p->threads, tokens, batch, p->drafts);
}

uint64_t plan_total(const struct plan *p, uint32_t tokens)
{
    return p->weights + p->decoded + plan_scratch(p, tokens) +
           plan_cache(p, p->type, tokens);
}

bool plan_accepts(const struct plan *p, enum kv_type type, uint32_t tokens)
{
    return p->has_type[type] && tokens >= CONTEXT_MIN &&
           plan_cache(p, type, tokens) <= p->room;
}

bool plan_in_memory(const struct plan *p, uint32_t tokens)
{
    return plan_total(p, tokens) <= p->memory;
}

uint64_t plan_token_bytes(const struct plan *p, uint32_t tokens)
{
    struct model_config trunk = p->cfg; /* decoding does not read MTP rows */
    trunk.n_mtp = 0;
    return p->active_bytes + kv_cache_bytes(&trunk, p->type, tokens);
}
