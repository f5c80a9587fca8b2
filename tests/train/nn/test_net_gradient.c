/* SPDX-License-Identifier: Apache-2.0 */
/* The whole model in double: the gradient of every tensor against differences
 * of the loss that net_step reports. */
#include "train/nn/net.h"

#include <math.h>

#include "base/rng.h"
#include "check.h"
#include "check_gradient.h"
#include "train/data/batch.h"

/* Odd sizes, so that a wrong stride shows. */
static const struct shape SMALL = {
    .n_embd = 20, .n_layers = 2, .n_dense_layers = 1, .n_vocab = 37,
    .n_heads = 3, .nope_dim = 6, .rope_dim = 4, .v_dim = 5,
    .q_lora_rank = 9, .kv_lora_rank = 7, .n_ff = 13,
    .n_experts = 8, .n_used = 3, .n_groups = 4, .n_groups_used = 2,
    .expert_ff = 6, .n_shared = 2, .routed_scale = 2.5f, .n_mtp = 1,
    .norm_eps = 1e-6f, .rope_base = 100, .yarn_factor = 4,
    .yarn_original_ctx = 16};

struct world {
    struct params params;
    struct batch batch;
    struct net *net;
    struct net_options options;
    real *grads;
    uint32_t load[64];    /* at the point that is differentiated */
    bool moved;           /* a token was routed otherwise on the way */
};

/* Documents of 1, 2, 3 tokens and of more than a block of attention. */
static void add_documents(struct batch *b, uint32_t n_vocab)
{
    const uint32_t len[] = {5, 1, 2, 3, 19, 4};
    struct rng rng = rng_init(3);
    int32_t tokens[128];
    float weight[128];
    batch_init(b, 128, 16);
    for (size_t d = 0; d < sizeof len / sizeof *len; d++) {
        for (uint32_t i = 0; i < len[d]; i++) {
            tokens[i] = (int32_t)rng_below(&rng, n_vocab);
            weight[i] = rng_below(&rng, 3) ? 0.5f + (float)rng_unit(&rng) : 0;
        }
        CHECK(batch_add(b, tokens, weight, len[d]));
    }
}

static void setup(struct world *w, const struct shape *s)
{
    struct err err = {0};
    const struct net_limits limits = {.n_threads = 1, .n_shards = 3,
                                      .max_tokens = 128, .max_doc = 19};
    *w = (struct world){.options = {.mtp_weight = 0.3, .balance = 0.05,
                                    .mtp_rows = 0.6, .key = 11}};
    CHECK_OK(params_init(&w->params, s, &err), &err);
    params_randomize(&w->params, 6);
    /* Larger than at the start of a training, so that nothing is linear. */
    for (size_t i = 0; i < w->params.n; i++) {
        const struct param *t = &w->params.table[i];
        for (uint32_t j = 0; j < t->n; j++) {
            real *m = param_matrix(t, w->params.values, j);
            for (uint32_t k = 0; k < t->n_rows * t->n_cols; k++)
                m[k] *= t->group == PARAM_NORM ? 1 + 0.1 * sin(k) : 15;
        }
    }
    add_documents(&w->batch, s->n_vocab);
    w->net = net_new(s, &limits, &err);
    CHECK(w->net != NULL);
    w->grads = calloc(w->params.len, sizeof *w->grads);
}

static void teardown(struct world *w)
{
    free(w->grads);
    net_free(w->net);
    batch_clear(&w->batch);
    params_clear(&w->params);
}

static struct net_report run(struct world *w)
{
    struct net_report r;
    struct err err = {0};
    CHECK_OK(net_step(w->net, &w->params, &w->batch, &w->options, w->grads, &r,
                      &err),
             &err);
    return r;
}

static double total(const struct world *w, const struct net_report *r)
{
    return r->loss + w->options.mtp_weight * r->mtp_loss +
           w->options.balance * r->balance * r->n_moe;
}

/* A choice of experts that flips makes a step in the loss: no entry may be near
 * one. */
static double loss_of(void *arg)
{
    struct world *w = arg;
    struct net_report r = run(w);
    w->moved |= memcmp(w->load, r.load,
                       r.n_moe * r.n_experts * sizeof *r.load) != 0;
    return total(w, &r);
}

