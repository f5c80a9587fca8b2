/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/decode.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "train/nn/block.h"
#include "train/nn/mla_decode.h"
#include "train/nn/rope.h"
#include "train/nn/vec.h"

struct decode {
    struct shape shape;
    uint32_t max_seqs, max_len, max_rows;
    void *mem;              /* owned; all below lies there */
    size_t bytes;
    struct lane lane;
    struct rope_table rope;
    real *cache;            /* [max_seqs][n_layers][max_len][mla_row] */
    uint32_t *len;          /* [max_seqs] */
    struct mla_at *at;      /* [max_rows] */
    struct mla_decode mla;
    struct block_saved block;
    struct block_scratch scratch;
    uint32_t *load;         /* [n_experts], which nobody reads */
    real *x, *y;            /* [max_rows][n_embd] */
    real *logits;           /* [max_rows][n_vocab] */
};

static size_t layer_values(const struct decode *d)
{
    return d->max_len * mla_row(&d->shape);
}

static size_t seq_values(const struct decode *d)
{
    return d->shape.n_layers * layer_values(d);
}

static void lay_out(struct decode *d, struct arena *mem)
{
    const struct shape *sh = &d->shape;
    size_t n = d->max_rows;
    rope_table_layout(&d->rope, sh, d->max_len, mem);
    d->cache = arena_take(mem, d->max_seqs * seq_values(d), sizeof(real));
    d->len = arena_take(mem, d->max_seqs, sizeof *d->len);
    d->at = arena_take(mem, n, sizeof *d->at);
    mla_decode_layout(&d->mla, sh, d->max_rows, d->max_len, mem);
    block_ffn_layout(&d->block, &d->scratch, sh, d->max_rows, mem);
    d->load = arena_take(mem, sh->n_experts, sizeof *d->load);
    d->x = arena_take(mem, n * sh->n_embd, sizeof(real));
    d->y = arena_take(mem, n * sh->n_embd, sizeof(real));
    d->logits = arena_take(mem, n * sh->n_vocab, sizeof(real));
}

struct decode *decode_new(const struct shape *s, uint32_t max_seqs,
                          uint32_t max_len, uint32_t max_rows, struct err *err)
{
    if (!shape_check(s, err))
        return NULL;
    if (!gemm_available(err))
        return NULL;
    struct decode *d = mem_zalloc(sizeof *d);
    struct arena count = {0};
    d->shape = *s;
    d->max_seqs = max_seqs;
    d->max_len = max_len;
    d->max_rows = max_rows;
    lay_out(d, &count);
    d->bytes = count.used;
    d->mem = mem_big(d->bytes, "sequences in training", err);
    if (!d->mem) {
        mem_free(d);
        return NULL;
    }
    struct arena mem = {.base = d->mem};
    lay_out(d, &mem);
    rope_table_init(&d->rope, s);
    d->lane = (struct lane){.shape = &d->shape,
                            .rope = &d->rope,
                            .vec = vec_best(),
                            .attn_scale = (real)rope_attn_scale(s)};
    memset(d->len, 0, max_seqs * sizeof *d->len);
    return d;
}

void decode_free(struct decode *d)
{
    if (!d)
        return;
    mem_big_free(d->mem, d->bytes);
    mem_free(d);
}

uint32_t decode_len(const struct decode *d, uint32_t seq)
{
    return d->len[seq];
}

void decode_clear(struct decode *d, uint32_t seq)
{
    d->len[seq] = 0;
}

void decode_copy(struct decode *d, uint32_t from, uint32_t to)
{
    real *a = d->cache + from * seq_values(d), *b = d->cache + to * seq_values(d);
    for (uint32_t i = 0; i < d->shape.n_layers; i++)
        memcpy(b + i * layer_values(d), a + i * layer_values(d),
               d->len[from] * mla_row(&d->shape) * sizeof *a);
    d->len[to] = d->len[from];
}

static void take_rows(struct decode *d, const struct params *p,
                      const struct decode_row *rows, uint32_t n)
{
    size_t D = d->shape.n_embd;
    for (uint32_t i = 0; i < n; i++) {
        assert(rows[i].seq < d->max_seqs && d->len[rows[i].seq] < d->max_len);
        assert(rows[i].token >= 0 && (uint32_t)rows[i].token < d->shape.n_vocab);
        d->at[i].cache = d->cache + rows[i].seq * seq_values(d);
        d->at[i].pos = d->len[rows[i].seq]++;
        memcpy(d->x + i * D,
               p->values + p->token_embd + (size_t)rows[i].token * D,
               D * sizeof *d->x);
    }
}

/* x becomes the block's output. */
static void run_block(struct decode *d, const struct params *p, uint32_t b,
                      uint32_t n)
{
    const struct shape *sh = &d->shape;
    const struct block_at *at = &p->blocks[b];
    size_t D = sh->n_embd;
    struct block_saved *s = &d->block;
    d->lane.vec->norm(d->x, D, p->values + at->attn.norm, sh->norm_eps, n, D,
                      s->hn, D, s->h_inv);
    memcpy(s->h, d->x, n * D * sizeof *d->x);
    mla_decode(&d->lane, d->at, n, &at->attn, p->values, s->hn, s->h, &d->mla);
    block_ffn_forward(&d->lane, n, at, shape_is_moe(sh, b), p->values, d->x,
                      d->load, s, &d->scratch);
    for (uint32_t i = 0; i < n; i++)
        d->at[i].cache += layer_values(d);
}

real *decode_step(struct decode *d, const struct params *p,
                  const struct decode_row *rows, uint32_t n)
{
    const struct shape *sh = &d->shape;
    size_t D = sh->n_embd, V = sh->n_vocab, wanted = 0;
    assert(n <= d->max_rows);
    take_rows(d, p, rows, n);
    for (uint32_t b = 0; b < sh->n_layers; b++)
        run_block(d, p, b, n);
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].logits)
            memcpy(d->y + wanted++ * D, d->x + i * D, D * sizeof *d->y);
    d->lane.vec->norm(d->y, D, p->values + p->output_norm, sh->norm_eps, wanted,
                      D, d->y, D, d->block.h_inv);
    gemm_nt(&d->lane.meter, GEMM_HEAD, wanted, V, D, d->y, D,
            p->values + p->output, D, d->logits, V, false);
    return d->logits;
}
