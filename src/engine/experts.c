/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/experts.h"

#include "base/mem.h"
#include "chat/experts.h"
#include "model/forward.h"
#include "model/model.h"

static struct expert_shape shape_of(const struct model_config *cfg)
{
    return (struct expert_shape){.first_layer = cfg->moe.n_dense_layers,
                                 .n_layers = model_config_moe_layers(cfg),
                                 .n_experts = cfg->moe.n_experts,
                                 .n_used = cfg->moe.n_used};
}

bool experts_apply(const struct expert_changes *x, const struct model *m,
                   struct forward *f, struct err *err)
{
    const struct model_config *cfg = &m->cfg;
    struct expert_shape shape = shape_of(cfg);
    uint8_t *off = NULL;
    if (!experts_check(x, &shape, err))
        return false;
    if (shape.n_layers == 0)
        return true;
    if (x->n_off)
        off = mem_array(cfg->n_layers, cfg->moe.n_experts);
    for (size_t i = 0; i < x->n_off; i++)
        off[(size_t)x->off[i].layer * cfg->moe.n_experts + x->off[i].expert] = 1;
    bool ok = forward_set_experts(f, experts_used(x, &shape), off, err);
    mem_free(off);
    return ok;
}

/* Of one expert of this layer. */
static uint64_t expert_bytes(const struct layer_weights *lw)
{
    return lw->gate_exps.stride + lw->up_exps.stride + lw->down_exps.stride;
}

uint64_t experts_active_bytes(const struct expert_changes *x,
                              const struct model *m)
{
    struct expert_shape shape = shape_of(&m->cfg);
    uint64_t bytes = m->w.active_bytes;
    for (uint32_t i = 0; i < shape.n_layers; i++) {
        uint64_t one = expert_bytes(&m->w.layers[shape.first_layer + i]);
        bytes = bytes - one * shape.n_used + one * experts_used(x, &shape);
    }
    return bytes;
}
