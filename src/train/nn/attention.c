/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/attention.h"

#include "base/arena.h"
#include "train/nn/vec.h"

void attention_layout(struct attention_scratch *s, uint32_t max_doc,
                      struct arena *mem)
{
    size_t shorter = max_doc < ATTENTION_SHORT ? max_doc : ATTENTION_SHORT;
    size_t large = ATTENTION_LARGE * shorter;
    size_t most = (size_t)ATTENTION_BLOCK * max_doc;
    most = most > large ? most : large;
    s->p = arena_take(mem, most, sizeof *s->p);
    s->dp = arena_take(mem, most, sizeof *s->dp);
    s->delta = arena_take(mem, ATTENTION_LARGE, sizeof *s->delta);
}

/* One head of one document, and a block of its queries: rows first ..
 * first + n of the document, which see the first n_keys = first + n. */
struct span {
    uint32_t doc;    /* its first token */
    uint32_t head;
    uint32_t first, n, n_keys;
};

typedef void (*span_fn)(void *arg, const struct span *at);

static uint32_t block_rows(const struct lane *l, uint32_t len)
{
    return l->meter.rounded && len <= ATTENTION_SHORT ? ATTENTION_LARGE
                                                      : ATTENTION_BLOCK;
}

static void for_each_span(const struct lane *l, const struct docs *docs,
                          span_fn fn, void *arg)
{
    for (uint32_t d = 0; d < docs->n; d++) {
        uint32_t len = docs->start[d + 1] - docs->start[d];
        uint32_t rows = block_rows(l, len);
        for (uint32_t h = 0; h < l->shape->n_heads; h++)
            for (uint32_t i = 0; i < len; i += rows) {
                uint32_t n = len - i < rows ? len - i : rows;
                struct span at = {docs->start[d], h, i, n, i + n};
                fn(arg, &at);
            }
    }
}

struct heads {
    struct lane *l;
    const struct docs *docs;
    struct attention_scratch *s;
    size_t dk, dv;         /* of one head */
    size_t ldk, ldv;       /* of all: from one token to the next */
    const real *q, *k, *v, *d_o;
    real *o, *lse, *dq, *dkey, *dval;
};

static struct heads heads_of(struct lane *l, const struct docs *docs,
                             struct attention_scratch *s)
{
    const struct shape *sh = l->shape;
    size_t dk = shape_head_dim(sh), dv = sh->v_dim;
    return (struct heads){.l = l, .docs = docs, .s = s, .dk = dk, .dv = dv,
                          .ldk = sh->n_heads * dk, .ldv = sh->n_heads * dv};
}

/* Where the block's rows, or the document's, begin in a tensor. */
static size_t key_at(const struct heads *a, const struct span *at, uint32_t row)
{
    return (at->doc + row) * a->ldk + at->head * a->dk;
}

static size_t value_at(const struct heads *a, const struct span *at,
                       uint32_t row)
{
    return (at->doc + row) * a->ldv + at->head * a->dv;
}

static real *lse_at(const struct heads *a, const struct span *at)
{
    return a->lse + (size_t)at->head * a->docs->n_tokens + at->doc + at->first;
}

/* out[query][key] = x of the query, y of the key, where it sees it. */
static void by_keys(const struct heads *a, const struct span *at, size_t dim,
                    const real *x, size_t ld, const real *y, real *out)
{
    gemm(&a->l->meter, GEMM_ATTENTION,
         &(struct gemm_product){.tb = true, .m = at->n, .n = at->n_keys, .k = dim,
                           .a = x, .lda = ld, .b = y, .ldb = ld, .c = out,
                           .ldc = at->n_keys, .causal = CAUSAL_C,
                           .first = at->first});
}

