/* SPDX-License-Identifier: Apache-2.0 */
#include "model/indexer.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "model/kv_cache.h"
#include "model/layer.h"

/* Rows whose products with all heads are held at a time: small enough to stay
 * in the first cache. */
enum { ROWS = 64 };
/* Of the one LayerNorm in the model; no key of the file says it. */
static const float EPS = 1e-6f;

void indexer_layout(struct indexer *x, const struct model_config *cfg,
                    unsigned n_threads, uint32_t max_batch,
                    uint32_t max_context, struct arena *mem)
{
    const struct index_config *c = &cfg->index;
    x->max_context = max_context;
    x->q = arena_take(mem, max_batch,
                      (size_t)c->n_heads * c->dim * sizeof(float));
    x->k = arena_take(mem, max_batch, c->dim * sizeof(float));
    x->weights = arena_take(mem, max_batch, c->n_heads * sizeof(float));
    x->scores = arena_take(mem, INDEXER_QUERIES, max_context * sizeof(float));
    x->dots = arena_take(mem, n_threads, c->n_heads * ROWS * sizeof(float));
    /* More than there are rows is never chosen. */
    uint32_t chosen = c->top_k < max_context ? c->top_k : max_context;
    x->chosen = arena_take(mem, max_batch, chosen * sizeof(uint32_t));
}

static void layer_norm(float *x, const float *w, const float *bias, uint32_t n)
{
    double mean = 0, var = 0;
    for (uint32_t i = 0; i < n; i++)
        mean += x[i];
    mean /= n;
    for (uint32_t i = 0; i < n; i++)
        var += (x[i] - mean) * (x[i] - mean);
    double scale = 1 / sqrt(var / n + EPS);
    for (uint32_t i = 0; i < n; i++)
        x[i] = (float)((x[i] - mean) * scale) * w[i] + bias[i];
}

/* The first components of q and k are rotated, by the angles of the attention
 * but in halves. */
void indexer_remember(struct indexer *x, const struct batch *b,
                      const struct layer_weights *lw, uint32_t layer,
                      uint32_t t)
{
    const struct index_config *c = &b->cfg->index;
    struct rope rope = b->rope;
    rope.pairing = ROPE_HALVES;
    for (uint32_t h = 0; h < c->n_heads; h++)
        rope_apply(&rope, t, x->q + ((size_t)t * c->n_heads + h) * c->dim);
    float *k = x->k + (size_t)t * c->dim;
    layer_norm(k, lw->index_k_norm, lw->index_k_bias, c->dim);
    rope_apply(&rope, t, k);

    float scale = 1 / sqrtf((float)c->dim * (float)c->n_heads);
    for (uint32_t h = 0; h < c->n_heads; h++)
        x->weights[(size_t)t * c->n_heads + h] *= scale;

    size_t bytes;
    char *rows = kv_cache_index(b->kv, layer, &bytes);
    kv_type_store(kv_cache_type(b->kv), &b->c->kernels, k,
                  rows + (b->pos + t) * bytes, c->dim);
}

uint32_t indexer_dense(const struct batch *b, const struct layer_weights *lw)
{
    uint32_t k = b->cfg->index.top_k;
    if (!lw->index_k.data || b->pos + b->n <= k)
        return b->n;
    return b->pos < k ? k - b->pos : 0;
}

/* --- scores --------------------------------------------------------------- */

struct score_job {
    struct indexer *x;
    struct batch *b;
    uint32_t layer;
    uint32_t first, n;  /* queries, as tokens of the batch */
};

