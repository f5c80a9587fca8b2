/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head latent attention in its absorbed form (2405.04434, section 2.1):
 * k_b carries a head's query into the space of the cached latent rows, so all
 * heads read the same rows and the keys and values are never expanded:
 *   q' = k_b q_nope;  score = q' c_s + q_pe k_pe_s;  o' = sum_s p_s c_s;
 *   out = v_b o'.
 * Long prompts are cheaper in the expanded form, attn_expand.c. */
#include <string.h>

#include "model/attn.h"
#include "model/kv_cache.h"

struct mla_job {
    struct attn *a;
    struct batch *b;
    const struct layer_weights *lw;
    uint32_t layer;
    uint32_t first, n;        /* tokens */
    const uint32_t *chosen;   /* [n][top_k] rows that these read; NULL: all */
    uint32_t heads;           /* in an item */
    struct attn_queue queue;
    struct attn_few few;
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
    if (b->looks_from == b->n && !sparse) { /* a query of theirs would ask nothing */
        matmul_many(b->c, first + 1, 1);
        return;
    }
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

/* Turned by their position, and scaled so that products are scores. */
static void turn_queries(const struct mla_job *job, uint32_t t)
{
    const struct model_config *cfg = job->b->cfg;
    float *q = job->a->q + (size_t)t * cfg->n_heads * cfg->head_dim;
    for (uint32_t h = 0; h < cfg->n_heads; h++)
        rope_apply(&job->b->rope, t,
                   q + (size_t)h * cfg->head_dim + cfg->qk_nope_dim);
    for (size_t i = 0; i < (size_t)cfg->n_heads * cfg->head_dim; i++)
        q[i] *= cfg->attn_scale;
}

/* Norm on the latent part only; the rope key is shared by all heads. */
static void remember(const struct mla_job *job, uint32_t t)
{
    struct batch *b = job->b;
    const struct model_config *cfg = b->cfg;
    uint32_t rank = cfg->kv_lora_rank, row = rank + cfg->rope.dim;
    float *kv = job->a->k + (size_t)t * row;
    size_t bytes;
    b->c->kernels.rms_norm(kv, job->lw->kv_a_norm, cfg->norm_eps, kv, rank);
    rope_apply(&b->rope, t, kv + rank);
    if (t >= b->looks_from || job->lw->index_k.data)
        turn_queries(job, t);
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

/* --- on one thread -------------------------------------------------------- */

/* [q' | q_pe] of a head for tokens [first, first + n) of the batch, into rows
 * `ld` floats apart. */
static void absorb(const struct mla_job *job, uint32_t head, uint32_t first,
                   uint32_t n, float *to, size_t ld, struct act *act)
{
    const struct model_config *cfg = job->b->cfg;
    size_t ldq = (size_t)cfg->n_heads * cfg->head_dim;
    const float *q = job->a->q + first * ldq + (size_t)head * cfg->head_dim;
    struct matrix k_b = matrix_stack_at(&job->lw->k_b, head);
    act_set(act, q, ldq, cfg->qk_nope_dim, n);
    matmul_here(job->b->c, &k_b, act, to, ld);
    for (uint32_t j = 0; j < n; j++)
        memcpy(to + j * ld + cfg->kv_lora_rank, q + j * ldq + cfg->qk_nope_dim,
               cfg->rope.dim * sizeof(float));
}

/* out = v_b o', the same way back. */
static void unfold(const struct mla_job *job, uint32_t head, uint32_t first,
                   uint32_t n, const float *from, size_t ld, struct act *act)
{
    const struct model_config *cfg = job->b->cfg;
    size_t ldo = (size_t)cfg->n_heads * cfg->v_head_dim;
    struct matrix v_b = matrix_stack_at(&job->lw->v_b, head);
    act_set(act, from, ld, cfg->kv_lora_rank, n);
    matmul_here(job->b->c, &v_b, act,
                job->a->heads + first * ldo + (size_t)head * cfg->v_head_dim,
                ldo);
}

/* Tokens [first, first + n) and heads [head, head + n_heads): a column each. */
static void attend(const struct mla_job *job, uint32_t first, uint32_t n,
                   uint32_t head, uint32_t n_heads, struct attn_room *room)
{
    const struct attn *a = job->a;
    uint32_t K = a->key_dim, D = a->value_dim;
    uint32_t top_k = job->b->cfg->index.top_k, end = job->b->pos + first + n;
    struct attn_rows rows = attn_rows_of(job->b, job->layer, 0);
    struct attn_columns c = {n * n_heads, room->q, K, room->seen, room->out, D,
                             room->max, room->sum};
    if (job->chosen)
        rows.chosen = job->chosen + (size_t)(first - job->first) * top_k;
    for (uint32_t h = 0; h < n_heads; h++)
        absorb(job, head + h, first, n, room->q + (size_t)h * n * K, K,
               &room->act);
    for (uint32_t j = 0; j < c.n; j++)
        room->seen[j] = job->chosen ? top_k : end - n + j % n + 1;
    attn_walk(&job->b->c->kernels, &rows, &c, 0, job->chosen ? top_k : end,
              room);
    for (uint32_t j = 0; j < c.n; j++)
        attn_divide(D, c.out + (size_t)j * D, c.sum[j]);
    for (uint32_t h = 0; h < n_heads; h++)
        unfold(job, head + h, first, n, c.out + (size_t)h * n * D, D,
               &room->act);
}

/* A chosen token's rows are its own: such tokens share no walk. */
static uint32_t tokens_per_item(const struct mla_job *job)
{
    return job->chosen ? 1 : job->n < ATTN_TOKENS ? job->n : ATTN_TOKENS;
}

static void attend_part(void *arg, unsigned part, unsigned n_parts)
{
    struct mla_job *job = arg;
    uint32_t H = job->b->cfg->n_heads, T = tokens_per_item(job);
    uint32_t groups = (H + job->heads - 1) / job->heads;
    (void)n_parts;
    for (uint32_t i; attn_next(&job->queue, &i);) {
        uint32_t t = i / groups * T, h = i % groups * job->heads;
        attend(job, job->first + t, job->n - t < T ? job->n - t : T, h,
               H - h < job->heads ? H - h : job->heads, &job->a->room[part]);
    }
}

/* --- of a few tokens, head by head ---------------------------------------- */

static void few_absorb_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct mla_job *job = arg;
    uint32_t H = job->b->cfg->n_heads, K = job->a->key_dim;
    for (uint32_t h = part; h < H; h += n_parts)
        absorb(job, h, job->first, job->n, job->a->few_q + (size_t)h * K,
               (size_t)H * K, &job->a->room[part].act);
}

static void few_unfold_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct mla_job *job = arg;
    struct attn_room *room = &job->a->room[part];
    uint32_t D = job->a->value_dim;
    for (uint32_t h = part; h < job->b->cfg->n_heads; h += n_parts) {
        for (uint32_t t = 0; t < job->n; t++)
            attn_few_result(&job->few, t, h, room->out + (size_t)t * D);
        unfold(job, h, job->first, job->n, room->out, D, &room->act);
    }
}

