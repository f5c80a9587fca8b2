/* SPDX-License-Identifier: Apache-2.0 */
/* Which experts a token goes to: DeepSeek-V2 (2405.04434, 2.2) and V3
 * (2412.19437, 2.1.2). All in float32. */
#include <float.h>
#include <math.h>

#include "model/forward.h"
#include "model/layer.h"

/* 2^-14: the weights of a token that no expert wants stay finite. */
static const float SMALLEST_SUM = 6.103515625e-5f;

static void softmax(float *x, uint32_t n)
{
    float max = -INFINITY, sum = 0;
    for (uint32_t i = 0; i < n; i++)
        max = x[i] > max ? x[i] : max;
    for (uint32_t i = 0; i < n; i++)
        sum += x[i] = expf(x[i] - max);
    for (uint32_t i = 0; i < n; i++)
        x[i] /= sum;
}

/* A taken or excluded entry. All others are finite, whatever the model holds,
 * so that there is an answer while one is left. */
#define TAKEN (-INFINITY)

static float rankable(float x)
{
    return x >= -FLT_MAX ? fminf(x, FLT_MAX) : -FLT_MAX; /* NaN: the last */
}

/* The largest that is left; the lower index on ties. */
static uint32_t take_best(float *x, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (x[i] > x[best])
            best = i;
    x[best] = TAKEN;
    return best;
}

static float group_value(const float *x, uint32_t n, bool two)
{
    float first = TAKEN, second = TAKEN;
    for (uint32_t i = 0; i < n; i++)
        if (x[i] > first) {
            second = first;
            first = x[i];
        } else if (x[i] > second) {
            second = x[i];
        }
    return rankable(two && second != TAKEN ? first + second : first);
}

static uint32_t count_left(const float *x, uint32_t n)
{
    uint32_t left = 0;
    for (uint32_t i = 0; i < n; i++)
        left += x[i] != TAKEN;
    return left;
}

/* V2 ranks a group by its best expert; V3, whose scores carry a bias, by the
 * sum of its best two. Experts of the other groups leave the selection. Where
 * experts are off, or more are used than the model is made for, the groups may
 * hold too few of them: then further groups stay. */
static void keep_groups(const struct moe_config *cfg, bool biased,
                        float *selection, float *best)
{
    uint32_t size = cfg->n_experts / cfg->n_groups, left = 0;
    for (uint32_t g = 0; g < cfg->n_groups; g++)
        best[g] = group_value(selection + (size_t)g * size, size, biased);
    for (uint32_t i = 0; i < cfg->n_groups &&
                         (i < cfg->n_groups_used || left < cfg->n_used); i++) {
        uint32_t g = take_best(best, cfg->n_groups);
        left += count_left(selection + (size_t)g * size, size);
    }
    for (uint32_t g = 0; g < cfg->n_groups; g++)
        for (uint32_t e = 0; best[g] != TAKEN && e < size; e++)
            selection[(size_t)g * size + e] = TAKEN;
}

/* The bias decides who is chosen, never with which weight. */
void router_choose(const struct moe_config *cfg, float *scores,
                   const float *bias, const uint8_t *off, float *selection,
                   float *group_best, struct expert_choice *out)
{
    uint32_t n = cfg->n_experts;
    if (cfg->score == ROUTER_SOFTMAX)
        softmax(scores, n);
    else
        for (uint32_t i = 0; i < n; i++)
            scores[i] = 1 / (1 + expf(-scores[i]));
    for (uint32_t i = 0; i < n; i++)
        selection[i] = off && off[i] ? TAKEN
                       : rankable(bias ? scores[i] + bias[i] : scores[i]);
    if (cfg->n_groups > 1)
        keep_groups(cfg, bias || cfg->groups_by_sum, selection, group_best);

    float sum = 0;
    for (uint32_t j = 0; j < cfg->n_used; j++) {
        uint32_t e = take_best(selection, n);
        out[j] = (struct expert_choice){(uint16_t)e, scores[e]};
        sum += scores[e];
    }
    float scale = cfg->weights_scale;
    if (cfg->norm_weights)
        scale /= fmaxf(sum, SMALLEST_SUM);
    for (uint32_t j = 0; j < cfg->n_used; j++)
        out[j].weight *= scale;
}
