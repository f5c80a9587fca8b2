/* SPDX-License-Identifier: Apache-2.0 */
/* Grouped-query attention (2305.13245): query head h reads the keys and values
 * of head h / (n_heads / n_kv_heads). */
#include <string.h>

#include "model/attn.h"
#include "model/kv_cache.h"

struct gqa_job {
    struct attn *a;
    struct batch *b;
    const struct layer_weights *lw;
    uint32_t layer;
    uint32_t heads;     /* in an item, all of one cache head */
    struct attn_queue queue;
    struct attn_few few;
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

/* --- on one thread -------------------------------------------------------- */

/* Tokens [first, first + n) and heads [head, head + n_heads), which share the
 * rows of one cache head: a column each. */
static void attend(const struct gqa_job *job, uint32_t first, uint32_t n,
                   uint32_t head, uint32_t n_heads, struct attn_room *room)
{
    const struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    uint32_t K = cfg->head_dim, D = cfg->v_head_dim, end = b->pos + first + n;
    struct attn_rows rows = attn_rows_of(
        b, job->layer, head / (cfg->n_heads / cfg->n_kv_heads));
    struct attn_columns c = {n * n_heads, room->q, K, room->seen, room->out, D,
                             room->max, room->sum};
    for (uint32_t j = 0; j < c.n; j++) {
        size_t column = (size_t)(first + j % n) * cfg->n_heads + head + j / n;
        memcpy(room->q + (size_t)j * K, job->a->q + column * K,
               K * sizeof(float));
        room->seen[j] = end - n + j % n + 1;
    }
    attn_walk(&b->c->kernels, &rows, &c, 0, end, room);
    for (uint32_t j = 0; j < c.n; j++) {
        size_t column = (size_t)(first + j % n) * cfg->n_heads + head + j / n;
        attn_divide(D, c.out + (size_t)j * D, c.sum[j]);
        memcpy(job->a->heads + column * D, c.out + (size_t)j * D,
               D * sizeof(float));
    }
}

static void attend_part(void *arg, unsigned part, unsigned n_parts)
{
    struct gqa_job *job = arg;
    const struct model_config *cfg = job->b->cfg;
    uint32_t per_row = cfg->n_heads / cfg->n_kv_heads, n = job->b->n;
    uint32_t groups = (per_row + job->heads - 1) / job->heads;
    uint32_t all = groups * cfg->n_kv_heads;
    (void)n_parts;
    for (uint32_t i; attn_next(&job->queue, &i);) {
        uint32_t t = i / all * ATTN_TOKENS, h = i % groups * job->heads;
        attend(job, t, n - t < ATTN_TOKENS ? n - t : ATTN_TOKENS,
               i % all / groups * per_row + h,
               per_row - h < job->heads ? per_row - h : job->heads,
               &job->a->room[part]);
    }
}

/* --- of many tokens, head by head ----------------------------------------- */

static void attend_head(const struct gqa_job *job, uint32_t head,
                        struct attn_room *room)
{
    const struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    const struct kernels *k = &b->c->kernels;
    uint32_t K = cfg->head_dim, D = cfg->v_head_dim, end = b->pos + b->n;
    struct attn_rows rows = attn_rows_of(
        b, job->layer, head / (cfg->n_heads / cfg->n_kv_heads));
    struct attn_segment s = {
        .pos = b->pos, .n_tokens = b->n, .key_dim = K, .value_dim = D,
        .keys = room->keys, .values = room->values,
        .q = job->a->q + (size_t)head * K, .ldq = (size_t)cfg->n_heads * K,
        .out = job->a->heads + (size_t)head * D, .ldo = (size_t)cfg->n_heads * D,
    };
    for (; s.from < end; s.from += s.n) {
        s.n = end - s.from < ATTN_SEGMENT ? end - s.from : ATTN_SEGMENT;
        attn_unpack(k, &rows, rows.keys, rows.key_bytes, K, s.from, s.n,
                    room->keys);
        attn_unpack(k, &rows, rows.values, rows.value_bytes, D, s.from, s.n,
                    room->values);
        attn_rounded_meet(k, &s, room);
    }
    for (uint32_t t = 0; t < b->n; t++)
        attn_divide(D, s.out + t * s.ldo, room->token_sum[t]);
}

static void attend_heads_part(void *arg, unsigned part, unsigned n_parts)
{
    struct gqa_job *job = arg;
    (void)n_parts;
    for (uint32_t head; attn_next(&job->queue, &head);)
        attend_head(job, head, &job->a->room[part]);
}

static void few_result_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct gqa_job *job = arg;
    const struct model_config *cfg = job->b->cfg;
    for (uint32_t i = part; i < job->b->n * cfg->n_heads; i += n_parts)
        attn_few_result(&job->few, i / cfg->n_heads, i % cfg->n_heads,
                        job->a->heads + (size_t)i * cfg->v_head_dim);
}

