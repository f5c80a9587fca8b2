/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/shard.h"

#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "train/data/batch.h"
#include "train/nn/vec.h"

static real *rows_of(struct arena *mem, size_t n, size_t width)
{
    return arena_take(mem, n * width, sizeof(real));
}

static void trunk_layout(struct shard *s, const struct shape *sh, uint32_t T,
                         bool inference, struct arena *mem)
{
    real *x[2] = {rows_of(mem, T, sh->n_embd), rows_of(mem, T, sh->n_embd)};
    struct arena start = *mem;
    size_t most = start.used;
    s->x = arena_take(mem, sh->n_layers + 1, sizeof *s->x);
    s->blocks = arena_take(mem, sh->n_layers, sizeof *s->blocks);
    start = *mem;
    most = mem->used;
    for (uint32_t i = 0; i <= sh->n_layers; i++) {
        struct block_saved block = {0};
        real *to = inference || i < 2 ? x[i % 2] : rows_of(mem, T, sh->n_embd);
        if (i < sh->n_layers)
            block_saved_layout(&block, sh, shape_is_moe(sh, i), T, mem);
        if (s->x) {
            s->x[i] = to;
            if (i < sh->n_layers)
                s->blocks[i] = block;
        }
        most = mem->used > most ? mem->used : most;
        if (inference)
            *mem = start;
    }
    mem->used = most;
}

void shard_layout(struct shard *s, const struct shape *sh, uint32_t T,
                  uint32_t max_doc, bool inference, struct arena *mem)
{
    s->max_tokens = T;
    s->docs.start = arena_take(mem, (size_t)T + 1, sizeof *s->docs.start);
    trunk_layout(s, sh, T, inference, mem);
    s->xn = rows_of(mem, T, sh->n_embd);
    s->inv = rows_of(mem, T, 1);
    s->rows = arena_take(mem, T, sizeof *s->rows);
    if (sh->n_mtp)
        mtp_saved_layout(&s->mtp, sh, T, mem);
    s->logprob = arena_take(mem, T, sizeof *s->logprob);
    s->entropy = arena_take(mem, T, sizeof *s->entropy);
    block_scratch_layout(&s->block_scratch, sh, T, max_doc, inference, mem);
    head_layout(&s->head, sh, mem);
    if (inference)
        return;
    s->dx = rows_of(mem, T, sh->n_embd);
    s->dxn = rows_of(mem, T, sh->n_embd);
    mtp_scratch_layout(&s->mtp_scratch, sh, T, mem);
}

static uint32_t first_token(const struct shard_task *k)
{
    return k->batch->doc_start[k->first_doc];
}

static const int32_t *tokens_of(const struct shard_task *k)
{
    return k->batch->tokens + first_token(k);
}

static void take_docs(struct shard *s, const struct shard_task *k)
{
    uint32_t begin = first_token(k);
    s->docs.n = k->end_doc - k->first_doc;
    for (uint32_t d = 0; d <= s->docs.n; d++)
        s->docs.start[d] = k->batch->doc_start[k->first_doc + d] - begin;
    s->docs.n_tokens = s->docs.start[s->docs.n];
}

static uint32_t *load_of(const struct shard *s, const struct shard_task *k,
                         uint32_t block)
{
    const struct shape *sh = s->lane.shape;
    return shape_is_moe(sh, block)
               ? k->load + (size_t)(block - sh->n_dense_layers) * sh->n_experts
               : NULL;
}

static void trunk_forward(struct shard *s, const struct shard_task *k)
{
    const struct shape *sh = s->lane.shape;
    const struct params *p = k->params;
    size_t D = sh->n_embd, T = s->docs.n_tokens;
    memset(k->load, 0,
           (size_t)shape_moe_blocks(sh) * sh->n_experts * sizeof *k->load);
    for (size_t i = 0; i < T; i++)
        memcpy(s->x[0] + i * D,
               p->values + p->token_embd + (size_t)tokens_of(k)[i] * D,
               D * sizeof *s->x[0]);
    for (uint32_t b = 0; b < sh->n_layers; b++)
        block_forward(&s->lane, &s->docs, &p->blocks[b], shape_is_moe(sh, b),
                      p->values, s->x[b], s->x[b + 1], load_of(s, k, b),
                      &s->blocks[b], &s->block_scratch);
    s->lane.vec->norm(s->x[sh->n_layers], D, p->values + p->output_norm,
                      sh->norm_eps, T, D, s->xn, D, s->inv);
}

