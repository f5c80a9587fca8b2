/* SPDX-License-Identifier: Apache-2.0 */
/* Products of rounded operands: the rounding against what bfloat16 is, every
 * implementation against the plain one. */
#include "config.h"

#include "train/nn/gemm_bf16.h"

#include <math.h>

#include "base/rng.h"
#include "kernels/levels.h"
#include "train/nn/gemm.h"

static struct gemm_bf16_room room;
static gemm_bf16_fn all[2];
static int n_all;

static void find_all(void)
{
    all[n_all++] = gemm_bf16_plain;
    if (gemm_bf16_best())
        all[n_all++] = gemm_bf16_best();
    else
        print_message("# this CPU has no bfloat16 products: the plain one only\n");
}

static float float_of(uint32_t u)
{
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* --- one number --------------------------------------------------------------------- */

/* As it is rounded on its way through either operand, in each of its forms. */
static void through(gemm_bf16_fn f, float x, float out[4])
{
    const float one = 1;
    f(false, false, 1, 1, 1, &x, 1, &one, 1, &out[0], 1, false, &room);
    f(true, false, 1, 1, 1, &x, 1, &one, 1, &out[1], 1, false, &room);
    f(false, false, 1, 1, 1, &one, 1, &x, 1, &out[2], 1, false, &room);
    f(false, true, 1, 1, 1, &one, 1, &x, 1, &out[3], 1, false, &room);
}

static void check_rounds_to(uint32_t bits, uint32_t want)
{
    for (int i = 0; i < n_all; i++) {
        float out[4];
        through(all[i], float_of(bits), out);
        for (int j = 0; j < 4; j++)
            if (!(out[j] == float_of(want)))
                fail_msg("%08x became %g, not %g", bits, (double)out[j],
                         (double)float_of(want));
    }
}

static void ties_go_to_the_even_neighbour(void **state)
{
    (void)state;
    check_rounds_to(0x3F800000, 0x3F800000);
    check_rounds_to(0x3F807FFF, 0x3F800000); /* below the middle */
    check_rounds_to(0x3F808000, 0x3F800000); /* the middle: down to even */
    check_rounds_to(0x3F808001, 0x3F810000);
    check_rounds_to(0x3F818000, 0x3F820000); /* the middle: up to even */
    check_rounds_to(0xBF818000, 0xBF820000);
    check_rounds_to(0x3FFFFFFF, 0x40000000); /* a power of two is crossed */
}

static void ends_of_the_range_stay_what_they_are(void **state)
{
    (void)state;
    check_rounds_to(0x7F7F0000, 0x7F7F0000); /* the largest */
    check_rounds_to(0x7F7F7FFF, 0x7F7F0000);
    check_rounds_to(0x7F7FFFFF, 0x7F800000); /* too large */
    check_rounds_to(0x7F800000, 0x7F800000);
    check_rounds_to(0xFF800000, 0xFF800000);
    check_rounds_to(0x00800000, 0x00800000); /* the smallest normal one */
    check_rounds_to(0x007FFFFF, 0);          /* denormal */
    check_rounds_to(0x80000001, 0);
    for (int i = 0; i < n_all; i++) {
        float out[4];
        through(all[i], float_of(0x7F800001), out);
        for (int j = 0; j < 4; j++)
            CHECK(isnan(out[j]));
    }
}

static void any_number_is_rounded_the_same(void **state)
{
    struct rng r = rng_init(7);
    (void)state;
    for (int i = 0; i < rounds(20000); i++) {
        uint32_t bits = (uint32_t)rng_next(&r);
        if ((bits & 0x7F800000) != 0x7F800000)
            check_rounds_to(bits, (uint32_t)bf16_from(float_of(bits)) << 16);
    }
}

/* --- whole products ------------------------------------------------------------------ */

struct product {
    bool ta, tb, add;
    size_t m, n, k, lda, ldb, ldc;
    struct guarded a, b, c, want;
};

static struct guarded matrix(size_t rows, size_t cols, size_t ld)
{
    return guarded_new(((rows - 1) * ld + cols) * sizeof(float), 0);
}

static void product_open(struct product *p, bool ta, bool tb, bool add,
                         size_t m, size_t n, size_t k, size_t gap)
{
    *p = (struct product){.ta = ta, .tb = tb, .add = add, .m = m, .n = n, .k = k,
                          .lda = (ta ? m : k) + gap, .ldb = (tb ? k : n) + gap,
                          .ldc = n + gap};
    p->a = ta ? matrix(k, m, p->lda) : matrix(m, k, p->lda);
    p->b = tb ? matrix(n, k, p->ldb) : matrix(k, n, p->ldb);
    p->c = matrix(m, n, p->ldc);
    p->want = matrix(m, n, p->ldc);
}

static void product_close(struct product *p)
{
    guarded_free(&p->a);
    guarded_free(&p->b);
    guarded_free(&p->c);
    guarded_free(&p->want);
}

static size_t c_len(const struct product *p)
{
    return (p->m - 1) * p->ldc + p->n;
}

static void run(const struct product *p, gemm_bf16_fn f, float *c)
{
    f(p->ta, p->tb, p->m, p->n, p->k, p->a.p, p->lda, p->b.p, p->ldb, c, p->ldc,
      p->add, &room);
}

/* Small whole numbers are exact in bfloat16 and their sums in float32, whatever the
 * order: what is not the same is wrong. Also between the rows of C. */
static void check_exact(struct rng *r, bool ta, bool tb, bool add, size_t m,
                        size_t n, size_t k, size_t gap)
{
    struct product p;
    product_open(&p, ta, tb, add, m, n, k, gap);
    float *a = p.a.p, *b = p.b.p, *c = p.c.p;
    for (size_t i = 0; i < (ta ? (k - 1) * p.lda + m : (m - 1) * p.lda + k); i++)
        a[i] = (float)rng_below(r, 17) - 8;
    for (size_t i = 0; i < (tb ? (n - 1) * p.ldb + k : (k - 1) * p.ldb + n); i++)
        b[i] = (float)rng_below(r, 17) - 8;
    for (size_t i = 0; i < c_len(&p); i++)
        c[i] = (float)rng_below(r, 100);
    memcpy(p.want.p, c, c_len(&p) * sizeof *c);
    run(&p, gemm_bf16_plain, p.want.p);
    run(&p, gemm_bf16_best(), c);
    if (memcmp(p.want.p, c, c_len(&p) * sizeof *c) != 0)
        fail_msg("%zu x %zu x %zu, forms %d %d, add %d, gap %zu", m, n, k, ta,
                 tb, add, gap);
    product_close(&p);
}

static void every_edge_is_computed_and_nothing_beside_it(void **state)
{
    static const size_t ms[] = {1, 5, 6, 7, 8, 9, 12, 13, 23, 24, 25, 191, 193};
    static const size_t ns[] = {1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64,
                                65, 80, 113, 129};
    static const size_t ks[] = {1, 2, 3, 15, 16, 17, 31, 32, 33, 34, 63, 65};
    struct rng r = rng_init(1);
    (void)state;
    if (!gemm_bf16_best())
        skip();
    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++)
        for (size_t j = 0; j < sizeof ns / sizeof *ns; j++)
            for (size_t l = 0; l < sizeof ks / sizeof *ks; l++) {
                unsigned form = rng_below(&r, 8);
                for (int turn = 0; turn < (ms[i] < 26 ? 4 : 1); turn++, form++)
                    check_exact(&r, form & 1, form & 2, form & 4, ms[i], ns[j],
                                ks[l], form % 3);
            }
}

