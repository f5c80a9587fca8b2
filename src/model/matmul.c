/* SPDX-License-Identifier: Apache-2.0 */
#include "model/matmul.h"

#include <assert.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"

enum {
    /* Rows that BLAS gets at once. Fixed, and cut at multiples of it, so that
     * no result depends on where one thread's rows end. */
    PANEL_ROWS = 64,
    ROW_GRAIN = 8,
};
/* Multiply-adds below which waking threads costs more than it saves. */
static const uint64_t MIN_SHARED_WORK = 32768;

void compute_init(struct compute *c, enum cpu_level level, struct pool *pool,
                  bool exact)
{
    *c = (struct compute){.pool = pool, .exact = exact};
    kernels_init(&c->kernels, level);
}

bool compute_reserve(struct compute *c, uint32_t max_k, struct err *err)
{
    size_t need = (size_t)PANEL_ROWS * max_k;
    if (c->exact || need <= c->panel_floats)
        return true;
    size_t n = pool_size(c->pool);
    float *p = mem_big(n * need * sizeof(float), "decoded weights", err);
    if (!p)
        return false;
    mem_big_free(c->panels, n * c->panel_floats * sizeof(float));
    c->panels = p;
    c->panel_floats = need;
    return true;
}

void compute_clear(struct compute *c)
{
    if (c->panels)
        mem_big_free(c->panels, pool_size(c->pool) * c->panel_floats *
                                    sizeof(float));
    *c = (struct compute){0};
}

void compute_run(struct compute *c, uint64_t work, pool_fn fn, void *arg)
{
    if (work < MIN_SHARED_WORK || pool_size(c->pool) == 1)
        fn(arg, 0, 1);
    else
        pool_run(c->pool, fn, arg);
}

/* --- activations ----------------------------------------------------------- */

void act_layout(struct act *a, uint32_t max_k, uint32_t max_n,
                struct arena *mem)
{
    size_t n = (size_t)max_k * max_n, blocks = (n + ACT_BLOCK - 1) / ACT_BLOCK;
    *a = (struct act){.max_k = max_k, .max_n = max_n};
    a->q8.q = arena_take(mem, n, 1);
    a->q8.d = arena_take(mem, blocks, sizeof(float));
    a->q8.s = arena_take(mem, blocks, sizeof(float));
}

void act_set(struct act *a, const float *x, uint32_t k, uint32_t n)
{
    assert(k <= a->max_k && n <= a->max_n);
    a->x = x;
    a->k = k;
    a->n = n;
    a->quantized = false;
}

struct act_q8 act_q8_at(struct act_q8 q8, uint32_t k, uint32_t first)
{
    size_t at = (size_t)k * first;
    return (struct act_q8){q8.q + at, q8.d + at / ACT_BLOCK,
                           q8.s + at / ACT_BLOCK};
}

struct quantize_job {
    const struct kernels *k;
    struct act *x;
};

static void quantize_part(void *arg, unsigned part, unsigned n_parts)
{
    struct quantize_job *j = arg;
    struct act *x = j->x;
    size_t begin, end;
    pool_range(x->n, 1, part, n_parts, &begin, &end);
    if (begin < end)
        j->k->quantize(x->x + begin * x->k, x->k, x->k, end - begin,
                       act_q8_at(x->q8, x->k, (uint32_t)begin));
}

static void quantize(struct compute *c, struct act *x)
{
    struct quantize_job j = {&c->kernels, x};
    compute_run(c, (uint64_t)x->n * x->k, quantize_part, &j);
    x->quantized = true;
}

/* --- products --------------------------------------------------------------- */

enum how { HOW_Q8, HOW_F32 };

static enum how how_to(const struct compute *c, const struct product *p)
{
    if (c->exact || p->float32)
        return HOW_F32;
    return c->kernels.weight[p->w.type].mul_q8 ? HOW_Q8 : HOW_F32;
}

struct job {
    struct compute *c;
    const struct product *p;
    size_t n;
};

static void product_part(struct compute *c, const struct product *p,
                         unsigned part, unsigned n_parts)
{
    const struct matrix *w = &p->w;
    const struct act *x = p->x;
    enum how how = how_to(c, p);
    size_t begin, end;
    pool_range(w->n_rows, ROW_GRAIN, part,
               n_parts, &begin, &end);
    if (begin >= end)
        return;
    const struct weight_kernels *k = &c->kernels.weight[w->type];
    const char *rows = (const char *)w->data + begin * w->row_bytes;
    float *y = p->y + begin;
    if (how == HOW_Q8)
        k->mul_q8(x->k, rows, w->row_bytes, end - begin,
                  act_q8_at(x->q8, x->k, p->first), p->n, y, p->ldy);
    else
        k->mul_f32(x->k, rows, w->row_bytes, end - begin,
                   x->x + (size_t)p->first * x->k, x->k, p->n, y, p->ldy);
}

static void many_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct job *j = arg;
    for (size_t i = 0; i < j->n; i++)
        product_part(j->c, &j->p[i], part, n_parts);
}

void matmul_many(struct compute *c, const struct product *p, size_t n)
{
    uint64_t work = 0;
    for (size_t i = 0; i < n; i++) {
        assert(p[i].w.n_cols == p[i].x->k);
        assert(p[i].first + p[i].n <= p[i].x->n);
        work += (uint64_t)p[i].w.n_rows * p[i].w.n_cols * p[i].n;
    }
    for (size_t i = 0; i < n; i++)
        if (!p[i].x->quantized && how_to(c, &p[i]) == HOW_Q8)
            quantize(c, p[i].x);
    struct job j = {c, p, n};
    compute_run(c, work, many_part, &j);
}

void matmul(struct compute *c, const struct matrix *w, struct act *x, float *y,
            size_t ldy)
{
    matmul_many(c, &(struct product){.w = *w, .x = x, .n = x->n, .y = y,
                                     .ldy = ldy}, 1);
}
