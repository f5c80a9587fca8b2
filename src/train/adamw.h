/* adamw.h - AdamW (1711.05101) on one run of numbers.
 *
 *   m = b1 m + (1 - b1) g        v = b2 v + (1 - b2) g^2
 *   w = w - lr (mhat / (sqrt(vhat) + eps) + decay w)
 *
 * mhat and vhat are m and v without the bias of having begun at 0. */
#ifndef TRAIN_ADAMW_H
#define TRAIN_ADAMW_H

#include <stddef.h>
#include <stdint.h>

struct adamw {
    float beta1, beta2, eps;
};

static const struct adamw ADAMW_DEFAULT = {0.9f, 0.95f, 1e-8f};

/* One update of n numbers. step counts from 1; scale multiplies the gradient
 * (clipping) before anything else sees it. */
void adamw_step(const struct adamw *a, float *w, const float *g, float *m,
                float *v, size_t n, uint64_t step, float lr, float decay,
                float scale);

#endif
