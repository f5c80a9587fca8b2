/* net_bench.h - how fast this machine trains, in figures to compare.
 *
 * Measures the products alone at the sizes of training, then whole steps per
 * recipe, and says how much of the time went where. For `mull-train bench`. */
#ifndef TRAIN_NN_NET_BENCH_H
#define TRAIN_NN_NET_BENCH_H

#include <stdbool.h>
#include <stdio.h>

struct err;

struct net_bench_options {
    unsigned n_threads;
    const char *recipe;  /* NULL: all */
    double seconds;      /* for each measurement; 0: 3 */
    bool json;           /* one object per line instead of a table */
};

bool net_bench(const struct net_bench_options *o, FILE *out, struct err *err);

#endif
