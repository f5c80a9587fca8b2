/* SPDX-License-Identifier: Apache-2.0 */
/* What both kinds of attention share: their scratch, and the walk over the
 * cached rows. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "model/layer.h"

void attn_layout(struct attn *a, const struct model_config *cfg,
                 unsigned n_threads, uint32_t max_batch, uint32_t max_context,
                 struct arena *mem)
{
    size_t heads = cfg->n_heads, rank = cfg->kv_lora_rank;
    size_t rows = (size_t)n_threads * ATTN_COLUMNS;
    a->max_batch = max_batch;
    a->max_context = max_context;
    a->q = arena_take(mem, max_batch, heads * cfg->head_dim * sizeof(float));
    a->heads = arena_take(mem, max_batch,
                          heads * cfg->v_head_dim * sizeof(float));
    a->scores = arena_take(mem, rows, max_context * sizeof(float));
    size_t value = cfg->attn == ATTN_MLA ? rank : cfg->v_head_dim;
    a->value = arena_take(mem, n_threads, value * sizeof(float));
    if (cfg->attn == ATTN_GQA) {
        size_t kv = cfg->n_kv_heads;
        a->k = arena_take(mem, max_batch, kv * cfg->head_dim * sizeof(float));
        a->v = arena_take(mem, max_batch, kv * cfg->v_head_dim * sizeof(float));
        return;
    }
    size_t row = rank + cfg->rope.dim;
    a->k = arena_take(mem, max_batch, row * sizeof(float));
    a->q_a = arena_take(mem, max_batch, cfg->q_lora_rank * sizeof(float));
    a->absorbed = arena_take(mem, rows, row * sizeof(float));
    a->latent = arena_take(mem, rows, rank * sizeof(float));
    a->acts = arena_take(mem, n_threads, sizeof *a->acts);
    uint32_t widest = cfg->kv_lora_rank > cfg->qk_nope_dim ? cfg->kv_lora_rank
                                                           : cfg->qk_nope_dim;
    if (cfg->index.n_heads > 0)
        indexer_layout(&a->index, cfg, n_threads, max_batch, max_context, mem);
    for (unsigned i = 0; i < n_threads; i++) {
        struct act act;
        act_layout(&act, widest, ATTN_COLUMNS, mem);
        if (a->acts)
            a->acts[i] = act;
    }
}

static uint32_t rows_seen(const struct attn_block *b, uint32_t column)
{
    return b->chosen ? b->n_rows : b->n_rows - b->n_cols + column + 1;
}

static void add_row(const struct attn_block *b, float p, const void *row,
                    float *out)
{
    const struct kernels *k = &b->c->kernels;
    if (b->type == KV_F16)
        k->axpy_f16(p, row, out, b->value_dim);
    else
        k->axpy(p, row, out, b->value_dim);
}

/* out[j] = sum over rows of p[j][row] * values[row]. Row by row, so that each
 * is fetched (and where it has blocks, decoded) once for all columns; per column
 * the order is that of the rows. */
static void weighted_rows(const struct attn_block *b)
{
    const struct kernels *k = &b->c->kernels;
    for (uint32_t j = 0; j < b->n_cols; j++)
        memset(b->out + j * b->ldo, 0, b->value_dim * sizeof(float));
    for (uint32_t r = 0; r < b->n_rows; r++) {
        size_t at = b->chosen ? b->chosen[r] : r;
        const void *row = (const char *)b->values + at * b->value_bytes;
        uint32_t all = rows_seen(b, 0); /* by all columns */
        if (b->type == KV_Q8_0) {
            k->weight[WEIGHT_Q8_0].decode(row, b->value, b->value_dim);
            row = b->value;
        }
        for (uint32_t j = r < all ? 0 : r - all + 1; j < b->n_cols; j++)
            add_row(b, b->scores[j * b->ld_scores + r], row,
                    b->out + j * b->ldo);
    }
}

/* The cache is a matrix, the queries are its inputs. */
static void score(const struct attn_block *b, size_t first, uint32_t n,
                  float *scores)
{
    const struct kernels *k = &b->c->kernels;
    k->weight[kv_type_weights(b->type)].mul_f32(
        b->key_dim, (const char *)b->keys + first * b->key_bytes, b->key_bytes,
        n, b->q, b->ldq, b->n_cols, scores, b->ld_scores);
}

/* Chosen rows that are neighbours are multiplied together. */
static void score_chosen(const struct attn_block *b)
{
    for (uint32_t r = 0, n; r < b->n_rows; r += n) {
        for (n = 1; r + n < b->n_rows; n++)
            if (b->chosen[r + n] != b->chosen[r] + n)
                break;
        score(b, b->chosen[r], n, b->scores + r);
    }
}

void attn_over_cache(const struct attn_block *b)
{
    assert(b->n_rows <= b->ld_scores);
    assert(b->chosen || b->n_cols <= b->n_rows);
    if (b->chosen)
        score_chosen(b);
    else
        score(b, 0, b->n_rows, b->scores);
    for (uint32_t j = 0; j < b->n_cols; j++)
        b->c->kernels.softmax(b->scores + j * b->ld_scores, rows_seen(b, j));
    weighted_rows(b);
}
