/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/levels.h"

#include <float.h>

static const size_t lengths[] = {1,   2,   3,   7,   8,   9,   15,   16,
                                 17,  31,  32,  33,  63,  64,  65,   100,
                                 127, 128, 255, 256, 257, 576, 1000, 1536};
#define N_LENGTHS (sizeof lengths / sizeof *lengths)
#define MAX_LEN 1536

static struct rng rng = {.key = 11};
static struct kernels scalar;

/* Buffers that end at a guard, and copies to compare with. */
static struct guarded ga, gb, gy;
static float *a, *b, *y, want[MAX_LEN];

static void arrays_new(size_t n)
{
    size_t gap = 4 * rng_below(&rng, 4);
    ga = guarded_new(4 * n, 0);
    gb = guarded_new(4 * n, gap);
    gy = guarded_new(4 * n, 0);
    a = ga.p, b = gb.p, y = gy.p;
    for (size_t i = 0; i < n; i++) {
        a[i] = (float)(rng_normal(&rng) * 3);
        b[i] = (float)rng_normal(&rng);
        y[i] = (float)rng_normal(&rng);
    }
}

static void arrays_free(void)
{
    guarded_free(&ga);
    guarded_free(&gb);
    guarded_free(&gy);
}

static void check_close(float got, float right, double tolerance)
{
    if (isnan(right)
            ? !isnan(got)
            : got != right && !(fabs((double)got - right) <= tolerance))
        fail_msg("%g should be %g +- %g", got, right, tolerance);
}

/* Runs `one` for every fast level (scalar too: the guards watch it) and every
 * length. */
static void for_all(void (*one)(const struct kernels *k, size_t n))
{
    kernels_init(&scalar, CPU_SCALAR);
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        struct kernels k;
        if (!cpu_can((enum cpu_level)l))
            continue;
        kernels_init(&k, (enum cpu_level)l);
        for (size_t i = 0; i < N_LENGTHS; i++) {
            arrays_new(lengths[i]);
            one(&k, lengths[i]);
            arrays_free();
        }
    }
}

static void dot_one(const struct kernels *k, size_t n)
{
    double bound = 0;
    uint16_t *h = malloc(2 * n);
    scalar.to_f16(a, h, n);
    for (size_t i = 0; i < n; i++)
        bound += fabs((double)a[i] * b[i]);
    check_close(k->dot(a, b, n), scalar.dot(a, b, n), 1e-6 * bound);
    check_close(k->dot_f16(h, b, n), scalar.dot_f16(h, b, n), 1e-6 * bound);
    a[n / 2] = NAN;
    assert_true(isnan(k->dot(a, b, n)));
    h[n - 1] = 0x7E00;
    assert_true(isnan(k->dot_f16(h, b, n)));
    free(h);
}

static void dots_agree_with_scalar(void **state)
{
    (void)state;
    for_all(dot_one);
}

static void axpy_one(const struct kernels *k, size_t n)
{
    uint16_t *h = malloc(2 * n);
    scalar.to_f16(a, h, n);
    memcpy(want, y, 4 * n);
    k->axpy(0.7f, a, y, n);
    scalar.axpy(0.7f, a, want, n);
    for (size_t i = 0; i < n; i++)
        check_close(y[i], want[i], 1e-6 * (fabs(want[i]) + fabs(a[i])));
    memcpy(want, y, 4 * n);
    k->axpy_f16(-1.3f, h, y, n);
    scalar.axpy_f16(-1.3f, h, want, n);
    for (size_t i = 0; i < n; i++)
        check_close(y[i], want[i], 1e-6 * (fabs(want[i]) + fabs(a[i])));
    free(h);
}

static void axpys_agree_with_scalar(void **state)
{
    (void)state;
    for_all(axpy_one);
}

static const float odd_floats[] = {
    0,      -0.f,  INFINITY, -INFINITY, NAN,     FLT_MAX,  -FLT_MAX, FLT_MIN,
    1e-40f, 65504, 65519.9f, 65520,     6.1e-5f, -5.9e-8f, 2.98e-8f, 1e-10f};

