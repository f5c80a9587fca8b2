/* bandwidth.h - how fast this machine reads memory.
 *
 * Generating a token reads every weight once, so this is the speed limit that
 * decoding is compared with. */
#ifndef KERNELS_BANDWIDTH_H
#define KERNELS_BANDWIDTH_H

#include <stddef.h>

struct err;
struct pool;

/* A plain sum over `bytes` of memory by all threads of the pool, each its own
 * part, in GB/s (1e9): the best of several passes, because what disturbs only
 * slows down. Choose bytes well above the last cache: 256 MB takes 0.2 s. 0
 * with ERR_MEMORY. */
double bandwidth_measure(struct pool *pool, size_t bytes, struct err *err);

#endif
