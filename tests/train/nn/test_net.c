/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/net.h"

#include <math.h>

#include "base/rng.h"
#include "check.h"
#include "train/data/batch.h"

struct world {
    struct params params;
    struct batch batch;
    struct net *net;
    real *grads, *m, *v;
};

static void setup_with(struct world *w, unsigned n_threads,
                       enum products products)
{
    struct err err = {0};
    const struct shape *s = shape_recipe("tiny");
    const struct net_limits limits = {.n_threads = n_threads, .n_shards = 4,
                                      .max_tokens = 512, .max_doc = 80,
                                      .products = products};
    *w = (struct world){0};
    CHECK_OK(params_init(&w->params, s, &err), &err);
    params_randomize(&w->params, 1);
    batch_init(&w->batch, 512, 16);
    w->net = net_new(s, &limits, &err);
    assert_non_null(w->net);
    w->grads = calloc(w->params.len, sizeof *w->grads);
    w->m = calloc(w->params.len, sizeof *w->m);
    w->v = calloc(w->params.len, sizeof *w->v);
}

static void setup(struct world *w, unsigned n_threads)
{
    setup_with(w, n_threads, PRODUCTS_F32);
}

static void teardown(struct world *w)
{
    free(w->grads);
    free(w->m);
    free(w->v);
    net_free(w->net);
    batch_clear(&w->batch);
    params_clear(&w->params);
}

static void add_documents(struct batch *b, uint32_t n, uint64_t seed)
{
    struct rng rng = rng_init(seed);
    int32_t tokens[80];
    for (uint32_t d = 0; d < n; d++) {
        uint32_t len = 20 + rng_below(&rng, 30);
        for (uint32_t i = 0; i < len; i++)
            tokens[i] = (int32_t)rng_below(&rng, 512);
        CHECK(batch_add(b, tokens, NULL, len));
    }
}

static struct net_report step(struct world *w, const struct net_options *o)
{
    struct net_report r;
    struct err err = {0};
    CHECK_OK(net_step(w->net, &w->params, &w->batch, o, w->grads, &r, &err),
             &err);
    return r;
}

/* Adam (1412.6980) as plainly as it can be written. */
static void adam(struct world *w, int t, double rate)
{
    double c1 = 1 - pow(0.9, t), c2 = 1 - pow(0.95, t);
    for (size_t i = 0; i < w->params.len; i++) {
        double g = (double)w->grads[i];
        w->m[i] = (real)(0.9 * (double)w->m[i] + 0.1 * g);
        w->v[i] = (real)(0.95 * (double)w->v[i] + 0.05 * g * g);
        w->params.values[i] -= (real)(rate * ((double)w->m[i] / c1) /
                                      (sqrt((double)w->v[i] / c2) + 1e-8));
    }
}

static void eight_documents_are_learned_by_heart(void **state)
{
    struct world w;
    const struct net_options o = {.mtp_weight = 0.3, .balance = 1e-4};
    struct net_report r = {0};
    int t = 0;
    (void)state;
    setup(&w, 2);
    add_documents(&w.batch, 8, 4);
    do {
        r = step(&w, &o);
        adam(&w, ++t, 3e-3);
        net_update_bias(w.net, &w.params, 0.001);
        if (t == 1)
            CHECK(fabs(r.loss - log(512)) < 0.1);
    } while (r.loss >= 0.02 && t < 300);
    print_message("# loss %.4f, mtp %.4f after %d steps\n", r.loss, r.mtp_loss,
                  t);
    CHECK(r.loss < 0.02);
    teardown(&w);
}

static void check_threads(enum products products)
{
    const unsigned n_threads[] = {1, 2, 4};
    const struct net_options o = {.mtp_weight = 0.3, .balance = 1e-4,
                                  .mtp_rows = 0.5, .key = 9};
    struct world first;
    setup_with(&first, n_threads[0], products);
    add_documents(&first.batch, 12, 5);
    struct net_report a = step(&first, &o);
    for (size_t i = 1; i < 3; i++) {
        struct world w;
        setup_with(&w, n_threads[i], products);
        add_documents(&w.batch, 12, 5);
        struct net_report b = step(&w, &o);
        assert_memory_equal(first.grads, w.grads,
                            w.params.len * sizeof *w.grads);
        CHECK(a.loss == b.loss && a.mtp_loss == b.mtp_loss &&
              a.balance == b.balance);
        assert_memory_equal(a.load, b.load,
                            a.n_moe * a.n_experts * sizeof *a.load);
        teardown(&w);
    }
    teardown(&first);
}

