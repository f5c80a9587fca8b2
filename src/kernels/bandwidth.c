/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/bandwidth.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/pool.h"

#define PASSES 10

/* Two words at a time are what every 64-bit CPU of interest can load; four
 * sums, because one would wait for its own additions. */
typedef uint64_t words __attribute__((vector_size(16)));
#define UNROLL 4
#define GRAIN (UNROLL * sizeof(words))

struct region {
    char *p;
    size_t bytes;
    volatile uint64_t sum; /* read by nobody: keeps the loop */
};

static void fill_part(void *arg, unsigned part, unsigned n_parts)
{
    struct region *r = arg;
    size_t begin, end;
    pool_range(r->bytes, GRAIN, part, n_parts, &begin, &end);
    memset(r->p + begin, 1, end - begin);
}

static void sum_part(void *arg, unsigned part, unsigned n_parts)
{
    struct region *r = arg;
    size_t begin, end;
    pool_range(r->bytes, GRAIN, part, n_parts, &begin, &end);
    words sum[UNROLL] = {{0}};
    for (; begin < end; begin += GRAIN) {
        const words *w = (const words *)(void *)(r->p + begin);
        for (int i = 0; i < UNROLL; i++)
            sum[i] += w[i];
    }
    sum[0] += sum[1] + sum[2] + sum[3];
    if (sum[0][0] == sum[0][1] + 1) /* never: each word is the same */
        r->sum = sum[0][0];
}

double bandwidth_measure(struct pool *pool, size_t bytes, struct err *err)
{
    struct region r = {.bytes = bytes / GRAIN * GRAIN};
    double best = 0;
    r.p = mem_big(r.bytes, "measuring memory bandwidth", err);
    if (!r.p)
        return 0;
    pool_run(pool, fill_part, &r);
    for (int pass = 0; pass < PASSES; pass++) {
        uint64_t start = clock_ns();
        pool_run(pool, sum_part, &r);
        double rate = (double)r.bytes / (double)(clock_ns() - start);
        best = rate > best ? rate : best;
    }
    mem_big_free(r.p, r.bytes);
    return best;
}
