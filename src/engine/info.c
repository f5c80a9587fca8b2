/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/info.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "chat/backend.h"
#include "engine/load.h"
#include "model/arch.h"
#include "model/identity.h"
#include "text/template.h"

static void copy_text(char *to, size_t cap, struct str from)
{
    size_t n = from.len < cap - 1 ? from.len : cap - 1;
    while (n < from.len && n > 0 && ((unsigned char)from.p[n] & 0xC0) == 0x80)
        n--; /* not in the middle of a character */
    memcpy(to, from.p, n);
    to[n] = '\0';
}

/* The type that holds the most weights. */
static const char *main_quant(const struct gguf *g)
{
    uint64_t weights[GGUF_TYPE_COUNT] = {0};
    uint32_t most = 0;
    for (size_t i = 0; i < g->n_tensors; i++)
        weights[g->tensors[i].type] += g->tensors[i].n_elements;
    for (uint32_t i = 1; i < GGUF_TYPE_COUNT; i++)
        if (weights[i] > weights[most])
            most = i;
    const struct gguf_type_info *info = gguf_type_info(most);
    return info ? info->name : "?";
}

/* The author's advice, taken when every number of it makes sense; a strange
 * hint is no reason not to run the model. */
static struct sampling recommended(const struct loaded_model *m)
{
    const struct gguf *g = &m->gguf;
    struct sampling family = chat_family_sampling(m->family), s = family;
    struct err err;
    bool ok =
        gguf_get_f32(g, "general.sampling.temp", 0, 10, &s.temp, &err) &&
        gguf_get_u32(g, "general.sampling.top_k", 0, 1u << 24, &s.top_k, &err) &&
        gguf_get_f32(g, "general.sampling.top_p", 0, 1, &s.top_p, &err) &&
        gguf_get_f32(g, "general.sampling.min_p", 0, 1, &s.min_p, &err) &&
        gguf_get_f32(g, "general.sampling.penalty_repeat", 0.1f, 10,
                     &s.repeat_penalty, &err) &&
        gguf_get_u32(g, "general.sampling.penalty_last_n", 0, 1u << 24,
                     &s.repeat_last, &err) &&
        sampling_check(&s, &err);
    if (!ok)
        log_warn(LOG_ENGINE, "the file's sampling advice is passed over: %s",
                 err.msg);
    return ok ? s : family;
}

static void fill_notice(struct backend_info *info, const struct loaded_model *m)
{
    copy_text(info->notice, sizeof info->notice, str_of(m->notice));
    uint32_t trained = m->model.cfg.n_ctx_train;
    if (!info->notice[0] && info->context_max > trained)
        snprintf(info->notice, sizeof info->notice,
                 "This model was trained on %u tokens; what lies beyond them "
                 "in a context of %u may make little sense.",
                 trained, info->context_max);
}

static uint32_t first_moe_layer(const struct model_config *cfg)
{
    uint32_t i = 0;
    while (i < cfg->n_layers && !model_config_layer_is_moe(cfg, i))
        i++;
    return i < cfg->n_layers ? i : 0;
}

void info_fill(struct backend_info *info, const struct loaded_model *m,
               uint32_t context)
{
    const struct model_config *cfg = &m->model.cfg;
    struct err err;
    struct str name = str_of(cfg->arch->name);
    gguf_get_str(&m->gguf, "general.name", &name, &err);

    *info = (struct backend_info){0};
    copy_text(info->name, sizeof info->name,
              name.len ? name : str_of(cfg->arch->name));
    copy_text(info->arch, sizeof info->arch, str_of(cfg->arch->name));
    copy_text(info->quant, sizeof info->quant, str_of(main_quant(&m->gguf)));
    copy_text(info->family, sizeof info->family,
              str_of(chat_family_name(m->family)));
    info->n_params = m->model.w.n_params;
    info->n_active_params = m->model.w.n_active_params;
    info->file_bytes = m->gguf.file_bytes;
    info->model_hash = model_identify(&m->gguf).hash;
    info->n_layers = cfg->n_layers;
    info->n_moe_layers = model_config_moe_layers(cfg);
    info->first_moe_layer = first_moe_layer(cfg);
    info->n_experts = cfg->moe.n_experts;
    info->n_experts_used = cfg->moe.n_used;
    info->context_max = context;
    info->compat = cfg->compat;
    info->thinks = chat_family_thinks(m->family);
    info->sampling = recommended(m);
    fill_notice(info, m);
}

float *info_router_bias(const struct loaded_model *m)
{
    const struct model_config *cfg = &m->model.cfg;
    uint32_t n = model_config_moe_layers(cfg), first = first_moe_layer(cfg);
    size_t row = cfg->moe.n_experts;
    float *all = NULL;
    for (uint32_t i = 0; i < n; i++) {
        const float *bias = m->model.w.layers[first + i].router_bias;
        if (!bias)
            continue;
        if (!all)
            all = mem_array(n * row, sizeof *all);
        memcpy(all + i * row, bias, row * sizeof *all);
    }
    return all;
}

struct str *info_expert_labels(const struct loaded_model *m)
{
    static const char key[] = "mull.expert_labels";
    const struct model_config *cfg = &m->model.cfg;
    size_t n = (size_t)model_config_moe_layers(cfg) * cfg->moe.n_experts;
    struct gguf_strings it;
    struct err err;
    if (n == 0 || !gguf_find(&m->gguf, key))
        return NULL;
    if (!gguf_strings(&m->gguf, key, &it, &err) || it.left != n) {
        log_warn(LOG_ENGINE, "the labels of the experts are passed over: there "
                 "is not one for each");
        return NULL;
    }
    struct str *labels = mem_array(n, sizeof *labels);
    for (size_t i = 0; i < n; i++)
        gguf_strings_next(&it, &labels[i]);
    return labels;
}
