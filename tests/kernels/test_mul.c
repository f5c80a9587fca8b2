/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/weights.h"

#include <math.h>

/* Columns of a token and its drafts. */
#define FEW 10
/* Of a prompt: more than any kernel takes at a time. */
#define MANY 70

/* One product with guarded operands of every kind. */
struct product {
    enum weight_type type;
    size_t k, n_rows, n_cols, row_bytes, ldx, ldy;
    struct guarded w, x, act, y;
};

/* Like a real activation: most values small, a few large. */
static void fill_activations(struct rng *rng, enum weight_mood mood, float *x,
                             size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double v = rng_normal(rng) * (rng_below(rng, 50) ? 1 : 30);
        if (mood == MOOD_LOWEST || mood == MOOD_HIGHEST)
            v = rng_below(rng, 2) ? 3 : -3; /* every q at its end */
        if (mood == MOOD_ZERO)
            v = 0;
        if (mood == MOOD_TINY)
            v *= 1e-20;
        x[i] = (float)v;
    }
}

static struct product product_new(struct rng *rng, const struct kernels *k,
                                  enum weight_type type, size_t len,
                                  size_t n_rows, size_t n_cols,
                                  enum weight_mood mood, size_t gap)
{
    const struct weight_kernels *w = &k->weight[type];
    struct product p = {.type = type,
                        .k = len,
                        .n_rows = n_rows,
                        .n_cols = n_cols,
                        .ldx = len + gap,
                        .ldy = n_rows + gap};
    p.row_bytes = len / w->block_len * w->block_bytes + gap;
    size_t bytes = (n_rows - 1) * p.row_bytes + p.row_bytes - gap;
    size_t n_blocks = len / w->block_len;
    p.w = guarded_new(bytes, gap);
    for (size_t r = 0; r < n_rows; r++)
        fill_weights(rng, w, type, mood, (char *)p.w.p + r * p.row_bytes,
                     n_blocks);

    p.x = guarded_new(4 * ((n_cols - 1) * p.ldx + len), 0);
    fill_activations(rng, mood, p.x.p, (n_cols - 1) * p.ldx + len);
    p.act = guarded_new(n_cols * act_groups(len) * sizeof(struct act_group), 0);
    p.y = guarded_new(4 * ((n_cols - 1) * p.ldy + n_rows), 0);
    return p;
}

static void product_clear(struct product *p)
{
    struct guarded *all[] = {&p->w, &p->x, &p->act, &p->y};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        guarded_free(all[i]);
}

/* Values are worth looking at where the type takes them. */
static void quantize(const struct product *p, const struct kernels *k)
{
    if (p->k % ACT_BLOCK == 0)
        k->quantize(p->x.p, p->ldx, p->k, p->n_cols, 2, p->act.p);
}

/* Value i of column c, as the products see it. */
static double value(const struct product *p, size_t c, size_t i, bool q8)
{
    if (!q8)
        return ((float *)p->x.p)[c * p->ldx + i];
    const struct act_group *g =
        (struct act_group *)p->act.p + c * act_groups(p->k) + i / ACT_GROUP;
    unsigned b = (unsigned)(i % ACT_GROUP / ACT_BLOCK);
    size_t at = act_at(b) + i % 16 + i % ACT_BLOCK / 16 * ACT_SECOND;
    return (double)g->d[act_block_at(b)] * (256 * g->hi[at] + g->lo[at]);
}

/* y[n_cols][n_rows] of the operands as they are. */
static float *multiply(const struct product *p, const struct kernels *k,
                       const void *w, bool q8)
{
    const struct weight_kernels *wk = &k->weight[p->type];
    float *y = p->y.p, *out = malloc(4 * p->n_rows * p->n_cols);
    size_t n = (p->n_cols - 1) * p->ldy + p->n_rows;
    for (size_t i = 0; i < n; i++)
        y[i] = 12345;
    if (q8)
        wk->mul_q8(p->k, w, p->row_bytes, p->n_rows, p->act.p, p->n_cols, y,
                   p->ldy);
    else
        wk->mul_f32(p->k, w, p->row_bytes, p->n_rows, p->x.p, p->ldx, p->n_cols,
                    y, p->ldy);
    for (size_t i = 0; i < n; i++) {
        if (i % p->ldy < p->n_rows)
            out[i / p->ldy * p->n_rows + i % p->ldy] = y[i];
        else
            assert_true(y[i] == 12345); /* between the columns: not ours */
    }
    return out;
}

/* w[i] becomes the largest magnitude in its run of 32. */
static void level_out(float *w, size_t n)
{
    for (size_t i = 0; i < n; i += 32) {
        size_t end = i + 32 < n ? i + 32 : n;
        float max = 0;
        for (size_t j = i; j < end; j++)
            max = fmaxf(max, fabsf(w[j]));
        for (size_t j = i; j < end; j++)
            w[j] = max;
    }
}

/* What rounding is measured by: the sum of |x|, each times the largest |w| of
 * its run, which is about what codes and minimums come to before they cancel
 * each other. */
