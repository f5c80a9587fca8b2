/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums of rows: every level against scalar, in guarded memory. That
 * products of F16 and F32 rows are right is test_mul's. */
#include "kernels/levels.h"

struct mix {
    size_t n, n_rows, n_cols, row_bytes, ldp, ldy;
    bool f16;
    struct guarded rows, p, y;
    float *want;
};

static struct rng rng = {.key = 5};
static struct kernels scalar;

static void fill(void *p, size_t bytes)
{
    float *f = p;
    for (size_t i = 0; i < bytes / sizeof *f; i++)
        f[i] = (float)rng_normal(&rng);
}

/* Rows stand `gap` values apart and end at the guard. */
static struct mix mix_new(size_t n, size_t n_rows, size_t n_cols, bool f16,
                          size_t gap)
{
    size_t size = f16 ? 2 : 4;
    struct mix m = {n, n_rows, n_cols, (n + gap) * size, n_rows + gap, n + gap,
                    f16, .want = NULL};
    size_t values = (n_rows - 1) * (n + gap) + n;
    size_t bytes = 4 * ((n_cols - 1) * m.ldy + n);
    m.rows = guarded_new(values * size, 0);
    m.p = guarded_new(4 * ((n_cols - 1) * m.ldp + n_rows), 0);
    m.y = guarded_new(bytes, 0);
    m.want = malloc(bytes);
    float *x = malloc(4 * values);
    fill(x, 4 * values);
    if (f16)
        scalar.to_f16(x, m.rows.p, values);
    else
        memcpy(m.rows.p, x, 4 * values);
    free(x);
    fill(m.p.p, 4 * ((n_cols - 1) * m.ldp + n_rows));
    return m;
}

static void mix_clear(struct mix *m)
{
    guarded_free(&m->rows);
    guarded_free(&m->p);
    guarded_free(&m->y);
    free(m->want);
}

static void mix_run(const struct mix *m, const struct kernels *k,
                    size_t n_cols, float *y)
{
    (m->f16 ? k->mix_f16 : k->mix_f32)(m->n, m->rows.p, m->row_bytes,
                                       m->n_rows, m->p.p, m->ldp, n_cols, y,
                                       m->ldy);
}

static void compare(const struct mix *m, const struct kernels *k)
{
    float *y = m->y.p;
    mix_run(m, &scalar, m->n_cols, m->want);
    mix_run(m, k, m->n_cols, y);
    for (size_t c = 0; c < m->n_cols; c++)
        for (size_t i = 0; i < m->n; i++) {
            double got = y[c * m->ldy + i], right = m->want[c * m->ldy + i];
            if (!(fabs(got - right) <= 2e-6 * (double)m->n_rows))
                fail_msg("%zu of %zu values, %zu rows, column %zu of %zu: %g "
                         "should be %g", i, m->n, m->n_rows, c, m->n_cols, got,
                         right);
        }
    /* The first column alone, bit for bit. */
    float *alone = malloc(4 * m->n);
    mix_run(m, k, 1, alone);
    assert_memory_equal(alone, y, 4 * m->n);
    free(alone);
}

static void for_all_shapes(const struct kernels *k)
{
    static const size_t lengths[] = {1, 7, 8, 15, 16, 17, 31, 32, 33, 64, 100,
                                     128, 512, 576};
    static const size_t cols[] = {1, 2, 3, 4, 5, 8, 9, 16, 19};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t c = 0; c < sizeof cols / sizeof *cols; c++)
            for (size_t rows = 1; rows < 40; rows += 6)
                for (int f16 = 0; f16 < 2; f16++) {
                    struct mix m = mix_new(lengths[i], rows, cols[c], f16,
                                           rng_below(&rng, 3));
                    compare(&m, k);
                    mix_clear(&m);
                }
}

static void every_level_agrees_with_scalar(void **state)
{
    (void)state;
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        struct kernels k;
        if (!cpu_can((enum cpu_level)l))
            continue;
        kernels_init(&k, (enum cpu_level)l);
        for_all_shapes(&k);
    }
}

static void what_is_not_finite_shows(void **state)
{
    enum cpu_level level[4];
    (void)state;
    for (int l = fast_levels(level) - 1; l >= 0; l--)
        for (int f16 = 0; f16 < 2; f16++) {
            struct kernels k;
            kernels_init(&k, level[l]);
            struct mix m = mix_new(40, 9, 5, f16, 0);
            ((float *)m.p.p)[2 * m.ldp + 4] = NAN;
            mix_run(&m, &k, 5, m.y.p);
            for (size_t c = 0; c < 5; c++)
                for (size_t i = 0; i < 40; i++)
                    assert_int_equal(isnan(((float *)m.y.p)[c * m.ldy + i]),
                                     c == 2);
            mix_clear(&m);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level_agrees_with_scalar),
        cmocka_unit_test(what_is_not_finite_shows),
    };
    kernels_init(&scalar, CPU_SCALAR);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
