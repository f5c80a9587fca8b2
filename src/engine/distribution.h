/* distribution.h - sums over the softmax of a whole row of logits.
 *
 * Told of every token, so it has to cost little beside computing it: most of a
 * row is far below its largest, and is only looked at in blocks. */
#ifndef ENGINE_DISTRIBUTION_H
#define ENGINE_DISTRIBUTION_H

#include <stdint.h>

struct kernels;

/* With x = logit - max: the sums of e^x and of x e^x. NaN and -Inf count for
 * nothing, +Inf as the largest float. To about 1e-6 of the sums. */
void distribution_sums(const struct kernels *k, const float *logits, uint32_t n,
                       float max, double *z, double *xz);

/* The largest, NaN passed over; -Inf where there is nothing. */
float distribution_max(const struct kernels *k, const float *logits,
                       uint32_t n);

/* The first index from `from` on whose logit is above `limit`, n where there
 * is none. */
uint32_t distribution_next_above(const struct kernels *k, const float *logits,
                                 uint32_t from, uint32_t n, float limit);

/* A limit that at least `least` logits are above, near to the highest of such
 * limits; -Inf where it would cost more to find one. */
float distribution_limit(const struct kernels *k, const float *logits,
                         uint32_t n, uint32_t least);

#endif