/* out of the query = sum of y of the keys, by p[query][key]. */
static void of_keys(const struct heads *a, const struct span *at, size_t dim,
                    const real *p, const real *y, size_t ld, real *out)
{
    gemm(&a->l->meter, GEMM_ATTENTION,
         &(struct gemm_product){.m = at->n, .n = dim, .k = at->n_keys, .a = p,
                           .lda = at->n_keys, .b = y, .ldb = ld, .c = out,
                           .ldc = ld, .causal = CAUSAL_A, .first = at->first});
}

/* out of the key += sum of x of the queries, by p[query][key]. */
static void to_keys(const struct heads *a, const struct span *at, size_t dim,
                    const real *p, const real *x, size_t ld, real *out)
{
    gemm(&a->l->meter, GEMM_ATTENTION,
         &(struct gemm_product){.ta = true, .add = true, .m = at->n_keys, .n = dim,
                           .k = at->n, .a = p, .lda = at->n_keys, .b = x,
                           .ldb = ld, .c = out, .ldc = ld,
                           .causal = CAUSAL_TURNED, .first = at->first});
}

static void scores(const struct heads *a, const struct span *at)
{
    by_keys(a, at, a->dk, a->q + key_at(a, at, at->first), a->ldk,
            a->k + key_at(a, at, 0), a->s->p);
}

static void forward_span(void *arg, const struct span *at)
{
    const struct heads *a = arg;
    scores(a, at);
    a->l->vec->softmax(a->s->p, at->n_keys, at->n, at->first, at->n_keys,
                       a->l->attn_scale, lse_at(a, at));
    of_keys(a, at, a->dv, a->s->p, a->v + value_at(a, at, 0), a->ldv,
            a->o + value_at(a, at, at->first));
}

/* dP = dO V^T; dS = P (dP - rowsum(dO O)) scale; then the three operands. */
static void back_span(void *arg, const struct span *at)
{
    const struct heads *a = arg;
    struct attention_scratch *s = a->s;
    const struct vec *vec = a->l->vec;
    size_t n = at->n, n_keys = at->n_keys;
    size_t out = value_at(a, at, at->first);

    scores(a, at);
    vec->softmax_again(s->p, n_keys, n, at->first, n_keys, a->l->attn_scale,
                       lse_at(a, at));
    for (uint32_t r = 0; r < n; r++)
        s->delta[r] = vec->dot(a->d_o + out + r * a->ldv,
                               a->o + out + r * a->ldv, a->dv);
    by_keys(a, at, a->dv, a->d_o + out, a->ldv, a->v + value_at(a, at, 0),
            s->dp);
    to_keys(a, at, a->dv, s->p, a->d_o + out, a->ldv,
            a->dval + value_at(a, at, 0));
    vec->softmax_back(s->p, s->dp, n_keys, n, at->first, n_keys,
                      a->l->attn_scale, s->delta);
    of_keys(a, at, a->dk, s->dp, a->k + key_at(a, at, 0), a->ldk,
            a->dq + key_at(a, at, at->first));
    to_keys(a, at, a->dk, s->dp, a->q + key_at(a, at, at->first), a->ldk,
            a->dkey + key_at(a, at, 0));
}

void attention_forward(struct lane *l, const struct docs *docs, const real *q,
                       const real *k, const real *v, real *o, real *lse,
                       struct attention_scratch *s)
{
    struct heads a = heads_of(l, docs, s);
    a.q = q;
    a.k = k;
    a.v = v;
    a.o = o;
    a.lse = lse;
    for_each_span(l, docs, forward_span, &a);
}

void attention_back(struct lane *l, const struct docs *docs, const real *q,
                    const real *k, const real *v, const real *o,
                    const real *lse, const real *d_o, real *dq, real *dk,
                    real *dv, struct attention_scratch *s)
{
    struct heads a = heads_of(l, docs, s);
    a.q = q;
    a.k = k;
    a.v = v;
    a.o = (real *)o;
    a.lse = (real *)lse;
    a.d_o = d_o;
    a.dq = dq;
    a.dkey = dk;
    a.dval = dv;
    for_each_span(l, docs, back_span, &a);
}