/* I[t][s] = sum_h w[t][h] relu(q[t][h] k[s]) for rows [from, to). */
static void score_rows(const struct score_job *j, uint32_t query, uint32_t from,
                       uint32_t to, float *dots)
{
    const struct batch *b = j->b;
    const struct index_config *c = &b->cfg->index;
    uint32_t t = j->first + query, n = to - from;
    const float *w = j->x->weights + (size_t)t * c->n_heads;
    float *out = j->x->scores + (size_t)query * j->x->max_context + from;
    size_t bytes;
    const char *rows = kv_cache_index(b->kv, j->layer, &bytes);
    enum weight_type type = kv_type_weights(kv_cache_type(b->kv));
    b->c->kernels.weight[type].mul_f32(
        c->dim, rows + from * bytes, bytes, n,
        j->x->q + (size_t)t * c->n_heads * c->dim, c->dim, c->n_heads, dots,
        ROWS);
    memset(out, 0, n * sizeof *out);
    for (uint32_t h = 0; h < c->n_heads; h++)
        for (uint32_t s = 0; s < n; s++) {
            float d = dots[h * ROWS + s];
            out[s] += w[h] * (d > 0 ? d : 0);
        }
}

static void score_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct score_job *j = arg;
    float *dots = j->x->dots +
                  (size_t)part * j->b->cfg->index.n_heads * ROWS;
    uint32_t seen = j->b->pos + j->first + j->n; /* by the last query */
    size_t begin, end;
    pool_range((seen + ROWS - 1) / ROWS, 1, part, n_parts, &begin, &end);
    for (size_t i = begin; i < end; i++)
        for (uint32_t q = 0; q < j->n; q++) {
            uint32_t from = (uint32_t)i * ROWS, to = from + ROWS;
            uint32_t limit = j->b->pos + j->first + q + 1;
            to = to < limit ? to : limit;
            if (from < to)
                score_rows(j, q, from, to, dots);
        }
}

/* --- choice --------------------------------------------------------------- */

/* A number that is larger where the float is; NaN is the smallest, and both
 * zeros are one. */
static uint32_t rank_of(float x)
{
    uint32_t bits;
    x += 0.0f;
    memcpy(&bits, &x, sizeof bits);
    if (x != x)
        return 0;
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* The k-th largest rank, byte by byte from the top; *equal tells how many of
 * that rank belong to the k largest. */
static uint32_t threshold(const float *scores, uint32_t n, uint32_t k,
                          uint32_t *equal)
{
    uint32_t found = 0, mask = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        uint32_t count[256] = {0}, bin = 255;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t r = rank_of(scores[i]);
            count[r >> shift & 255] += (r & mask) == found;
        }
        while (count[bin] < k)
            k -= count[bin--];
        found |= bin << shift;
        mask |= 255u << shift;
    }
    *equal = k;
    return found;
}

void indexer_select(const float *scores, uint32_t n, uint32_t k, uint32_t *out)
{
    uint32_t equal, least = threshold(scores, n, k, &equal);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t r = rank_of(scores[i]);
        if (r < least || (r == least && equal == 0))
            continue;
        equal -= r == least;
        *out++ = i;
    }
}

static void select_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct score_job *j = arg;
    uint32_t k = j->b->cfg->index.top_k;
    for (uint32_t q = part; q < j->n; q += n_parts)
        indexer_select(j->x->scores + (size_t)q * j->x->max_context,
                       j->b->pos + j->first + q + 1, k,
                       j->x->chosen + (size_t)(j->first + q) * k);
}

void indexer_choose(struct indexer *x, struct batch *b, uint32_t layer)
{
    const struct index_config *c = &b->cfg->index;
    uint32_t dense = b->pos < c->top_k ? c->top_k - b->pos : 0;
    for (uint32_t t = dense; t < b->n; t += INDEXER_QUERIES) {
        uint32_t left = b->n - t;
        struct score_job j = {x, b, layer, t,
                              left < INDEXER_QUERIES ? left : INDEXER_QUERIES};
        uint64_t seen = (uint64_t)j.n * (b->pos + t + j.n);
        compute_run(b->c, seen * c->n_heads * c->dim, score_part, &j);
        compute_run(b->c, seen * 8, select_part, &j);
    }
}
