/* check_gradient.h - a gradient against central differences, in double. */
#ifndef TESTS_TRAIN_NN_CHECK_GRADIENT_H
#define TESTS_TRAIN_NN_CHECK_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

/* The value that is differentiated, at the present values of everything. */
typedef double (*loss_fn)(void *arg);

/* The largest relative error over `entries` entries of x[n], drawn by `seed`
 * (all where there are no more). An entry's error is relative to the larger of
 * its own gradient and a thousandth of the tensor's largest: below that a
 * difference quotient has no digits left. */
double gradient_error(loss_fn loss, void *arg, double *x, const double *gradient,
                      size_t n, unsigned entries, uint64_t seed);

enum { GRADIENT_ENTRIES = 50 };

/* Numbers between -1 and 1 times a, a function of the seed. */
void fill_random(double *x, size_t n, double a, uint64_t seed);

#endif
