/* SPDX-License-Identifier: Apache-2.0 */
/* Products of rounded operands: the rounding against what bfloat16 is, every
 * implementation against the plain one. */
#include "config.h"

#include "kernels/gemm_bf16.h"

#include <math.h>

#include "base/rng.h"
#include "kernels/levels.h"

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

/* --- one number ----------------------------------------------------------- */

/* As it is rounded on its way through either operand, in each of its forms. */
static void through(gemm_bf16_fn f, float x, float out[4])
{
    const float one = 1;
    for (int i = 0; i < 4; i++) {
        struct gemm_product p = {.ta = i == 1, .tb = i == 3, .m = 1, .n = 1, .k = 1,
                            .a = i < 2 ? &x : &one, .lda = 1,
                            .b = i < 2 ? &one : &x, .ldb = 1,
                            .c = &out[i], .ldc = 1};
        f(&p, &room);
    }
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

/* --- whole products ------------------------------------------------------- */

/* With operands that end where memory does, and what C is to be. */
struct guarded_product {
    struct gemm_product p;
    struct guarded a, b, c, want;
};

static struct guarded matrix(size_t rows, size_t cols, size_t ld)
{
    return guarded_new(((rows - 1) * ld + cols) * sizeof(float), 0);
}

static void product_open(struct guarded_product *g, unsigned form, size_t m,
                         size_t n, size_t k, size_t gap)
{
    bool ta = form & 1, tb = form & 2;
    struct gemm_product *p = &g->p;
    *p = (struct gemm_product){.ta = ta, .tb = tb, .add = form & 4, .m = m, .n = n,
                          .k = k, .lda = (ta ? m : k) + gap,
                          .ldb = (tb ? k : n) + gap, .ldc = n + gap};
    g->a = ta ? matrix(k, m, p->lda) : matrix(m, k, p->lda);
    g->b = tb ? matrix(n, k, p->ldb) : matrix(k, n, p->ldb);
    g->c = matrix(m, n, p->ldc);
    g->want = matrix(m, n, p->ldc);
    p->a = g->a.p;
    p->b = g->b.p;
}

static void product_close(struct guarded_product *g)
{
    guarded_free(&g->a);
    guarded_free(&g->b);
    guarded_free(&g->c);
    guarded_free(&g->want);
}

static size_t a_len(const struct gemm_product *p)
{
    return p->ta ? (p->k - 1) * p->lda + p->m : (p->m - 1) * p->lda + p->k;
}

static size_t b_len(const struct gemm_product *p)
{
    return p->tb ? (p->n - 1) * p->ldb + p->k : (p->k - 1) * p->ldb + p->n;
}

static size_t c_len(const struct gemm_product *p)
{
    return (p->m - 1) * p->ldc + p->n;
}

static void run(const struct gemm_product *p, gemm_bf16_fn f, float *c)
{
    struct gemm_product into = *p;
    into.c = c;
    f(&into, &room);
}

/* Small whole numbers are exact in bfloat16 and their sums in float32, whatever the
 * order: what is not the same is wrong. */
static void fill_whole(struct rng *r, struct guarded_product *g)
{
    float *a = g->a.p, *b = g->b.p, *c = g->c.p;
    for (size_t i = 0; i < a_len(&g->p); i++)
        a[i] = (float)rng_below(r, 17) - 8;
    for (size_t i = 0; i < b_len(&g->p); i++)
        b[i] = (float)rng_below(r, 17) - 8;
    for (size_t i = 0; i < c_len(&g->p); i++)
        c[i] = (float)rng_below(r, 100);
    memcpy(g->want.p, c, c_len(&g->p) * sizeof *c);
}

/* Also between the rows of C. */
static void check_exact(struct rng *r, unsigned form, size_t m, size_t n, size_t k,
                        size_t gap)
{
    struct guarded_product g;
    product_open(&g, form, m, n, k, gap);
    fill_whole(r, &g);
    run(&g.p, gemm_bf16_plain, g.want.p);
    run(&g.p, gemm_bf16_best(), g.c.p);
    if (memcmp(g.want.p, g.c.p, c_len(&g.p) * sizeof(float)) != 0)
        fail_msg("%zu x %zu x %zu, form %u, gap %zu", m, n, k, form % 8, gap);
    product_close(&g);
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
                    check_exact(&r, form, ms[i], ns[j], ks[l], form % 3);
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
        check_exact(&r, form, GEMM_BF16_ROWS + 7, 70, 2 * GEMM_BF16_DEPTH + 5, 1);
        check_exact(&r, form, 19, GEMM_BF16_COLS + 21, GEMM_BF16_DEPTH + 1, 0);
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
        struct guarded_product g;
        size_t k = 1 + rng_below(&r, 500);
        product_open(&g, round & 3, 1 + rng_below(&r, 60),
                     1 + rng_below(&r, 150), k, 0);
        float *a = g.a.p, *b = g.b.p, *c = g.c.p, *want = g.want.p;
        for (size_t i = 0; i < a_len(&g.p); i++)
            a[i] = (float)rng_normal(&r);
        for (size_t i = 0; i < b_len(&g.p); i++)
            b[i] = (float)rng_normal(&r);
        run(&g.p, gemm_bf16_plain, want);
        run(&g.p, gemm_bf16_best(), c);
        for (size_t i = 0; i < c_len(&g.p); i++)
            CHECK(fabsf(c[i] - want[i]) <= 1e-6f * (float)k);
        run(&g.p, gemm_bf16_best(), want);
        assert_memory_equal(c, want, c_len(&g.p) * sizeof *c);
        product_close(&g);
    }
}

