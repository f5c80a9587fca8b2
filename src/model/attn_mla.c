/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head latent attention in its absorbed form (2405.04434, section 2.1):
 * k_b carries a head's query into the space of the cached latent rows, so all
 * heads read the same rows and the keys and values are never expanded. */
#include <string.h>

#include "model/kv_cache.h"
#include "model/layer.h"

struct mla_job {
    struct attn *a;
    struct batch *b;
    const struct layer_weights *lw;
    uint32_t layer;
    uint32_t n_dense;   /* tokens that read all rows; the others the chosen */
    uint32_t n_blocks;  /* of ATTN_COLUMNS tokens, of these */
};

static void project(struct attn *a, struct batch *b,
                    const struct layer_weights *lw)
{
    const struct model_config *cfg = b->cfg;
    bool compressed = cfg->q_lora_rank > 0;
    const struct matrix *q_in = compressed ? &lw->q_a : &lw->q;
    bool sparse = lw->index_k.data != NULL;
    struct indexer *x = &a->index;
    const struct product first[] = {
        {.w = *q_in, .x = &b->act, .n = b->n,
         .y = compressed ? a->q_a : a->q, .ldy = q_in->n_rows},
        {.w = lw->kv_a, .x = &b->act, .n = b->n, .y = a->k,
         .ldy = lw->kv_a.n_rows},
        {.w = lw->index_k, .x = &b->act, .n = b->n, .y = x->k,
         .ldy = lw->index_k.n_rows},
        {.w = lw->index_proj, .x = &b->act, .n = b->n, .y = x->weights,
         .ldy = lw->index_proj.n_rows, .float32 = true},
    };
    act_set(&b->act, b->xn, cfg->n_embd, cfg->n_embd, b->n);
    matmul_many(b->c, first, sparse ? 4 : 2);
    if (!compressed)
        return;
    uint32_t rq = cfg->q_lora_rank;
    batch_norm(b, a->q_a, rq, lw->q_a_norm, a->q_a, rq, rq, b->n);
    act_set(&b->act, a->q_a, rq, rq, b->n);
    const struct product second[] = {
        {.w = lw->q_b, .x = &b->act, .n = b->n, .y = a->q,
         .ldy = lw->q_b.n_rows},
        {.w = lw->index_q, .x = &b->act, .n = b->n, .y = x->q,
         .ldy = lw->index_q.n_rows},
    };
    matmul_many(b->c, second, sparse ? 2 : 1);
}

/* Norm on the latent part only; the rope key is shared by all heads. */
static void remember(const struct mla_job *job, uint32_t t)
{
    struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    uint32_t rank = cfg->kv_lora_rank, row = rank + cfg->rope.dim;
    float *kv = job->a->k + (size_t)t * row;
    float *q = job->a->q + (size_t)t * cfg->n_heads * cfg->head_dim;
    b->c->kernels.rms_norm(kv, job->lw->kv_a_norm, cfg->norm_eps, kv, rank);
    rope_apply(&b->rope, t, kv + rank);
    for (uint32_t h = 0; h < cfg->n_heads; h++)
        rope_apply(&b->rope, t,
                   q + (size_t)h * cfg->head_dim + cfg->qk_nope_dim);

    size_t bytes;
    char *rows = kv_cache_keys(b->kv, job->layer, 0, &bytes);
    kv_type_store(kv_cache_type(b->kv), &b->c->kernels, kv,
                  rows + (b->pos + t) * bytes, row);
}

static void remember_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct mla_job *job = arg;
    size_t begin, end;
    pool_range(job->b->n, 1, part, n_parts, &begin, &end);
    for (size_t t = begin; t < end; t++) {
        remember(job, (uint32_t)t);
        if (job->lw->index_k.data)
            indexer_remember(&job->a->index, job->b, job->lw, job->layer,
                             (uint32_t)t);
    }
}

/* --- on one thread ---------------------------------------------------------- */

/* What `part` of the threads works with. */
static struct attn_block block_of(const struct mla_job *job, unsigned part)
{
    const struct attn *a = job->a;
    const struct model_config *cfg = job->b->cfg;
    size_t rank = cfg->kv_lora_rank, row = rank + cfg->rope.dim;
    struct attn_block block = {
        .c = job->b->c,
        .type = kv_cache_type(job->b->kv),
        .key_dim = (uint32_t)row,
        .value_dim = (uint32_t)rank,
        .q = a->absorbed + (size_t)part * ATTN_COLUMNS * row,
        .ldq = row,
        .scores = a->scores + (size_t)part * ATTN_COLUMNS * a->max_context,
        .ld_scores = a->max_context,
        .value = a->value + (size_t)part * rank,
        .out = a->latent + (size_t)part * ATTN_COLUMNS * rank,
        .ldo = rank,
    };
    block.keys = kv_cache_keys(job->b->kv, job->layer, 0, &block.key_bytes);
    block.values = kv_cache_values(job->b->kv, job->layer, 0,
                                   &block.value_bytes);
    return block;
}

/* q' = k_b q_nope, beside it q_pe, all scaled: n tokens of a head into the
 * columns from `column` on. */
