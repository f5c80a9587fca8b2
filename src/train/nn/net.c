/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/net.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "train/data/batch.h"
#include "train/nn/denormals.h"
#include "train/nn/rope.h"
#include "train/nn/shard.h"
#include "train/nn/vec.h"

enum { REDUCE_GRAIN = 1024, MAX_SHARDS = 64 };

struct net {
    struct shape shape;
    struct net_limits limits;
    struct pool *pool;           /* owned */
    void *mem;                   /* owned; all below lies there */
    size_t bytes;
    struct rope_table rope;
    struct shard *threads;       /* [n_threads] */
    struct shard_task *tasks;    /* [n_shards] */
    struct shard_sums *sums;     /* [n_shards] */
    real **grads;                /* [n_shards], NULL for inference */
    uint32_t **load;             /* [n_shards][n_moe * n_experts] */
    float *max_vio;              /* [n_moe] */
};

static size_t n_loads(const struct net *n)
{
    return (size_t)shape_moe_blocks(&n->shape) * n->shape.n_experts;
}

/* A cut lies at most half a document from where it should. */
static uint32_t shard_tokens(const struct net_limits *l)
{
    uint64_t most = (uint64_t)l->max_tokens / l->n_shards + l->max_doc + 1;
    return most < l->max_tokens ? (uint32_t)most : l->max_tokens;
}

static void lay_out_shards(struct net *n, size_t len, struct arena *mem)
{
    unsigned S = n->limits.n_shards;
    n->tasks = arena_take(mem, S, sizeof *n->tasks);
    n->sums = arena_take(mem, S, sizeof *n->sums);
    n->grads = arena_take(mem, S, sizeof *n->grads);
    n->load = arena_take(mem, S, sizeof *n->load);
    for (unsigned i = 0; i < S; i++) {
        uint32_t *load = arena_take(mem, n_loads(n), sizeof *load);
        real *g = n->limits.inference ? NULL : arena_take(mem, len, sizeof *g);
        if (n->load) {
            n->load[i] = load;
            n->grads[i] = g;
        }
    }
}

/* Where operands are rounded to, if this CPU is faster so. */
static void lay_out_room(const struct net *n, struct gemm_meter *meter,
                         struct arena *mem)
{
#ifdef NN_DOUBLE
    (void)n, (void)meter, (void)mem;
#else
    if (n->limits.products != PRODUCTS_BF16)
        return;
    meter->rounded = gemm_bf16_best();
    if (meter->rounded)
        meter->room = arena_take(mem, 1, sizeof *meter->room);
#endif
}

static void lay_out(struct net *n, size_t len, struct arena *mem)
{
    const struct net_limits *l = &n->limits;
    rope_table_layout(&n->rope, &n->shape, l->max_doc, mem);
    n->max_vio = arena_take(mem, shape_moe_blocks(&n->shape), sizeof(float));
    n->threads = arena_take(mem, l->n_threads, sizeof *n->threads);
    for (unsigned i = 0; i < l->n_threads; i++) {
        struct shard s = {0};
        shard_layout(&s, &n->shape, shard_tokens(l), l->max_doc, l->inference,
                     mem);
        lay_out_room(n, &s.lane.meter, mem);
        if (n->threads)
            n->threads[i] = s;
    }
    lay_out_shards(n, len, mem);
}

static void wire(struct net *n)
{
    rope_table_init(&n->rope, &n->shape);
    for (unsigned i = 0; i < n->limits.n_threads; i++) {
        struct lane *l = &n->threads[i].lane;
        l->shape = &n->shape;
        l->rope = &n->rope;
        l->vec = vec_best();
        l->attn_scale = (real)rope_attn_scale(&n->shape);
    }
}

static bool check_limits(const struct net_limits *l, struct err *err)
{
    if (l->n_threads < 1 || l->n_threads > 1024 || l->n_shards < 1 ||
        l->n_shards > MAX_SHARDS || l->max_tokens < 1 || l->max_doc < 1 ||
        l->max_tokens > 1u << 24 || l->max_doc > l->max_tokens)
        return err_set(err, ERR_LIMIT,
                       "a net with %u threads, %u shards, batches of %u tokens "
                       "and documents of %u is not possible",
                       l->n_threads, l->n_shards, l->max_tokens, l->max_doc);
    return gemm_available(err);
}

struct net *net_new(const struct shape *s, const struct net_limits *limits,
                    struct err *err)
{
    if (!shape_check(s, err) || !check_limits(limits, err))
        return NULL;
    struct params p;
    if (!params_init(&p, s, err))
        return NULL;
    size_t len = p.len;
    params_clear(&p);

