/* SPDX-License-Identifier: Apache-2.0 */
#include "train/optim.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernels/blas.h"
#include "train/adamw.h"
#include "train/muon.h"
#include "train/nn/params.h"

/* --- jobs: one matrix each, or a part of something long ------------------- */

enum { CHUNK = 1 << 15 };

struct optim_job {
    size_t at, n;          /* numbers [at, at + n) of the buffers */
    uint32_t rows, cols;   /* of a matrix that goes by Muon, else 0 */
    bool decays, mtp;
    double square;         /* of its gradient */
};

static bool goes_by_muon(const struct optim *o, const struct param *t)
{
    return o->kind == OPTIM_MUON && t->group == PARAM_MATRIX &&
           t->n_rows > 1 && t->n_cols > 1;
}

static size_t put_job(struct optim *o, size_t i, const struct optim_job *job)
{
    if (o->jobs)
        o->jobs[i] = *job;
    return i + 1;
}

static size_t put_matrix(struct optim *o, size_t i, const struct param *t,
                         uint32_t matrix, bool mtp)
{
    struct optim_job job = {.decays = t->group == PARAM_MATRIX, .mtp = mtp};
    size_t at = t->at + matrix * t->stride;
    size_t n = (size_t)t->n_rows * t->n_cols;
    if (goes_by_muon(o, t)) {
        job.at = at;
        job.n = n;
        job.rows = t->n_rows;
        job.cols = t->n_cols;
        if (muon_work(job.rows, job.cols) > o->work_len)
            o->work_len = muon_work(job.rows, job.cols);
        return put_job(o, i, &job);
    }
    for (size_t done = 0; done < n; done += CHUNK) {
        job.at = at + done;
        job.n = n - done < CHUNK ? n - done : CHUNK;
        i = put_job(o, i, &job);
    }
    return i;
}

/* Counts while there is no room for them, then puts them down. */
static size_t put_jobs(struct optim *o, const struct params *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        bool mtp = t->block == p->shape.n_layers && p->shape.n_mtp > 0;
        if (t->group == PARAM_BIAS)
            continue;
        for (uint32_t k = 0; k < t->n; k++)
            n = put_matrix(o, n, t, k, mtp);
    }
    return n;
}

/* --- the struct ----------------------------------------------------------- */

bool optim_init(struct optim *o, enum optim_kind kind, const struct params *p,
                enum products products, struct pool *pool, struct err *err)
{
    *o = (struct optim){.kind = kind, .len = p->len, .pool = pool,
                        .vec = vec_best()};
    if (kind == OPTIM_MUON && !blas_available())
        return err_set(err, ERR_UNSUPPORTED, "%s", blas_description());
    o->n_jobs = put_jobs(o, p);
    o->jobs = mem_array(o->n_jobs, sizeof *o->jobs);
    put_jobs(o, p);
    o->work_len = (o->work_len + 15) / 16 * 16;
    o->m = mem_big(p->len * sizeof *o->m, "the first moments", err);
    if (o->m)
        o->v = mem_big(p->len * sizeof *o->v, "the second moments", err);
    if (o->v)
        o->work = mem_big((pool_size(pool) * o->work_len + 1) * sizeof *o->work,
                          "the optimizer", err);
    if (products == PRODUCTS_BF16 && kind == OPTIM_MUON &&
        (o->rounded = gemm_bf16_best()))
        o->rooms = mem_array(pool_size(pool), sizeof *o->rooms);
    mem_big_in_use(o->m, p->len * sizeof *o->m);
    mem_big_in_use(o->v, p->len * sizeof *o->v);
    if (o->work)
        return true;
    optim_clear(o);
    return false;
}

void optim_clear(struct optim *o)
{
    size_t bytes = o->len * sizeof *o->m;
    if (o->work)
        mem_big_free(o->work, (pool_size(o->pool) * o->work_len + 1) *
                                  sizeof *o->work);
    if (o->m)
        mem_big_free(o->m, bytes);
    if (o->v)
        mem_big_free(o->v, bytes);
    mem_free(o->jobs);
    mem_free(o->rooms);
    *o = (struct optim){0};
}

void optim_forget(struct optim *o)
{
    memset(o->m, 0, o->len * sizeof *o->m);
    memset(o->v, 0, o->len * sizeof *o->v);
    o->step = 0;
}

/* --- a step --------------------------------------------------------------- */

struct round {
    struct optim *o;
    float *w;
    const float *g;
    const struct optim_options *options;
    float scale;
    atomic_size_t next;
};

/* The next job for whoever asks. NULL: all are taken. */
static struct optim_job *take(struct round *r)
{
    size_t i = atomic_fetch_add(&r->next, 1);
    return i < r->o->n_jobs ? &r->o->jobs[i] : NULL;
}

static void add_squares(void *arg, unsigned part, unsigned n_parts)
{
    struct round *r = arg;
    (void)part, (void)n_parts;
    for (struct optim_job *j; (j = take(r));) {
        const float *g = r->g + j->at;
        j->square = r->o->vec->squares(g, j->n);
    }
}

static void update(void *arg, unsigned part, unsigned n_parts)
{
    struct round *r = arg;
    struct optim *o = r->o;
    (void)n_parts;
    float lr = (float)r->options->lr;
    struct muon muon = MUON_DEFAULT;
    muon.vec = o->vec;
    muon.rounded = o->rounded;
    muon.room = o->rounded ? &o->rooms[part] : NULL;
    for (struct optim_job *j; (j = take(r));) {
        float decay = j->decays ? (float)r->options->decay : 0;
        float *w = r->w + j->at, *m = o->m + j->at, *v = o->v + j->at;
        if (r->options->mtp_only && !j->mtp)
            continue;
        if (j->rows)
            muon_step(&muon, w, r->g + j->at, m, j->rows, j->cols, lr,
                      decay, r->scale, o->work + part * o->work_len);
        else
            adamw_step(&ADAMW_DEFAULT, w, r->g + j->at, m, v, j->n, o->step, lr,
                       decay, r->scale);
    }
}

bool optim_step(struct optim *o, struct params *p, const float *grads,
                const struct optim_options *options, double *norm,
                struct err *err)
{
    struct round r = {.o = o, .w = p->values, .g = grads, .options = options};
    double sum = 0;
    pool_run(o->pool, add_squares, &r);
    for (size_t i = 0; i < o->n_jobs; i++) /* in order: the same every time */
        sum += o->jobs[i].square;
    *norm = sqrt(sum);
    if (!isfinite(*norm))
        return err_set(err, ERR_MODEL, "the gradient is not finite");
    o->step++;
    r.scale = options->clip > 0 && *norm > options->clip
                  ? (float)(options->clip / *norm)
                  : 1;
    atomic_store(&r.next, 0);
    pool_run(o->pool, update, &r);
    return true;
}
