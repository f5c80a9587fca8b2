/* SPDX-License-Identifier: Apache-2.0 */
/* DeepSeekMoE (2401.06066): routed experts and shared ones.
 *
 * Expert by expert, not token by token: the tokens of a batch share experts,
 * and reading each expert's weights once is what keeps a prompt bound by
 * arithmetic instead of by memory. A slot is one (token, choice) pair; slots
 * are sorted by expert, so an expert's inputs and outputs are neighbours. A
 * single token is the same with one slot per expert. The inputs of a few tokens
 * are not even copied: those of an expert lie together in runs. */
#include <string.h>

#include "base/arena.h"
#include "model/forward.h"
#include "model/layer.h"

/* Products of one kind that a batch may come to. */
static uint32_t max_products(const struct moe_config *c, uint32_t max_batch)
{
    uint32_t few = FEW_TOKENS < max_batch ? FEW_TOKENS : max_batch;
    uint32_t runs = few * c->n_used;
    return runs > c->n_experts ? runs : c->n_experts;
}

void moe_layout(struct moe *m, const struct model_config *cfg,
                uint32_t max_batch, struct arena *mem)
{
    const struct moe_config *c = &cfg->moe;
    uint32_t slots = max_batch * c->n_used, shared = c->n_shared * c->ff_dim;
    uint32_t widest = cfg->n_embd > c->ff_dim ? cfg->n_embd : c->ff_dim;
    m->scores = arena_take(mem, max_batch, c->n_experts * sizeof(float));
    m->gathered = arena_take(mem, slots, cfg->n_embd * sizeof(float));
    m->gate = arena_take(mem, slots, c->ff_dim * sizeof(float));
    m->up = arena_take(mem, slots, c->ff_dim * sizeof(float));
    m->shared_gate = arena_take(mem, max_batch, shared * sizeof(float));
    m->shared_up = arena_take(mem, max_batch, shared * sizeof(float));
    act_layout(&m->slot_act, widest, slots, mem);
    act_layout(&m->shared_act, shared, max_batch, mem);
    m->slot_of = arena_take(mem, slots, sizeof(uint32_t));
    m->token_of = arena_take(mem, slots, sizeof(uint32_t));
    m->first_slot = arena_take(mem, c->n_experts + 1, sizeof(uint32_t));
    m->next_slot = arena_take(mem, c->n_experts, sizeof(uint32_t));
    m->products = arena_take(mem, 2 * max_products(c, max_batch) + 2,
                             sizeof(struct product));
    m->group_best = arena_take(mem, c->n_groups, sizeof(float));
    m->selection = arena_take(mem, c->n_experts, sizeof(float));
}

static void route(struct moe *m, struct batch *b, const struct layer_weights *lw,
                  uint32_t layer, struct expert_choice *choices)
{
    const struct moe_config *c = &b->cfg->moe;
    /* The MTP block behind the trunk only guesses: nothing is off there. */
    const uint8_t *off = m->off && layer < b->cfg->n_layers
                             ? m->off + (size_t)layer * c->n_experts : NULL;
    const struct product p = {.w = lw->router, .x = &b->act, .n = b->n,
                              .y = m->scores, .ldy = c->n_experts,
                              .float32 = true};
    matmul_many(b->c, &p, 1);
    for (uint32_t t = 0; t < b->n; t++)
        router_choose(c, m->scores + (size_t)t * c->n_experts, lw->router_bias,
                      off, m->selection, m->group_best,
                      choices + (size_t)t * c->n_used);
}

/* A counting sort of the choices by expert; within one, by token. */
static void assign_slots(struct moe *m, const struct moe_config *c, uint32_t n,
                         const struct expert_choice *choices)
{
    uint32_t slots = n * c->n_used;
    memset(m->first_slot, 0, (c->n_experts + 1) * sizeof(uint32_t));
    for (uint32_t i = 0; i < slots; i++)
        m->first_slot[choices[i].expert + 1]++;
    for (uint32_t e = 0; e < c->n_experts; e++)
        m->first_slot[e + 1] += m->first_slot[e];
    memcpy(m->next_slot, m->first_slot, c->n_experts * sizeof(uint32_t));
    for (uint32_t i = 0; i < slots; i++) {
        uint32_t s = m->next_slot[choices[i].expert]++;
        m->slot_of[i] = s;
        m->token_of[s] = i / c->n_used;
    }
}

struct moe_job {
    struct moe *m;
    struct batch *b;
    const struct expert_choice *choices;
};

static void gather_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct moe_job *j = arg;
    size_t D = j->b->cfg->n_embd, begin, end;
    pool_range((size_t)j->b->n * j->b->cfg->moe.n_used, 1, part, n_parts,
               &begin, &end);
    for (size_t s = begin; s < end; s++)
        memcpy(j->m->gathered + s * D, j->b->xn + j->m->token_of[s] * D,
               D * sizeof(float));
}

