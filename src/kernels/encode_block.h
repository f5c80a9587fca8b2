/* encode_block.h - what the encoders share. */
#ifndef KERNELS_ENCODE_BLOCK_H
#define KERNELS_ENCODE_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/block.h"

#define F16_MAX 65504.0f

/* Below this a divisor would make its quotients infinite, or their squares
 * vanish; no float16 scale is as small, so such weights are zero anyway. */
#define ENCODE_TINY 1e-15f

/* Every weight within -limit..limit; a NaN is not. */
static inline bool encode_within(const float *x, size_t n, float limit)
{
    bool ok = true;
    for (size_t i = 0; i < n; i++)
        ok &= fabsf(x[i]) <= limit;
    return ok;
}

/* The weight of largest magnitude, with its sign; the first of equals. */
static inline float encode_extreme(const float *x, int n)
{
    float max = 0;
    for (int i = 0; i < n; i++)
        if (fabsf(x[i]) > fabsf(max))
            max = x[i];
    return max;
}

/* The whole number next to v (ties to even) within lo..hi, which are small.
 * Adding 1.5 * 2^23 leaves no bits for a fraction: one addition that vectorizes
 * where a call of lrintf does not. */
static inline int encode_nearest(float v, int lo, int hi)
{
    v = v > (float)hi ? (float)hi : v < (float)lo ? (float)lo : v;
    return (int)(bits_of_float(v + 12582912.0f) & 0x7FFFFF) - 0x400000;
}

/* Stores the scale and returns what a decoder will read. */
static inline float encode_f16_store(uint8_t p[2], float f)
{
    uint16_t h = f16_of_f32(f);
    memcpy(p, &h, sizeof h);
    return f32_of_f16(h);
}

#endif