/* --- a layer -------------------------------------------------------------- */

static void attend_many(struct gqa_job *job, uint64_t work)
{
    const struct model_config *cfg = job->b->cfg;
    uint32_t per_row = cfg->n_heads / cfg->n_kv_heads, n = job->b->n;
    uint32_t blocks = (n + ATTN_TOKENS - 1) / ATTN_TOKENS * cfg->n_kv_heads;
    uint32_t tokens = n < ATTN_TOKENS ? n : ATTN_TOKENS;
    job->heads = attn_heads_per_item(job->b->c, work, blocks, per_row,
                                     ATTN_COLUMNS / tokens);
    job->queue.n = blocks * ((per_row + job->heads - 1) / job->heads);
    compute_run(job->b->c, work, attend_part, job);
}

/* A few tokens that see more than a segment share their rows among the threads;
 * one segment is not worth two rounds. */
static void attend_all(struct gqa_job *job)
{
    struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    uint64_t columns = (uint64_t)b->n * cfg->n_heads;
    uint64_t work = columns * (b->pos + b->n) * (cfg->head_dim + cfg->v_head_dim);
    if (attn_rounded(b)) {
        job->queue.n = cfg->n_heads;
        compute_run(b->c, work, attend_heads_part, job);
        return;
    }
    if (b->n > FEW_TOKENS || b->pos + b->n <= ATTN_SEGMENT) {
        attend_many(job, work);
        return;
    }
    job->few = (struct attn_few){.a = job->a, .b = b, .layer = job->layer,
                                 .q = job->a->q, .n = b->n};
    attn_few_walk(&job->few);
    compute_run(b->c, columns * cfg->v_head_dim * ATTN_UNITS, few_result_part,
                job);
}

void attn_gqa(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer)
{
    const struct model_config *cfg = b->cfg;
    struct gqa_job job = {.a = a, .b = b, .lw = lw, .layer = layer};
    const struct product qkv[] = {
        {.w = lw->q, .x = &b->act, .n = b->n, .y = a->q, .ldy = lw->q.n_rows},
        {.w = lw->k, .x = &b->act, .n = b->n, .y = a->k, .ldy = lw->k.n_rows},
        {.w = lw->v, .x = &b->act, .n = b->n, .y = a->v, .ldy = lw->v.n_rows},
    };
    act_set(&b->act, b->xn, cfg->n_embd, cfg->n_embd, b->n);
    matmul_many(b->c, qkv, 3);
    compute_run(b->c, (uint64_t)b->n * lw->q.n_rows * 4, remember_part, &job);
    batch_meet(b, layer);
    if (b->looks_from == b->n)
        return;
    attend_all(&job);
    act_set(&b->act, a->heads, lw->o.n_cols, lw->o.n_cols, b->n);
    matmul(b->c, &lw->o, &b->act, b->out, cfg->n_embd);
    for (uint32_t t = 0; t < b->n; t++)
        add(b->out + (size_t)t * cfg->n_embd, lw->o_bias, cfg->n_embd);
}