/* From dxn through the last norm and all layers to the embedding. */
static void trunk_back(struct shard *s, const struct shard_task *k)
{
    const struct shape *sh = s->lane.shape;
    const struct params *p = k->params;
    size_t D = sh->n_embd, T = s->docs.n_tokens;
    s->lane.vec->norm_back(s->x[sh->n_layers], D, p->values + p->output_norm,
                           s->inv, s->dxn, D, T, D, s->dx, D,
                           k->grads + p->output_norm, false);
    for (uint32_t b = sh->n_layers; b-- > 0;)
        block_back(&s->lane, &s->docs, &p->blocks[b], shape_is_moe(sh, b),
                   p->values, k->grads, s->x[b], s->dx, &s->blocks[b],
                   &s->block_scratch);
    for (size_t i = 0; i < T; i++)
        s->lane.vec->add(k->grads + p->token_embd +
                             (size_t)tokens_of(k)[i] * D,
                         s->dx + i * D, D);
}

bool shard_mtp_row(const struct net_options *o, uint32_t token)
{
    double share = o->mtp_rows > 0 ? o->mtp_rows : 1;
    double drawn = (double)(rng_mix(rng_mix(o->key) + token) >> 11) * 0x1p-53;
    return drawn < share;
}

static void add_row(struct shard *s, uint32_t row, int32_t target, float weight,
                    double norm)
{
    s->rows[s->n_rows++] = (struct head_row){row, target, (double)weight,
                                             (real)((double)weight * norm)};
}

static void list_rows(struct shard *s, const struct shard_task *k)
{
    uint32_t begin = first_token(k);
    s->n_rows = 0;
    for (uint32_t d = 0; d < s->docs.n; d++)
        for (uint32_t i = s->docs.start[d]; i + 1 < s->docs.start[d + 1]; i++) {
            float weight = k->batch->weight[begin + i + 1];
            if (weight != 0)
                add_row(s, i, tokens_of(k)[i + 1], weight, k->norm);
        }
}

/* Rows of the MTP block, which has one less a document. all: without drawing. */
static void list_mtp_rows(struct shard *s, const struct shard_task *k, bool all)
{
    uint32_t begin = first_token(k);
    s->n_rows = 0;
    for (uint32_t r = 0; r < s->mtp.docs.n_tokens; r++) {
        uint32_t i = s->mtp.source[r];
        bool last = r + 1 == s->mtp.docs.n_tokens ||
                    s->mtp.source[r + 1] != i + 1;
        float weight = last ? 0 : k->batch->weight[begin + i + 2];
        if (weight != 0 && (all || shard_mtp_row(k->options, begin + i)))
            add_row(s, r, tokens_of(k)[i + 2], weight,
                    k->mtp_norm * k->options->mtp_weight);
    }
}

static double balance_sum(struct shard *s, bool mtp)
{
    const struct shape *sh = s->lane.shape;
    struct router_scratch *t = &s->block_scratch.moe.router;
    double sum = 0;
    for (uint32_t b = sh->n_dense_layers; b < sh->n_layers; b++)
        sum += router_balance(sh, &s->docs, &s->blocks[b].moe.router, t);
    if (mtp)
        sum += router_balance(sh, &s->mtp.docs, &s->mtp.block.moe.router, t);
    return sum;
}

static void mtp_step(struct shard *s, const struct shard_task *k,
                     struct shard_sums *sums)
{
    const struct params *p = k->params;
    bool only = k->options->mtp_only;
    size_t bytes = s->mtp.docs.n_tokens * s->lane.shape->n_embd * sizeof(real);
    real *dyn = s->mtp_scratch.de; /* read before mtp_back writes there */
    list_mtp_rows(s, k, false);
    sums->n_mtp_rows = s->n_rows;
    memset(dyn, 0, bytes);
    head_step(&s->lane, s->rows, s->n_rows, p->values + p->output,
              only ? NULL : k->grads + p->output, s->mtp.yn, dyn, &sums->mtp,
              &s->head);
    mtp_back(&s->lane, tokens_of(k), p, k->grads, dyn, only ? NULL : s->dxn,
             &s->mtp, &s->mtp_scratch, &s->block_scratch);
}

void shard_step(struct shard *s, const struct shard_task *k,
                struct shard_sums *sums)
{
    const struct shape *sh = s->lane.shape;
    const struct params *p = k->params;
    bool mtp = k->options->mtp_weight != 0 && sh->n_mtp;

