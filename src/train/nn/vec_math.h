/* vec_math.h - an exponential that a compiler can put into a vector loop.
 *
 * 2^n * e^r with |r| <= ln 2 / 2: relative error below 2e-7. Arguments are
 * clamped to what a float holds; NaN stays NaN. */
#ifndef TRAIN_NN_VEC_MATH_H
#define TRAIN_NN_VEC_MATH_H

#include <math.h>
#include <stdint.h>

#include "kernels/real.h"

#ifdef NN_DOUBLE
static inline double vec_exp(double x)
{
    return exp(x);
}
#else
static inline float vec_exp(float x)
{
    /* Adding and taking away 1.5 * 2^23 rounds to the nearest integer, which
     * meanwhile stands in the low bits of the sum. What is not a number gives
     * some power of two, and p is not a number either. */
    const float ROUND = 12582912.0f;
    const uint32_t ROUND_BITS = 0x4B400000;
    union {
        uint32_t u;
        float f;
    } sum, power;
    x = x < -87.3f ? -87.3f : x;
    x = x > 88.3f ? 88.3f : x;
    sum.f = x * 1.44269504f + ROUND;
    float n = sum.f - ROUND;
    float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 1.98756915e-4f;
    p = p * r + 1.39819995e-3f;
    p = p * r + 8.33345192e-3f;
    p = p * r + 4.16657962e-2f;
    p = p * r + 1.66666657e-1f;
    p = p * r + 5.00000000e-1f;
    p = p * r * r + r + 1.0f;
    power.u = (sum.u - ROUND_BITS + 127) << 23;
    return p * power.f;
}
#endif

static inline real vec_sigmoid(real x)
{
    return 1 / (1 + vec_exp(-x));
}

#endif
