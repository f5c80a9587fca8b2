/* SPDX-License-Identifier: Apache-2.0 */
/* Multi-head latent attention in its expanded form, for prompts: the keys and
 * values of a head are computed from the latent rows, a segment at a time, and
 * then met by all queries of the batch. Making them costs the same for every
 * past token, however few queries there are; with them a query costs
 * head_dim + v_head_dim per row instead of 2 kv_lora_rank + rope. */
#include <string.h>

#include "kernels/gemm_bf16.h"
#include "model/attn.h"

struct expand_job {
    struct attn *a;
    struct batch *b;
    const struct layer_weights *lw;
    uint32_t layer;
    uint32_t n;              /* tokens */
    bool rounded;            /* operands, to bfloat16 */
    struct attn_queue queue; /* of heads */
};

/* Absorbed: n queries through k_b and v_b, and `seen` rows of all of them.
 * Expanded: every row through both instead. Multiply-adds are what is counted:
 * most of either form are float products over rows, equally fast; rounded ones
 * take half as long. */
bool attn_expand_pays(const struct batch *b, uint32_t n)
{
    const struct model_config *cfg = b->cfg;
    uint32_t pos = b->pos;
    uint64_t matrices = (uint64_t)cfg->kv_lora_rank *
                        (cfg->qk_nope_dim + cfg->v_head_dim);
    uint64_t seen = (uint64_t)n * pos + (uint64_t)n * (n + 1) / 2;
    uint64_t absorbed = n * matrices +
                        seen * (2 * cfg->kv_lora_rank + cfg->rope.dim);
    uint64_t expanded = (uint64_t)(pos + n) * matrices +
                        seen * (cfg->head_dim + cfg->v_head_dim);
    return (attn_rounded(b) ? expanded / 2 : expanded) < absorbed;
}

static void decode_matrix(const struct kernels *k, const struct matrix *w,
                          float *to)
{
    for (uint32_t r = 0; r < w->n_rows; r++)
        k->weight[w->type].decode((const char *)w->data + r * w->row_bytes,
                                  to + (size_t)r * w->n_cols, w->n_cols);
}

/* key = [k_b^T c | k_pe], value = v_b c of n rows c from `from` on. */
static void expand_rows(const struct expand_job *job, uint32_t from, uint32_t n,
                        struct attn_room *room)
{
    const struct kernels *k = &job->b->c->kernels;
    const struct model_config *cfg = job->b->cfg;
    uint32_t rank = cfg->kv_lora_rank, row = rank + cfg->rope.dim;
    uint32_t nope = cfg->qk_nope_dim, K = cfg->head_dim;
    struct attn_rows cache = attn_rows_of(job->b, job->layer, 0);
    decode_fn decode = k->weight[kv_type_weights(cache.type)].decode;
    for (uint32_t r = 0; r < n; r++) {
        decode(cache.keys + (from + r) * cache.key_bytes,
               room->keys + (size_t)r * row, row);
        memcpy(room->head_keys + (size_t)r * K + nope,
               room->keys + (size_t)r * row + rank,
               cfg->rope.dim * sizeof(float));
    }
    uint32_t D = cfg->v_head_dim;
    if (job->rounded) {
        struct gemm_product p = {.m = n, .n = nope, .k = rank,
                                 .a = room->keys, .lda = row,
                                 .b = room->k_b, .ldb = nope,
                                 .c = room->head_keys, .ldc = K};
        k->gemm_bf16(&p, room->gemm);
        p = (struct gemm_product){.tb = true, .m = n, .n = D, .k = rank,
                                  .a = room->keys, .lda = row,
                                  .b = room->v_b, .ldb = rank,
                                  .c = room->head_values, .ldc = D};
        k->gemm_bf16(&p, room->gemm);
        return;
    }
    k->mix_f32(nope, room->k_b, nope * sizeof(float), rank, room->keys, row, n,
               room->head_keys, K);
    k->weight[WEIGHT_F32].mul_f32(rank, room->v_b, rank * sizeof(float), D,
                                  room->keys, row, n, room->head_values, D);
}