static float *sizes(const struct product *p, const struct kernels *k, bool q8)
{
    float *out = malloc(4 * p->n_rows * p->n_cols);
    float *w = malloc(4 * p->k);
    for (size_t r = 0; r < p->n_rows; r++) {
        k->weight[p->type].decode((char *)p->w.p + r * p->row_bytes, w, p->k);
        level_out(w, p->k);
        for (size_t c = 0; c < p->n_cols; c++) {
            double sum = 0;
            for (size_t i = 0; i < p->k; i++)
                sum += w[i] * fabs(value(p, c, i, q8));
            out[c * p->n_rows + r] = (float)sum;
        }
    }
    free(w);
    return out;
}

static void compare(struct product *p, const struct kernels *scalar,
                    const struct kernels *fast, bool q8)
{
    size_t n = p->n_rows * p->n_cols;
    if (q8)
        quantize(p, scalar);
    float *want = multiply(p, scalar, p->w.p, q8);
    float *got = multiply(p, fast, p->w.p, q8);
    float *size = sizes(p, scalar, q8);
    for (size_t i = 0; i < n; i++) {
        if (isfinite(want[i]) &&
            !(fabsf(got[i] - want[i]) <= 2e-6f * size[i] + 1e-37f))
            fail_msg("%s %s %s, k %zu, %zu rows, %zu columns: "
                     "[%zu][%zu] is %g, should be %g +- %g",
                     cpu_level_name(fast->level), scalar->weight[p->type].name,
                     q8 ? "q8" : "f32", p->k, p->n_rows, p->n_cols,
                     i / p->n_rows, i % p->n_rows, got[i], want[i],
                     2e-6f * size[i]);
        if (!isfinite(want[i]))
            assert_false(isfinite(got[i]));
    }
    free(want);
    free(got);
    free(size);
}

static void compare_shape(struct rng *rng, const struct kernels *fast, int type,
                          size_t len, size_t n_rows, size_t n_cols, int mood,
                          bool q8)
{
    struct kernels scalar;
    kernels_init(&scalar, CPU_SCALAR);
    struct product p =
        product_new(rng, &scalar, (enum weight_type)type, len, n_rows, n_cols,
                    (enum weight_mood)mood, rng_below(rng, 3));
    compare(&p, &scalar, fast, q8);
    product_clear(&p);
}

/* Rows are not always whole vectors: F32, F16 and BF16 take any length. */
static size_t pick_length(struct rng *rng, const struct weight_kernels *w)
{
    static const size_t n32[] = {32,  64,  96,  128, 160,
                                 256, 288, 512, 576, 1536};
    static const size_t n64[] = {1, 2, 3, 4, 5, 7, 12}; /* blocks */
    static const size_t n256[] = {256, 512, 768, 1536};
    switch (w->block_len) {
    case 1:
        return 1 + rng_below(rng, 300);
    case 32:
        return n32[rng_below(rng, 10)];
    case 256:
        return n256[rng_below(rng, 4)];
    default:
        return w->block_len * n64[rng_below(rng, 7)];
    }
}

static void compare_all_shapes(bool q8)
{
    static const size_t rows[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17};
    static const size_t cols[] = {1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 32, 33};
    enum cpu_level level[4];
    int n_levels = fast_levels(level);
    struct rng rng = rng_init(7);
    for (int l = 0; l < n_levels; l++) {
        struct kernels fast;
        kernels_init(&fast, level[l]);
        for (int t = 0; t < WEIGHT_TYPES; t++) {
            const struct weight_kernels *w = &fast.weight[t];
            if (q8 && !w->mul_q8)
                continue;
            /* A third of the pairs for each type, another for the next. */
            for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
                for (size_t c = (r + (size_t)t) % 3;
                     c < sizeof cols / sizeof *cols; c += 3)
                    compare_shape(&rng, &fast, t, pick_length(&rng, w), rows[r],
                                  cols[c], MOOD_RANDOM, q8);
            for (int mood = 0; mood < WEIGHT_MOODS; mood++)
                for (int i = 0; i < rounds(12); i++)
                    compare_shape(&rng, &fast, t, pick_length(&rng, w),
                                  1 + rng_below(&rng, 40),
                                  i % 2 ? 1 : 1 + rng_below(&rng, 40), mood,
                                  q8);
        }
    }
}

static void every_int8_product_agrees_with_scalar(void **state)
{
    (void)state;
    compare_all_shapes(true);
}

static void every_float_product_agrees_with_scalar(void **state)
{
    (void)state;
    compare_all_shapes(false);
}

/* Scalar itself: against the decoded weights and the decoded activations. */
static void scalar_products_are_those_of_the_decoded_values(void **state)
{
    (void)state;
    struct kernels k;
    struct rng rng = rng_init(3);
    kernels_init(&k, CPU_SCALAR);
    for (int t = 0; t < WEIGHT_TYPES; t++)
        for (int q8 = 0; q8 <= (k.weight[t].mul_q8 != NULL); q8++) {
            struct product p = product_new(&rng, &k, (enum weight_type)t, 512,
                                           5, 3, MOOD_RANDOM, 1);
            quantize(&p, &k);
            float *y = multiply(&p, &k, p.w.p, q8);
            for (size_t i = 0; i < p.n_rows * p.n_cols; i++) {
                size_t c = i / p.n_rows, r = i % p.n_rows;
                float w[512];
                double sum = 0, bound = 0;
                k.weight[t].decode((char *)p.w.p + r * p.row_bytes, w, 512);
                for (size_t j = 0; j < 512; j++) {
                    double x = value(&p, c, j, q8);
                    sum += w[j] * x;
                    bound += fabs(w[j] * x);
                }
                assert_true(fabs(y[i] - sum) <= 1e-6 * bound);
            }
            free(y);
            product_clear(&p);
        }
}