static void gradients_do_not_depend_on_the_number_of_threads(void **state)
{
    (void)state;
    check_threads(PRODUCTS_F32);
    check_threads(PRODUCTS_BF16);
}

static double cosine(const real *x, const real *y, size_t n)
{
    double xy = 0, xx = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        xy += (double)x[i] * (double)y[i];
        xx += (double)x[i] * (double)x[i];
        yy += (double)y[i] * (double)y[i];
    }
    return xy / sqrt(xx * yy);
}

/* Of the whole model, and of a model that has learned something: at first most
 * of it looks the same whatever is computed. */
static void rounded_products_point_the_same_way(void **state)
{
    const struct net_options o = {.mtp_weight = 0.3, .balance = 1e-4};
    struct world plain, rounded;
    (void)state;
    if (!gemm_bf16_best())
        skip();
    setup(&plain, 1);
    setup_with(&rounded, 1, PRODUCTS_BF16);
    add_documents(&plain.batch, 12, 5);
    add_documents(&rounded.batch, 12, 5);
    for (int t = 0; t <= 20; t++) {
        struct net_report a = step(&plain, &o);
        memcpy(rounded.params.values, plain.params.values,
               plain.params.len * sizeof(real));
        struct net_report b = step(&rounded, &o);
        double c = cosine(plain.grads, rounded.grads, plain.params.len);
        if (t % 10 == 0)
            print_message("# step %d: cosine %.6f, loss %.5f and %.5f\n", t, c,
                          a.loss, b.loss);
        CHECK(c > 0.999 && c < 1);
        CHECK(fabs(a.loss - b.loss) < 2e-3 * a.loss);
        adam(&plain, t + 1, 3e-3);
    }
    teardown(&plain);
    teardown(&rounded);
}

/* The linker hands every allocation of this program to these. */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
static unsigned n_allocations;

void *__wrap_malloc(size_t bytes)
{
    n_allocations++;
    return __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
    n_allocations++;
    return __real_calloc(n, bytes);
}

void *__wrap_realloc(void *p, size_t bytes)
{
    n_allocations++;
    return __real_realloc(p, bytes);
}

static void a_step_allocates_nothing(void **state)
{
    struct world w;
    const struct net_options o = {.mtp_weight = 0.3, .balance = 1e-4};
    (void)state;
    setup(&w, 2);
    add_documents(&w.batch, 8, 4);
    CHECK(n_allocations > 0);
    n_allocations = 0;
    for (int i = 0; i < 3; i++)
        step(&w, &o);
    assert_int_equal(n_allocations, 0);
    teardown(&w);
}

/* A net without room for gradients scores as one with it. */
static void scores_add_up_to_the_loss_of_a_step(void **state)
{
    struct world w;
    const struct net_options o = {.mtp_weight = 0.3};
    struct net_report r, scored;
    struct err err = {0};
    (void)state;
    setup(&w, 2);
    add_documents(&w.batch, 10, 6);
    r = step(&w, &o);
    const struct net_limits limits = {.n_threads = 1, .n_shards = 3,
                                      .max_tokens = 512, .max_doc = 80,
                                      .inference = true};
    struct net *net = net_new(&w.params.shape, &limits, &err);
    assert_non_null(net);
    CHECK(net_bytes(net) < net_bytes(w.net) / 2);
    float logprob[512], entropy[512], mtp[512];
    const struct net_scores out = {logprob, entropy, mtp};
    CHECK_OK(net_logprobs(net, &w.params, &w.batch, &out, &scored, &err), &err);
    double sum = 0, mtp_sum = 0;
    unsigned n_mtp = 0;
    for (uint32_t d = 0; d < w.batch.n_docs; d++)
        for (uint32_t i = w.batch.doc_start[d]; i < w.batch.doc_start[d + 1];
             i++) {
            uint32_t pos = i - w.batch.doc_start[d];
            sum -= (double)logprob[i];
            mtp_sum -= (double)mtp[i];
            n_mtp += pos >= 2;
            CHECK((logprob[i] < 0) == (pos >= 1));
            CHECK((mtp[i] < 0) == (pos >= 2));
            CHECK(pos == 0 || fabs((double)entropy[i] - log(512)) < 0.1);
        }
    CHECK(fabs(sum / w.batch.norm - r.loss) < 1e-5);
    CHECK(fabs(mtp_sum / n_mtp - r.mtp_loss) < 1e-5);
    CHECK(fabs(scored.loss - r.loss) < 1e-6);
    assert_int_equal(scored.n_rows, r.n_rows);
    net_free(net);
    teardown(&w);
}