/* All tokens that see rows [from, from + n), block by block. Its segment stands
 * alone in head_keys, so `seen` is counted from there. */
static void meet(const struct expand_job *job, uint32_t head, uint32_t from,
                 uint32_t n, struct attn_room *room)
{
    const struct model_config *cfg = job->b->cfg;
    uint32_t K = cfg->head_dim, D = cfg->v_head_dim, pos = job->b->pos;
    size_t ldq = (size_t)cfg->n_heads * K, ldo = (size_t)cfg->n_heads * D;
    struct attn_rows rows = {
        KV_F32, (const char *)room->head_keys, (const char *)room->head_values,
        K * sizeof(float), D * sizeof(float), K, D, NULL};
    uint32_t first = from > pos ? from - pos : 0;
    for (uint32_t t = first; t < job->n; t += ATTN_COLUMNS) {
        struct attn_columns c = {
            .n = job->n - t < ATTN_COLUMNS ? job->n - t : ATTN_COLUMNS,
            .q = job->a->q + t * ldq + (size_t)head * K,
            .ldq = ldq,
            .seen = room->token_seen + t,
            .out = job->a->heads + t * ldo + (size_t)head * D,
            .ldo = ldo,
            .max = room->token_max + t,
            .sum = room->token_sum + t,
        };
        for (uint32_t j = 0; j < c.n; j++)
            room->token_seen[t + j] = pos + t + j + 1 - from;
        if (from == 0)
            attn_walk(&job->b->c->kernels, &rows, &c, 0, n, room);
        else
            attn_walk_on(&job->b->c->kernels, &rows, &c, 0, n, room);
    }
}

static void meet_rounded(const struct expand_job *job, uint32_t head,
                         uint32_t from, uint32_t n, struct attn_room *room)
{
    const struct model_config *cfg = job->b->cfg;
    uint32_t K = cfg->head_dim, D = cfg->v_head_dim;
    struct attn_segment s = {
        .pos = job->b->pos, .n_tokens = job->n, .from = from, .n = n,
        .key_dim = K, .value_dim = D,
        .keys = room->head_keys, .values = room->head_values,
        .q = job->a->q + (size_t)head * K, .ldq = (size_t)cfg->n_heads * K,
        .out = job->a->heads + (size_t)head * D, .ldo = (size_t)cfg->n_heads * D,
    };
    attn_rounded_meet(&job->b->c->kernels, &s, room);
}

static void expand_head(const struct expand_job *job, uint32_t head,
                        struct attn_room *room)
{
    const struct model_config *cfg = job->b->cfg;
    const struct kernels *k = &job->b->c->kernels;
    uint32_t end = job->b->pos + job->n, D = cfg->v_head_dim;
    struct matrix k_b = matrix_stack_at(&job->lw->k_b, head);
    struct matrix v_b = matrix_stack_at(&job->lw->v_b, head);
    decode_matrix(k, &k_b, room->k_b);
    decode_matrix(k, &v_b, room->v_b);
    for (uint32_t from = 0; from < end; from += ATTN_SEGMENT) {
        uint32_t n = end - from < ATTN_SEGMENT ? end - from : ATTN_SEGMENT;
        expand_rows(job, from, n, room);
        (job->rounded ? meet_rounded : meet)(job, head, from, n, room);
    }
    for (uint32_t t = 0; t < job->n; t++)
        attn_divide(D, job->a->heads + ((size_t)t * cfg->n_heads + head) * D,
                    room->token_sum[t]);
}

static void expand_part(void *arg, unsigned part, unsigned n_parts)
{
    struct expand_job *job = arg;
    (void)n_parts;
    for (uint32_t head; attn_next(&job->queue, &head);)
        expand_head(job, head, &job->a->room[part]);
}

void attn_expand(struct attn *a, struct batch *b,
                 const struct layer_weights *lw, uint32_t layer, uint32_t n)
{
    struct expand_job job = {
        a, b, lw, layer, n, attn_rounded(b),
        {.n = b->cfg->n_heads}};
    compute_run(b->c,
                (uint64_t)n * (b->pos + n) * b->cfg->n_heads * b->cfg->head_dim,
                expand_part, &job);
}
