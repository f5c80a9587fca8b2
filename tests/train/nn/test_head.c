/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/head.h"

#include <math.h>

#include "check.h"
#include "check_gradient.h"
#include "layers.h"

/* More rows than are taken at a time. */
enum { ROWS = 11, VOCAB = 23 };

struct world {
    struct layers w;
    struct head_row rows[ROWS];
    struct head_scratch scratch;
    struct head_sums sums;
    real *none;            /* gradients that nobody looks at */
};

static void setup(struct world *t)
{
    *t = (struct world){0};
    layers_init(&t->w);
    struct arena mem = layers_arena(&t->w);
    head_layout(&t->scratch, &t->w.params.shape, &mem);
    assert_true(mem.used <= LAYERS_MEM);
    t->none = calloc(t->w.params.len, sizeof *t->none);
    for (uint32_t i = 0; i < ROWS; i++) {
        double weight = i % 3 == 0 ? -0.5 : 0.25 * (i + 1);
        t->rows[i] = (struct head_row){2 * i, (int32_t)(i * 5 % VOCAB), weight,
                                       weight};
    }
}

static void teardown(struct world *t)
{
    free(t->none);
    layers_clear(&t->w);
}

static double loss(void *arg)
{
    struct world *t = arg;
    struct layers *w = &t->w;
    t->sums = (struct head_sums){0};
    head_step(&w->lane, t->rows, ROWS, w->params.values + w->params.output,
              t->none, w->x, w->y, &t->sums, &t->scratch);
    return t->sums.loss;
}

static void head_and_rows_have_their_gradients(void **state)
{
    struct world t;
    (void)state;
    setup(&t);
    struct layers *w = &t.w;
    size_t at = w->params.output, D = w->params.shape.n_embd;
    head_step(&w->lane, t.rows, ROWS, w->params.values + at, w->grads + at,
              w->x, w->dx, &t.sums, &t.scratch);
    CHECK(gradient_error(loss, &t, w->params.values + at, w->grads + at,
                         VOCAB * D, GRADIENT_ENTRIES, 1) < 1e-6);
    CHECK(gradient_error(loss, &t, w->x, w->dx, LAYERS_TOKENS * D,
                         GRADIENT_ENTRIES, 2) < 1e-6);
    for (size_t i = 0; i < D; i++)
        CHECK(w->dx[D + i] == 0); /* row 1 carries no loss */
    teardown(&t);
}

static void scores_are_those_of_plain_logits(void **state)
{
    struct world t;
    float logprob[ROWS], entropy[ROWS];
    real logits[ROWS * VOCAB];
    (void)state;
    setup(&t);
    struct layers *w = &t.w;
    const real *head = w->params.values + w->params.output;
    double want_loss = loss(&t);
    struct head_sums sums = {0};
    head_logits(&w->lane, t.rows, ROWS, head, w->x, logits, &t.scratch);
    head_score(&w->lane, t.rows, ROWS, head, w->x, logprob, entropy, &sums,
               &t.scratch);
    CHECK(fabs(sums.loss - want_loss) < 1e-9);
    assert_int_equal(sums.n_right, t.sums.n_right);
    for (int i = 0; i < ROWS; i++) {
        double sum = 0, mean = 0;
        for (int v = 0; v < VOCAB; v++)
            sum += exp(logits[i * VOCAB + v]);
        for (int v = 0; v < VOCAB; v++) {
            double p = exp(logits[i * VOCAB + v]) / sum;
            mean -= p * log(p);
        }
        double want = logits[i * VOCAB + t.rows[i].target] - log(sum);
        CHECK(fabs((double)logprob[i] - want) < 1e-5);
        CHECK(fabs((double)entropy[i] - mean) < 1e-5);
    }
    teardown(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(head_and_rows_have_their_gradients),
        cmocka_unit_test(scores_are_those_of_plain_logits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