/* More than is packed at a time, in every direction. */
static void blocks_add_up(void **state)
{
    struct rng r = rng_init(2);
    (void)state;
    if (!gemm_bf16_best())
        skip();
    for (unsigned form = 0; form < 8; form++) {
        check_exact(&r, form & 1, form & 2, form & 4, GEMM_BF16_ROWS + 7, 70,
                    2 * GEMM_BF16_DEPTH + 5, 1);
        check_exact(&r, form & 1, form & 2, form & 4, 19, GEMM_BF16_COLS + 21,
                    GEMM_BF16_DEPTH + 1, 0);
    }
}

/* The order of the sum may be another: as far apart as that allows. */
static void random_products_are_near_the_plain_one(void **state)
{
    struct rng r = rng_init(3);
    (void)state;
    if (!gemm_bf16_best())
        skip();
    for (unsigned round = 0; round < 24; round++) {
        struct product p;
        size_t k = 1 + rng_below(&r, 500);
        product_open(&p, round & 1, round & 2, false, 1 + rng_below(&r, 60),
                     1 + rng_below(&r, 150), k, 0);
        float *a = p.a.p, *b = p.b.p, *c = p.c.p, *want = p.want.p;
        for (size_t i = 0; i < p.m * k; i++)
            a[i] = (float)rng_normal(&r);
        for (size_t i = 0; i < p.n * k; i++)
            b[i] = (float)rng_normal(&r);
        run(&p, gemm_bf16_plain, want);
        run(&p, gemm_bf16_best(), c);
        for (size_t i = 0; i < c_len(&p); i++)
            CHECK(fabsf(c[i] - want[i]) <= 1e-6f * (float)k);
        run(&p, gemm_bf16_best(), want);
        assert_memory_equal(c, want, c_len(&p) * sizeof *c);
        product_close(&p);
    }
}

/* It must come through, and to its own row and no other. */
static void what_is_no_number_spoils_its_row_alone(void **state)
{
    enum { M = 14, N = 70, K = 40 };
    static float a[M * K], b[N * K], c[M * N];
    (void)state;
    for (int i = 0; i < N * K; i++)
        b[i] = 1;
    for (int f = 0; f < n_all; f++)
        for (int row = 0; row < M; row++) {
            memset(a, 0, sizeof a);
            a[row * K + 3 * row % K] = NAN;
            all[f](false, true, M, N, K, a, K, b, K, c, N, false, &room);
            for (int i = 0; i < M * N; i++)
                CHECK(i / N == row ? isnan(c[i]) : c[i] == 0);
        }
}

static void the_router_multiplies_what_it_was_given(void **state)
{
    struct gemm_meter m = {.rounded = gemm_bf16_plain, .room = &room};
    const float x = 1 + 0x1p-20f, one = 1;
    float y;
    struct err err;
    (void)state;
    CHECK_OK(gemm_available(&err), &err);
    gemm_nt(&m, GEMM_ROUTER, 1, 1, 1, &x, 1, &one, 1, &y, 1, false);
    CHECK(y == x);
    gemm_nt(&m, GEMM_HEAD, 1, 1, 1, &x, 1, &one, 1, &y, 1, false);
    CHECK(y == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_go_to_the_even_neighbour),
        cmocka_unit_test(ends_of_the_range_stay_what_they_are),
        cmocka_unit_test(any_number_is_rounded_the_same),
        cmocka_unit_test(every_edge_is_computed_and_nothing_beside_it),
        cmocka_unit_test(blocks_add_up),
        cmocka_unit_test(random_products_are_near_the_plain_one),
        cmocka_unit_test(what_is_no_number_spoils_its_row_alone),
        cmocka_unit_test(the_router_multiplies_what_it_was_given),
    };
    find_all();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
