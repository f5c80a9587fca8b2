/* SPDX-License-Identifier: Apache-2.0 */
#include "check_gradient.h"

#include <math.h>

#include "base/rng.h"

static const double STEP = 3e-4;

/* Four points: the error falls with the fourth power of the step, so that a
 * step can be taken at which rounding does not yet matter. */
static double difference(loss_fn loss, void *arg, double *x)
{
    double before = *x, at[4];
    const double steps[4] = {STEP, -STEP, 2 * STEP, -2 * STEP};
    for (int i = 0; i < 4; i++) {
        *x = before + steps[i];
        at[i] = loss(arg);
    }
    *x = before;
    return (8 * (at[0] - at[1]) - (at[2] - at[3])) / (12 * STEP);
}

double gradient_error(loss_fn loss, void *arg, double *x,
                      const double *gradient, size_t n, unsigned entries,
                      uint64_t seed)
{
    struct rng rng = rng_init(seed);
    double largest = 0, worst = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(gradient[i]));
    for (size_t i = 0; i < n && i < entries; i++) {
        size_t at = n <= entries ? i : rng_below(&rng, (uint32_t)n);
        double d = difference(loss, arg, x + at);
        double size = fmax(fmax(fabs(d), fabs(gradient[at])), 1e-3 * largest);
        double error = size > 0 ? fabs(d - gradient[at]) / size : 0;
        worst = error > worst || isnan(error) ? error : worst;
    }
    return worst;
}

void fill_random(double *x, size_t n, double a, uint64_t seed)
{
    struct rng rng = rng_init(seed);
    for (size_t i = 0; i < n; i++)
        x[i] = a * (2 * rng_unit(&rng) - 1);
}