/* Fewer columns of the same product, each bit for bit. */
static void check_fewer_columns(struct product *p, const struct kernels *k,
                                size_t step, bool q8)
{
    size_t n_cols = p->n_cols;
    float *all = multiply(p, k, p->w.p, q8);
    for (p->n_cols = 1; p->n_cols < n_cols; p->n_cols += step) {
        float *some = multiply(p, k, p->w.p, q8);
        if (memcmp(some, all, 4 * p->n_rows * p->n_cols) != 0)
            fail_msg("%s %s %s, k %zu, %zu rows: %zu columns are not the first "
                     "of %zu", cpu_level_name(k->level),
                     k->weight[p->type].name, q8 ? "q8" : "f32", p->k,
                     p->n_rows, p->n_cols, n_cols);
        free(some);
    }
    p->n_cols = n_cols;
    free(all);
}

/* Fewer rows as well: threads cut them anywhere. */
static void check_last_rows(struct product *p, const struct kernels *k, bool q8)
{
    size_t n_rows = p->n_rows, skip = n_rows / 2;
    float *all = multiply(p, k, p->w.p, q8);
    p->n_rows -= skip;
    float *some = multiply(p, k, (char *)p->w.p + skip * p->row_bytes, q8);
    for (size_t c = 0; c < p->n_cols; c++)
        assert_memory_equal(some + c * p->n_rows, all + c * n_rows + skip,
                            4 * p->n_rows);
    p->n_rows = n_rows;
    free(all);
    free(some);
}

typedef void (*check_fn)(struct rng *rng, const struct kernels *k,
                         enum weight_type t, int round);

static void on_every_level(uint64_t seed, check_fn check)
{
    struct rng rng = rng_init(seed);
    for (int l = CPU_SCALAR; l <= CPU_NEON; l++) {
        struct kernels k;
        if (!cpu_can((enum cpu_level)l))
            continue;
        kernels_init(&k, (enum cpu_level)l);
        for (int t = 0; t < WEIGHT_TYPES; t++)
            for (int i = 0; i < rounds(8); i++)
                check(&rng, &k, (enum weight_type)t, i);
    }
}

static void check_neighbours(struct rng *rng, const struct kernels *k,
                             enum weight_type t, int round)
{
    const struct weight_kernels *w = &k->weight[t];
    struct product p = product_new(rng, k, t, pick_length(rng, w),
                                   1 + rng_below(rng, 40), round % 4 ? FEW : MANY,
                                   MOOD_RANDOM, rng_below(rng, 3));
    size_t step = p.n_cols == FEW ? 1 : 4 + rng_below(rng, 12);
    quantize(&p, k);
    if (p.n_cols == FEW) /* floats: the cache's products */
        check_fewer_columns(&p, k, step, false);
    if (w->mul_q8) {
        check_fewer_columns(&p, k, step, true);
        check_last_rows(&p, k, true);
    }
    product_clear(&p);
}

static void columns_and_rows_do_not_see_each_other(void **state)
{
    (void)state;
    on_every_level(11, check_neighbours);
}

/* Whatever a level makes of lo being 0, it comes to the same bits. */
static void check_one_plane(struct rng *rng, const struct kernels *k,
                            enum weight_type t, int round)
{
    struct kernels of_one = *k;
    if (!k->weight[t].mul_q8)
        return;
    struct product p = product_new(rng, k, t, pick_length(rng, &k->weight[t]),
                                   1 + rng_below(rng, 40),
                                   1 + rng_below(rng, MANY),
                                   (enum weight_mood)(round % 4),
                                   rng_below(rng, 3));
    of_one.weight[t].mul_q8 = k->weight[t].mul_q8_hi;
    k->quantize(p.x.p, p.ldx, p.k, p.n_cols, 1, p.act.p);
    float *two = multiply(&p, k, p.w.p, true);
    float *one = multiply(&p, &of_one, p.w.p, true);
    assert_memory_equal(one, two, 4 * p.n_rows * p.n_cols);
    free(one);
    free(two);
    product_clear(&p);
}

static void products_of_one_plane_are_those_of_two(void **state)
{
    (void)state;
    on_every_level(12, check_one_plane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalar_products_are_those_of_the_decoded_values),
        cmocka_unit_test(every_int8_product_agrees_with_scalar),
        cmocka_unit_test(every_float_product_agrees_with_scalar),
        cmocka_unit_test(columns_and_rows_do_not_see_each_other),
        cmocka_unit_test(products_of_one_plane_are_those_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