    struct net *n = mem_zalloc(sizeof *n);
    struct arena count = {0};
    n->shape = *s;
    n->limits = *limits;
    lay_out(n, len, &count);
    n->bytes = count.used;
    n->mem = mem_big(n->bytes, "training", err);
    mem_big_in_use(n->mem, n->bytes);
    n->pool = n->mem ? pool_new(limits->n_threads, err) : NULL;
    if (!n->pool) {
        net_free(n);
        return NULL;
    }
    struct arena mem = {.base = n->mem};
    lay_out(n, len, &mem);
    wire(n);
    return n;
}

void net_free(struct net *n)
{
    if (!n)
        return;
    pool_free(n->pool);
    mem_big_free(n->mem, n->bytes);
    mem_free(n);
}

size_t net_bytes(const struct net *n)
{
    return n->bytes;
}

struct pool *net_pool(struct net *n)
{
    return n->pool;
}

/* --- threads -------------------------------------------------------------- */

struct job {
    struct net *n;
    _Atomic unsigned next;       /* shard */
    const struct net_scores *scores;
    const uint32_t *rows;
    uint32_t n_rows;
    bool mtp;
    real *logits;
};

typedef void (*shard_fn)(struct job *j, struct shard *room, unsigned shard);

struct shard_job {
    struct job *job;
    shard_fn fn;
};

/* Shards are claimed: which thread takes which one changes nothing but time. */
static void claim_shards(void *arg, unsigned part, unsigned n_parts)
{
    struct shard_job *s = arg;
    struct net *n = s->job->n;
    unsigned before = denormals_off(), i;
    (void)n_parts;
    while ((i = atomic_fetch_add(&s->job->next, 1)) < n->limits.n_shards)
        s->fn(s->job, &n->threads[part], i);
    denormals_restore(before);
}

static void run_shards(struct job *j, shard_fn fn)
{
    struct shard_job s = {j, fn};
    pool_run(j->n->pool, claim_shards, &s);
}

static void step_shard(struct job *j, struct shard *room, unsigned i)
{
    shard_step(room, &j->n->tasks[i], &j->n->sums[i]);
}

static void score_shard(struct job *j, struct shard *room, unsigned i)
{
    shard_score(room, &j->n->tasks[i], j->scores, &j->n->sums[i]);
}

static void logits_shard(struct job *j, struct shard *room, unsigned i)
{
    shard_logits(room, &j->n->tasks[i], j->rows, j->n_rows, j->mtp, j->logits);
}

/* --- what comes in -------------------------------------------------------- */

static bool check_batch(const struct net *n, const struct batch *b,
                        struct err *err)
{
    if (b->n_tokens > n->limits.max_tokens)
        return err_set(err, ERR_LIMIT, "a batch of %u tokens, room for %u",
                       b->n_tokens, n->limits.max_tokens);
    for (uint32_t d = 0; d < b->n_docs; d++)
        if (b->doc_start[d + 1] - b->doc_start[d] > n->limits.max_doc)
            return err_set(err, ERR_LIMIT,
                           "a document of %u tokens, room for %u",
                           b->doc_start[d + 1] - b->doc_start[d],
                           n->limits.max_doc);
    for (uint32_t i = 0; i < b->n_tokens; i++)
        if (b->tokens[i] < 0 || (uint32_t)b->tokens[i] >= n->shape.n_vocab)
            return err_set(err, ERR_FORMAT,
                           "token %d is not in a vocabulary of %u",
                           b->tokens[i], n->shape.n_vocab);
    return true;
}

/* The norm of the MTP loss: that of the batch, cut as the rows are drawn. */
static double mtp_norm(const struct batch *b, const struct net_options *o)
{
    double all = 0, drawn = 0;
    for (uint32_t d = 0; d < b->n_docs; d++)
        for (uint32_t i = b->doc_start[d]; i + 1 < b->doc_start[d + 1]; i++) {
            all += fabs((double)b->weight[i + 1]);
            if (i + 2 < b->doc_start[d + 1] && shard_mtp_row(o, i))
                drawn += fabs((double)b->weight[i + 2]);
        }
    return all > 0 ? b->norm * drawn / all : 0;
}

static double one_over(double x)
{
    return x != 0 ? 1 / x : 0;
}

