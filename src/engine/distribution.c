/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/distribution.h"

#include <float.h>
#include <math.h>

#include "kernels/kernels.h"

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

float distribution_max(const struct kernels *k, const float *logits,
                       uint32_t n)
{
    float maxima[CLASS_MAXIMA], max = -INFINITY;
    k->class_maxima(logits, n, maxima);
    for (uint32_t i = 0; i < CLASS_MAXIMA; i++)
        max = maxima[i] > max ? maxima[i] : max;
    for (uint32_t i = n - n % CLASS_MAXIMA; i < n; i++)
        max = logits[i] > max ? logits[i] : max;
    return max;
}

uint32_t distribution_next_above(const struct kernels *k, const float *logits,
                                 uint32_t from, uint32_t n, float limit)
{
    return (uint32_t)k->next_above(logits, from, n, limit);
}

/* Puts x into the n largest so far, in falling order. */
static void insert(float *largest, uint32_t n, float x)
{
    uint32_t at = n - 1;
    if (!(x > largest[at]))
        return;
    for (; at > 0 && x > largest[at - 1]; at--)
        largest[at] = largest[at - 1];
    largest[at] = x;
}

float distribution_limit(const struct kernels *k, const float *logits,
                         uint32_t n, uint32_t least)
{
    float maxima[CLASS_MAXIMA], largest[CLASS_MAXIMA];
    if (n < 4 * CLASS_MAXIMA || least > CLASS_MAXIMA)
        return -INFINITY;
    k->class_maxima(logits, n, maxima);
    for (uint32_t i = 0; i < least; i++)
        largest[i] = -INFINITY;
    for (uint32_t i = 0; i < CLASS_MAXIMA; i++)
        insert(largest, least, maxima[i]);
    /* So many different logits are as large as this or larger. */
    return nextafterf(largest[least - 1], -INFINITY);
}
