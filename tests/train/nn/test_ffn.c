/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/ffn.h"

#include "check.h"
#include "check_gradient.h"
#include "layers.h"

struct world {
    struct layers w;
    struct ffn_saved saved;
    struct ffn_scratch scratch;
};

/* The shared expert of block 1. */
static void setup(struct world *t)
{
    layers_init(&t->w);
    struct arena mem = layers_arena(&t->w);
    uint32_t width = t->w.params.shape.expert_ff;
    ffn_saved_layout(&t->saved, width, LAYERS_TOKENS, &mem);
    ffn_scratch_layout(&t->scratch, width, LAYERS_TOKENS, &mem);
}

static double loss(void *arg)
{
    struct world *t = arg;
    struct layers *w = &t->w;
    const struct ffn_at *at = &w->params.blocks[1].ffn;
    memset(w->y, 0, LAYERS_TOKENS * w->params.shape.n_embd * sizeof *w->y);
    ffn_forward(&w->lane, LAYERS_TOKENS, w->params.shape.expert_ff,
                w->params.values + at->gate_up, w->params.values + at->down,
                w->x, w->y, &t->saved, &t->scratch);
    return layers_loss(w);
}

static void weights_and_input_have_their_gradients(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    struct layers *w = &t.w;
    const struct ffn_at *at = &w->params.blocks[1].ffn;
    loss(&t);
    ffn_back(&w->lane, LAYERS_TOKENS, w->params.shape.expert_ff,
             w->params.values + at->gate_up, w->params.values + at->down,
             w->grads + at->gate_up, w->grads + at->down, w->x, w->dy, w->dx,
             &t.saved, &t.scratch);
    CHECK(layers_error(w, loss, &t, "ffn_gate_shexp.weight", 0) < 1e-6);
    CHECK(layers_error(w, loss, &t, "ffn_up_shexp.weight", 0) < 1e-6);
    CHECK(layers_error(w, loss, &t, "ffn_down_shexp.weight", 0) < 1e-6);
    CHECK(gradient_error(loss, &t, w->x, w->dx,
                         (size_t)LAYERS_TOKENS * w->params.shape.n_embd,
                         GRADIENT_ENTRIES, 1) < 1e-6);
    layers_clear(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_and_input_have_their_gradients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
