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

static void setup(struct world *w, unsigned n_threads)
{
    struct err err = {0};
    const struct shape *s = shape_recipe("tiny");
    const struct net_limits limits = {.n_threads = n_threads, .n_shards = 4,
                                      .max_tokens = 512, .max_doc = 80};
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
        /* Only the second half of a document can be known from the first. */
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

static void gradients_do_not_depend_on_the_number_of_threads(void **state)
{
    const unsigned n_threads[] = {1, 2, 4};
    const struct net_options o = {.mtp_weight = 0.3, .balance = 1e-4,
                                  .mtp_rows = 0.5, .key = 9};
    struct world first;
    (void)state;
    setup(&first, n_threads[0]);
    add_documents(&first.batch, 12, 5);
    struct net_report a = step(&first, &o);
    for (size_t i = 1; i < 3; i++) {
        struct world w;
        setup(&w, n_threads[i]);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_do_not_depend_on_the_number_of_threads),
        cmocka_unit_test(eight_documents_are_learned_by_heart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
