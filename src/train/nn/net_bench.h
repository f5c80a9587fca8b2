/* net_bench.h - how fast this machine trains, in figures to compare.
 *
 * First the products alone, at the sizes of training, on all threads at once:
 * the best of them is the machine's peak. Then whole steps of a recipe, with
 * and without the MTP block, on two kinds of batches: "short", documents of 40
 * to 130 tokens (85 on average) with loss on 60 % of the rows, as exercises
 * are; "rows", documents of 512 with loss on every row. Each line says how much
 * of the time went into which products and how much into all between them. */
#ifndef TRAIN_NN_NET_BENCH_H
#define TRAIN_NN_NET_BENCH_H

#include <stdbool.h>
#include <stdio.h>

#include "train/nn/gemm.h"
#include "train/nn/params.h"

struct err;

struct net_bench_options {
    unsigned n_threads;
    const char *recipe;    /* NULL: mini and small */
    double seconds;        /* for each measurement; 0: 3 */
    uint32_t batch_tokens; /* of a step; 0: 8192 */
    bool json;             /* one object per line instead of a table */
    enum products products;
    bool profile;          /* time every product: who takes how long */
    /* The optimizer's part of a step, counted in; NULL: none. */
    void (*update)(void *arg, struct params *p, const real *grads);
    void *update_arg;
};

bool net_bench(const struct net_bench_options *o, FILE *out, struct err *err);

#endif
