/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/net_bench.h"


#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "kernels/blas.h"
#include "train/data/batch.h"
#include "train/nn/gemm.h"
#include "train/nn/net.h"

enum { SHARDS = 4, ROW = 512, SHORT_MIN = 40, SHORT_MAX = 130 };

/* --- products alone ------------------------------------------------------- */

struct bench_product {
    const char *what;
    char form;          /* n: nt, i: nn, w: tn, by what they are for */
    size_t m, n, k;
};

static const struct bench_product PRODUCTS[] = {
    {"large", 'n', 1024, 1024, 1024},
    {"expert gate+up", 'n', 128, 128, 128},
    {"expert down", 'n', 128, 128, 64},
    {"expert input's gradient", 'i', 128, 128, 128},
    {"expert weights' gradient", 'w', 128, 128, 128},
    {"projection", 'n', 2048, 192, 64},
    {"projection weights' gradient", 'w', 128, 128, 2048},
    {"attention scores, 64 x 85", 'n', 64, 85, 48},
    {"attention values, 64 x 85", 'i', 64, 32, 85},
    {"head", 'n', 256, 4096, 128},
    {"head input's gradient", 'i', 256, 128, 4096},
    {"head weights' gradient", 'w', 4096, 128, 256},
};

struct product_job {
    const struct bench_product *p;
    double seconds;
    real *mem;          /* [threads][3][largest operand] */
    double *gflops;     /* [threads] */
    gemm_bf16_fn rounded;
    struct gemm_bf16_room *rooms; /* [threads] */
};

static size_t operand_len(void)
{
    return (size_t)1024 * 1024;
}

static void call(struct gemm_meter *meter, const struct bench_product *p,
                 const real *a, const real *b, real *c)
{
    if (p->form == 'n')
        gemm_nt(meter, GEMM_HEAD, p->m, p->n, p->k, a, p->k, b, p->k, c, p->n,
                false);
    else if (p->form == 'i')
        gemm_nn(meter, GEMM_HEAD, p->m, p->n, p->k, a, p->k, b, p->n, c, p->n,
                false);
    else
        gemm_tn(meter, GEMM_HEAD, p->m, p->n, p->k, a, p->m, b, p->n, c, p->n,
                true);
}

static void measure_product(void *arg, unsigned part, unsigned n_parts)
{
    struct product_job *j = arg;
    struct gemm_meter meter = {.rounded = j->rounded,
                               .room = j->rooms ? &j->rooms[part] : NULL};
    real *a = j->mem + (size_t)part * 3 * operand_len();
    real *b = a + operand_len(), *c = b + operand_len();
    double start = clock_ms(), ms;
    (void)n_parts;
    do {
        call(&meter, j->p, a, b, c);
        ms = clock_ms() - start;
    } while (ms < j->seconds * 1e3);
    j->gflops[part] = (double)meter.flop[GEMM_HEAD] * 1e-6 / ms;
}

static void print_product(const struct net_bench_options *o, FILE *out,
                          const struct bench_product *p, double gflops)
{
    if (o->json)
        fprintf(out,
                "{\"product\":\"%s\",\"m\":%zu,\"n\":%zu,\"k\":%zu,"
                "\"gflops\":%.1f}\n",
                p->what, p->m, p->n, p->k, gflops);
    else
        fprintf(out, "%-30s %5zu %5zu %5zu  %7.1f GFLOP/s\n", p->what, p->m,
                p->n, p->k, gflops);
    fflush(out);
}

/* The best of all sizes; 0 where memory is not there. */
static double bench_products(const struct net_bench_options *o, FILE *out,
                             struct err *err)
{
    struct pool *pool = pool_new(o->n_threads, err);
    size_t len = o->n_threads * 3 * operand_len();
    double peak = 0;
    struct product_job j = {
        .seconds = o->seconds / 10,
        .mem = pool ? mem_big(len * sizeof(real), "a bench", err) : NULL,
        .gflops = mem_array(o->n_threads, sizeof(double)),
    };
    if (o->products == PRODUCTS_BF16 && (j.rounded = gemm_bf16_best()))
        j.rooms = mem_array(o->n_threads, sizeof *j.rooms);
    for (size_t i = 0; j.mem && i < sizeof PRODUCTS / sizeof *PRODUCTS; i++) {
        double sum = 0;
        j.p = &PRODUCTS[i];
        pool_run(pool, measure_product, &j);
        for (unsigned t = 0; t < o->n_threads; t++)
            sum += j.gflops[t];
        print_product(o, out, j.p, sum);
        peak = sum > peak ? sum : peak;
    }
    mem_big_free(j.mem, len * sizeof(real));
    mem_free(j.gflops);
    mem_free(j.rooms);
    pool_free(pool);
    return peak;
}

/* --- whole steps ---------------------------------------------------------- */

static void fill_short(struct batch *b, struct rng *rng, uint32_t n_vocab)
{
    int32_t tokens[SHORT_MAX];
    float weight[SHORT_MAX];
    uint32_t len;
    do {
        len = SHORT_MIN + rng_below(rng, SHORT_MAX - SHORT_MIN + 1);
        for (uint32_t i = 0; i < len; i++) {
            tokens[i] = (int32_t)rng_below(rng, n_vocab);
            weight[i] = i >= len * 4 / 10; /* the prompt carries none */
        }
    } while (batch_add(b, tokens, weight, len));
}

static void fill_rows(struct batch *b, struct rng *rng, uint32_t n_vocab)
{
    int32_t tokens[ROW];
    do {
        for (uint32_t i = 0; i < ROW; i++)
            tokens[i] = (int32_t)rng_below(rng, n_vocab);
    } while (batch_add(b, tokens, NULL, ROW));
}