static real *base_gradient(struct world *w)
{
    struct net_report r = run(w);
    real *g = malloc(w->params.len * sizeof *g);
    CHECK(isfinite(total(w, &r)));
    CHECK(r.n_moe * r.n_experts <= sizeof w->load / sizeof *w->load);
    memcpy(w->load, r.load, r.n_moe * r.n_experts * sizeof *r.load);
    memcpy(g, w->grads, w->params.len * sizeof *g);
    return g;
}

enum { ENTRIES = 12 }; /* a tensor; each layer alone is checked at more */

static void every_tensor_has_the_gradient_of_the_loss(void **state)
{
    struct world w;
    (void)state;
    setup(&w, &SMALL);
    real *g = base_gradient(&w);
    double worst = 0;
    for (size_t i = 0; i < w.params.n; i++) {
        const struct param *t = &w.params.table[i];
        if (t->group == PARAM_BIAS)
            continue;
        uint32_t m = (uint32_t)(i % t->n);
        double error =
            gradient_error(loss_of, &w, param_matrix(t, w.params.values, m),
                           param_matrix(t, g, m),
                           (size_t)t->n_rows * t->n_cols, ENTRIES, i);
        if (error >= 1e-6 || isnan(error))
            print_message("# %s: %.2g\n", t->name, error);
        worst = fmax(worst, error);
    }
    print_message("# worst relative error %.2g\n", worst);
    CHECK(!w.moved);
    CHECK(worst < 1e-6);
    free(g);
    teardown(&w);
}

/* One step along a random direction of all parameters of `tiny`. */
struct along {
    struct world w;
    real *direction, *origin;
    double at;
};

static double loss_along(void *arg)
{
    struct along *a = arg;
    for (size_t i = 0; i < a->w.params.len; i++)
        a->w.params.values[i] = a->origin[i] + a->at * a->direction[i];
    return loss_of(&a->w);
}

static void the_tiny_model_follows_its_gradient_in_any_direction(void **state)
{
    struct along a = {.at = 0};
    (void)state;
    setup(&a.w, shape_recipe("tiny"));
    struct params *p = &a.w.params;
    a.direction = calloc(p->len, sizeof *a.direction);
    a.origin = malloc(p->len * sizeof *a.origin);
    memcpy(a.origin, p->values, p->len * sizeof *a.origin);
    fill_random(a.direction, p->len, 0.01, 4);
    for (size_t i = 0; i < p->n; i++) /* the routers' bias has no gradient */
        if (p->table[i].group == PARAM_BIAS)
            memset(a.direction + p->table[i].at, 0,
                   p->table[i].n_cols * sizeof *a.direction);
    real *g = base_gradient(&a.w);
    double slope = 0;
    for (size_t i = 0; i < p->len; i++)
        slope += g[i] * a.direction[i];
    double error = gradient_error(loss_along, &a, &a.at, &slope, 1, 1, 1);
    print_message("# relative error %.2g\n", error);
    CHECK(!a.w.moved);
    CHECK(error < 1e-5);
    free(g);
    free(a.direction);
    free(a.origin);
    teardown(&a.w);
}

static void the_mtp_block_alone_gets_the_same_gradient(void **state)
{
    struct world w;
    (void)state;
    setup(&w, &SMALL);
    real *all = base_gradient(&w);
    w.options.mtp_only = true;
    real *only = base_gradient(&w);
    for (size_t i = 0; i < w.params.n; i++) {
        const struct param *t = &w.params.table[i];
        bool mtp = t->block == w.params.shape.n_layers;
        for (uint32_t m = 0; m < t->n; m++)
            for (size_t k = 0; k < (size_t)t->n_rows * t->n_cols; k++)
                CHECK(param_matrix(t, only, m)[k] ==
                      (mtp ? param_matrix(t, all, m)[k] : 0));
    }
    free(all);
    free(only);
    teardown(&w);
}

static void two_steps_into_one_buffer_add_up(void **state)
{
    struct world w;
    struct net_report r;
    struct err err = {0};
    (void)state;
    setup(&w, &SMALL);
    real *once = base_gradient(&w);
    CHECK_OK(net_step_add(w.net, &w.params, &w.batch, &w.options, w.grads, &r,
                          &err),
             &err);
    for (size_t i = 0; i < w.params.len; i++)
        CHECK(w.grads[i] == once[i] + once[i]);
    free(once);
    teardown(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_tensor_has_the_gradient_of_the_loss),
        cmocka_unit_test(the_tiny_model_follows_its_gradient_in_any_direction),
        cmocka_unit_test(the_mtp_block_alone_gets_the_same_gradient),
        cmocka_unit_test(two_steps_into_one_buffer_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
