/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/mla_decode.h"

#include <string.h>

#include "base/arena.h"
#include "train/nn/rope.h"
#include "train/nn/vec.h"

void mla_decode_layout(struct mla_decode *d, const struct shape *sh,
                       uint32_t max_rows, uint32_t max_len, struct arena *mem)
{
    size_t n = max_rows, H = sh->n_heads;
    d->q_a = arena_take(mem, n * sh->q_lora_rank, sizeof(real));
    d->q = arena_take(mem, n * H * shape_head_dim(sh), sizeof(real));
    d->kv_a = arena_take(mem, n * mla_row(sh), sizeof(real));
    d->query = arena_take(mem, n * H * mla_row(sh), sizeof(real));
    d->latent = arena_take(mem, n * H * sh->kv_lora_rank, sizeof(real));
    d->o = arena_take(mem, n * H * sh->v_dim, sizeof(real));
    d->p = arena_take(mem, H * max_len, sizeof(real));
}

/* [normed latent | rotated key] of every row into its sequence's cache. */
static void remember(struct lane *l, const struct mla_at *rows, size_t n,
                     const struct attn_at *at, const real *p, const real *x,
                     struct mla_decode *d)
{
    const struct shape *sh = l->shape;
    size_t D = sh->n_embd, rank = sh->kv_lora_rank, width = mla_row(sh);
    gemm_nt(&l->meter, GEMM_PROJECTION, n, width, D, x, D, p + at->kv_a, D,
            d->kv_a, width, false);
    for (size_t i = 0; i < n; i++) {
        real *own = rows[i].cache + rows[i].pos * width, inv;
        l->vec->norm(d->kv_a + i * width, width, p + at->kv_a_norm, sh->norm_eps,
                     1, rank, own, width, &inv);
        memcpy(own + rank, d->kv_a + i * width + rank,
               sh->rope_dim * sizeof *own);
        rope_turn(l->rope, rows[i].pos, own + rank);
    }
}

/* Queries in the space of the cache rows. */
static void absorb(struct lane *l, const struct mla_at *rows, size_t n,
                   const struct attn_at *at, const real *p, const real *x,
                   struct mla_decode *d)
{
    const struct shape *sh = l->shape;
    struct gemm_meter *m = &l->meter;
    size_t D = sh->n_embd, rq = sh->q_lora_rank, H = sh->n_heads;
    size_t dh = shape_head_dim(sh), nope = sh->nope_dim, dr = sh->rope_dim;
    size_t rank = sh->kv_lora_rank, width = mla_row(sh);

    gemm_nt(m, GEMM_PROJECTION, n, rq, D, x, D, p + at->q_a, D, d->q_a, rq,
            false);
    for (size_t i = 0; i < n; i++) {
        real inv;
        l->vec->norm(d->q_a + i * rq, rq, p + at->q_a_norm, sh->norm_eps, 1, rq,
                     d->q_a + i * rq, rq, &inv);
    }
    gemm_nt(m, GEMM_PROJECTION, n, H * dh, rq, d->q_a, rq, p + at->q_b, rq, d->q,
            H * dh, false);
    for (size_t h = 0; h < H; h++)
        gemm_nt(m, GEMM_PROJECTION, n, rank, nope, d->q + h * dh, H * dh,
                p + at->k_b + h * rank * nope, nope, d->query + h * width,
                H * width, false);
    for (size_t i = 0; i < n * H; i++) {
        real *turned = d->query + i * width + rank;
        memcpy(turned, d->q + i * dh + nope, dr * sizeof *turned);
        rope_turn(l->rope, rows[i / H].pos, turned);
    }
}

static void attend(struct lane *l, const struct mla_at *row, const real *query,
                   real *latent, real *p)
{
    const struct shape *sh = l->shape;
    size_t H = sh->n_heads, rank = sh->kv_lora_rank, width = mla_row(sh);
    size_t len = (size_t)row->pos + 1;
    gemm_nt(&l->meter, GEMM_ATTENTION, H, len, width, query, width, row->cache,
            width, p, len, false);
    for (size_t h = 0; h < H; h++) {
        real lse;
        l->vec->softmax(p + h * len, len, 1, row->pos, len, l->attn_scale, &lse);
    }
    gemm_nn(&l->meter, GEMM_ATTENTION, H, rank, len, p, len, row->cache, width,
            latent, rank, false);
}

void mla_decode(struct lane *l, const struct mla_at *rows, size_t n,
                const struct attn_at *at, const real *p, const real *x, real *y,
                struct mla_decode *d)
{
    const struct shape *sh = l->shape;
    size_t D = sh->n_embd, H = sh->n_heads, dv = sh->v_dim;
    size_t rank = sh->kv_lora_rank, width = mla_row(sh);

    remember(l, rows, n, at, p, x, d);
    absorb(l, rows, n, at, p, x, d);
    for (size_t i = 0; i < n; i++)
        attend(l, &rows[i], d->query + i * H * width, d->latent + i * H * rank,
               d->p);
    for (size_t h = 0; h < H; h++)
        gemm_nt(&l->meter, GEMM_PROJECTION, n, dv, rank, d->latent + h * rank,
                H * rank, p + at->v_b + h * dv * rank, rank, d->o + h * dv,
                H * dv, false);
    gemm_nt(&l->meter, GEMM_PROJECTION, n, D, H * dv, d->o, H * dv, p + at->o,
            H * dv, y, D, true);
}