static void set_tasks(struct net *n, const struct params *params,
                      const struct batch *b, const struct net_options *o)
{
    double over = one_over(b->norm), mtp_over = one_over(mtp_norm(b, o));
    assert(params->shape.n_embd == n->shape.n_embd &&
           params->shape.n_vocab == n->shape.n_vocab);
    for (unsigned i = 0; i < n->limits.n_shards; i++) {
        struct shard_task *k = &n->tasks[i];
        *k = (struct shard_task){.params = params, .batch = b, .options = o,
                                 .norm = over, .mtp_norm = mtp_over,
                                 .grads = n->grads[i], .load = n->load[i]};
        batch_shard(b, i, n->limits.n_shards, &k->first_doc, &k->end_doc);
    }
    for (unsigned i = 0; i < n->limits.n_threads; i++) {
        struct lane *l = &n->threads[i].lane;
        memset(l->meter.flop, 0, sizeof l->meter.flop);
        memset(l->meter.ns, 0, sizeof l->meter.ns);
        l->balance = (real)(b->n_tokens ? o->balance / b->n_tokens : 0);
    }
}

/* --- what comes out ------------------------------------------------------- */

/* Adds the shards' loads into those of the first. */
static void add_loads(struct net *n)
{
    for (unsigned i = 1; i < n->limits.n_shards; i++)
        for (size_t j = 0; j < n_loads(n); j++)
            n->load[0][j] += n->load[i][j];
}

static void measure_balance(struct net *n, struct net_report *r)
{
    uint32_t E = n->shape.n_experts;
    for (uint32_t b = 0; b < r->n_moe; b++) {
        const uint32_t *load = n->load[0] + (size_t)b * E;
        uint64_t sum = 0;
        uint32_t most = 0, dead = 0;
        for (uint32_t e = 0; e < E; e++) {
            sum += load[e];
            most = load[e] > most ? load[e] : most;
            dead += load[e] == 0;
        }
        n->max_vio[b] =
            sum ? (float)((double)most * E / (double)sum - 1) : 0;
        r->n_dead += sum ? dead : 0;
    }
}

static void fill_report(struct net *n, const struct batch *b, bool mtp,
                        struct net_report *r)
{
    double norm = n->tasks[0].norm, mtp_norm_of = n->tasks[0].mtp_norm;
    *r = (struct net_report){.n_tokens = b->n_tokens,
                             .n_moe = shape_moe_blocks(&n->shape),
                             .n_experts = n->shape.n_experts,
                             .load = n->load[0], .max_vio = n->max_vio};
    for (unsigned i = 0; i < n->limits.n_shards; i++) {
        const struct shard_sums *s = &n->sums[i];
        r->loss += s->trunk.loss * norm;
        r->mtp_loss += s->mtp.loss * mtp_norm_of;
        r->balance += s->balance;
        r->n_rows += s->n_rows;
        r->n_right += s->trunk.n_right;
        r->n_mtp_rows += s->n_mtp_rows;
        r->n_mtp_right += s->mtp.n_right;
    }
    uint32_t n_run = r->n_moe - (mtp ? 0 : n->shape.n_mtp);
    if (n_run && b->n_tokens)
        r->balance /= (double)b->n_tokens * n_run;
    for (unsigned i = 0; i < n->limits.n_threads; i++)
        for (int site = 0; site < GEMM_SITES; site++)
            r->gflop += (double)n->threads[i].lane.meter.flop[site] * 1e-9;
    add_loads(n);
    measure_balance(n, r);
}

struct reduction {
    struct net *n;
    real *out;
    size_t len;
    bool add;
};

/* ((0 + 1) + (2 + 3)) + ...: the order of a tree, whoever computes it. */
static void reduce(void *arg, unsigned part, unsigned n_parts)
{
    struct reduction *r = arg;
    unsigned S = r->n->limits.n_shards, before = denormals_off();
    const struct vec *vec = r->n->threads[0].lane.vec;
    size_t begin, end;
    pool_range(r->len, REDUCE_GRAIN, part, n_parts, &begin, &end);
    for (size_t at = begin, len; at < end; at += len) {
        len = end - at < REDUCE_GRAIN ? end - at : REDUCE_GRAIN;
        for (unsigned step = 1; step < S; step *= 2)
            for (unsigned i = 0; i + step < S; i += 2 * step)
                vec->add(r->n->grads[i] + at, r->n->grads[i + step] + at, len);
        if (r->add)
            vec->add(r->out + at, r->n->grads[0] + at, len);
        else
            memcpy(r->out + at, r->n->grads[0] + at, len * sizeof *r->out);
    }
    denormals_restore(before);
}

