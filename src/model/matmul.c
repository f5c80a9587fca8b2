/* SPDX-License-Identifier: Apache-2.0 */
#include "model/matmul.h"

#include <assert.h>
#include <stdatomic.h>

#include "base/err.h"
#include "base/mem.h"
#include "kernels/blas.h"

enum {
    /* Rows that BLAS gets at once. Fixed, and cut at multiples of it, so that
     * no result depends on where one thread's rows end. */
    PANEL_ROWS = 64,
    ROW_GRAIN = 16,
    PIECE_BYTES = 65536, /* of weights that a thread takes at a time */
    HELP_WORK = 16384,   /* multiply-adds that a helper takes: half a microsecond */
};
/* Multiply-adds below which waking threads costs more than it saves: some 4 us of
 * one thread's products of integers. */
static const uint64_t MIN_SHARED_WORK = 131072;

void compute_init(struct compute *c, enum cpu_level level, struct pool *pool,
                  bool exact)
{
    *c = (struct compute){.pool = pool, .exact = exact};
    kernels_init(&c->kernels, level);
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->served, NULL);
}

void compute_enter(struct compute *c)
{
    pthread_mutex_lock(&c->lock);
    uint64_t mine = c->tickets++;
    while (c->serving != mine)
        pthread_cond_wait(&c->served, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

void compute_leave(struct compute *c)
{
    pthread_mutex_lock(&c->lock);
    c->serving++;
    pthread_cond_broadcast(&c->served);
    pthread_mutex_unlock(&c->lock);
}

static bool reserve(struct compute *c, uint32_t max_k, struct err *err)
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

bool compute_reserve(struct compute *c, uint32_t max_k, struct err *err)
{
    compute_enter(c); /* another session may be computing in them */
    bool ok = reserve(c, max_k, err);
    compute_leave(c);
    return ok;
}

void compute_clear(struct compute *c)
{
    if (c->panels)
        mem_big_free(c->panels, pool_size(c->pool) * c->panel_floats *
                                    sizeof(float));
    pthread_cond_destroy(&c->served);
    pthread_mutex_destroy(&c->lock);
    *c = (struct compute){0};
}

void compute_run(struct compute *c, uint64_t work, pool_fn fn, void *arg)
{
    if (work < MIN_SHARED_WORK || pool_size(c->pool) == 1)
        fn(arg, 0, 1);
    else
        pool_run(c->pool, fn, arg);
}

/* --- products ------------------------------------------------------------- */

enum how { HOW_Q8, HOW_F32, HOW_BLAS };

/* Where OpenBLAS is faster than our kernels (10^9 multiply-adds a second of one
 * Zen 4 core, many columns): for float weights 47 against 20; for quantized ones
 * 47 against 23-36 where the CPU has no VNNI, against 57-75 where it has. */
static bool blas_is_faster(const struct compute *c, const struct product *p)
{
    if (!c->kernels.weight[p->w.type].mul_q8)
        return p->n >= 32;
    return c->kernels.level == CPU_AVX2 && p->n >= 128;
}

static enum how how_to(const struct compute *c, const struct product *p)
{
    if (c->exact || p->float32)
        return HOW_F32;
    if (c->blas && (size_t)PANEL_ROWS * p->w.n_cols <= c->panel_floats &&
        blas_is_faster(c, p))
        return HOW_BLAS;
    return c->kernels.weight[p->w.type].mul_q8 ? HOW_Q8 : HOW_F32;
}

static const void *row_at(const struct matrix *w, size_t r)
{
    return (const char *)w->data + r * w->row_bytes;
}

static void rows_q8(const struct compute *c, const struct product *p,
                    size_t begin, size_t end)
{
    const struct matrix *w = &p->w;
    const struct weight_kernels *k = &c->kernels.weight[w->type];
    (p->x->planes == 1 ? k->mul_q8_hi : k->mul_q8)(
        w->n_cols, row_at(w, begin), w->row_bytes, end - begin,
        act_column(p->x, p->first), p->n, p->y + begin, p->ldy);
}

static void rows_f32(const struct compute *c, const struct product *p,
                     size_t begin, size_t end)
{
    const struct matrix *w = &p->w;
    const float *x = p->x->x + p->first * p->x->ldx;
    c->kernels.weight[w->type].mul_f32(
        w->n_cols, row_at(w, begin), w->row_bytes, end - begin, x, p->x->ldx,
        p->n, p->y + begin, p->ldy);
}

/* One panel of PANEL_ROWS rows, or what is left of them at the end. */
static void panel_blas(const struct compute *c, const struct product *p,
                       size_t begin, unsigned part)
{
    const struct matrix *w = &p->w;
    size_t n = w->n_rows - begin < PANEL_ROWS ? w->n_rows - begin : PANEL_ROWS;
    float *panel = c->panels + (size_t)part * c->panel_floats;
    /* Rows lie one behind the other: one call decodes them all. */
    c->kernels.weight[w->type].decode(row_at(w, begin), panel, n * w->n_cols);
    blas_sgemm_nt(p->n, n, w->n_cols, p->x->x + p->first * p->x->ldx,
                  p->x->ldx, panel, w->n_cols, p->y + begin, p->ldy, false);
}

static void rows(const struct compute *c, const struct product *p, size_t begin,
                 size_t end)
{
    if (how_to(c, p) == HOW_F32)
        rows_f32(c, p, begin, end);
    else
        rows_q8(c, p, begin, end);
}

struct job {
    struct compute *c;
    const struct product *p;
    size_t n;
    const struct product *open; /* whose last rows are not dealt; may be NULL */
    size_t dealt;               /* its rows before them */
    size_t piece;               /* rows */
    _Atomic size_t next;        /* the first row that nobody has taken */
};

/* Panels are dealt out over all products, for small ones have only one. */
static void deal_panels(const struct job *j, const struct product *p,
                        size_t *dealt, unsigned part, unsigned n_parts)
{
    for (size_t r = 0; r < p->w.n_rows; r += PANEL_ROWS)
        if ((*dealt)++ % n_parts == part)
            panel_blas(j->c, p, r, part);
}

static size_t bytes_of(const struct product *p)
{
    return p->w.n_rows * p->w.row_bytes;
}

/* Threads that read equal shares are not through at the same time: one CPU is
 * busier than the other, or its memory farther away. So half of the bytes, as
 * many as the largest product has of them, are dealt to nobody; whoever is
 * through takes the next piece. */
static void leave_open(struct job *j)
{
    size_t all = 0;
    for (size_t i = 0; i < j->n; i++) {
        const struct product *p = &j->p[i];
        all += bytes_of(p);
        if (how_to(j->c, p) != HOW_BLAS &&
            (!j->open || bytes_of(p) >= bytes_of(j->open)))
            j->open = p;
    }
    size_t open = !j->open                   ? 0
                  : all / 2 < bytes_of(j->open) ? all / 2
                                                : bytes_of(j->open);
    if (open / PIECE_BYTES < (size_t)2 * pool_size(j->c->pool)) {
        j->open = NULL;
        return;
    }
    const struct matrix *w = &j->open->w;
    j->piece = PIECE_BYTES / w->row_bytes / ROW_GRAIN * ROW_GRAIN + ROW_GRAIN;
    j->dealt = (w->n_rows - open / w->row_bytes) / ROW_GRAIN * ROW_GRAIN;
    j->next = j->dealt;
}

static void take_open_rows(struct job *j)
{
    if (!j->open)
        return;
    size_t end = j->open->w.n_rows, r;
    while ((r = atomic_fetch_add(&j->next, j->piece)) < end)
        rows(j->c, j->open, r, r + j->piece < end ? r + j->piece : end);
}

static void many_part(void *arg, unsigned part, unsigned n_parts)
{
    struct job *j = arg;
    size_t dealt = 0;
    for (size_t i = 0; i < j->n; i++) {
        const struct product *p = &j->p[i];
        size_t begin, end;
        if (how_to(j->c, p) == HOW_BLAS) {
            deal_panels(j, p, &dealt, part, n_parts);
            continue;
        }
        pool_range(p == j->open ? j->dealt : p->w.n_rows, ROW_GRAIN, part,
                   n_parts, &begin, &end);
        if (begin < end)
            rows(j->c, p, begin, end);
    }
    take_open_rows(j);
}

struct quantize_job {
    const struct kernels *k;
    struct act *x;
};

static void quantize_part(void *arg, unsigned part, unsigned n_parts)
{
    struct quantize_job *j = arg;
    size_t begin, end;
    pool_range(j->x->n, 1, part, n_parts, &begin, &end);
    act_quantize(j->x, j->k, (uint32_t)begin, (uint32_t)(end - begin));
}

void matmul_many(struct compute *c, const struct product *p, size_t n)
{
    uint64_t work = 0;
    for (size_t i = 0; i < n; i++) {
        assert(p[i].w.n_cols == p[i].x->k);
        assert(p[i].first + p[i].n <= p[i].x->n);
        work += (uint64_t)p[i].w.n_rows * p[i].w.n_cols * p[i].n;
        /* A chat whose model never needs it does not wait for the library. */
        if (!c->blas_tried && !c->exact && blas_is_faster(c, &p[i])) {
            c->blas_tried = true;
            c->blas = blas_available();
        }
        if (p[i].x->quantized || how_to(c, &p[i]) != HOW_Q8)
            continue;
        struct quantize_job q = {&c->kernels, p[i].x};
        compute_run(c, (uint64_t)p[i].x->n * p[i].x->k * 4, quantize_part, &q);
        p[i].x->quantized = true;
    }
    struct job j = {.c = c, .p = p, .n = n};
    leave_open(&j);
    compute_run(c, work, many_part, &j);
}

void matmul(struct compute *c, const struct matrix *w, struct act *x, float *y,
            size_t ldy)
{
    matmul_many(c, &(struct product){.w = *w, .x = x, .n = x->n, .y = y,
                                     .ldy = ldy}, 1);
}

/* What the calling thread computes without the pool. */
static struct product begin_here(const struct compute *c, const struct matrix *w,
                                 struct act *x, float *y, size_t ldy)
{
    struct product p = {.w = *w, .x = x, .n = x->n, .y = y, .ldy = ldy};
    assert(w->n_cols == x->k);
    assert(how_to(c, &p) != HOW_BLAS); /* has one panel for each thread */
    if (how_to(c, &p) == HOW_Q8 && !x->quantized) {
        act_quantize(x, &c->kernels, 0, x->n);
        x->quantized = true;
    }
    return p;
}

void matmul_here(const struct compute *c, const struct matrix *w, struct act *x,
                 float *y, size_t ldy)
{
    struct product p = begin_here(c, w, x, y, ldy);
    rows(c, &p, 0, w->n_rows);
}

/* --- a product that others help with -------------------------------------- */

void open_product_init(struct open_product *o)
{
    *o = (struct open_product){.next = SIZE_MAX / 2}; /* behind all rows */
}

void open_nothing(struct open_product *o)
{
    atomic_store(&o->opened, 1);
}

static void take_rows(const struct compute *c, struct open_product *o)
{
    size_t end = o->p.w.n_rows, piece = HELP_WORK / o->p.w.n_cols + ROW_GRAIN, r;
    while ((r = atomic_fetch_add(&o->next, piece)) < end) {
        size_t n = end - r < piece ? end - r : piece;
        rows(c, &o->p, r, r + n);
        atomic_fetch_add(&o->done, (unsigned)n);
    }
}

void matmul_helped(const struct compute *c, struct open_product *o, const struct matrix *w,
                   struct act *x, float *y, size_t ldy)
{
    o->p = begin_here(c, w, x, y, ldy);
    atomic_store(&o->next, 0);
    atomic_store(&o->opened, 1);
    take_rows(c, o);
    pool_wait(&o->done, w->n_rows);
}

void matmul_help(const struct compute *c, struct open_product *o)
{
    pool_wait(&o->opened, 1);
    if (atomic_load(&o->next) < SIZE_MAX / 2)
        take_rows(c, o);
}
