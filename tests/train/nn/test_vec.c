/* SPDX-License-Identifier: Apache-2.0 */
/* Every level of the loops against plain arithmetic in double. */
#include "config.h"

#include "train/nn/vec.h"

#include <math.h>

#include "base/rng.h"
#include "check.h"
#include "kernels/cpu.h"

enum { MAX = 200 };

static const struct vec *levels[3];
static size_t n_levels;

static void find_levels(void)
{
    levels[n_levels++] = &vec_plain;
#ifdef HAVE_AVX2_KERNELS
    if (cpu_can(CPU_AVX2))
        levels[n_levels++] = &vec_avx2;
#endif
#ifdef HAVE_AVX512_KERNELS
    if (cpu_can(CPU_AVX512))
        levels[n_levels++] = &vec_avx512;
#endif
}

static void randomize(float *x, size_t n, float a, uint64_t seed)
{
    struct rng rng = rng_init(seed);
    for (size_t i = 0; i < n; i++)
        x[i] = a * (float)(2 * rng_unit(&rng) - 1);
}

static bool near(double got, double want, double tolerance)
{
    return fabs(got - want) <= tolerance * (1 + fabs(want));
}

static void every_length_is_right(void **state)
{
    float x[MAX], y[MAX], z[MAX];
    (void)state;
    for (size_t l = 0; l < n_levels; l++)
        for (size_t n = 0; n <= 70; n++) {
            double dot = 0, sum = 0, mean = 0, max = -INFINITY;
            float s, m;
            randomize(x, MAX, 5, n);
            randomize(y, MAX, 1, n + 1);
            for (size_t i = 0; i < n; i++) {
                dot += (double)x[i] * (double)y[i];
                max = fmax(max, (double)x[i]);
            }
            for (size_t i = 0; i < n; i++) {
                sum += exp((double)x[i] - max);
                mean += exp((double)x[i] - max) * (double)x[i];
            }
            CHECK(near((double)levels[l]->dot(x, y, n), dot, 1e-5));
            CHECK(near(levels[l]->squares(y, n), (double)levels[l]->dot(y, y, n),
                       1e-5));
            if (n == 0)
                continue;
            CHECK((double)levels[l]->max(x, n) == max);
            levels[l]->exp_sums(x, n, (float)max, &s, &m);
            CHECK(near((double)s, sum, 1e-5) && near((double)m, mean, 1e-5));
            memcpy(z, x, sizeof z);
            CHECK(near((double)levels[l]->exp_sum(z, n, (float)max), sum, 1e-5));
            CHECK(z[n] == x[n]);
            memcpy(z, x, sizeof z);
            levels[l]->add(z, y, n);
            CHECK(z[n - 1] == x[n - 1] + y[n - 1] && z[n] == x[n]);
            levels[l]->scale(z, 2, n);
            CHECK(z[n - 1] == 2 * (x[n - 1] + y[n - 1]) && z[n] == x[n]);
        }
}

static void an_update_is_one_number_like_the_other(void **state)
{
    (void)state;
    for (size_t l = 0; l < n_levels; l++)
        for (size_t n = 0; n <= 70; n++) {
            float x[MAX], y[MAX], out[MAX], w[MAX];
            randomize(x, MAX, 5, n);
            randomize(y, MAX, 1, n + 1);
            memcpy(out, x, sizeof out);
            memcpy(w, x, sizeof w);
            levels[l]->combine(out, 0.5f, out, -2, y, n);
            levels[l]->descend(w, 0.25f, y, 0.125f, n);
            for (size_t i = 0; i < MAX; i++) {
                double a = (double)x[i], b = (double)y[i];
                CHECK(near((double)out[i], i < n ? 0.5 * a - 2 * b : a, 1e-6));
                CHECK(near((double)w[i], i < n ? a - 0.25 * b - 0.125 * a : a,
                           1e-6));
            }
        }
    /* Sums of squares hold what their numbers hold. */
    const float far[3] = {1e30f, 1e-30f, 0};
    for (size_t l = 0; l < n_levels; l++) {
        CHECK(near(levels[l]->squares(far, 1) / 1e60, 1, 1e-6));
        CHECK(near(levels[l]->squares(far + 1, 2) / 1e-60, 1, 1e-6));
    }
}

static void pairs_turn_by_their_angles_and_back(void **state)
{
    (void)state;
    for (size_t l = 0; l < n_levels; l++)
        for (size_t n = 0; n <= 40; n++) {
            float u[MAX], was[MAX], cs[MAX];
            randomize(was, MAX, 2, n);
            memcpy(u, was, sizeof u);
            for (size_t i = 0; i < MAX / 2; i++) {
                cs[2 * i] = (float)cos((double)i);
                cs[2 * i + 1] = (float)sin((double)i);
            }
            levels[l]->rotate(u, cs, 1, n);
            for (size_t i = 0; i < n; i++) {
                double a = (double)was[2 * i], b = (double)was[2 * i + 1];
                double c = cos((double)i), s = sin((double)i);
                CHECK(near((double)u[2 * i], a * c - b * s, 1e-6));
                CHECK(near((double)u[2 * i + 1], a * s + b * c, 1e-6));
            }
            CHECK(u[2 * n] == was[2 * n]);
            levels[l]->rotate(u, cs, -1, n);
            for (size_t i = 0; i < 2 * n; i++)
                CHECK(near((double)u[i], (double)was[i], 1e-6));
        }
}

