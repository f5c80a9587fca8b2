/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recall.h"

#include "base/pool.h"
#include "train/data/batch.h"
#include "train/data/document.h"
#include "train/data/with_tokenizer.h"
#include "train/nn/net.h"
#include "train/optim.h"

enum { TOKENS = 400, SEED = 3 };

static uint32_t all_of(const uint32_t *n)
{
    return n[0] + n[1] + n[2] + n[3];
}

/* Learns one document by heart. */
static void learn(struct params *p, const struct document *d)
{
    struct err err;
    struct net_limits limits = {.n_threads = 1, .n_shards = 1,
                                .max_tokens = TOKENS, .max_doc = TOKENS};
    struct net *net = net_new(&p->shape, &limits, &err);
    struct optim o;
    struct batch b;
    struct net_report report;
    double norm;
    CHECK_OK(net, &err);
    CHECK_OK(optim_init(&o, OPTIM_MUON, p, PRODUCTS_F32, net_pool(net), &err), &err);
    float *grads = calloc(p->len, sizeof *grads);
    batch_init(&b, TOKENS, 1);
    CHECK(batch_add(&b, d->ids.p, NULL, (uint32_t)d->ids.n));
    for (int step = 0; step < 500; step++) {
        struct optim_options up = {.lr = 1e-2, .clip = 1};
        CHECK_OK(net_step(net, p, &b, &(struct net_options){0}, grads, &report,
                          &err), &err);
        if (report.n_right == report.n_rows) /* of the weights as they are */
            break;
        CHECK_OK(optim_step(&o, p, grads, &up, &norm, &err), &err);
    }
    CHECK(report.n_right == report.n_rows);
    batch_clear(&b);
    free(grads);
    optim_clear(&o);
    net_free(net);
}

static void what_was_learned_by_heart_is_recalled_and_nothing_else(void **state)
{
    struct tokenizer t;
    struct params p;
    struct document d = {0};
    struct recall r;
    struct err err;
    (void)state;
    small_tokenizer(&t);
    struct shape s = *shape_recipe("tiny");
    s.n_vocab = 400;
    CHECK_OK(params_init(&p, &s, &err), &err);
    params_randomize(&p, 1);
    CHECK_OK(recall_measure(&p, &t, TOKENS, 3, SEED, 1, &r, &err), &err);
    assert_int_equal(all_of(r.asked), 12);
    assert_int_equal(all_of(r.right), 0);
    CHECK(r.tokens > TOKENS / 2 && r.tokens <= TOKENS);

    recall_document(&t, TOKENS, SEED, 0, &d);
    learn(&p, &d);
    CHECK_OK(recall_measure(&p, &t, TOKENS, 1, SEED, 1, &r, &err), &err);
    assert_int_equal(all_of(r.asked), 4);
    assert_int_equal(all_of(r.right), 4);
    CHECK_OK(recall_measure(&p, &t, TOKENS, 5, SEED + 1, 1, &r, &err), &err);
    CHECK(all_of(r.right) <= 2);
    document_clear(&d);
    params_clear(&p);
    tokenizer_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_learned_by_heart_is_recalled_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
