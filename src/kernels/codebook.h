/* codebook.h - the points that the IQ1, IQ2 and IQ3 formats choose from.
 *
 * These formats store, for 8 or 4 weights at once, the number of a point in a
 * fixed grid. A point is one word here: of 8 weights 2 bits each, of 4 weights
 * 3 bits each, the first weight lowest, points in ascending order. The bits
 * stand for the possible values of a weight, in ascending order too:
 *
 *   IQ1      -1 0 1
 *   IQ2      8 25 43
 *   IQ3_XXS  4 12 20 28 36 44 52 62
 *   IQ3_S    1 3 5 7 9 11 13 15
 */
#ifndef KERNELS_CODEBOOK_H
#define KERNELS_CODEBOOK_H

#include <stdint.h>

extern const uint16_t grid_iq1[2048];
extern const uint16_t grid_iq2_xxs[256];
extern const uint16_t grid_iq2_xs[512];
extern const uint16_t grid_iq2_s[1024];
extern const uint16_t grid_iq3_xxs[256];
extern const uint16_t grid_iq3_s[512];

#endif
