/* SPDX-License-Identifier: Apache-2.0 */
/* With vectors that every x86-64 has: compilers make none of these loops at the
 * level that the program is built with, and this is no kernel of a model. */
#include "engine/distribution.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef float floats __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));

enum {
    LANES = sizeof(floats) / sizeof(float),
    BLOCK = 4 * LANES,
    CHUNK = 64 * BLOCK, /* summed as floats, then added as doubles */
};

/* e^-40 of the likeliest, times the largest vocabularies there are, is still
 * below what a double tells from 1. */
#define NEGLIGIBLE (-40.0f)

static inline floats load(const float *p)
{
    floats v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline floats choose(ints yes, floats a, floats b)
{
    return (floats)((yes & (ints)a) | (~yes & (ints)b));
}

/* e^x = 2^n 2^r for NEGLIGIBLE <= x <= 0; 2^r, |r| <= 1/2, by its series. */
static inline floats exp_below_one(floats x)
{
    const float to_nearest = 12582912.0f; /* 1.5 * 2^23: no room for a fraction */
    floats t = x * 1.44269504f;
    floats n = (t + to_nearest) - to_nearest;
    floats r = t - n;
    floats p = 1.5403530e-4f * r + 1.3333558e-3f;
    p = p * r + 9.6181291e-3f;
    p = p * r + 5.5504109e-2f;
    p = p * r + 2.4022651e-1f;
    p = p * r + 6.9314718e-1f;
    p = p * r + 1.0f;
    return p * (floats)((__builtin_convertvector(n, ints) + 127) << 23);
}

static inline floats below(floats logit, float max)
{
    const floats zero = {0};
    floats x = choose(logit > FLT_MAX, zero + FLT_MAX, logit) - max;
    /* NaN is not greater. */
    return choose(x > NEGLIGIBLE, x, zero + NEGLIGIBLE);
}

static void add_chunk(const float *logits, uint32_t n, float max, double *z,
                      double *xz)
{
    floats zs = {0}, xzs = {0};
    for (uint32_t i = 0; i < n; i += LANES) {
        floats x = below(load(logits + i), max), e = exp_below_one(x);
        zs += e;
        xzs += x * e;
    }
    for (int j = 0; j < LANES; j++) {
        *z += (double)zs[j];
        *xz += (double)xzs[j];
    }
}

void distribution_sums(const float *logits, uint32_t n, float max, double *z,
                       double *xz)
{
    uint32_t whole = n - n % LANES;
    *z = *xz = 0;
    for (uint32_t i = 0; i < whole; i += CHUNK)
        add_chunk(logits + i, whole - i < CHUNK ? whole - i : CHUNK, max, z, xz);
    float rest[LANES];
    for (uint32_t i = 0; i < LANES; i++)
        rest[i] = whole + i < n ? logits[whole + i] : -INFINITY;
    add_chunk(rest, LANES, max, z, xz);
}

uint32_t distribution_next_above(const float *logits, uint32_t from,
                                 uint32_t n, float limit)
{
    for (; from + BLOCK <= n; from += BLOCK) {
        ints any = {0};
        for (uint32_t j = 0; j < BLOCK; j += LANES)
            any |= load(logits + from + j) > limit;
        if (any[0] | any[1] | any[2] | any[3])
            break;
    }
    while (from < n && !(logits[from] > limit))
        from++;
    return from;
}