static void absorb(const struct mla_job *job, uint32_t head, uint32_t first,
                   uint32_t n, uint32_t column, unsigned part)
{
    const struct model_config *cfg = job->b->cfg;
    size_t rank = cfg->kv_lora_rank, row = rank + cfg->rope.dim;
    size_t ldq = (size_t)cfg->n_heads * cfg->head_dim;
    const float *q = job->a->q + first * ldq + (size_t)head * cfg->head_dim;
    float *to = job->a->absorbed + ((size_t)part * ATTN_COLUMNS + column) * row;
    struct matrix k_b = matrix_stack_at(&job->lw->k_b, head);
    struct act *act = &job->a->acts[part];
    act_set(act, q, ldq, cfg->qk_nope_dim, n);
    matmul_here(job->b->c, &k_b, act, to, row);
    for (uint32_t j = 0; j < n; j++, to += row) {
        memcpy(to + rank, q + j * ldq + cfg->qk_nope_dim,
               cfg->rope.dim * sizeof(float));
        for (size_t i = 0; i < row; i++)
            to[i] *= cfg->attn_scale;
    }
}

/* out = v_b o', the same way back. */
static void expand(const struct mla_job *job, uint32_t head, uint32_t first,
                   uint32_t n, uint32_t column, unsigned part)
{
    const struct model_config *cfg = job->b->cfg;
    size_t rank = cfg->kv_lora_rank;
    size_t ldo = (size_t)cfg->n_heads * cfg->v_head_dim;
    struct matrix v_b = matrix_stack_at(&job->lw->v_b, head);
    struct act *act = &job->a->acts[part];
    act_set(act,
            job->a->latent + ((size_t)part * ATTN_COLUMNS + column) * rank,
            rank, cfg->kv_lora_rank, n);
    matmul_here(job->b->c, &v_b, act,
                job->a->heads + first * ldo + (size_t)head * cfg->v_head_dim,
                ldo);
}

/* One head over one block of tokens:
 *   q' = k_b q_nope;  score = scale (q' c_s + q_pe k_pe_s);
 *   o' = sum_s p_s c_s;  out = v_b o'. */
static void attend(const struct mla_job *job, uint32_t head, uint32_t first,
                   unsigned part)
{
    uint32_t left = job->n_dense - first;
    struct attn_block block = block_of(job, part);
    block.n_cols = left < ATTN_COLUMNS ? left : ATTN_COLUMNS;
    block.n_rows = job->b->pos + first + block.n_cols;
    absorb(job, head, first, block.n_cols, 0, part);
    attn_over_cache(&block);
    expand(job, head, first, block.n_cols, 0, part);
}

/* One token over its chosen rows, which a block of heads shares. */
static void attend_chosen(const struct mla_job *job, uint32_t t, uint32_t head,
                          unsigned part)
{
    const struct model_config *cfg = job->b->cfg;
    uint32_t left = cfg->n_heads - head;
    struct attn_block block = block_of(job, part);
    block.n_cols = left < ATTN_COLUMNS ? left : ATTN_COLUMNS;
    block.n_rows = cfg->index.top_k;
    block.chosen = job->a->index.chosen + (size_t)t * block.n_rows;
    for (uint32_t j = 0; j < block.n_cols; j++)
        absorb(job, head + j, t, 1, j, part);
    attn_over_cache(&block);
    for (uint32_t j = 0; j < block.n_cols; j++)
        expand(job, head + j, t, 1, j, part);
}

static void attend_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct mla_job *job = arg;
    uint32_t H = job->b->cfg->n_heads, n_items = job->n_blocks * H;
    /* Later blocks see more rows: deal them out in turn. */
    for (uint32_t i = part; i < n_items; i += n_parts)
        attend(job, i % H, i / H * ATTN_COLUMNS, part);
    uint32_t groups = (H + ATTN_COLUMNS - 1) / ATTN_COLUMNS;
    n_items = (job->b->n - job->n_dense) * groups;
    for (uint32_t i = part; i < n_items; i += n_parts)
        attend_chosen(job, job->n_dense + i / groups,
                      i % groups * ATTN_COLUMNS, part);
}

void attn_mla(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer)
{
    const struct model_config *cfg = b->cfg;
    uint32_t dense = indexer_dense(b, lw);
    struct mla_job job = {a, b, lw, layer, dense,
                          (dense + ATTN_COLUMNS - 1) / ATTN_COLUMNS};
    uint64_t queries = (uint64_t)b->n * cfg->n_heads;
    uint64_t rank = cfg->kv_lora_rank;
    project(a, b, lw);
    compute_run(b->c, queries * cfg->head_dim * 2, remember_part, &job);
    if (b->rows_only)
        return;
    if (dense < b->n)
        indexer_choose(&a->index, b, layer);
    uint64_t per_query = rank * (cfg->qk_nope_dim + cfg->v_head_dim) +
                         (uint64_t)(b->pos + b->n) * (2 * rank + cfg->rope.dim);
    compute_run(b->c, queries * per_query, attend_part, &job);
    act_set(&b->act, a->heads, lw->o.n_cols, lw->o.n_cols, b->n);
    matmul(b->c, &lw->o, &b->act, b->out, cfg->n_embd);
}
