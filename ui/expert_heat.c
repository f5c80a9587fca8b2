/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/expert_heat.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "chat/backend.h"

/* What a token is worth after the next one. */
static const float fade = 1.0f - 1.0f / HEAT_WINDOW;
/* One hit this faded (about four windows old) is no hit any more. */
static const float forgotten = 0.02f;

void expert_heat_init(struct expert_heat *h, const struct backend_info *info)
{
    *h = (struct expert_heat){.n_layers = info->n_moe_layers,
                              .n_experts = info->n_experts,
                              .n_used = info->n_experts_used};
    if (h->n_experts == 0 || h->n_used == 0)
        h->n_layers = 0;
    size_t n = (size_t)h->n_layers * h->n_experts;
    h->hits = mem_array(n, sizeof *h->hits);
    h->now = mem_array(n, sizeof *h->now);
}

void expert_heat_clear(struct expert_heat *h)
{
    mem_free(h->hits);
    mem_free(h->now);
    *h = (struct expert_heat){0};
}

bool expert_heat_token(struct expert_heat *h, const struct token_info *token)
{
    if (h->n_layers == 0 || token->n_moe_layers == 0 || !token->picks)
        return false;
    size_t n = (size_t)h->n_layers * h->n_experts;
    for (size_t i = 0; i < n; i++)
        h->hits[i] *= fade;
    memset(h->now, 0, n);
    h->tokens = h->tokens * fade + 1;

    const struct expert_pick *pick = token->picks;
    for (uint32_t layer = 0; layer < token->n_moe_layers; layer++)
        for (uint32_t i = 0; i < token->n_used; i++, pick++) {
            /* A server may tell of a model that it did not announce. */
            if (layer >= h->n_layers || pick->expert >= h->n_experts)
                continue;
            size_t at = (size_t)layer * h->n_experts + pick->expert;
            h->hits[at] += 1;
            h->now[at] = 1;
        }
    return true;
}

float expert_heat_rate(const struct expert_heat *h, uint32_t layer,
                       uint32_t first, uint32_t n)
{
    const float *row = h->hits + (size_t)layer * h->n_experts;
    float most = 0;
    for (uint32_t e = first; e < first + n && e < h->n_experts; e++)
        most = row[e] > most ? row[e] : most;
    if (most < forgotten || h->tokens <= 0)
        return 0;
    float even = (float)h->n_used / (float)h->n_experts;
    return most / h->tokens / even;
}

int expert_heat_level(const struct expert_heat *h, uint32_t layer,
                      uint32_t first, uint32_t n)
{
    float rate = expert_heat_rate(h, layer, first, n);
    if (rate <= 0)
        return 0;
    /* 1/4, 1, 4 times an even share are the levels 1, 4, 7. */
    int level = 4 + (int)lroundf(1.5f * log2f(rate));
    return level < 1 ? 1 : level > HEAT_LEVELS - 1 ? HEAT_LEVELS - 1 : level;
}

bool expert_heat_now(const struct expert_heat *h, uint32_t layer,
                     uint32_t first, uint32_t n)
{
    const uint8_t *row = h->now + (size_t)layer * h->n_experts;
    for (uint32_t e = first; e < first + n && e < h->n_experts; e++)
        if (row[e])
            return true;
    return false;
}

float expert_heat_unevenness(const struct expert_heat *h, uint32_t layer)
{
    const float *row = h->hits + (size_t)layer * h->n_experts;
    float sum = 0, squares = 0;
    for (uint32_t e = 0; e < h->n_experts; e++) {
        sum += row[e];
        squares += row[e] * row[e];
    }
    return sum > 0 ? squares * (float)h->n_experts / (sum * sum) : 0;
}