static void f16_one(const struct kernels *k, size_t n)
{
    uint16_t *h = malloc(2 * n), *right = malloc(2 * n);
    for (size_t i = 0; i < n; i += 2)
        a[i] = odd_floats[i / 2 % 16];
    k->to_f16(a, h, n);
    scalar.to_f16(a, right, n);
    assert_memory_equal(h, right, 2 * n);
    for (size_t i = 0; i < n; i++)
        h[i] = (uint16_t)rng_next(&rng);
    k->from_f16(h, y, n);
    scalar.from_f16(h, want, n);
    assert_memory_equal(y, want, 4 * n);
    free(h);
    free(right);
}

static void float16_conversions_are_the_same_bits(void **state)
{
    (void)state;
    for_all(f16_one);
}

static void rms_norm_one(const struct kernels *k, size_t n)
{
    scalar.rms_norm(a, b, 1e-5f, want, n);
    k->rms_norm(a, b, 1e-5f, y, n);
    for (size_t i = 0; i < n; i++)
        check_close(y[i], want[i], 1e-6 * fabs(want[i]));
    k->rms_norm(a, b, 1e-5f, a, n); /* in place */
    assert_memory_equal(a, y, 4 * n);
    for (size_t i = 0; i < n; i++)
        a[i] = 1e25f; /* the square does not fit a float */
    k->rms_norm(a, b, 1e-5f, y, n);
    for (size_t i = 0; i < n; i++)
        check_close(y[i], b[i], 1e-6 * fabs(b[i]));
    a[n / 3] = NAN;
    k->rms_norm(a, b, 1e-5f, y, n);
    for (size_t i = 0; i < n; i++)
        assert_true(isnan(y[i]));
    memset(a, 0, 4 * n);
    k->rms_norm(a, b, 1e-5f, y, n);
    for (size_t i = 0; i < n; i++)
        assert_true(y[i] == 0);
}

static void rms_norm_agrees_with_scalar(void **state)
{
    (void)state;
    for_all(rms_norm_one);
}

static void softmax_case(const struct kernels *k, size_t n)
{
    memcpy(want, a, 4 * n);
    scalar.softmax(want, n);
    k->softmax(a, n);
    for (size_t i = 0; i < n; i++)
        check_close(a[i], want[i], 1e-6 * fabs(want[i]) + 1e-38);
}

static void softmax_one(const struct kernels *k, size_t n)
{
    softmax_case(k, n);
    for (size_t i = 0; i < n; i++) /* differences from none to enormous */
        a[i] = (float)(rng_normal(&rng) * (i % 3 ? 40 : 1e6));
    softmax_case(k, n);
    for (size_t i = 0; i < n; i++) /* masked */
        a[i] = i && i % 2 ? -INFINITY : b[i];
    softmax_case(k, n);
    for (size_t i = 0; i < n; i++)
        a[i] = -FLT_MAX;
    softmax_case(k, n);
    a[n - 1] = NAN;
    k->softmax(a, n);
    for (size_t i = 0; i < n; i++)
        assert_true(isnan(a[i]));
    for (size_t i = 0; i < n; i++)
        a[i] = i == n / 2 ? INFINITY : 1;
    k->softmax(a, n);
    assert_true(isnan(a[n / 2]));
    k->softmax(a, 0);
}

static void exp_sum_one(const struct kernels *k, size_t n)
{
    float max, right_max;
    memcpy(want, a, 4 * n);
    double right = scalar.exp_sum(want, n, &right_max);
    double sum = k->exp_sum(a, n, &max);
    assert_true(max == right_max);
    check_close((float)sum, (float)right, 1e-6 * right);
    for (size_t i = 0; i < n; i++)
        check_close(a[i], want[i], 1e-6 * fabs(want[i]) + 1e-38);
    a[n / 2] = NAN;
    assert_true(isnan(k->exp_sum(a, n, &max)));
}

