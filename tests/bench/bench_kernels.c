/* SPDX-License-Identifier: Apache-2.0 */
/* Speed of the products, as CSV: how much of the machine's read bandwidth one
 * column reaches, and GFLOP/s with many columns beside OpenBLAS.
 *
 *   bench_kernels [LEVEL [TYPE [K]]]
 *
 * Others may use the machine: each figure is the best of several passes, and
 * the bandwidth is measured between them, so that both meet the same noise. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/rng.h"
#include "kernels/bandwidth.h"
#include "kernels/blas.h"
#include "kernels/block.h"
#include "kernels/cpu.h"
#include "kernels/kernels.h"
#include "bench/peak.h"

#define WEIGHT_BYTES ((size_t)128 << 20) /* not in any cache */
#define MAX_COLS 256
#define PASS_NS 300000000u

struct bench {
    struct kernels kernels;
    const struct weight_kernels *w;
    struct pool *pool;
    bool q8;
    size_t k, n_rows, n_cols, row_bytes;
    void *weights;
    float *x, *y;
    struct act_group *act;
};

static void die(const struct err *err)
{
    fprintf(stderr, "bench_kernels: %s\n", err->msg);
    exit(1);
}

static void *need(size_t bytes)
{
    struct err err;
    void *p = mem_big(bytes, "benchmark", &err);
    if (!p)
        die(&err);
    return p;
}

static void multiply_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct bench *b = arg;
    size_t r, end;
    pool_range(b->n_rows, 16, part, n_parts, &r, &end);
    const char *w = (const char *)b->weights + r * b->row_bytes;
    if (b->q8)
        b->w->mul_q8(b->k, w, b->row_bytes, end - r, b->act, b->n_cols,
                     b->y + r, b->n_rows);
    else
        b->w->mul_f32(b->k, w, b->row_bytes, end - r, b->x, b->k, b->n_cols,
                      b->y + r, b->n_rows);
}

/* The same shape by OpenBLAS: weights that are float32 already. */
static void sgemm_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct bench *b = arg;
    size_t r, end;
    pool_range(b->n_rows, 16, part, n_parts, &r, &end);
    blas_sgemm_nt(b->n_cols, end - r, b->k, b->x, b->k,
                  (const float *)b->weights + r * b->k, b->k, b->y + r,
                  b->n_rows, false);
}

/* Nanoseconds of the fastest pass. */
static double best_pass(struct bench *b, pool_fn fn)
{
    uint64_t begin = clock_ns(), best = UINT64_MAX;
    for (int i = 0; i < 3 || clock_ns() - begin < PASS_NS; i++) {
        uint64_t start = clock_ns();
        pool_run(b->pool, fn, b);
        uint64_t t = clock_ns() - start;
        best = t < best ? t : best;
    }
    return (double)best;
}

static void fill(struct bench *b, size_t bytes)
{
    struct rng rng = rng_init(1);
    uint64_t *p = b->weights;
    for (size_t i = 0; i < bytes / 8; i++)
        p[i] = rng_next(&rng) & 0x3BFF3BFF3BFF3BFF; /* finite in any format */
    for (size_t i = 0; i < b->k * MAX_COLS; i++)
        b->x[i] = (float)rng_normal(&rng);
    b->kernels.quantize(b->x, b->k, b->k, MAX_COLS, 2, b->act);
}

static void shape(struct bench *b, size_t bytes, size_t max_rows)
{
    b->row_bytes = b->k / b->w->block_len * b->w->block_bytes;
    b->n_rows = bytes / b->row_bytes;
    b->n_rows = b->n_rows < max_rows ? b->n_rows : max_rows;
}

static void report_columns(struct bench *b, pool_fn fn)
{
    static const size_t cols[] = {1, 2, 4, 8, 16, 32, 256};
    for (size_t i = 0; i < sizeof cols / sizeof *cols; i++) {
        b->n_cols = cols[i];
        printf(",%.1f", 2.0 * (double)(b->n_rows * b->k * b->n_cols) /
                            best_pass(b, fn));
    }
    printf("\n");
    fflush(stdout);
}

static void report_sgemm(struct bench *b)
{
    if (!blas_available()) {
        printf("# %s\n", blas_description());
        return;
    }
    b->n_rows = 1536;
    printf("%s,F32,f32,%zu,%u,1,,,,", blas_description(), b->k,
           pool_size(b->pool));
    report_columns(b, sgemm_part);
}

static void report(struct bench *b, enum weight_type t)
{
    struct err err;
    b->w = &b->kernels.weight[t];
    for (int q8 = b->w->mul_q8 != NULL; q8 >= 0; q8--) {
        b->q8 = q8;
        b->n_cols = 1;
        shape(b, WEIGHT_BYTES, SIZE_MAX);
        double ns = best_pass(b, multiply_part);
        double machine = bandwidth_measure(b->pool, WEIGHT_BYTES, &err);
        double rate = (double)(b->n_rows * b->row_bytes) / ns;
        printf("%s,%s,%s,%zu,%u,1,%.2f,%.2f,%.0f%%,%.1f",
               cpu_level_name(b->kernels.level), b->w->name, q8 ? "q8" : "f32",
               b->k, pool_size(b->pool), rate, machine, 100 * rate / machine,
               2.0 * (double)(b->n_rows * b->k) / ns);
        shape(b, WEIGHT_BYTES, 1536);
        report_columns(b, multiply_part);
    }
}

int main(int argc, char **argv)
{
    struct err err;
    struct bench b = {.k = argc > 3 ? (size_t)atoi(argv[3]) : 1536};
    enum cpu_level level = cpu_best();
    if (argc > 1 && (!cpu_level_parse(argv[1], &level) || !cpu_can(level))) {
        fprintf(stderr, "bench_kernels: %s does not run here\n", argv[1]);
        return 1;
    }
    kernels_init(&b.kernels, level);
    b.weights = need(WEIGHT_BYTES);
    b.x = need(b.k * MAX_COLS * 4);
    b.act = need(act_groups(b.k) * MAX_COLS * sizeof *b.act);
    b.y = need(WEIGHT_BYTES); /* rows of at least 4 bytes, or 1536 x 256 */
    fill(&b, WEIGHT_BYTES);

    printf("# %s, %u CPUs\n", cpu_name(), pool_default_threads());
    printf("level,type,activations,k,threads,columns,GB/s,machine GB/s,share,"
           "GFLOP/s,in cache with 1,2,4,8,16,32,256 columns\n");
    unsigned n = pool_default_threads();
    for (unsigned threads = 1; threads <= n; threads += n > 1 ? n - 1 : 1) {
        if (!(b.pool = pool_new(threads, &err)))
            die(&err);
        /* A weight takes two, for activations have two planes. */
        double peak = peak_int8(b.pool);
        if (level == CPU_AVX512 && peak > 0)
            printf("# %u threads: with int8 no more than %.0f GFLOP/s\n", threads,
                   peak);
        report_sgemm(&b);
        for (int t = 0; t < WEIGHT_TYPES; t++)
            if (argc <= 2 || !strcmp(argv[2], b.kernels.weight[t].name))
                report(&b, (enum weight_type)t);
        pool_free(b.pool);
    }
    return 0;
}