/* out[t] = shared + sum_j weight_j * expert_j, j in order of choice. */
static void combine_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct moe_job *job = arg;
    const struct model_config *cfg = job->b->cfg;
    size_t D = cfg->n_embd, K = cfg->moe.n_used, begin, end;
    pool_range(job->b->n, 1, part, n_parts, &begin, &end);
    for (size_t t = begin; t < end; t++) {
        float *out = job->b->out + t * D;
        if (cfg->moe.n_shared == 0)
            memset(out, 0, D * sizeof(float));
        for (size_t j = 0; j < K; j++)
            job->b->c->kernels.axpy(job->choices[t * K + j].weight,
                                    job->m->gathered +
                                        job->m->slot_of[t * K + j] * D,
                                    out, D);
    }
}

/* The slots behind `first`, before `end`, whose tokens follow each other. */
static uint32_t run_of_tokens(const struct moe *m, uint32_t first, uint32_t end)
{
    uint32_t n = 1;
    while (first + n < end && m->token_of[first + n] == m->token_of[first] + n)
        n++;
    return n;
}

/* The products of every expert that has slots, each over its own slots; or of
 * every run of tokens that has, where `x` has a column for each token. */
static size_t per_expert(struct moe *m, const struct moe_config *c,
                         const struct matrix_stack *stack, struct act *x,
                         float *y, struct product *p)
{
    size_t n = 0, ldy = stack->first.n_rows;
    for (uint32_t e = 0; e < c->n_experts; e++) {
        uint32_t end = m->first_slot[e + 1], len;
        for (uint32_t s = m->first_slot[e]; s < end; s += len) {
            bool by_slot = x == &m->slot_act;
            len = by_slot ? end - s : run_of_tokens(m, s, end);
            p[n++] = (struct product){.w = matrix_stack_at(stack, e), .x = x,
                                      .first = by_slot ? s : m->token_of[s],
                                      .n = len, .y = y + s * ldy, .ldy = ldy};
        }
    }
    return n;
}

/* x: of slots, or of tokens. */
static void gate_and_up(struct moe *m, struct batch *b,
                        const struct layer_weights *lw, struct act *x)
{
    const struct moe_config *c = &b->cfg->moe;
    uint32_t shared = c->n_shared * c->ff_dim;
    struct product *p = m->products;
    size_t n = per_expert(m, c, &lw->gate_exps, x, m->gate, p);
    n += per_expert(m, c, &lw->up_exps, x, m->up, p + n);
    if (shared > 0) {
        p[n++] = (struct product){.w = lw->shared.gate, .x = &b->act, .n = b->n,
                                  .y = m->shared_gate, .ldy = shared};
        p[n++] = (struct product){.w = lw->shared.up, .x = &b->act, .n = b->n,
                                  .y = m->shared_up, .ldy = shared};
    }
    matmul_many(b->c, p, n);
}

static void down(struct moe *m, struct batch *b, const struct layer_weights *lw)
{
    const struct moe_config *c = &b->cfg->moe;
    struct product *p = m->products;
    size_t n = per_expert(m, c, &lw->down_exps, &m->slot_act, m->gathered, p);
    if (c->n_shared > 0) {
        uint32_t width = c->n_shared * c->ff_dim;
        act_set_fine(&m->shared_act, m->shared_gate, width, width, b->n);
        p[n++] = (struct product){.w = lw->shared.down, .x = &m->shared_act,
                                  .n = b->n, .y = b->out,
                                  .ldy = b->cfg->n_embd};
    }
    matmul_many(b->c, p, n);
}

void ffn_moe(struct moe *m, struct batch *b, const struct layer_weights *lw,
             uint32_t layer, struct expert_choice *choices)
{
    const struct model_config *cfg = b->cfg;
    const struct moe_config *c = &cfg->moe;
    uint32_t slots = b->n * c->n_used;
    struct moe_job job = {m, b, choices};

    act_set(&b->act, b->xn, cfg->n_embd, cfg->n_embd, b->n);
    route(m, b, lw, layer, choices);
    assign_slots(m, c, b->n, choices);
    if (b->n <= FEW_TOKENS) {
        gate_and_up(m, b, lw, &b->act);
    } else {
        compute_run(b->c, (uint64_t)slots * cfg->n_embd, gather_part, &job);
        act_set(&m->slot_act, m->gathered, cfg->n_embd, cfg->n_embd, slots);
        gate_and_up(m, b, lw, &m->slot_act);
    }
    ffn_swiglu(b->c, m->gate, m->up, c->ff_dim, slots);
    if (c->n_shared > 0)
        ffn_swiglu(b->c, m->shared_gate, m->shared_up, c->n_shared * c->ff_dim,
                   b->n);
    act_set_fine(&m->slot_act, m->gate, c->ff_dim, c->ff_dim, slots);
    down(m, b, lw);
    compute_run(b->c, (uint64_t)slots * cfg->n_embd, combine_part, &job);
}