struct run {
    const char *recipe;
    bool mtp, rows;
    double tokens_per_s, gflops;
    struct gemm_meter meter;
    double seconds;
};

static void print_run(const struct net_bench_options *o, FILE *out,
                      const struct run *r, double peak)
{
    if (o->json)
        fprintf(out,
                "{\"recipe\":\"%s\",\"mtp\":%s,\"batch\":\"%s\","
                "\"tokens_per_s\":%.0f,\"gflops\":%.1f,\"of_peak\":%.3f}\n",
                r->recipe, r->mtp ? "true" : "false",
                r->rows ? "rows" : "short", r->tokens_per_s, r->gflops,
                r->gflops / peak);
    else
        fprintf(out,
                "%-6s %-4s %-6s %7.0f tokens/s  %6.1f GFLOP/s  %3.0f %% of "
                "peak\n",
                r->recipe, r->mtp ? "+MTP" : "", r->rows ? "rows" : "short",
                r->tokens_per_s, r->gflops, 100 * r->gflops / peak);
    fflush(out);
}

/* Where the threads' time went. */
static void print_profile(const struct net_bench_options *o, FILE *out,
                          const struct run *r)
{
    double all = r->seconds * o->n_threads, rest = 1;
    for (int i = 0; i < GEMM_SITES; i++) {
        double s = (double)r->meter.ns[i] * 1e-9;
        rest -= s / all;
        if (s > 0)
            fprintf(out, "  %-12s %5.1f %%  %7.1f GFLOP/s a thread\n",
                    gemm_site_name((enum gemm_site)i), 100 * s / all,
                    (double)r->meter.flop[i] * 1e-9 / s);
    }
    fprintf(out, "  %-12s %5.1f %%\n", "the rest", 100 * rest);
}

static bool run_steps(const struct net_bench_options *o, struct net *net,
                      struct params *p, const struct batch *b, real *grads,
                      struct run *r, struct err *err)
{
    const struct net_options options = {.mtp_weight = r->mtp ? 0.3 : 0,
                                        .balance = 1e-4};
    struct net_report report;
    double start = 0, gflop = 0, tokens = 0, ms = 0;
    /* The first step touches the memory for the first time. */
    for (int i = -1; i < 0 || ms < o->seconds * 1e3; i++) {
        if (!net_step(net, p, b, &options, grads, &report, err))
            return false;
        if (o->update)
            o->update(o->update_arg, p, grads);
        if (i < 0) {
            start = clock_ms();
            continue;
        }
        net_add_meter(net, &r->meter);
        gflop += report.gflop;
        tokens += report.n_tokens;
        ms = clock_ms() - start;
    }
    r->seconds = ms * 1e-3;
    r->tokens_per_s = tokens / r->seconds;
    r->gflops = gflop / r->seconds;
    return true;
}

static bool bench_recipe(const struct net_bench_options *o, const char *name,
                         double peak, FILE *out, struct err *err)
{
    const struct shape *s = shape_recipe(name);
    uint32_t tokens = o->batch_tokens;
    const struct net_limits limits = {.n_threads = o->n_threads,
                                      .n_shards = SHARDS, .max_tokens = tokens,
                                      .max_doc = ROW,
                                      .products = o->products};
    struct params p;
    if (!s)
        return err_set(err, ERR_USAGE, "there is no recipe \"%.80s\"", name);
    if (!params_init(&p, s, err))
        return false;
    params_randomize(&p, 1);
    struct net *net = net_new(s, &limits, err);
    size_t bytes = p.len * sizeof(real);
    real *grads = net ? mem_big(bytes, "gradients", err) : NULL;
    bool ok = grads != NULL;
    if (ok)
        net_time_products(net, o->profile);
    for (int i = 0; ok && i < 4; i++) {
        struct run r = {.recipe = name, .mtp = i & 1, .rows = i & 2};
        struct rng rng = rng_init((uint64_t)i);
        struct batch b;
        batch_init(&b, tokens, tokens / SHORT_MIN);
        (r.rows ? fill_rows : fill_short)(&b, &rng, s->n_vocab);
        ok = run_steps(o, net, &p, &b, grads, &r, err);
        if (ok)
            print_run(o, out, &r, peak);
        if (ok && o->profile && !o->json)
            print_profile(o, out, &r);
        batch_clear(&b);
    }
    mem_big_free(grads, bytes);
    net_free(net);
    params_clear(&p);
    return ok;
}

static const char *products_name(const struct net_bench_options *o)
{
    if (o->products == PRODUCTS_F32)
        return blas_description();
    return gemm_bf16_best() ? "bfloat16 products"
                            : "no bfloat16 products on this CPU, float32";
}

bool net_bench(const struct net_bench_options *options, FILE *out,
               struct err *err)
{
    struct net_bench_options o = *options;
    o.seconds = o.seconds > 0 ? o.seconds : 3;
    o.batch_tokens = o.batch_tokens >= ROW ? o.batch_tokens : 8192;
    if (!blas_available())
        return err_set(err, ERR_UNSUPPORTED, "training multiplies with %s",
                       blas_description());
    if (!o.json)
        fprintf(out, "%s, %u threads\n", products_name(&o), o.n_threads);
    double peak = bench_products(&o, out, err);
    if (peak == 0)
        return false;
    if (o.recipe)
        return bench_recipe(&o, o.recipe, peak, out, err);
    return bench_recipe(&o, "mini", peak, out, err) &&
           bench_recipe(&o, "small", peak, out, err);
}
