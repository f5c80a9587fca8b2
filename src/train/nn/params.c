/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/params.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"

static const double INIT_DEVIATION = 0.02;

enum {
    ALIGN = 16,             /* elements: every tensor starts a cache line */
    MAX_BLOCK_TENSORS = 24,
    MAX_OTHER_TENSORS = 3,
};

/* The layout is written once, as a list of tensors in the order of a file; it
 * sizes the buffer on the way. */
struct layout {
    struct params *p;
    uint32_t block;
};

static size_t take(struct params *p, size_t n)
{
    size_t at = p->len;
    p->len += (n + ALIGN - 1) / ALIGN * ALIGN;
    return at;
}

static struct param *add(struct layout *l, enum param_group group,
                         const char *name, uint32_t n_dims, uint32_t cols,
                         uint32_t rows, uint32_t n)
{
    struct params *p = l->p;
    struct param *t = &p->table[p->n++];
    *t = (struct param){.group = group, .block = l->block, .n_dims = n_dims,
                        .dims = {cols, rows, n}, .n_rows = rows,
                        .n_cols = cols, .n = n,
                        .stride = (size_t)rows * cols};
    if (l->block < shape_n_blocks(&p->shape))
        snprintf(t->name, sizeof t->name, "blk.%u.%s", l->block, name);
    else
        snprintf(t->name, sizeof t->name, "%s", name);
    p->n_params += (uint64_t)n * rows * cols;
    return t;
}

static size_t vector(struct layout *l, enum param_group group,
                     const char *name, uint32_t n)
{
    struct param *t = add(l, group, name, 1, n, 1, 1);
    return t->at = take(l->p, n);
}

static size_t matrix(struct layout *l, enum param_group group,
                     const char *name, uint32_t cols, uint32_t rows)
{
    struct param *t = add(l, group, name, 2, cols, rows, 1);
    return t->at = take(l->p, t->stride);
}

static size_t stack(struct layout *l, const char *name, uint32_t cols,
                    uint32_t rows, uint32_t n)
{
    struct param *t = add(l, PARAM_MATRIX, name, 3, cols, rows, n);
    return t->at = take(l->p, t->stride * n);
}

static void mark_residual(struct layout *l)
{
    l->p->table[l->p->n - 1].residual = true;
}

/* gate and up: two tensors whose matrices take turns. n = 0: not a stack. */
static size_t gate_up(struct layout *l, const char *gate, const char *up,
                      uint32_t cols, uint32_t rows, uint32_t n)
{
    uint32_t n_dims = n ? 3 : 2;
    n = n ? n : 1;
    struct param *g = add(l, PARAM_MATRIX, gate, n_dims, cols, rows, n);
    struct param *u = add(l, PARAM_MATRIX, up, n_dims, cols, rows, n);
    size_t one = (size_t)rows * cols;
    g->at = take(l->p, 2 * one * n);
    u->at = g->at + one;
    g->stride = u->stride = 2 * one;
    return g->at;
}

static void add_attention(struct layout *l, struct attn_at *at)
{
    const struct shape *s = &l->p->shape;
    uint32_t D = s->n_embd, H = s->n_heads, rank = s->kv_lora_rank;
    at->norm = vector(l, PARAM_NORM, "attn_norm.weight", D);
    at->q_a = matrix(l, PARAM_MATRIX, "attn_q_a.weight", D, s->q_lora_rank);
    at->q_a_norm =
        vector(l, PARAM_NORM, "attn_q_a_norm.weight", s->q_lora_rank);
    at->q_b = matrix(l, PARAM_MATRIX, "attn_q_b.weight", s->q_lora_rank,
                     H * shape_head_dim(s));
    at->kv_a = matrix(l, PARAM_MATRIX, "attn_kv_a_mqa.weight", D,
                      rank + s->rope_dim);
    at->kv_a_norm = vector(l, PARAM_NORM, "attn_kv_a_norm.weight", rank);
    at->k_b = stack(l, "attn_k_b.weight", s->nope_dim, rank, H);
    at->v_b = stack(l, "attn_v_b.weight", rank, s->v_dim, H);
    at->o = matrix(l, PARAM_MATRIX, "attn_output.weight", H * s->v_dim, D);
    mark_residual(l);
}

static void add_dense(struct layout *l, struct ffn_at *at)
{
    const struct shape *s = &l->p->shape;
    at->gate_up = gate_up(l, "ffn_gate.weight", "ffn_up.weight", s->n_embd,
                          s->n_ff, 0);
    at->down =
        matrix(l, PARAM_MATRIX, "ffn_down.weight", s->n_ff, s->n_embd);
    mark_residual(l);
}

