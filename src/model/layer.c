/* SPDX-License-Identifier: Apache-2.0 */
/* What every block of a layer needs of the batch that goes through it. */
#include "model/layer.h"

struct norm_job {
    const struct batch *b;
    const float *x, *w;
    float *y;
    size_t ldx, ldy;
    uint32_t k, n;
};

static void norm_part(void *arg, unsigned part, unsigned n_parts)
{
    const struct norm_job *j = arg;
    size_t begin, end;
    pool_range(j->n, 1, part, n_parts, &begin, &end);
    for (size_t t = begin; t < end; t++)
        j->b->c->kernels.rms_norm(j->x + t * j->ldx, j->w, j->b->cfg->norm_eps,
                                  j->y + t * j->ldy, j->k);
}

void batch_norm(struct batch *b, const float *x, size_t ldx, const float *w,
                float *y, size_t ldy, uint32_t k, uint32_t n)
{
    struct norm_job j = {b, x, w, y, ldx, ldy, k, n};
    compute_run(b->c, (uint64_t)k * n, norm_part, &j);
}

void batch_meet(const struct batch *b, uint32_t layer)
{
    if (b->before)
        pool_wait(b->before, layer + 1);
    if (b->stored) /* only now: who waits for this part waits for all before it */
        atomic_store_explicit(b->stored, layer + 1, memory_order_release);
}
