/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/distribution.h"

#include <float.h>
#include <string.h>

#include "kernels/kernels.h"

/* Vectors that every x86-64 has: looking for what is above a limit waits for
 * memory, not for arithmetic. */
typedef float floats __attribute__((vector_size(16)));
typedef int32_t ints __attribute__((vector_size(16)));

enum {
    LANES = sizeof(floats) / sizeof(float),
    BLOCK = 4 * LANES,
};

static inline floats load(const float *p)
{
    floats v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Beside the largest float all others are nothing. */
static uint32_t count_largest(const float *logits, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        count += logits[i] >= FLT_MAX;
    return count;
}

void distribution_sums(const struct kernels *k, const float *logits, uint32_t n,
                       float max, double *z, double *xz)
{
    *xz = 0;
    *z = max >= FLT_MAX ? count_largest(logits, n)
                        : k->exp_moments(logits, n, max, xz);
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
