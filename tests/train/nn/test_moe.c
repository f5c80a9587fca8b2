/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/moe.h"

#include <math.h>

#include "check.h"
#include "check_gradient.h"
#include "layers.h"

enum { E = 8, K = 3 };

struct world {
    struct layers w;
    struct moe_saved saved;
    struct moe_scratch scratch;
    uint32_t load[E];
    uint16_t chosen[LAYERS_TOKENS * K]; /* at the point of the check */
    bool frozen, moved;
};

static void setup(struct world *t)
{
    *t = (struct world){0};
    layers_init(&t->w);
    struct arena mem = layers_arena(&t->w);
    moe_saved_layout(&t->saved, &t->w.params.shape, LAYERS_TOKENS, &mem);
    moe_scratch_layout(&t->scratch, &t->w.params.shape, LAYERS_TOKENS, &mem);
    assert_true(mem.used <= LAYERS_MEM);
    t->w.lane.balance = 0.02;
}

static const struct ffn_at *at(const struct world *t)
{
    return &t->w.params.blocks[1].ffn;
}

/* The experts' output and the balance loss; a choice that changes on the way
 * would make a step that no gradient shows. */
static double loss(void *arg)
{
    struct world *t = arg;
    struct layers *w = &t->w;
    memset(w->y, 0, LAYERS_TOKENS * w->params.shape.n_embd * sizeof *w->y);
    memset(t->load, 0, sizeof t->load);
    moe_forward(&w->lane, LAYERS_TOKENS, at(t), w->params.values, w->x, w->y,
                t->load, &t->saved, &t->scratch);
    t->moved |= t->frozen && memcmp(t->chosen, t->saved.router.chosen,
                                    sizeof t->chosen) != 0;
    return layers_loss(w) +
           w->lane.balance * router_balance(&w->params.shape, &w->docs,
                                            &t->saved.router,
                                            &t->scratch.router);
}

static void back(struct world *t)
{
    struct layers *w = &t->w;
    loss(t);
    memcpy(t->chosen, t->saved.router.chosen, sizeof t->chosen);
    t->frozen = true;
    moe_back(&w->lane, &w->docs, at(t), w->params.values, w->grads, w->x, w->dy,
             w->dx, &t->saved, &t->scratch);
}

static void router_and_experts_have_their_gradients(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    back(&t);
    CHECK(layers_error(&t.w, loss, &t, "ffn_gate_inp.weight", 0) < 1e-6);
    for (uint32_t e = 0; e < E; e++) {
        CHECK(layers_error(&t.w, loss, &t, "ffn_gate_exps.weight", e) < 1e-6);
        CHECK(layers_error(&t.w, loss, &t, "ffn_up_exps.weight", e) < 1e-6);
        CHECK(layers_error(&t.w, loss, &t, "ffn_down_exps.weight", e) < 1e-6);
    }
    CHECK(gradient_error(loss, &t, t.w.x, t.w.dx,
                         (size_t)LAYERS_TOKENS * t.w.params.shape.n_embd,
                         GRADIENT_ENTRIES, 1) < 1e-6);
    CHECK(!t.moved);
    layers_clear(&t.w);
}

/* Token by token, as the paper writes it. */
static void grouped_experts_equal_one_token_at_a_time(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    loss(&t);
    const struct shape *sh = &t.w.params.shape;
    size_t D = sh->n_embd, F = sh->expert_ff;
    uint32_t load[E] = {0};
    for (size_t i = 0; i < LAYERS_TOKENS; i++) {
        real want[16] = {0}, sum = 0;
        for (size_t j = 0; j < K; j++) {
            uint32_t e = t.saved.router.chosen[i * K + j];
            const real *gate = t.w.params.values + at(&t)->exps_gate_up +
                               e * 2 * F * D;
            const real *down = t.w.params.values + at(&t)->exps_down + e * D * F;
            real weight = t.saved.router.weight[i * K + j];
            load[e]++;
            sum += weight;
            for (size_t f = 0; f < F; f++) {
                real g = 0, u = 0;
                for (size_t d = 0; d < D; d++) {
                    g += gate[f * D + d] * t.w.x[i * D + d];
                    u += gate[(F + f) * D + d] * t.w.x[i * D + d];
                }
                for (size_t d = 0; d < D; d++)
                    want[d] += weight * down[d * F + f] * g / (1 + exp(-g)) * u;
            }
        }
        CHECK(fabs(sum - 2.5) < 1e-9);
        for (size_t d = 0; d < D; d++)
            CHECK(fabs(want[d] - t.w.y[i * D + d]) < 1e-9);
    }
    assert_memory_equal(load, t.load, sizeof load);
    layers_clear(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(router_and_experts_have_their_gradients),
        cmocka_unit_test(grouped_experts_equal_one_token_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
