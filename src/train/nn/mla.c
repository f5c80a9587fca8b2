/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/mla.h"

#include <string.h>

#include "base/arena.h"
#include "train/nn/rope.h"
#include "train/nn/vec.h"

static real *take(struct arena *mem, size_t rows, size_t cols)
{
    return arena_take(mem, rows * cols, sizeof(real));
}

void mla_saved_layout(struct mla_saved *s, const struct shape *sh, uint32_t T,
                struct arena *mem)
{
    size_t H = sh->n_heads, rank = sh->kv_lora_rank;
    s->q_a = take(mem, T, sh->q_lora_rank);
    s->c_q = take(mem, T, sh->q_lora_rank);
    s->q_inv = take(mem, T, 1);
    s->kv_a = take(mem, T, rank + sh->rope_dim);
    s->c_kv = take(mem, T, rank);
    s->kv_inv = take(mem, T, 1);
    s->q = take(mem, T, H * shape_head_dim(sh));
    s->k = take(mem, T, H * shape_head_dim(sh));
    s->v = take(mem, T, H * sh->v_dim);
    s->o = take(mem, T, H * sh->v_dim);
    s->lse = take(mem, T, H);
}

void mla_scratch_layout(struct mla_scratch *s, const struct shape *sh,
                        uint32_t T, uint32_t max_doc, bool forward_only,
                        struct arena *mem)
{
    size_t H = sh->n_heads, rank = sh->kv_lora_rank;
    attention_layout(&s->attention, max_doc, mem);
    if (forward_only)
        return;
    s->dq = take(mem, T, H * shape_head_dim(sh));
    s->dk = take(mem, T, H * shape_head_dim(sh));
    s->dv = take(mem, T, H * sh->v_dim);
    s->d_o = take(mem, T, H * sh->v_dim);
    s->dc_q = take(mem, T, sh->q_lora_rank);
    s->dq_a = take(mem, T, sh->q_lora_rank);
    s->dc_kv = take(mem, T, rank);
    s->dkv_a = take(mem, T, rank + sh->rope_dim);
}

/* The rotated part of every query, and the one rotated key that all heads of a
 * token share, to each of them. */
static void rotate(const struct lane *l, const struct docs *docs,
                   struct mla_saved *s)
{
    const struct shape *sh = l->shape;
    size_t dh = shape_head_dim(sh), dr = sh->rope_dim, nope = sh->nope_dim;
    size_t rank = sh->kv_lora_rank;
    for (uint32_t d = 0; d < docs->n; d++)
        for (uint32_t i = docs->start[d]; i < docs->start[d + 1]; i++) {
            uint32_t pos = i - docs->start[d];
            real *k_pe = s->kv_a + i * (rank + dr) + rank;
            rope_turn(l->rope, pos, k_pe);
            for (uint32_t h = 0; h < sh->n_heads; h++) {
                size_t at = (i * sh->n_heads + h) * dh + nope;
                rope_turn(l->rope, pos, s->q + at);
                memcpy(s->k + at, k_pe, dr * sizeof *k_pe);
            }
        }
}

void mla_forward(struct lane *l, const struct docs *docs,
                 const struct attn_at *at, const real *p, const real *x,
                 real *y, struct mla_saved *s, struct mla_scratch *t)
{
    const struct shape *sh = l->shape;
    struct gemm_meter *m = &l->meter;
    size_t T = docs->n_tokens, D = sh->n_embd, H = sh->n_heads;
    size_t rq = sh->q_lora_rank, rank = sh->kv_lora_rank;
    size_t ldkv = rank + sh->rope_dim, dh = shape_head_dim(sh);
    size_t nope = sh->nope_dim, dv = sh->v_dim;

    gemm_nt(m, GEMM_PROJECTION, T, rq, D, x, D, p + at->q_a, D, s->q_a, rq,
            false);
    l->vec->norm(s->q_a, rq, p + at->q_a_norm, sh->norm_eps, T, rq, s->c_q, rq,
                 s->q_inv);
    gemm_nt(m, GEMM_PROJECTION, T, H * dh, rq, s->c_q, rq, p + at->q_b, rq,
            s->q, H * dh, false);

    gemm_nt(m, GEMM_PROJECTION, T, ldkv, D, x, D, p + at->kv_a, D, s->kv_a,
            ldkv, false);
    l->vec->norm(s->kv_a, ldkv, p + at->kv_a_norm, sh->norm_eps, T, rank,
                 s->c_kv, rank, s->kv_inv);
    for (size_t h = 0; h < H; h++)
        gemm_nn(m, GEMM_PROJECTION, T, nope, rank, s->c_kv, rank,
                p + at->k_b + h * rank * nope, nope, s->k + h * dh, H * dh,
                false);
    gemm_nt(m, GEMM_PROJECTION, T, H * dv, rank, s->c_kv, rank, p + at->v_b,
            rank, s->v, H * dv, false);
    rotate(l, docs, s);

    attention_forward(l, docs, s->q, s->k, s->v, s->o, s->lse, &t->attention);
    gemm_nt(m, GEMM_PROJECTION, T, D, H * dv, s->o, H * dv, p + at->o, H * dv,
            y, D, true);
}