    *sums = (struct shard_sums){0};
    memset(k->grads, 0, p->len * sizeof *k->grads);
    take_docs(s, k);
    trunk_forward(s, k);
    if (mtp)
        mtp_forward(&s->lane, &s->docs, tokens_of(k), p, s->xn,
                    load_of(s, k, sh->n_layers), &s->mtp, &s->block_scratch);
    sums->balance = balance_sum(s, mtp);

    memset(s->dxn, 0, (size_t)s->docs.n_tokens * sh->n_embd * sizeof *s->dxn);
    if (!k->options->mtp_only) {
        list_rows(s, k);
        sums->n_rows = s->n_rows;
        head_step(&s->lane, s->rows, s->n_rows, p->values + p->output,
                  k->grads + p->output, s->xn, s->dxn, &sums->trunk, &s->head);
    }
    if (mtp)
        mtp_step(s, k, sums);
    if (!k->options->mtp_only)
        trunk_back(s, k);
}

/* What a list of rows says, to the tokens that they speak of: `ahead` of their
 * row in the batch. */
static void tell(const struct shard *s, const struct shard_task *k,
                 const uint32_t *source, uint32_t ahead, const float *from,
                 float *to)
{
    uint32_t begin = first_token(k);
    for (uint32_t i = 0; to && i < s->n_rows; i++) {
        uint32_t row = source ? source[s->rows[i].row] : s->rows[i].row;
        to[begin + row + ahead] = from[i];
    }
}

void shard_score(struct shard *s, const struct shard_task *k,
                 const struct net_scores *out, struct shard_sums *sums)
{
    const struct params *p = k->params;
    const real *head = p->values + p->output;
    *sums = (struct shard_sums){0};
    take_docs(s, k);
    trunk_forward(s, k);
    list_rows(s, k);
    sums->n_rows = s->n_rows;
    head_score(&s->lane, s->rows, s->n_rows, head, s->xn, s->logprob,
               out->entropy ? s->entropy : NULL, &sums->trunk, &s->head);
    tell(s, k, NULL, 1, s->logprob, out->logprob);
    tell(s, k, NULL, 1, s->entropy, out->entropy);
    if (!out->mtp_logprob || !s->lane.shape->n_mtp)
        return;
    mtp_forward(&s->lane, &s->docs, tokens_of(k), p, s->xn,
                load_of(s, k, s->lane.shape->n_layers), &s->mtp,
                &s->block_scratch);
    list_mtp_rows(s, k, true);
    sums->n_mtp_rows = s->n_rows;
    head_score(&s->lane, s->rows, s->n_rows, head, s->mtp.yn, s->logprob, NULL,
               &sums->mtp, &s->head);
    tell(s, k, s->mtp.source, 2, s->logprob, out->mtp_logprob);
}

/* The MTP block's row of the trunk's row i; n_tokens: it has none. */
static uint32_t mtp_row_of(const struct mtp_saved *m, uint32_t i)
{
    uint32_t low = 0, high = m->docs.n_tokens;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (m->source[mid] < i)
            low = mid + 1;
        else
            high = mid;
    }
    return low < m->docs.n_tokens && m->source[low] == i ? low
                                                         : m->docs.n_tokens;
}

void shard_logits(struct shard *s, const struct shard_task *k,
                  const uint32_t *rows, uint32_t n_rows, bool mtp,
                  real *logits)
{
    const struct params *p = k->params;
    size_t V = s->lane.shape->n_vocab;
    uint32_t begin = first_token(k), at = 0;
    take_docs(s, k);
    trunk_forward(s, k);
    if (mtp)
        mtp_forward(&s->lane, &s->docs, tokens_of(k), p, s->xn,
                    load_of(s, k, s->lane.shape->n_layers), &s->mtp,
                    &s->block_scratch);
    while (at < n_rows && rows[at] < begin)
        at++;
    s->n_rows = 0;
    for (uint32_t i = at; i < n_rows && rows[i] < begin + s->docs.n_tokens; i++)
        add_row(s, mtp ? mtp_row_of(&s->mtp, rows[i] - begin) : rows[i] - begin,
                0, 1, 1);
    head_logits(&s->lane, s->rows, s->n_rows, p->values + p->output,
                mtp ? s->mtp.yn : s->xn, logits + at * V, &s->head);
}