static void exponentials_and_their_sum_agree_with_scalar(void **state)
{
    (void)state;
    for_all(exp_sum_one);
}

static void exp_moments_one(const struct kernels *k, size_t n)
{
    double want_xz, xz;
    float max = -INFINITY;
    for (size_t i = 0; i < n; i++)
        max = a[i] > max ? a[i] : max;
    a[n / 2] = n > 1 ? NAN : max;
    a[n / 3] = n > 3 ? -INFINITY : a[n / 3];
    double right = scalar.exp_moments(a, n, max, &want_xz);
    double z = k->exp_moments(a, n, max, &xz);
    check_close((float)z, (float)right, 1e-6 * right);
    check_close((float)xz, (float)want_xz, 1e-6 * (fabs(want_xz) + right));
}

static void moments_of_a_softmax_agree_with_scalar(void **state)
{
    (void)state;
    for_all(exp_moments_one);
}

static void class_maxima_one(const struct kernels *k, size_t n)
{
    float right[CLASS_MAXIMA], got[CLASS_MAXIMA];
    for (size_t i = 0; i < n; i += 7)
        a[i] = i % 2 ? NAN : -INFINITY;
    scalar.class_maxima(a, n, right);
    k->class_maxima(a, n, got);
    for (size_t j = 0; j < CLASS_MAXIMA; j++)
        CHECK(got[j] == right[j]);
}

static void maxima_of_classes_are_those_of_scalar(void **state)
{
    (void)state;
    for_all(class_maxima_one);
}

static void next_above_one(const struct kernels *k, size_t n)
{
    if (n > 2)
        a[n / 2] = NAN;
    for (size_t from = 0; from <= n; from += 1 + n / 5)
        for (float limit = -2; limit <= 4; limit += 2)
            CHECK(k->next_above(a, from, n, limit) ==
                  scalar.next_above(a, from, n, limit));
    CHECK(k->next_above(a, 0, n, INFINITY) == n);
}

static void the_next_above_a_limit_is_that_of_scalar(void **state)
{
    (void)state;
    for_all(next_above_one);
}

static void softmax_agrees_with_scalar(void **state)
{
    (void)state;
    for_all(softmax_one);
}

static void swiglu_case(const struct kernels *k, size_t n)
{
    scalar.swiglu(a, b, want, n);
    k->swiglu(a, b, y, n);
    for (size_t i = 0; i < n; i++)
        check_close(y[i], want[i], 1e-6 * fabs(want[i]) + 1e-36);
}

static void swiglu_one(const struct kernels *k, size_t n)
{
    swiglu_case(k, n);
    for (size_t i = 0; i < n; i++)
        a[i] = (float)(rng_normal(&rng) * 60);
    swiglu_case(k, n);
    for (size_t i = 0; i < n; i++)
        a[i] = i % 2 ? odd_floats[i / 2 % 16] : (float)i - 700;
    swiglu_case(k, n);
    memcpy(want, y, 4 * n);
    k->swiglu(a, b, b, n); /* in place */
    assert_memory_equal(b, want, 4 * n);
}

static void swiglu_agrees_with_scalar(void **state)
{
    (void)state;
    for_all(swiglu_one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_agree_with_scalar),
        cmocka_unit_test(axpys_agree_with_scalar),
        cmocka_unit_test(float16_conversions_are_the_same_bits),
        cmocka_unit_test(rms_norm_agrees_with_scalar),
        cmocka_unit_test(exponentials_and_their_sum_agree_with_scalar),
        cmocka_unit_test(moments_of_a_softmax_agree_with_scalar),
        cmocka_unit_test(maxima_of_classes_are_those_of_scalar),
        cmocka_unit_test(the_next_above_a_limit_is_that_of_scalar),
        cmocka_unit_test(softmax_agrees_with_scalar),
        cmocka_unit_test(swiglu_agrees_with_scalar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
