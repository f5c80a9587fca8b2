/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/block.h"

#include <string.h>

#include "base/arena.h"
#include "train/nn/vec.h"

static real *rows(struct arena *mem, size_t n, size_t width)
{
    return arena_take(mem, n * width, sizeof(real));
}

static uint32_t shared_width(const struct shape *sh)
{
    return sh->n_shared * sh->expert_ff;
}

static uint32_t widest(const struct shape *sh)
{
    return shared_width(sh) > sh->n_ff ? shared_width(sh) : sh->n_ff;
}

static void ffn_half_layout(struct block_saved *s, const struct shape *sh,
                            uint32_t width, bool moe, uint32_t T,
                            struct arena *mem)
{
    s->h = rows(mem, T, sh->n_embd);
    s->hn = rows(mem, T, sh->n_embd);
    s->h_inv = rows(mem, T, 1);
    ffn_saved_layout(&s->ffn, width, T, mem);
    if (moe)
        moe_saved_layout(&s->moe, sh, T, mem);
}

void block_saved_layout(struct block_saved *s, const struct shape *sh, bool moe,
                        uint32_t T, struct arena *mem)
{
    s->xn = rows(mem, T, sh->n_embd);
    s->x_inv = rows(mem, T, 1);
    mla_saved_layout(&s->mla, sh, T, mem);
    ffn_half_layout(s, sh, moe ? shared_width(sh) : sh->n_ff, moe, T, mem);
}

void block_ffn_layout(struct block_saved *s, struct block_scratch *t,
                      const struct shape *sh, uint32_t T, struct arena *mem)
{
    ffn_half_layout(s, sh, widest(sh), shape_moe_blocks(sh) > 0, T, mem);
    ffn_scratch_layout(&t->ffn, widest(sh), T, mem);
    if (shape_moe_blocks(sh))
        moe_scratch_layout(&t->moe, sh, T, mem);
}

void block_scratch_layout(struct block_scratch *s, const struct shape *sh,
                          uint32_t T, uint32_t max_doc, bool forward_only,
                          struct arena *mem)
{
    s->dxn = rows(mem, T, sh->n_embd);
    /* Attention and FFN take turns in the same room. */
    struct arena attn = *mem, ffn = *mem;
    mla_scratch_layout(&s->mla, sh, T, max_doc, forward_only, &attn);
    ffn_scratch_layout(&s->ffn, widest(sh), T, &ffn);
    if (shape_moe_blocks(sh))
        moe_scratch_layout(&s->moe, sh, T, &ffn);
    mem->used = attn.used > ffn.used ? attn.used : ffn.used;
}

void block_ffn_forward(struct lane *l, size_t T, const struct block_at *at,
                       bool moe, const real *p, real *y, uint32_t *load,
                       struct block_saved *s, struct block_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t D = sh->n_embd;
    uint32_t width = moe ? shared_width(sh) : sh->n_ff;
    l->vec->norm(s->h, D, p + at->ffn.norm, sh->norm_eps, T, D, s->hn, D,
                 s->h_inv);
    memcpy(y, s->h, T * D * sizeof *y);
    if (width)
        ffn_forward(l, T, width, p + at->ffn.gate_up, p + at->ffn.down, s->hn,
                    y, &s->ffn, &t->ffn);
    if (moe)
        moe_forward(l, T, &at->ffn, p, s->hn, y, load, &s->moe, &t->moe);
}

void block_forward(struct lane *l, const struct docs *docs,
                   const struct block_at *at, bool moe, const real *p,
                   const real *x, real *y, uint32_t *load,
                   struct block_saved *s, struct block_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t T = docs->n_tokens, D = sh->n_embd;

    l->vec->norm(x, D, p + at->attn.norm, sh->norm_eps, T, D, s->xn, D,
                 s->x_inv);
    memcpy(s->h, x, T * D * sizeof *x);
    mla_forward(l, docs, &at->attn, p, s->xn, s->h, &s->mla, &t->mla);
    block_ffn_forward(l, T, at, moe, p, y, load, s, t);
}

void block_back(struct lane *l, const struct docs *docs,
                const struct block_at *at, bool moe, const real *p, real *g,
                const real *x, real *dx, struct block_saved *s,
                struct block_scratch *t)
{
    const struct shape *sh = l->shape;
    size_t T = docs->n_tokens, D = sh->n_embd;
    uint32_t width = moe ? shared_width(sh) : sh->n_ff;

    memset(t->dxn, 0, T * D * sizeof *t->dxn);
    if (width)
        ffn_back(l, T, width, p + at->ffn.gate_up, p + at->ffn.down,
                 g + at->ffn.gate_up, g + at->ffn.down, s->hn, dx, t->dxn,
                 &s->ffn, &t->ffn);
    if (moe)
        moe_back(l, docs, &at->ffn, p, g, s->hn, dx, t->dxn, &s->moe, &t->moe);
    l->vec->norm_back(s->h, D, p + at->ffn.norm, s->h_inv, t->dxn, D, T, D, dx,
                      D, g + at->ffn.norm, true);

    mla_back(l, docs, &at->attn, p, g, s->xn, dx, t->dxn, &s->mla, &t->mla);
    l->vec->norm_back(x, D, p + at->attn.norm, s->x_inv, t->dxn, D, T, D, dx, D,
                      g + at->attn.norm, true);
}
