/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/expert_tally.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "chat/backend.h"
#include "ui/token_log.h"

#define LEANING_MAX 3.0f

void expert_tally_init(struct expert_tally *t, const struct backend_info *info)
{
    *t = (struct expert_tally){.n_layers = info->n_moe_layers,
                               .n_experts = info->n_experts,
                               .n_used = info->n_experts_used};
    if (t->n_experts == 0 || t->n_used == 0)
        t->n_layers = 0;
    size_t n = (size_t)t->n_layers * t->n_experts;
    for (int part = 0; part < 2; part++)
        t->hits[part] = mem_array(n, sizeof *t->hits[part]);
    t->weights = mem_array(n, sizeof *t->weights);
}

void expert_tally_clear(struct expert_tally *t)
{
    mem_free(t->hits[0]);
    mem_free(t->hits[1]);
    mem_free(t->weights);
    *t = (struct expert_tally){0};
}

static void begin_anew(struct expert_tally *t, uint32_t turn)
{
    size_t n = (size_t)t->n_layers * t->n_experts;
    memset(t->hits[0], 0, n * sizeof *t->hits[0]);
    memset(t->hits[1], 0, n * sizeof *t->hits[1]);
    memset(t->weights, 0, n * sizeof *t->weights);
    t->tokens[0] = t->tokens[1] = 0;
    t->turn = turn;
}

bool expert_tally_event(struct expert_tally *t, const struct event *ev)
{
    const struct token_info *token = &ev->token;
    if (t->n_layers == 0 || ev->kind != EVENT_TOKEN ||
        token->n_moe_layers == 0 || !token->picks)
        return false;
    if (t->turn != ev->turn)
        begin_anew(t, ev->turn);
    int part = token->part == PART_THOUGHT ? PART_THOUGHT : PART_ANSWER;
    t->tokens[part]++;
    const struct expert_pick *pick = token->picks;
    for (uint32_t layer = 0; layer < token->n_moe_layers; layer++)
        for (uint32_t i = 0; i < token->n_used; i++, pick++) {
            if (layer >= t->n_layers || pick->expert >= t->n_experts)
                continue;
            size_t at = (size_t)layer * t->n_experts + pick->expert;
            t->hits[part][at]++;
            t->weights[at] += (float)pick->weight / 65535;
        }
    return true;
}

uint32_t expert_tally_tokens(const struct expert_tally *t)
{
    return t->tokens[0] + t->tokens[1];
}

uint32_t expert_tally_hits(const struct expert_tally *t, uint32_t layer,
                           uint32_t expert)
{
    size_t at = (size_t)layer * t->n_experts + expert;
    return t->hits[0][at] + t->hits[1][at];
}

float expert_tally_rate(const struct expert_tally *t, uint32_t layer,
                        uint32_t expert)
{
    uint32_t n = expert_tally_tokens(t);
    float even = (float)t->n_used / (float)t->n_experts;
    return n ? (float)expert_tally_hits(t, layer, expert) / (float)n / even : 0;
}

float expert_tally_weight(const struct expert_tally *t, uint32_t layer,
                          uint32_t expert)
{
    uint32_t n = expert_tally_hits(t, layer, expert);
    return n ? t->weights[(size_t)layer * t->n_experts + expert] / (float)n : 0;
}

/* As if one token more had chosen as evenly as can be. */
static float drawn_rate(const struct expert_tally *t, int part, size_t at)
{
    float even = (float)t->n_used / (float)t->n_experts;
    return ((float)t->hits[part][at] + even) / ((float)t->tokens[part] + 1) /
           even;
}

float expert_tally_leaning(const struct expert_tally *t, uint32_t layer,
                           uint32_t expert)
{
    size_t at = (size_t)layer * t->n_experts + expert;
    if (t->tokens[0] == 0 || t->tokens[1] == 0 ||
        t->hits[0][at] + t->hits[1][at] == 0)
        return 0; /* chosen by neither, it leans nowhere */
    float x = log2f(drawn_rate(t, PART_THOUGHT, at) /
                    drawn_rate(t, PART_ANSWER, at));
    return x > LEANING_MAX ? LEANING_MAX : x < -LEANING_MAX ? -LEANING_MAX : x;
}

/* --- company -------------------------------------------------------------- */

void expert_company_clear(struct expert_company *c)
{
    mem_free(c->with);
    *c = (struct expert_company){0};
}

static void count_token(struct expert_company *c, const struct token_record *r)
{
    const struct expert_pick *pick = r->picks;
    for (uint32_t layer = 0; layer < r->n_layers && layer < c->n_layers; layer++)
        for (uint32_t i = 0; i < r->n_used; i++, pick++)
            if (pick->expert < c->n_experts)
                c->with[(size_t)layer * c->n_experts + pick->expert]++;
}

void expert_company_of(struct expert_company *c, const struct expert_tally *t,
                       const struct token_log *log, uint32_t layer,
                       uint32_t expert)
{
    struct token_record r;
    expert_company_clear(c);
    *c = (struct expert_company){.n_layers = t->n_layers,
                                 .n_experts = t->n_experts,
                                 .layer = layer, .expert = expert};
    c->with = mem_array((size_t)c->n_layers * c->n_experts, sizeof *c->with);
    for (uint32_t i = token_log_count(log);
         i-- > 0 && c->looked < COMPANY_TOKENS;) {
        if (!token_log_get(log, i, &r))
            break;
        if (r.n_layers == 0)
            continue;
        c->looked++;
        if (token_log_share(log, i, layer, expert) <= 0)
            continue;
        c->tokens++;
        count_token(c, &r);
    }
}