static void the_bias_goes_against_the_load(void **state)
{
    struct world w;
    const struct net_options o = {.mtp_weight = 0.3};
    (void)state;
    setup(&w, 1);
    add_documents(&w.batch, 8, 4);
    struct net_report r = step(&w, &o);
    assert_int_equal(r.n_moe, 4); /* three layers and the MTP block */
    net_update_bias(w.net, &w.params, 0.01);
    for (uint32_t b = 0; b < r.n_moe; b++) {
        const real *bias =
            w.params.values + w.params.blocks[b + 1].ffn.bias;
        uint32_t sum = 0, most = 0;
        for (uint32_t e = 0; e < r.n_experts; e++) {
            sum += r.load[b * r.n_experts + e];
            most = r.load[b * r.n_experts + e] > most
                       ? r.load[b * r.n_experts + e] : most;
        }
        uint32_t rows = w.batch.n_tokens - (b == 3 ? w.batch.n_docs : 0);
        assert_int_equal(sum, 2 * rows);
        CHECK(fabs((double)r.max_vio[b] -
                   ((double)most * r.n_experts / sum - 1)) < 1e-5);
        for (uint32_t e = 0; e < r.n_experts; e++) {
            uint32_t load = r.load[b * r.n_experts + e] * r.n_experts;
            CHECK(bias[e] == (load < sum ? 0.01f : load > sum ? -0.01f : 0));
        }
    }
    teardown(&w);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct world w;
    struct net_report r;
    struct err err = {0};
    const struct net_options o = {0};
    int32_t tokens[100] = {0};
    (void)state;
    setup(&w, 1);
    CHECK(batch_add(&w.batch, tokens, NULL, 81));
    CHECK_REFUSED(net_step(w.net, &w.params, &w.batch, &o, w.grads, &r, &err),
                  &err, ERR_LIMIT);
    batch_reset(&w.batch);
    tokens[3] = 512;
    CHECK(batch_add(&w.batch, tokens, NULL, 5));
    CHECK_REFUSED(net_step(w.net, &w.params, &w.batch, &o, w.grads, &r, &err),
                  &err, ERR_FORMAT);
    batch_reset(&w.batch);
    w.params.values[w.params.output_norm] = NAN;
    CHECK(batch_add(&w.batch, tokens, NULL, 3));
    CHECK_REFUSED(net_step(w.net, &w.params, &w.batch, &o, w.grads, &r, &err),
                  &err, ERR_MODEL);
    const struct net_limits none = {0};
    CHECK_REFUSED(net_new(&w.params.shape, &none, &err) != NULL, &err,
                  ERR_LIMIT);
    teardown(&w);
}

static void a_batch_without_loss_moves_nothing(void **state)
{
    struct world w;
    const struct net_options o = {.mtp_weight = 0.3};
    const int32_t tokens[5] = {1, 2, 3, 4, 5};
    const float none[5] = {0};
    (void)state;
    setup(&w, 2);
    struct net_report r = step(&w, &o); /* not even a document */
    CHECK(r.loss == 0 && r.n_tokens == 0);
    CHECK(batch_add(&w.batch, tokens, none, 5));
    r = step(&w, &o);
    CHECK(r.loss == 0 && r.n_rows == 0 && r.n_tokens == 5);
    for (size_t i = 0; i < w.params.len; i++)
        CHECK(w.grads[i] == 0);
    teardown(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(rounded_products_point_the_same_way),
        cmocka_unit_test(a_step_allocates_nothing),
        cmocka_unit_test(scores_add_up_to_the_loss_of_a_step),
        cmocka_unit_test(the_bias_goes_against_the_load),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(a_batch_without_loss_moves_nothing),
        cmocka_unit_test(eight_documents_are_learned_by_heart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