static void the_exponential_is_good_to_seven_digits(void **state)
{
    float x[64], want[64];
    (void)state;
    for (size_t l = 0; l < n_levels; l++)
        for (int k = 0; k < 500; k++) {
            for (int i = 0; i < 64; i++) {
                want[i] = -80 + (float)(k * 64 + i) * (160.0f / 32000);
                x[i] = want[i];
            }
            levels[l]->exp_sum(x, 64, 0);
            for (int i = 0; i < 64; i++)
                CHECK(fabs((double)x[i] / exp((double)want[i]) - 1) < 3e-7);
        }
}

/* Far outside, and what is no number at all, stays what it has to be. */
static void extremes_do_no_harm(void **state)
{
    (void)state;
    for (size_t l = 0; l < n_levels; l++) {
        float x[4] = {-INFINITY, -1e30f, 1e30f, 0}, nan[4] = {NAN, NAN, NAN, NAN};
        levels[l]->sigmoid(x, 4);
        CHECK(x[0] >= 0 && x[0] < 1e-30f && x[1] < 1e-30f && x[2] == 1 &&
              x[3] == 0.5f);
        levels[l]->sigmoid(nan, 4);
        CHECK(isnan(nan[0]) && isnan(nan[3]));
    }
}

static void a_softmax_row_sees_what_is_before_it(void **state)
{
    enum { ROWS = 5, FIRST = 30, COLS = FIRST + ROWS, LD = 40 };
    (void)state;
    for (size_t l = 0; l < n_levels; l++) {
        float s[ROWS * LD], again[ROWS * LD], before[ROWS * LD], lse[ROWS];
        randomize(s, ROWS * LD, 30, 1);
        memcpy(again, s, sizeof s);
        memcpy(before, s, sizeof s);
        levels[l]->softmax(s, LD, ROWS, FIRST, COLS, 0.3f, lse);
        levels[l]->softmax_again(again, LD, ROWS, FIRST, COLS, 0.3f, lse);
        for (int r = 0; r < ROWS; r++) {
            double sum = 0;
            for (int i = 0; i <= FIRST + r; i++)
                sum += exp(0.3 * (double)before[r * LD + i]);
            for (int i = 0; i < COLS; i++) {
                double want = i <= FIRST + r
                                  ? exp(0.3 * (double)before[r * LD + i]) / sum
                                  : 0;
                CHECK(near((double)s[r * LD + i], want, 1e-6));
                CHECK(near((double)again[r * LD + i], want, 3e-6));
            }
            for (int i = COLS; i < LD; i++)
                CHECK(s[r * LD + i] == before[r * LD + i]);
        }
    }
}

static void levels_agree_on_gates_and_norms(void **state)
{
    enum { ROWS = 3, F = 37 };
    (void)state;
    float gu[ROWS * 2 * F], da[ROWS * F], w[ROWS] = {0.5f, -1, 2};
    randomize(gu, ROWS * 2 * F, 4, 1);
    randomize(da, ROWS * F, 1, 2);
    for (size_t l = 0; l < n_levels; l++) {
        float act[ROWS * F], mine[ROWS * 2 * F], back[ROWS * F], dw[ROWS];
        memcpy(mine, gu, sizeof gu);
        levels[l]->swiglu(gu, w, ROWS, F, act);
        levels[l]->swiglu_back(mine, da, w, ROWS, F, back, dw);
        for (int r = 0; r < ROWS; r++) {
            double want_dw = 0;
            for (int i = 0; i < F; i++) {
                double g = (double)gu[r * 2 * F + i];
                double u = (double)gu[r * 2 * F + F + i], s = 1 / (1 + exp(-g));
                double d = (double)da[r * F + i], wr = (double)w[r];
                CHECK(near((double)act[r * F + i], wr * g * s * u, 1e-5));
                CHECK(near((double)back[r * F + i], wr * g * s * u, 1e-5));
                CHECK(near((double)mine[r * 2 * F + i],
                           wr * d * u * s * (1 + g * (1 - s)), 1e-5));
                CHECK(near((double)mine[r * 2 * F + F + i], wr * d * g * s,
                           1e-5));
                want_dw += d * g * s * u;
            }
            CHECK(near((double)dw[r], want_dw, 1e-5));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_is_right),
        cmocka_unit_test(an_update_is_one_number_like_the_other),
        cmocka_unit_test(pairs_turn_by_their_angles_and_back),
        cmocka_unit_test(the_exponential_is_good_to_seven_digits),
        cmocka_unit_test(extremes_do_no_harm),
        cmocka_unit_test(a_softmax_row_sees_what_is_before_it),
        cmocka_unit_test(levels_agree_on_gates_and_norms),
    };
    find_levels();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
