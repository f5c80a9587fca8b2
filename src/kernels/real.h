/* real.h - the number that training computes with.
 *
 * float. The tests build src/train/nn once more with NN_DOUBLE, so that a gradient
 * can be compared with a difference quotient to 1e-6; nothing else may set it. */
#ifndef KERNELS_REAL_H
#define KERNELS_REAL_H

#ifdef NN_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
