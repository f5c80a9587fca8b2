/* SPDX-License-Identifier: Apache-2.0 */
#include "train/adamw.h"

#include <math.h>

void adamw_step(const struct adamw *a, float *w, const float *g, float *m,
                float *v, size_t n, uint64_t step, float lr, float decay,
                float scale)
{
    double t = (double)step;
    float m_fix = (float)(1 / (1 - pow(a->beta1, t)));
    float v_fix = (float)(1 / (1 - pow(a->beta2, t)));
    for (size_t i = 0; i < n; i++) {
        float gi = g[i] * scale;
        m[i] = a->beta1 * m[i] + (1 - a->beta1) * gi;
        v[i] = a->beta2 * v[i] + (1 - a->beta2) * gi * gi;
        float way = m[i] * m_fix / (sqrtf(v[i] * v_fix) + a->eps);
        w[i] -= lr * (way + decay * w[i]);
    }
}
