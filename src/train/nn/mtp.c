/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/mtp.h"

#include <string.h>

#include "base/arena.h"
#include "train/nn/vec.h"

static real *rows(struct arena *mem, size_t n, size_t width)
{
    return arena_take(mem, n * width, sizeof(real));
}

void mtp_saved_layout(struct mtp_saved *m, const struct shape *sh, uint32_t T,
                struct arena *mem)
{
    size_t D = sh->n_embd;
    m->docs.start = arena_take(mem, (size_t)T + 1, sizeof *m->docs.start);
    m->source = arena_take(mem, T, sizeof *m->source);
    m->e = rows(mem, T, D);
    m->e_inv = rows(mem, T, 1);
    m->s = rows(mem, T, D);
    m->s_inv = rows(mem, T, 1);
    m->u = rows(mem, T, 2 * D);
    m->x = rows(mem, T, D);
    m->y = rows(mem, T, D);
    m->yn = rows(mem, T, D);
    m->y_inv = rows(mem, T, 1);
    block_saved_layout(&m->block, sh, true, T, mem);
}

void mtp_scratch_layout(struct mtp_scratch *t, const struct shape *sh,
                        uint32_t T, struct arena *mem)
{
    t->dx = rows(mem, T, sh->n_embd);
    t->du = rows(mem, T, 2 * sh->n_embd);
    t->de = rows(mem, T, sh->n_embd);
}

static void list_rows(const struct docs *docs, struct mtp_saved *m)
{
    uint32_t n = 0;
    for (uint32_t d = 0; d < docs->n; d++) {
        m->docs.start[d] = n;
        for (uint32_t i = docs->start[d]; i + 1 < docs->start[d + 1]; i++)
            m->source[n++] = i;
    }
    m->docs.start[docs->n] = n;
    m->docs.n = docs->n;
    m->docs.n_tokens = n;
}

/* m->u out of the embeddings of the tokens behind and of the trunk's states. */
static void join(struct lane *l, const int32_t *tokens, const struct params *p,
                 const real *state, struct mtp_saved *m)
{
    size_t n = m->docs.n_tokens, D = l->shape->n_embd;
    real eps = l->shape->norm_eps;
    for (size_t r = 0; r < n; r++) {
        uint32_t i = m->source[r];
        memcpy(m->e + r * D,
               p->values + p->token_embd + (size_t)tokens[i + 1] * D,
               D * sizeof *m->e);
        memcpy(m->s + r * D, state + i * D, D * sizeof *m->s);
    }
    l->vec->norm(m->e, D, p->values + p->mtp.enorm, eps, n, D, m->u, 2 * D,
                 m->e_inv);
    l->vec->norm(m->s, D, p->values + p->mtp.hnorm, eps, n, D, m->u + D, 2 * D,
                 m->s_inv);
}

void mtp_forward(struct lane *l, const struct docs *docs,
                 const int32_t *tokens, const struct params *p,
                 const real *state, uint32_t *load, struct mtp_saved *m,
                 struct block_scratch *b)
{
    size_t D = l->shape->n_embd, n;
    list_rows(docs, m);
    n = m->docs.n_tokens;
    join(l, tokens, p, state, m);
    gemm_nt(&l->meter, GEMM_MTP, n, D, 2 * D, m->u, 2 * D,
            p->values + p->mtp.eh_proj, 2 * D, m->x, D, false);
    block_forward(l, &m->docs, &p->blocks[l->shape->n_layers], true, p->values,
                  m->x, m->y, load, &m->block, b);
    l->vec->norm(m->y, D, p->values + p->mtp.head_norm, l->shape->norm_eps, n,
                 D, m->yn, D, m->y_inv);
}

/* t->du to the states, the embeddings and both norms. Without dstate only the
 * norms' own gradients are wanted. */
static void join_back(struct lane *l, const int32_t *tokens,
                      const struct params *p, real *g, real *dstate,
                      struct mtp_saved *m, struct mtp_scratch *t)
{
    size_t n = m->docs.n_tokens, D = l->shape->n_embd;
    l->vec->norm_back(m->e, D, p->values + p->mtp.enorm, m->e_inv, t->du, 2 * D,
                      n, D, t->de, D, g + p->mtp.enorm, false);
    for (size_t r = 0; dstate && r < n; r++)
        l->vec->add(g + p->token_embd + (size_t)tokens[m->source[r] + 1] * D,
                    t->de + r * D, D);
    l->vec->norm_back(m->s, D, p->values + p->mtp.hnorm, m->s_inv, t->du + D,
                      2 * D, n, D, t->de, D, g + p->mtp.hnorm, false);
    for (size_t r = 0; dstate && r < n; r++)
        l->vec->add(dstate + m->source[r] * D, t->de + r * D, D);
}

void mtp_back(struct lane *l, const int32_t *tokens, const struct params *p,
              real *g, const real *dyn, real *dstate, struct mtp_saved *m,
              struct mtp_scratch *t, struct block_scratch *b)
{
    size_t n = m->docs.n_tokens, D = l->shape->n_embd;
    const real *eh_proj = p->values + p->mtp.eh_proj;
    l->vec->norm_back(m->y, D, p->values + p->mtp.head_norm, m->y_inv, dyn, D,
                      n, D, t->dx, D, g + p->mtp.head_norm, false);
    block_back(l, &m->docs, &p->blocks[l->shape->n_layers], true, p->values, g,
               m->x, t->dx, &m->block, b);
    gemm_nn(&l->meter, GEMM_MTP, n, 2 * D, D, t->dx, D, eh_proj, 2 * D, t->du,
            2 * D, false);
    gemm_tn(&l->meter, GEMM_MTP, D, 2 * D, n, t->dx, D, m->u, 2 * D,
            g + p->mtp.eh_proj, 2 * D, true);
    join_back(l, tokens, p, g, dstate, m, t);
}
