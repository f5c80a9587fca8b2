/* SPDX-License-Identifier: Apache-2.0 */
/* With vectors that every x86-64 has: compilers make none of these loops at the
 * level that the program is built with, and this is no kernel of a model. */
#include "engine/distribution.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef float floats __attribute__((vector_size(16)));
typedef uint32_t uints __attribute__((vector_size(16)));
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

/* e^x = 2^n 2^r for NEGLIGIBLE < x <= 0; 2^r, |r| <= 1/2, by a polynomial
 * through the Chebyshev nodes, off by 2e-7 at most. */
static inline floats exp_below_one(floats x)
{
    /* Adding it leaves no room for a fraction, and n in the lowest bits. */
    const float to_nearest = 12582912.0f; /* 1.5 * 2^23 */
    floats t = x * 1.44269504f;
    floats n = t + to_nearest;
    floats r = t - (n - to_nearest);
    floats p = 1.33908634e-03f * r + 9.67603192e-03f;
    p = p * r + 5.55035711e-02f;
    p = p * r + 2.40221075e-01f;
    p = p * r + 6.93147188e-01f;
    p = p * r + 1.00000008e+00f;
    return (floats)((uints)p + ((uints)n << 23)); /* 2^n is n in the exponent */
}

static void add_chunk(const float *logits, uint32_t n, float max, double *z,
                      double *xz)
{
    floats zs = {0}, xzs = {0};
    for (uint32_t i = 0; i < n; i += LANES) {
        floats x = load(logits + i) - max;
        ints counts = x > NEGLIGIBLE; /* NaN is not greater */
        x = (floats)((ints)x & counts);
        floats e = (floats)((ints)exp_below_one(x) & counts);
        zs += e;
        xzs += x * e;
    }
    for (int j = 0; j < LANES; j++) {
        *z += (double)zs[j];
        *xz += (double)xzs[j];
    }
}

/* Beside the largest float all others are nothing. */
static uint32_t count_largest(const float *logits, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        count += logits[i] >= FLT_MAX;
    return count;
}

void distribution_sums(const float *logits, uint32_t n, float max, double *z,
                       double *xz)
{
    uint32_t whole = n - n % LANES;
    *z = *xz = 0;
    if (max >= FLT_MAX) {
        *z = count_largest(logits, n);
        return;
    }
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
