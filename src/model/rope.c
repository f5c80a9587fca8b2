/* SPDX-License-Identifier: Apache-2.0 */
#include "model/rope.h"

#include <math.h>

#include "base/arena.h"

static const double PI = 3.14159265358979323846;

void rope_layout(struct rope *r, const struct rope_config *cfg,
                 uint32_t max_batch, struct arena *mem)
{
    r->half = cfg->dim / 2;
    r->freq = arena_take(mem, r->half, sizeof *r->freq);
    r->cos_sin = arena_take(mem, (size_t)max_batch * r->half,
                            2 * sizeof *r->cos_sin);
}

/* The pair whose wave turns `turns` times within the original context. */
static double yarn_pair(const struct rope_config *cfg, double turns)
{
    return cfg->dim * log(cfg->original_ctx / (2 * PI * turns)) /
           (2 * log((double)cfg->base));
}

/* Fast waves (small i) keep their angle, slow ones are stretched by `factor`,
 * those between are mixed. */
static double yarn_stretch(const struct rope_config *cfg, uint32_t i)
{
    double low = fmax(0, floor(yarn_pair(cfg, cfg->beta_fast)));
    double high = fmin(cfg->dim - 1.0, ceil(yarn_pair(cfg, cfg->beta_slow)));
    double at = (i - low) / fmax(0.001, high - low);
    double mix = (1 - fmin(fmax(at, 0), 1)) * cfg->ext_factor;
    return (1 - mix) / cfg->factor + mix;
}

void rope_init(struct rope *r, const struct rope_config *cfg,
               const float *factors)
{
    r->pairing = cfg->pairing;
    r->magnitude = cfg->magnitude;
    for (uint32_t i = 0; i < r->half; i++) {
        double freq = pow(cfg->base, -2.0 * i / cfg->dim);
        if (cfg->scaling == ROPE_SCALE_LINEAR)
            freq /= cfg->factor;
        else if (cfg->scaling == ROPE_SCALE_YARN)
            freq *= yarn_stretch(cfg, i);
        r->freq[i] = factors ? freq / factors[i] : freq;
    }
}

void rope_set(struct rope *r, uint32_t pos, uint32_t n)
{
    float *out = r->cos_sin;
    for (uint32_t t = 0; t < n; t++)
        for (uint32_t i = 0; i < r->half; i++) {
            double angle = ((double)pos + t) * r->freq[i];
            *out++ = (float)cos(angle) * r->magnitude;
            *out++ = (float)sin(angle) * r->magnitude;
        }
}

void rope_apply(const struct rope *r, uint32_t i, float *u)
{
    const float *cs = r->cos_sin + (size_t)i * r->half * 2;
    uint32_t apart = r->pairing == ROPE_ADJACENT ? 1 : r->half;
    uint32_t step = r->pairing == ROPE_ADJACENT ? 2 : 1;
    for (uint32_t p = 0; p < r->half; p++) {
        float *a = u + p * step, *b = a + apart;
        float c = cs[2 * p], s = cs[2 * p + 1], a0 = *a;
        *a = a0 * c - *b * s;
        *b = a0 * s + *b * c;
    }
}