/* Queries back head by head; the shared key's gradient is the sum over heads. */
static void rotate_back(const struct lane *l, const struct docs *docs,
                        struct mla_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t dh = shape_head_dim(sh), dr = sh->rope_dim, nope = sh->nope_dim;
    size_t rank = sh->kv_lora_rank;
    for (uint32_t d = 0; d < docs->n; d++)
        for (uint32_t i = docs->start[d]; i < docs->start[d + 1]; i++) {
            uint32_t pos = i - docs->start[d];
            real *dk_pe = t->dkv_a + i * (rank + dr) + rank;
            memset(dk_pe, 0, dr * sizeof *dk_pe);
            for (uint32_t h = 0; h < sh->n_heads; h++) {
                size_t at = (i * sh->n_heads + h) * dh + nope;
                rope_turn_back(l->rope, pos, t->dq + at);
                for (size_t j = 0; j < dr; j++)
                    dk_pe[j] += t->dk[at + j];
            }
            rope_turn_back(l->rope, pos, dk_pe);
        }
}

/* From dk and dv through k_b, v_b and the norm to dkv_a. */
static void latent_back(struct lane *l, size_t T, const struct attn_at *at,
                        const real *p, real *g, struct mla_saved *s,
                        struct mla_scratch *t)
{
    const struct shape *sh = l->shape;
    struct gemm_meter *m = &l->meter;
    size_t H = sh->n_heads, dh = shape_head_dim(sh), rank = sh->kv_lora_rank;
    size_t nope = sh->nope_dim, dv = sh->v_dim, ldkv = rank + sh->rope_dim;

    gemm_nn(m, GEMM_PROJECTION, T, rank, H * dv, t->dv, H * dv, p + at->v_b,
            rank, t->dc_kv, rank, false);
    gemm_tn(m, GEMM_PROJECTION, H * dv, rank, T, t->dv, H * dv, s->c_kv, rank,
            g + at->v_b, rank, true);
    for (size_t h = 0; h < H; h++) {
        size_t k_b = at->k_b + h * rank * nope;
        gemm_nt(m, GEMM_PROJECTION, T, rank, nope, t->dk + h * dh, H * dh,
                p + k_b, nope, t->dc_kv, rank, true);
        gemm_tn(m, GEMM_PROJECTION, rank, nope, T, s->c_kv, rank,
                t->dk + h * dh, H * dh, g + k_b, nope, true);
    }
    l->vec->norm_back(s->kv_a, ldkv, p + at->kv_a_norm, s->kv_inv, t->dc_kv,
                      rank, T, rank, t->dkv_a, ldkv, g + at->kv_a_norm, false);
}

static void query_back(struct lane *l, size_t T, const struct attn_at *at,
                       const real *p, real *g, struct mla_saved *s,
                       struct mla_scratch *t)
{
    const struct shape *sh = l->shape;
    struct gemm_meter *m = &l->meter;
    size_t q = sh->n_heads * shape_head_dim(sh), rq = sh->q_lora_rank;
    gemm_nn(m, GEMM_PROJECTION, T, rq, q, t->dq, q, p + at->q_b, rq, t->dc_q,
            rq, false);
    gemm_tn(m, GEMM_PROJECTION, q, rq, T, t->dq, q, s->c_q, rq, g + at->q_b, rq,
            true);
    l->vec->norm_back(s->q_a, rq, p + at->q_a_norm, s->q_inv, t->dc_q, rq, T,
                      rq, t->dq_a, rq, g + at->q_a_norm, false);
}

void mla_back(struct lane *l, const struct docs *docs, const struct attn_at *at,
              const real *p, real *g, const real *x, const real *dy, real *dx,
              struct mla_saved *s, struct mla_scratch *t)
{
    const struct shape *sh = l->shape;
    struct gemm_meter *m = &l->meter;
    size_t T = docs->n_tokens, D = sh->n_embd, o = sh->n_heads * sh->v_dim;
    size_t rq = sh->q_lora_rank, ldkv = sh->kv_lora_rank + sh->rope_dim;
    size_t k = sh->n_heads * shape_head_dim(sh);

    gemm_nn(m, GEMM_PROJECTION, T, o, D, dy, D, p + at->o, o, t->d_o, o, false);
    gemm_tn(m, GEMM_PROJECTION, D, o, T, dy, D, s->o, o, g + at->o, o, true);

    memset(t->dk, 0, T * k * sizeof *t->dk);
    memset(t->dv, 0, T * o * sizeof *t->dv);
    attention_back(l, docs, s->q, s->k, s->v, s->o, s->lse, t->d_o, t->dq,
                   t->dk, t->dv, &t->attention);
    rotate_back(l, docs, t);
    latent_back(l, T, at, p, g, s, t);
    query_back(l, T, at, p, g, s, t);

    gemm_nn(m, GEMM_PROJECTION, T, D, ldkv, t->dkv_a, ldkv, p + at->kv_a, D, dx,
            D, false);
    gemm_nn(m, GEMM_PROJECTION, T, D, rq, t->dq_a, rq, p + at->q_a, D, dx, D,
            true);
    gemm_tn(m, GEMM_PROJECTION, ldkv, D, T, t->dkv_a, ldkv, x, D,
            g + at->kv_a, D, true);
    gemm_tn(m, GEMM_PROJECTION, rq, D, T, t->dq_a, rq, x, D, g + at->q_a, D,
            true);
}
