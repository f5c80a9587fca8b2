/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rng.h"

#include <math.h>

uint64_t rng_mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

struct rng rng_init(uint64_t key)
{
    return (struct rng){.key = rng_mix(key), .n = 0};
}

uint64_t rng_next(struct rng *r)
{
    return rng_mix(r->key + 0x9E3779B97F4A7C15u * r->n++);
}

double rng_unit(struct rng *r)
{
    return (double)(rng_next(r) >> 11) * 0x1p-53;
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
    return (uint32_t)(((rng_next(r) >> 32) * n) >> 32);
}

double rng_normal(struct rng *r)
{
    double u = 1.0 - rng_unit(r); /* in (0, 1]: its logarithm is finite */
    double v = rng_unit(r);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}
