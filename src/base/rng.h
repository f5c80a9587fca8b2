/* rng.h - numbers that only their key decides.
 *
 * Counter based: the n-th number of a key is a pure function of (key, n), so
 * a run can be repeated or resumed by remembering two integers. Not for
 * secrets. The mixing step is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t key;
    uint64_t n; /* how many numbers were drawn */
};

uint64_t rng_mix(uint64_t x);          /* a well mixed hash of x */
struct rng rng_init(uint64_t key);
uint64_t rng_next(struct rng *r);
double rng_unit(struct rng *r);        /* in [0, 1), 53 bits */
uint32_t rng_below(struct rng *r, uint32_t n); /* in [0, n); n > 0 */
double rng_normal(struct rng *r);      /* mean 0, deviation 1 */

#endif