/* --- a layer -------------------------------------------------------------- */

/* k_b and v_b for tokens [first, first + n) of the batch. */
static uint64_t work_of_heads(const struct mla_job *job)
{
    const struct model_config *cfg = job->b->cfg;
    return (uint64_t)job->n * cfg->n_heads * cfg->kv_lora_rank *
           (cfg->qk_nope_dim + cfg->v_head_dim);
}

static void attend_few(struct mla_job *job)
{
    job->few = (struct attn_few){
        .a = job->a, .b = job->b, .layer = job->layer, .q = job->a->few_q,
        .chosen = job->chosen, .n_chosen = job->b->cfg->index.top_k,
        .first = job->first, .n = job->n,
    };
    compute_run(job->b->c, work_of_heads(job) / 2, few_absorb_part, job);
    attn_few_walk(&job->few);
    compute_run(job->b->c, work_of_heads(job) / 2, few_unfold_part, job);
}

static void attend_many(struct mla_job *job)
{
    const struct model_config *cfg = job->b->cfg;
    uint32_t T = tokens_per_item(job), blocks = (job->n + T - 1) / T;
    uint64_t rows = job->b->pos + job->first + job->n;
    uint64_t work = work_of_heads(job) +
                    rows * job->n * cfg->n_heads *
                        (job->a->key_dim + job->a->value_dim);
    job->heads = attn_heads_per_item(job->b->c, work, blocks, cfg->n_heads,
                                     ATTN_COLUMNS / T);
    job->queue.n = blocks * ((cfg->n_heads + job->heads - 1) / job->heads);
    compute_run(job->b->c, work, attend_part, job);
}

/* Tokens [first, first + n) of the batch. A few that see more than a segment
 * share their rows among the threads; one segment is not worth three rounds. */
static void attend_tokens(const struct mla_job *layer, uint32_t first,
                          uint32_t n, const uint32_t *chosen)
{
    struct mla_job job = *layer;
    job.first = first;
    job.n = n;
    job.chosen = chosen;
    uint32_t seen = job.b->pos + first + n;
    if (n == 0)
        return;
    if (job.b->n <= FEW_TOKENS && seen > ATTN_SEGMENT)
        attend_few(&job);
    else if (!chosen && n > FEW_TOKENS && attn_expand_pays(job.b, n))
        attn_expand(job.a, job.b, job.lw, job.layer, n);
    else
        attend_many(&job);
}

/* What the heads found, of the tokens that looked. */
static void put_out(struct attn *a, struct batch *b, const struct layer_weights *lw)
{
    size_t first = b->looks_from, D = b->cfg->n_embd, width = lw->o.n_cols;
    act_set(&b->act, a->heads + first * width, width, width, b->n - b->looks_from);
    matmul(b->c, &lw->o, &b->act, b->out + first * D, D);
}

void attn_mla(struct attn *a, struct batch *b, const struct layer_weights *lw,
              uint32_t layer)
{
    const struct model_config *cfg = b->cfg;
    struct mla_job job = {.a = a, .b = b, .lw = lw, .layer = layer};
    project(a, b, lw);
    compute_run(b->c, (uint64_t)b->n * cfg->n_heads * cfg->head_dim * 2,
                remember_part, &job);
    batch_meet(b, layer);
    uint32_t first = b->looks_from, dense = indexer_dense(b, lw);
    if (first == b->n)
        return;
    if (dense < b->n)
        indexer_choose(&a->index, b, layer);
    if (first < dense)
        attend_tokens(&job, first, dense - first, NULL);
    if (first < dense)
        first = dense;
    if (first < b->n)
        attend_tokens(&job, first, b->n - first,
                      a->index.chosen + (size_t)first * cfg->index.top_k);
    put_out(a, b, lw);
}