static bool step(struct net *n, const struct params *params,
                 const struct batch *b, const struct net_options *o,
                 real *grads, bool add, struct net_report *report,
                 struct err *err)
{
    struct job j = {.n = n};
    struct reduction r = {n, grads, params->len, add};
    assert(!n->limits.inference);
    if (!check_batch(n, b, err))
        return false;
    set_tasks(n, params, b, o);
    run_shards(&j, step_shard);
    pool_run(n->pool, reduce, &r);
    fill_report(n, b, o->mtp_weight != 0, report);
    if (!isfinite(report->loss) || !isfinite(report->mtp_loss))
        return err_set(err, ERR_MODEL, "the loss is no longer a number");
    return true;
}

bool net_step(struct net *n, const struct params *params, const struct batch *b,
              const struct net_options *o, real *grads,
              struct net_report *report, struct err *err)
{
    return step(n, params, b, o, grads, false, report, err);
}

bool net_step_add(struct net *n, const struct params *params,
                  const struct batch *b, const struct net_options *o,
                  real *grads, struct net_report *report, struct err *err)
{
    return step(n, params, b, o, grads, true, report, err);
}

void net_update_bias(const struct net *n, struct params *params, double speed)
{
    const struct shape *s = &n->shape;
    for (uint32_t b = s->n_dense_layers; b < shape_n_blocks(s); b++) {
        real *bias = params->values + params->blocks[b].ffn.bias;
        const uint32_t *load =
            n->load[0] + (size_t)(b - s->n_dense_layers) * s->n_experts;
        uint64_t sum = 0;
        for (uint32_t e = 0; e < s->n_experts; e++)
            sum += load[e];
        for (uint32_t e = 0; e < s->n_experts; e++) {
            uint64_t mine = (uint64_t)load[e] * s->n_experts;
            bias[e] += (real)(speed * ((mine < sum) - (mine > sum)));
        }
    }
}

bool net_logprobs(struct net *n, const struct params *params,
                  const struct batch *b, const struct net_scores *out,
                  struct net_report *report, struct err *err)
{
    const struct net_options all = {0};
    struct job j = {.n = n, .scores = out};
    struct net_report unused;
    if (!check_batch(n, b, err))
        return false;
    set_tasks(n, params, b, &all);
    memset(out->logprob, 0, b->n_tokens * sizeof *out->logprob);
    if (out->entropy)
        memset(out->entropy, 0, b->n_tokens * sizeof *out->entropy);
    if (out->mtp_logprob)
        memset(out->mtp_logprob, 0, b->n_tokens * sizeof *out->mtp_logprob);
    run_shards(&j, score_shard);
    fill_report(n, b, out->mtp_logprob != NULL, report ? report : &unused);
    return true;
}

/* Rows must ascend and lie in the batch; the MTP head says nothing of what
 * follows a document's last token. */
static bool check_rows(const struct batch *b, const uint32_t *rows, uint32_t n,
                       bool mtp, struct err *err)
{
    for (uint32_t i = 0, d = 0; i < n; i++) {
        if (rows[i] >= b->n_tokens || (i > 0 && rows[i] <= rows[i - 1]))
            return err_set(err, ERR_LIMIT, "row %u is not in order", rows[i]);
        while (b->doc_start[d + 1] <= rows[i])
            d++;
        if (mtp && rows[i] + 1 == b->doc_start[d + 1])
            return err_set(err, ERR_LIMIT,
                           "row %u is the last of its document", rows[i]);
    }
    return true;
}

bool net_logits(struct net *n, const struct params *params,
                const struct batch *b, const uint32_t *rows, uint32_t n_rows,
                bool mtp, real *logits, struct err *err)
{
    const struct net_options all = {0};
    struct job j = {.n = n, .rows = rows, .n_rows = n_rows, .mtp = mtp,
                    .logits = logits};
    assert(!mtp || n->shape.n_mtp);
    if (!check_batch(n, b, err) || !check_rows(b, rows, n_rows, mtp, err))
        return false;
    set_tasks(n, params, b, &all);
    run_shards(&j, logits_shard);
    return true;
}

void net_time_products(struct net *n, bool on)
{
    for (unsigned i = 0; i < n->limits.n_threads; i++)
        n->threads[i].lane.meter.timed = on;
}

void net_add_meter(const struct net *n, struct gemm_meter *meter)
{
    for (unsigned i = 0; i < n->limits.n_threads; i++)
        for (int site = 0; site < GEMM_SITES; site++) {
            meter->flop[site] += n->threads[i].lane.meter.flop[site];
            meter->ns[site] += n->threads[i].lane.meter.ns[site];
        }
}
