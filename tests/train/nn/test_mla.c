/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/mla.h"

#include <math.h>

#include "check.h"
#include "check_gradient.h"
#include "layers.h"

struct world {
    struct layers w;
    struct mla_saved saved;
    struct mla_scratch scratch;
};

static void setup(struct world *t)
{
    layers_init(&t->w);
    struct arena mem = layers_arena(&t->w);
    mla_saved_layout(&t->saved, &t->w.params.shape, LAYERS_TOKENS, &mem);
    mla_scratch_layout(&t->scratch, &t->w.params.shape, LAYERS_TOKENS,
                       LAYERS_MAX_DOC, false, &mem);
    assert_true(mem.used <= LAYERS_MEM);
}

static double loss(void *arg)
{
    struct world *t = arg;
    struct layers *w = &t->w;
    memset(w->y, 0, LAYERS_TOKENS * w->params.shape.n_embd * sizeof *w->y);
    mla_forward(&w->lane, &w->docs, &w->params.blocks[1].attn,
                w->params.values, w->x, w->y, &t->saved, &t->scratch);
    return layers_loss(w);
}

static void back(struct world *t)
{
    struct layers *w = &t->w;
    loss(t);
    mla_back(&w->lane, &w->docs, &w->params.blocks[1].attn, w->params.values,
             w->grads, w->x, w->dy, w->dx, &t->saved, &t->scratch);
}

static void every_matrix_and_norm_has_its_gradient(void **state)
{
    const char *const names[] = {
        "attn_q_a.weight", "attn_q_a_norm.weight", "attn_q_b.weight",
        "attn_kv_a_mqa.weight", "attn_kv_a_norm.weight", "attn_output.weight"};
    struct world t;
    (void)state;
    setup(&t);
    back(&t);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(layers_error(&t.w, loss, &t, names[i], 0) < 1e-6);
    for (uint32_t h = 0; h < 3; h++) {
        CHECK(layers_error(&t.w, loss, &t, "attn_k_b.weight", h) < 1e-6);
        CHECK(layers_error(&t.w, loss, &t, "attn_v_b.weight", h) < 1e-6);
    }
    layers_clear(&t.w);
}

static void the_input_has_its_gradient(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    back(&t);
    double error =
        gradient_error(loss, &t, t.w.x, t.w.dx,
                       (size_t)LAYERS_TOKENS * t.w.params.shape.n_embd,
                       GRADIENT_ENTRIES, 1);
    print_message("# %.2g\n", error);
    CHECK(error < 1e-6);
    layers_clear(&t.w);
}

/* What a document says may hang on nothing outside it, and on no later token. */
static void nothing_crosses_documents_or_comes_from_the_future(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    size_t D = t.w.params.shape.n_embd;
    real before[LAYERS_TOKENS * 16];
    loss(&t);
    memcpy(before, t.w.y, LAYERS_TOKENS * D * sizeof *before);
    const size_t moved = 12; /* in the document of tokens 9 .. 27 */
    for (size_t i = 0; i < D; i++)
        t.w.x[moved * D + i] += 0.5;
    loss(&t);
    for (size_t row = 0; row < LAYERS_TOKENS; row++) {
        bool same = memcmp(before + row * D, t.w.y + row * D,
                           D * sizeof *before) == 0;
        CHECK(same == (row < moved));
    }
    layers_clear(&t.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_matrix_and_norm_has_its_gradient),
        cmocka_unit_test(the_input_has_its_gradient),
        cmocka_unit_test(nothing_crosses_documents_or_comes_from_the_future),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
