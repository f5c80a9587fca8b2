/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "base/rng.h"
#include "kernels/blas.h"

/* Build machines have the library, others may not: both are fine, as long as
 * the program says so. */
static void need_blas(void)
{
    if (!blas_available()) {
        assert_non_null(strstr(blas_description(), "no OpenBLAS"));
        print_message("# skipped: %s\n", blas_description());
        skip();
    }
}

static void loading_leaves_the_environment_as_it_was(void **state)
{
    (void)state;
    setenv("OPENBLAS_NUM_THREADS", "3", 1);
    unsetenv("OPENBLAS_CORETYPE");
    need_blas();
    assert_string_equal(getenv("OPENBLAS_NUM_THREADS"), "3");
    assert_null(getenv("OPENBLAS_CORETYPE"));
    assert_non_null(strstr(blas_description(), "OpenBLAS "));
    print_message("# %s\n", blas_description());
}

static void the_product_is_that_of_both_operands_by_rows(void **state)
{
    (void)state;
    enum { M = 5, N = 7, K = 33, LDA = 40, LDB = 35, LDC = 9 };
    static float a[M * LDA], b[N * LDB], c[M * LDC];
    struct rng rng = rng_init(1);
    need_blas();
    for (int i = 0; i < M * LDA; i++)
        a[i] = (float)rng_normal(&rng);
    for (int i = 0; i < N * LDB; i++)
        b[i] = (float)rng_normal(&rng);
    for (int i = 0; i < M * LDC; i++)
        c[i] = 5;
    blas_sgemm_nt(M, N, K, a, LDA, b, LDB, c, LDC, false);
    blas_sgemm_nt(M, N, K, a, LDA, b, LDB, c, LDC, true);
    for (int m = 0; m < M; m++)
        for (int n = 0; n < LDC; n++) {
            double sum = 0;
            for (int i = 0; n < N && i < K; i++)
                sum += 2.0 * a[m * LDA + i] * b[n * LDB + i];
            double right = n < N ? sum : 5; /* beyond the row: untouched */
            assert_true(fabs(c[m * LDC + n] - right) < 1e-4);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_leaves_the_environment_as_it_was),
        cmocka_unit_test(the_product_is_that_of_both_operands_by_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