static void add_experts(struct layout *l, struct ffn_at *at)
{
    const struct shape *s = &l->p->shape;
    uint32_t D = s->n_embd, E = s->n_experts, F = s->expert_ff;
    uint32_t shared = s->n_shared * F;
    at->router = matrix(l, PARAM_ROUTER, "ffn_gate_inp.weight", D, E);
    at->bias = vector(l, PARAM_BIAS, "exp_probs_b.bias", E);
    at->exps_gate_up =
        gate_up(l, "ffn_gate_exps.weight", "ffn_up_exps.weight", D, F, E);
    at->exps_down = stack(l, "ffn_down_exps.weight", F, D, E);
    mark_residual(l);
    if (shared == 0)
        return;
    at->gate_up = gate_up(l, "ffn_gate_shexp.weight", "ffn_up_shexp.weight", D,
                          shared, 0);
    at->down = matrix(l, PARAM_MATRIX, "ffn_down_shexp.weight", shared, D);
    mark_residual(l);
}

static void add_mtp(struct layout *l, struct mtp_at *at)
{
    uint32_t D = l->p->shape.n_embd;
    at->eh_proj = matrix(l, PARAM_MATRIX, "nextn.eh_proj.weight", 2 * D, D);
    at->enorm = vector(l, PARAM_NORM, "nextn.enorm.weight", D);
    at->hnorm = vector(l, PARAM_NORM, "nextn.hnorm.weight", D);
    at->head_norm = vector(l, PARAM_NORM, "nextn.shared_head_norm.weight", D);
}

static void add_blocks(struct params *p)
{
    const struct shape *s = &p->shape;
    for (uint32_t i = 0; i < shape_n_blocks(s); i++) {
        struct layout l = {p, i};
        struct block_at *at = &p->blocks[i];
        add_attention(&l, &at->attn);
        at->ffn.norm = vector(&l, PARAM_NORM, "ffn_norm.weight", s->n_embd);
        if (shape_is_moe(s, i))
            add_experts(&l, &at->ffn);
        else
            add_dense(&l, &at->ffn);
        if (i >= s->n_layers)
            add_mtp(&l, &p->mtp);
    }
}

static uint64_t count_active(const struct params *p)
{
    uint64_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        bool mtp = t->block == p->shape.n_layers && p->shape.n_mtp;
        bool routed = t->n == p->shape.n_experts && strstr(t->name, "_exps.");
        if (!mtp && t->at != p->token_embd)
            n += (uint64_t)t->n_rows * t->n_cols *
                 (routed ? p->shape.n_used : t->n);
    }
    return n;
}

bool params_init(struct params *p, const struct shape *s, struct err *err)
{
    *p = (struct params){.shape = *s};
    if (!shape_check(s, err))
        return false;
    uint32_t n_blocks = shape_n_blocks(s);
    p->table = mem_array(MAX_OTHER_TENSORS + n_blocks * MAX_BLOCK_TENSORS,
                         sizeof *p->table);
    p->blocks = mem_array(n_blocks, sizeof *p->blocks);

    struct layout l = {p, n_blocks};
    p->token_embd = matrix(&l, PARAM_EMBEDDING, "token_embd.weight", s->n_embd,
                           s->n_vocab);
    p->output_norm = vector(&l, PARAM_NORM, "output_norm.weight", s->n_embd);
    p->output = matrix(&l, PARAM_EMBEDDING, "output.weight", s->n_embd,
                       s->n_vocab);
    add_blocks(p);
    p->n_active = count_active(p);
    p->values = mem_big(p->len * sizeof *p->values, "the parameters", err);
    mem_big_in_use(p->values, p->len * sizeof *p->values);
    if (!p->values) {
        params_clear(p);
        return false;
    }
    mem_big_in_use(p->values, p->len * sizeof *p->values);
    return true;
}

void params_clear(struct params *p)
{
    mem_big_free(p->values, p->len * sizeof *p->values);
    mem_free(p->table);
    mem_free(p->blocks);
    *p = (struct params){0};
}

static void randomize(const struct param *t, real *values, double deviation,
                      struct rng *rng)
{
    for (uint32_t i = 0; i < t->n; i++) {
        real *w = param_matrix(t, values, i);
        for (size_t j = 0; j < (size_t)t->n_rows * t->n_cols; j++)
            w[j] = (real)(deviation * rng_normal(rng));
    }
}

void params_randomize(struct params *p, uint64_t seed)
{
    double residual = INIT_DEVIATION / sqrt(2.0 * shape_n_blocks(&p->shape));
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        struct rng rng = rng_init(rng_mix(seed) + i);
        switch (t->group) {
        case PARAM_NORM:
            for (uint32_t j = 0; j < t->n_cols; j++)
                p->values[t->at + j] = 1;
            break;
        case PARAM_BIAS:
            memset(p->values + t->at, 0, t->n_cols * sizeof *p->values);
            break;
        default:
            randomize(t, p->values, t->residual ? residual : INIT_DEVIATION,
                      &rng);
        }
    }
}

const struct param *params_find(const struct params *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->table[i].name, name) == 0)
            return &p->table[i];
    return NULL;
}
