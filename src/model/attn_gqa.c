/* SPDX-License-Identifier: Apache-2.0 */
/* Grouped-query attention (2305.13245): query head h reads the keys and values
 * of head h / (n_heads / n_kv_heads). */
#include "model/kv_cache.h"
#include "model/layer.h"

struct gqa_job {
    struct attn *a;
    struct batch *b;
    const struct layer_weights *lw;
    uint32_t layer;
    uint32_t n_blocks;  /* of ATTN_COLUMNS tokens */
};

static void add(float *x, const float *bias, size_t n)
{
    for (size_t i = 0; bias && i < n; i++)
        x[i] += bias[i];
}

/* Heads of one token: normalised where the model does that, then rotated. */
static void finish_heads(const struct batch *b, uint32_t token, float *heads,
                         uint32_t n_heads, const float *norm)
{
    const struct model_config *cfg = b->cfg;
    for (uint32_t h = 0; h < n_heads; h++) {
        float *u = heads + (size_t)h * cfg->head_dim;
        if (norm)
            b->c->kernels.rms_norm(u, norm, cfg->norm_eps, u, cfg->head_dim);
        rope_apply(&b->rope, token, u);
    }
}

static void store(const struct gqa_job *job, uint32_t pos, uint32_t head,
                  const float *key, const float *value)
{
    struct batch *b = job->b;
    const struct kernels *k = &b->c->kernels;
    enum kv_type type = kv_cache_type(b->kv);
    size_t bytes;
    char *rows = kv_cache_keys(b->kv, job->layer, head, &bytes);
    kv_type_store(type, k, key, rows + pos * bytes, b->cfg->head_dim);
    rows = kv_cache_values(b->kv, job->layer, head, &bytes);
    kv_type_store(type, k, value, rows + pos * bytes, b->cfg->v_head_dim);
}

static void remember_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct gqa_job *job = arg;
    struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    size_t nk = (size_t)cfg->n_kv_heads * cfg->head_dim;
    size_t nv = (size_t)cfg->n_kv_heads * cfg->v_head_dim;
    size_t nq = (size_t)cfg->n_heads * cfg->head_dim;
    size_t begin, end;
    pool_range(b->n, 1, part, n_parts, &begin, &end);
    for (size_t t = begin; t < end; t++) {
        float *q = job->a->q + t * nq, *k = job->a->k + t * nk;
        float *v = job->a->v + t * nv;
        add(q, job->lw->q_bias, nq);
        add(k, job->lw->k_bias, nk);
        add(v, job->lw->v_bias, nv);
        finish_heads(b, (uint32_t)t, q, cfg->n_heads, job->lw->q_norm);
        for (size_t i = 0; i < nq; i++)
            q[i] *= cfg->attn_scale;
        finish_heads(b, (uint32_t)t, k, cfg->n_kv_heads, job->lw->k_norm);
        for (uint32_t h = 0; h < cfg->n_kv_heads; h++)
            store(job, b->pos + (uint32_t)t, h, k + (size_t)h * cfg->head_dim,
                  v + (size_t)h * cfg->v_head_dim);
    }
}

/* One query head over one block of tokens. */
static void attend(const struct gqa_job *job, uint32_t head, uint32_t first,
                   unsigned part)
{
    struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    const struct attn *a = job->a;
    uint32_t kv_head = head / (cfg->n_heads / cfg->n_kv_heads);
    uint32_t n = b->n - first < ATTN_COLUMNS ? b->n - first : ATTN_COLUMNS;
    struct attn_block block = {
        .c = b->c,
        .type = kv_cache_type(b->kv),
        .key_dim = cfg->head_dim,
        .value_dim = cfg->v_head_dim,
        .n_rows = b->pos + first + n,
        .n_cols = n,
        .ldq = (size_t)cfg->n_heads * cfg->head_dim,
        .scores = a->scores + (size_t)part * ATTN_COLUMNS * a->max_context,
        .ld_scores = a->max_context,
        .value = a->value + (size_t)part * cfg->v_head_dim,
        .ldo = (size_t)cfg->n_heads * cfg->v_head_dim,
    };
    block.q = a->q + first * block.ldq + (size_t)head * cfg->head_dim;
    block.out = a->heads + first * block.ldo + (size_t)head * cfg->v_head_dim;
    block.keys = kv_cache_keys(b->kv, job->layer, kv_head, &block.key_bytes);
    block.values = kv_cache_values(b->kv, job->layer, kv_head,
                                   &block.value_bytes);
    attn_over_cache(&block);
}

static void attend_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct gqa_job *job = arg;
    /* Later blocks see more rows: deal them out in turn. */
    uint32_t n_items = job->n_blocks * job->b->cfg->n_heads;
    for (uint32_t i = part; i < n_items; i += n_parts)
        attend(job, i % job->b->cfg->n_heads,
               i / job->b->cfg->n_heads * ATTN_COLUMNS, part);
}

void attn_gqa(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer)
{
    const struct model_config *cfg = b->cfg;
    struct gqa_job job = {a, b, lw, layer,
                          (b->n + ATTN_COLUMNS - 1) / ATTN_COLUMNS};
    const struct product qkv[] = {
        {.w = lw->q, .x = &b->act, .n = b->n, .y = a->q, .ldy = lw->q.n_rows},
        {.w = lw->k, .x = &b->act, .n = b->n, .y = a->k, .ldy = lw->k.n_rows},
        {.w = lw->v, .x = &b->act, .n = b->n, .y = a->v, .ldy = lw->v.n_rows},
    };
    act_set(&b->act, b->xn, cfg->n_embd, cfg->n_embd, b->n);
    matmul_many(b->c, qkv, 3);
    compute_run(b->c, (uint64_t)b->n * lw->q.n_rows * 4, remember_part, &job);
    if (b->rows_only)
        return;
    uint64_t work = (uint64_t)b->n * (b->pos + b->n) * cfg->n_heads *
                    (cfg->head_dim + cfg->v_head_dim);
    compute_run(b->c, work, attend_part, &job);
    act_set(&b->act, a->heads, lw->o.n_cols, lw->o.n_cols, b->n);
    matmul(b->c, &lw->o, &b->act, b->out, cfg->n_embd);
    for (uint32_t t = 0; t < b->n; t++)
        add(b->out + (size_t)t * cfg->n_embd, lw->o_bias, cfg->n_embd);
}
