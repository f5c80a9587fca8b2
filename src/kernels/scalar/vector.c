/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/scalar/scalar.h"

#include <math.h>

#include "kernels/block.h"

static float dot_scalar(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * b[i];
    return (float)sum;
}

static float dot_f16_scalar(const uint16_t *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)f32_of_f16(a[i]) * b[i];
    return (float)sum;
}

static void axpy_scalar(float a, const float *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

static void axpy_f16_scalar(float a, const uint16_t *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * f32_of_f16(x[i]);
}

static void to_f16_scalar(const float *x, uint16_t *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = f16_of_f32(x[i]);
}

static void from_f16_scalar(const uint16_t *x, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = f32_of_f16(x[i]);
}

static void rms_norm_scalar(const float *x, const float *w, float eps, float *y,
                            size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * x[i];
    float scale = (float)(1 / sqrt(sum / (double)n + eps));
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * scale * w[i];
}

static double exp_sum_scalar(float *x, size_t n, float *max_out)
{
    float max = -INFINITY;
    for (size_t i = 0; i < n; i++)
        max = x[i] > max ? x[i] : max;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        x[i] = expf(x[i] - max);
        sum += x[i];
    }
    *max_out = max;
    return sum;
}

static void class_maxima_scalar(const float *x, size_t n,
                                float out[CLASS_MAXIMA])
{
    for (size_t j = 0; j < CLASS_MAXIMA; j++)
        out[j] = -INFINITY;
    for (size_t i = 0; i < n / CLASS_MAXIMA * CLASS_MAXIMA; i++) {
        float *best = &out[i % CLASS_MAXIMA];
        *best = x[i] > *best ? x[i] : *best;
    }
}

static size_t next_above_scalar(const float *x, size_t from, size_t n,
                                float limit)
{
    while (from < n && !(x[from] > limit))
        from++;
    return from;
}

static double exp_moments_scalar(const float *x, size_t n, float max, double *xz)
{
    double z = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        float below = x[i] - max;
        if (!(below > -INFINITY))
            continue;
        float e = expf(below);
        z += e;
        sum += (double)below * e;
    }
    *xz = sum;
    return z;
}

static void softmax_scalar(float *x, size_t n)
{
    float max, scale = (float)(1 / exp_sum_scalar(x, n, &max));
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

static void swiglu_scalar(const float *g, const float *u, float *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = g[i] / (1 + expf(-g[i])) * u[i];
}

void vector_init_scalar(struct kernels *k)
{
    k->dot = dot_scalar;
    k->dot_f16 = dot_f16_scalar;
    k->axpy = axpy_scalar;
    k->axpy_f16 = axpy_f16_scalar;
    k->to_f16 = to_f16_scalar;
    k->from_f16 = from_f16_scalar;
    k->rms_norm = rms_norm_scalar;
    k->softmax = softmax_scalar;
    k->exp_sum = exp_sum_scalar;
    k->exp_moments = exp_moments_scalar;
    k->class_maxima = class_maxima_scalar;
    k->next_above = next_above_scalar;
    k->swiglu = swiglu_scalar;
}
