/* SPDX-License-Identifier: Apache-2.0 */
/* The norm of vec.h in double, and what else it holds that has a gradient. */
#include <math.h>

#include "check.h"
#include "check_gradient.h"
#include "train/nn/vec.h"

enum { N = 7, D = 13, LDX = 17, LDY = 14 };

struct world {
    const struct vec *vec;
    real x[N * LDX], w[D], y[N * LDY], inv[N];
    real dy[N * LDY], dx[N * LDX], dw[D];
};

static double loss(void *arg)
{
    struct world *t = arg;
    double sum = 0;
    t->vec->norm(t->x, LDX, t->w, 1e-6, N, D, t->y, LDY, t->inv);
    for (size_t r = 0; r < N; r++)
        for (size_t i = 0; i < D; i++)
            sum += t->dy[r * LDY + i] * t->y[r * LDY + i];
    return sum;
}

static void a_norm_has_the_gradients_of_input_and_weight(void **state)
{
    struct world t = {.vec = vec_best()};
    (void)state;
    fill_random(t.x, N * LDX, 2, 1);
    fill_random(t.w, D, 1, 2);
    fill_random(t.dy, N * LDY, 1, 3);
    loss(&t);
    t.vec->norm_back(t.x, LDX, t.w, t.inv, t.dy, LDY, N, D, t.dx, LDX, t.dw,
                     true);
    CHECK(gradient_error(loss, &t, t.w, t.dw, D, GRADIENT_ENTRIES, 1) < 1e-6);
    CHECK(gradient_error(loss, &t, t.x, t.dx, N * LDX, GRADIENT_ENTRIES, 2) <
          1e-6);

    /* Asked to add, it adds; asked to set, it sets. */
    real before = t.dx[3];
    t.vec->norm_back(t.x, LDX, t.w, t.inv, t.dy, LDY, N, D, t.dx, LDX, t.dw,
                     true);
    CHECK(fabs(t.dx[3] - 2 * before) < 1e-12);
    t.vec->norm_back(t.x, LDX, t.w, t.inv, t.dy, LDY, N, D, t.dx, LDX, t.dw,
                     false);
    CHECK(t.dx[3] == before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_norm_has_the_gradients_of_input_and_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