/* n of `of` rows, each once, in no order. */
static void draw_rows(struct rng *r, uint32_t *rows, uint32_t n, uint32_t of)
{
    uint32_t all_rows[64];
    for (uint32_t i = 0; i < of; i++)
        all_rows[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = i + rng_below(r, of - i), t = all_rows[j];
        all_rows[j] = all_rows[i];
        rows[i] = all_rows[i] = t;
    }
}

/* As if they had been put together first, and apart afterwards. */
static void rows_are_found_by_their_lists(void **state)
{
    enum { OF = 40, N = 23, WIDE = 70 };
    static float x[OF * WIDE], near[N * WIDE], b[WIDE * WIDE], c[2][OF * WIDE];
    struct rng r = rng_init(4);
    uint32_t rows[N], to[N];
    (void)state;
    for (int i = 0; i < OF * WIDE; i++)
        x[i] = (float)rng_below(&r, 17) - 8;
    for (int i = 0; i < WIDE * WIDE; i++)
        b[i] = (float)rng_below(&r, 17) - 8;
    draw_rows(&r, rows, N, OF);
    draw_rows(&r, to, N, OF);
    for (int i = 0; i < N; i++)
        memcpy(near + i * WIDE, x + rows[i] * WIDE, WIDE * sizeof *x);
    for (int f = 0; f < n_all; f++)
        for (int form = 0; form < 4; form++) {
            /* A's rows and C's; then A's and B's rows as terms of the sum. */
            struct gemm_product p = {.tb = form & 1, .add = true, .m = N, .n = WIDE,
                                .k = WIDE, .a = x, .lda = WIDE, .b = b,
                                .ldb = WIDE, .c = c[0], .ldc = WIDE,
                                .a_rows = rows, .c_rows = to};
            struct gemm_product q = p;
            if (form & 2) {
                p = (struct gemm_product){.ta = true, .m = WIDE - 40, .n = WIDE - 1,
                                     .k = N, .a = x, .lda = WIDE, .b = x,
                                     .ldb = WIDE, .c = c[0], .ldc = WIDE,
                                     .a_rows = rows, .b_rows = rows};
                q = p;
                q.b = near;
                q.b_rows = NULL;
            }
            q.a = near;
            q.a_rows = q.c_rows = NULL;
            q.c = c[1];
            memset(c, 0, sizeof c);
            all[f](&p, &room);
            gemm_bf16_plain(&q, &room);
            for (size_t i = 0; i < p.m; i++)
                assert_memory_equal(c[0] + (p.c_rows ? to[i] : i) * WIDE,
                                    c[1] + i * WIDE, p.n * sizeof(float));
            for (int i = 0, n = 0; i < OF * WIDE; i++) /* and no other row */
                CHECK((n += c[0][i] != 0) <= (int)(p.m * p.n));
        }
}

/* Every triangle, from every distance: only what counts is compared, and where a
 * term does not count there are zeros. */
static void check_causal(struct rng *r, enum causal causal, size_t queries,
                         size_t first)
{
    static const unsigned form[] = {0, 2, 0, 1 | 4};
    size_t keys = queries + first, dim = 1 + rng_below(r, 60);
    struct guarded_product g;
    product_open(&g, form[causal], causal == CAUSAL_TURNED ? keys : queries,
                 causal == CAUSAL_C ? keys : dim,
                 causal == CAUSAL_C ? dim : causal == CAUSAL_A ? keys : queries,
                 0);
    fill_whole(r, &g);
    g.p.causal = causal;
    g.p.first = first;
    float *a = g.a.p, *c = g.c.p, *want = g.want.p;
    for (size_t q = 0; causal != CAUSAL_C && q < queries; q++)
        for (size_t i = q + first + 1; i < keys; i++)
            a[q * keys + i] = 0;
    run(&g.p, gemm_bf16_plain, want);
    run(&g.p, gemm_bf16_best(), c);
    for (size_t i = 0; i < g.p.m; i++)
        for (size_t j = 0; j < g.p.n; j++)
            if ((causal != CAUSAL_C || j <= i + first) &&
                c[i * g.p.n + j] != want[i * g.p.n + j])
                fail_msg("kind %d, %zu queries from %zu: [%zu][%zu]", causal,
                         queries, first, i, j);
    product_close(&g);
}

static void a_triangle_is_right_where_it_counts(void **state)
{
    static const size_t firsts[] = {0, 1, 31, 48, 200, 401};
    struct rng r = rng_init(5);
    (void)state;
    if (!gemm_bf16_best())
        skip();
    for (size_t n = 1; n <= 130; n += 1 + n / 16)
        for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++)
            for (int causal = CAUSAL_C; causal <= CAUSAL_TURNED; causal++)
                check_causal(&r, (enum causal)causal, n, firsts[i]);
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
            all[f](&(struct gemm_product){.tb = true, .m = M, .n = N, .k = K, .a = a,
                                     .lda = K, .b = b, .ldb = K, .c = c, .ldc = N},
                   &room);
            for (int i = 0; i < M * N; i++)
                CHECK(i / N == row ? isnan(c[i]) : c[i] == 0);
        }
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
        cmocka_unit_test(rows_are_found_by_their_lists),
        cmocka_unit_test(a_triangle_is_right_where_it_counts),
        cmocka_unit_test(what_is_no_number_spoils_its_row_alone),
    };
    find_all();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
