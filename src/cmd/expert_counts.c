/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/expert_counts.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* 64 MB of counts: eight times what the largest models need. */
#define MAX_PAIRS ((size_t)16 << 20)

static size_t n_pairs(const struct expert_shape *s)
{
    return (size_t)s->n_experts * (s->n_experts - 1) / 2;
}

static void reserve(struct expert_counts *c)
{
    size_t n = (size_t)c->shape.n_layers * c->shape.n_experts;
    size_t pairs = c->shape.n_layers * n_pairs(&c->shape);
    c->tokens[0] = mem_array(n, sizeof *c->tokens[0]);
    c->tokens[1] = mem_array(n, sizeof *c->tokens[1]);
    c->weight = mem_array(n, sizeof *c->weight);
    if (pairs <= MAX_PAIRS)
        c->pairs = mem_array(pairs, sizeof *c->pairs);
}

bool expert_counts_model(struct expert_counts *c, const char *name,
                         const struct expert_shape *s, struct err *err)
{
    if (s->n_layers == 0 || s->n_experts == 0)
        return err_set(err, ERR_FORMAT, "this model has no experts");
    if (s->n_layers > COUNTS_MAX_LAYERS || s->n_experts > COUNTS_MAX_EXPERTS ||
        s->first_layer > COUNTS_MAX_LAYERS || s->n_used > s->n_experts)
        return err_set(err, ERR_FORMAT,
                       "no model has %u layers of %u experts, %u of them used",
                       s->n_layers, s->n_experts, s->n_used);
    if (c->shape.n_layers == 0) {
        c->shape = *s;
        snprintf(c->model, sizeof c->model, "%s", name);
        reserve(c);
        return true;
    }
    if (memcmp(&c->shape, s, sizeof *s) != 0 ||
        strncmp(c->model, name, sizeof c->model - 1) != 0)
        return err_set(err, ERR_FORMAT,
                       "this is another model than before: %.60s, before it "
                       "%.60s", name, c->model);
    return true;
}

void expert_counts_clear(struct expert_counts *c)
{
    mem_free(c->tokens[0]);
    mem_free(c->tokens[1]);
    mem_free(c->weight);
    mem_free(c->pairs);
    *c = (struct expert_counts){0};
}

/* --- counting ------------------------------------------------------------- */

static size_t at(const struct expert_counts *c, uint32_t layer, uint32_t expert)
{
    return (size_t)layer * c->shape.n_experts + expert;
}

/* Pairs by their higher member: (0 1) (0 2) (1 2) (0 3) ... */
static size_t pair_at(const struct expert_counts *c, uint32_t layer, uint32_t a,
                      uint32_t b)
{
    size_t low = a < b ? a : b, high = a < b ? b : a;
    return layer * n_pairs(&c->shape) + high * (high - 1) / 2 + low;
}

static bool check(const struct expert_counts *c, uint32_t layer,
                  const uint16_t *experts, uint32_t n, struct err *err)
{
    if (layer >= c->shape.n_layers)
        return err_set(err, ERR_FORMAT, "layer %u has no experts",
                       layer + c->shape.first_layer);
    for (uint32_t i = 0; i < n; i++) {
        if (experts[i] >= c->shape.n_experts)
            return err_set(err, ERR_FORMAT, "there is no expert %u (of %u)",
                           experts[i], c->shape.n_experts);
        for (uint32_t k = 0; k < i; k++)
            if (experts[k] == experts[i])
                return err_set(err, ERR_FORMAT, "expert %u stands there twice",
                               experts[i]);
    }
    return true;
}

bool expert_counts_add(struct expert_counts *c, enum text_part part,
                       uint32_t layer, const uint16_t *experts,
                       const double *weights, uint32_t n, struct err *err)
{
    if (!check(c, layer, experts, n, err))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        c->tokens[part][at(c, layer, experts[i])]++;
        if (weights)
            c->weight[at(c, layer, experts[i])] += weights[i];
        for (uint32_t k = 0; c->pairs && k < i; k++)
            c->pairs[pair_at(c, layer, experts[i], experts[k])]++;
    }
    return true;
}

/* --- figures -------------------------------------------------------------- */

uint64_t expert_counts_tokens(const struct expert_counts *c, uint32_t layer,
                              uint32_t expert)
{
    size_t i = at(c, layer, expert);
    return c->tokens[0][i] + c->tokens[1][i];
}

uint64_t expert_counts_together(const struct expert_counts *c, uint32_t layer,
                                uint32_t a, uint32_t b)
{
    return c->pairs && a != b ? c->pairs[pair_at(c, layer, a, b)] : 0;
}

double expert_counts_imbalance(const struct expert_counts *c, uint32_t layer)
{
    uint64_t most = 0, all = 0;
    for (uint32_t e = 0; e < c->shape.n_experts; e++) {
        uint64_t n = expert_counts_tokens(c, layer, e);
        most = n > most ? n : most;
        all += n;
    }
    return all ? (double)most * c->shape.n_experts / (double)all - 1 : 0;
}

uint32_t expert_counts_unused(const struct expert_counts *c, uint32_t layer)
{
    uint32_t n = 0;
    for (uint32_t e = 0; e < c->shape.n_experts; e++)
        n += expert_counts_tokens(c, layer, e) == 0;
    return n;
}

uint32_t expert_counts_busiest(const struct expert_counts *c, uint32_t layer,
                               uint16_t *experts, uint32_t n)
{
    uint32_t found = 0;
    for (uint32_t e = 0; e < c->shape.n_experts; e++) {
        uint64_t mine = expert_counts_tokens(c, layer, e);
        uint32_t i = found < n ? found : n;
        while (i > 0 && expert_counts_tokens(c, layer, experts[i - 1]) < mine) {
            if (i < n)
                experts[i] = experts[i - 1];
            i--;
        }
        if (mine == 0 || i == n)
            continue;
        experts[i] = (uint16_t)e;
        found += found < n;
    }
    return found;
}

bool expert_counts_partner(const struct expert_counts *c, uint32_t layer,
                           uint32_t expert, uint32_t *partner)
{
    uint64_t most = 0;
    for (uint32_t e = 0; e < c->shape.n_experts; e++) {
        uint64_t n = expert_counts_together(c, layer, expert, e);
        if (n > most) {
            most = n;
            *partner = e;
        }
    }
    return most > 0;
}
