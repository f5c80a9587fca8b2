/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters out of files: the trainer's forward pass must say what the engine
 * and two independent implementations say. */
#include "train/nn/from_gguf.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/harness.h"
#include "train/data/batch.h"
#include "train/nn/net.h"

/* Logits of one document at every row (MTP: all but the last). Owned. */
static float *trainer_logits(const struct gguf *g, const int32_t *ids,
                             uint32_t n, bool mtp)
{
    struct params p;
    struct err err = {0};
    CHECK_OK(params_from_gguf(&p, g, &err), &err);
    const struct net_limits limits = {.n_threads = 2, .n_shards = 2,
                                      .max_tokens = n, .max_doc = n,
                                      .inference = true};
    struct net *net = net_new(&p.shape, &limits, &err);
    assert_non_null(net);

    struct batch b;
    batch_init(&b, n, 1);
    CHECK(batch_add(&b, ids, NULL, n));
    uint32_t *rows = calloc(n, sizeof *rows), n_rows = mtp ? n - 1 : n;
    for (uint32_t i = 0; i < n_rows; i++)
        rows[i] = i;
    float *out = calloc((size_t)n * p.shape.n_vocab, sizeof *out);
    CHECK_OK(net_logits(net, &p, &b, rows, n_rows, mtp, out, &err), &err);

    free(rows);
    batch_clear(&b);
    net_free(net);
    params_clear(&p);
    return out;
}

static double largest_difference(const float *a, const float *b, size_t n)
{
    double worst = 0;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)a[i] - (double)b[i]);
        worst = d > worst || isnan(d) ? d : worst;
    }
    return worst;
}

static void compare_with_reference(const char *model, const char *logits,
                                   bool mtp)
{
    char path[4096];
    struct gguf g;
    struct err err = {0};
    snprintf(path, sizeof path, "models/%s.gguf", model);
    CHECK_OK(gguf_open(&g, fixture_path(path), &err), &err);
    snprintf(path, sizeof path, "models/%s.logits", logits);
    struct reference ref = reference_read(fixture_path(path));
    /* The MTP file lists the rows' own tokens; the last token is the one that
     * only the trunk's file has. */
    struct reference all = {0};
    if (mtp) {
        snprintf(path, sizeof path, "models/%s.logits", model);
        all = reference_read(fixture_path(path));
    }
    float *got = trainer_logits(&g, mtp ? all.ids : ref.ids,
                                mtp ? all.n : ref.n, mtp);
    double worst =
        largest_difference(got, ref.logits, (size_t)ref.n * ref.n_vocab);
    print_message("# %s: largest difference %.2g\n", logits, worst);
    CHECK(worst < 1e-3);
    free(got);
    reference_free(&ref);
    if (mtp)
        reference_free(&all);
    gguf_close(&g);
}

static void logits_of_v3_are_those_of_the_reference(void **state)
{
    (void)state;
    compare_with_reference("v3", "v3", false);
}

static void logits_with_yarn_are_those_of_the_reference(void **state)
{
    (void)state;
    compare_with_reference("v3-yarn", "v3-yarn", false);
}

static void logits_of_a_model_with_mtp_are_those_of_the_reference(void **state)
{
    (void)state;
    compare_with_reference("v3-mtp", "v3-mtp", false);
    compare_with_reference("v3-mtp", "v3-mtp.mtp", true);
}

enum { N = 40 };

static void compare_with_engine(const char *path, const struct tiny_spec *spec)
{
    struct harness h;
    int32_t ids[N];
    harness_open(&h, path, spec, (struct how){.exact = true});
    uint32_t V = h.m.cfg.n_vocab;
    for (uint32_t i = 0; i < N; i++)
        ids[i] = (int32_t)(rng_mix(i) % V);
    for (int mtp = 0; mtp <= (int)h.m.cfg.n_mtp; mtp++) {
        float *want = mtp ? harness_mtp_logits(&h, ids, N, 8)
                          : harness_logits(&h, ids, N, 8);
        float *got = trainer_logits(&h.g, ids, N, mtp);
        double worst =
            largest_difference(got, want, (size_t)(N - mtp) * V);
        print_message("# %s: largest difference %.2g\n", mtp ? "mtp" : "trunk",
                      worst);
        CHECK(worst < 1e-3);
        free(got);
        mem_free(want);
        kv_cache_truncate(h.kv, 0);
    }
    harness_close(&h);
}

static void the_built_in_model_speaks_as_in_the_engine(void **state)
{
    char path[4096];
    const char *source = getenv("MULL_SOURCE");
    (void)state;
    if (!source) {
        print_message("# skipped: MULL_SOURCE is not set\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/models/default.gguf", source);
    compare_with_engine(path, NULL);
}

static void a_random_model_speaks_as_in_the_engine(void **state)
{
    struct tiny_spec s = tiny_deepseek2();
    (void)state;
    s.mtp = true;
    compare_with_engine(NULL, &s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_random_model_speaks_as_in_the_engine),
        cmocka_unit_test(the_built_in_model_speaks_as_in_the_engine),
        cmocka_unit_test(logits_of_v3_are_those_of_the_reference),
        cmocka_unit_test(logits_with_yarn_are_those_of_the_reference),
        cmocka_unit_test(logits_of_a_model_with_mtp_are_those_of_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
