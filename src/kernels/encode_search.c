/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/encode_search.h"

#include "kernels/encode_block.h"

/* --- a scale -------------------------------------------------------------- */

struct fit {
    float scale, merit; /* merit: how much of the squares is explained */
};

static struct fit fit_scale(const float *x, int n, int half, float inverse)
{
    float xq = 0, qq = 0;
    for (int i = 0; i < n; i++) {
        float q = (float)encode_nearest(inverse * x[i], -half, half - 1);
        xq += x[i] * q;
        qq += q * q;
    }
    return (struct fit){xq / qq, xq / qq * xq};
}

float encode_search_scale(const float *x, int n, int half)
{
    enum { TRIALS = 9 };
    float extreme = encode_extreme(x, n);
    if (fabsf(extreme) < ENCODE_TINY)
        return 0;
    struct fit best = fit_scale(x, n, half, (float)-half / extreme);
    for (int t = -TRIALS; t <= TRIALS; t++) {
        float stretched = (float)half + 0.1f * (float)t;
        struct fit f = fit_scale(x, n, half, -stretched / extreme);
        if (f.merit > best.merit)
            best = f;
    }
    return best.scale;
}

/* --- a scale and a minimum ------------------------------------------------ */

enum { LEN = 32 };

/* The codes of one trial, and the sums that least squares needs of them. */
struct sums {
    float x, l, ll, lx; /* of x, code, code^2, code * x */
};

static struct sums sum_codes(const float x[LEN], float low, float inverse,
                             int most, float code[LEN])
{
    struct sums s = {0};
    for (int i = 0; i < LEN; i++) {
        code[i] = (float)encode_nearest(inverse * (x[i] - low), 0, most);
        s.x += x[i];
        s.l += code[i];
        s.ll += code[i] * code[i];
        s.lx += code[i] * x[i];
    }
    return s;
}

/* False: all codes are the same, so there is no one answer. */
static bool least_squares(const struct sums *s, bool any_min,
                          struct affine *fit)
{
    float det = LEN * s->ll - s->l * s->l;
    if (!(det > 0))
        return false;
    fit->scale = (LEN * s->lx - s->x * s->l) / det;
    fit->min = (s->l * s->lx - s->ll * s->x) / det;
    if (fit->min < 0 && !any_min)
        *fit = (struct affine){s->lx / s->ll, 0};
    return true;
}

static float error_of(const float x[LEN], struct affine fit,
                      const float code[LEN])
{
    float sum = 0;
    for (int i = 0; i < LEN; i++) {
        float off = fit.scale * code[i] - fit.min - x[i];
        sum += off * off;
    }
    return sum;
}

/* From 1 code less than there are to 1 more. A better minimum is where the next
 * trials begin: from there they find still better ones. */
static struct affine try_scales(const float x[LEN], float low, float high,
                                int most, bool any_min)
{
    enum { TRIALS = 20 };
    struct affine best = {(high - low) / (float)most, -low}, fit;
    float code[LEN];
    sum_codes(x, low, (float)most / (high - low), most, code);
    float least = error_of(x, best, code);
    for (int t = 0; t <= TRIALS; t++) {
        float stretched = (float)most - 1 + 0.1f * (float)t;
        struct sums s = sum_codes(x, -best.min, stretched / (high + best.min),
                                  most, code);
        if (!least_squares(&s, any_min, &fit))
            continue;
        float error = error_of(x, fit, code);
        if (error < least) {
            least = error;
            best = fit;
        }
    }
    return best;
}

struct affine encode_search_affine(const float x[LEN], int most, bool any_min)
{
    float low = any_min ? x[0] : 0, high = x[0];
    for (int i = 0; i < LEN; i++) {
        low = x[i] < low ? x[i] : low;
        high = x[i] > high ? x[i] : high;
    }
    if (high - low < ENCODE_TINY)
        return (struct affine){0, -low};
    return try_scales(x, low, high, most, any_min);
}
