/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>

#include "base/arena.h"
#include "model/matmul.h"

void act_layout(struct act *a, uint32_t max_k, uint32_t max_n,
                struct arena *mem)
{
    size_t groups = max_n * act_groups(max_k);
    *a = (struct act){.max_k = max_k, .max_n = max_n};
    a->groups = arena_take(mem, groups, sizeof *a->groups);
}

void act_set(struct act *a, const float *x, size_t ldx, uint32_t k, uint32_t n)
{
    assert(k <= a->max_k && n <= a->max_n);
    a->x = x;
    a->ldx = ldx;
    a->k = k;
    a->n = n;
    a->quantized = false;
    a->planes = a->coarse ? 1 : 2;
}

void act_set_fine(struct act *a, const float *x, size_t ldx, uint32_t k,
                  uint32_t n)
{
    act_set(a, x, ldx, k, n);
    a->planes = 2;
}

struct act_group *act_column(const struct act *a, uint32_t c)
{
    return a->groups + c * act_groups(a->k);
}

void act_quantize(struct act *a, const struct kernels *k, uint32_t first,
                  uint32_t n)
{
    k->quantize(a->x + first * a->ldx, a->ldx, a->k, n, a->planes,
                act_column(a, first));
}
