/* encode_search.h - scales under which the rounded weights are nearest.
 *
 * The extreme of a block divided by the largest code is a scale, but not the
 * best one: a little beside it more of the other weights meet a code. Both
 * searches try a fixed row of such scales, solve least squares for the codes of
 * each, and keep what leaves the smallest error. Every weight counts alike:
 * nothing is known of the activations it will meet, and then the squared error
 * of the weights is what the error of a product depends on. */
#ifndef KERNELS_ENCODE_SEARCH_H
#define KERNELS_ENCODE_SEARCH_H

#include <stdbool.h>

/* x ~ scale * q, q in -half..half-1; n <= 32. The extreme weight gets the end
 * that has one code more, so the scale may be negative. 0: all weights are. */
float encode_search_scale(const float *x, int n, int half);

struct affine {
    float scale, min; /* x ~ scale * q - min */
};

/* q in 0..most, 32 weights. any_min: min may be below 0. */
struct affine encode_search_affine(const float x[32], int most, bool any_min);

#endif
