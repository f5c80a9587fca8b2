/* SPDX-License-Identifier: Apache-2.0 */
/* Loss and balance on documents never trained on, of weights that have learned
 * nothing: there the sums are known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check.h"
#include "train/data/dataset.h"
#include "train/data/with_tokenizer.h"
#include "train/held_out.h"
#include "train/nn/params.h"

enum { VOCAB = 400 };

static void open_params(struct params *p)
{
    struct err err;
    struct shape s = *shape_recipe("tiny");
    s.n_vocab = VOCAB;
    CHECK_OK(params_init(p, &s, &err), &err);
    params_randomize(p, 4);
}

static void measure(const struct params *p, const struct tokenizer *t,
                    unsigned threads, struct held_out *h)
{
    struct err err;
    struct dataset d = {.seed = 5};
    struct data_plan plan = {.prompt_counts = true, .context = 128};
    plan.share[0][DOC_WARMUP] = plan.share[1][DOC_WARMUP] = 1;
    dataset_set_tokenizer(&d, t);
    CHECK_OK(held_out_measure(p, &d, &plan, 0, 10000, threads, h, &err), &err);
    dataset_clear(&d);
}

static void every_token_goes_to_as_many_experts_as_the_shape_says(void **state)
{
    struct params p;
    struct tokenizer t;
    struct held_out h, again;
    (void)state;
    open_params(&p);
    small_tokenizer(&t);
    measure(&p, &t, 1, &h);
    CHECK(h.tokens >= 10000 && h.rows > 0 && h.rows < h.tokens);
    CHECK(fabs(h.loss - log(VOCAB)) < 0.1); /* it knows nothing */
    for (uint32_t l = 0; l < h.n_layers; l++) {
        uint64_t sum = 0;
        for (uint32_t e = 0; e < h.n_experts; e++)
            sum += h.load[(size_t)l * h.n_experts + e];
        CHECK(sum == h.tokens * p.shape.n_used);
    }
    CHECK(h.max_vio > 0 && h.worst_vio >= h.max_vio && h.least < 1);
    measure(&p, &t, 3, &again);
    CHECK(again.tokens == h.tokens && again.loss == h.loss &&
          again.max_vio == h.max_vio);
    held_out_clear(&h);
    held_out_clear(&again);
    tokenizer_close(&t);
    params_clear(&p);
}

static void an_expert_that_nobody_comes_to_is_dead(void **state)
{
    struct params p;
    struct tokenizer t;
    struct held_out h;
    (void)state;
    open_params(&p);
    small_tokenizer(&t);
    uint32_t layer = p.shape.n_dense_layers;
    p.values[p.blocks[layer].ffn.bias + 3] = -100; /* never among the best */
    measure(&p, &t, 2, &h);
    assert_int_equal(h.dead, 1);
    CHECK(h.least == 0 && h.load[3] == 0);
    held_out_clear(&h);
    tokenizer_close(&t);
    params_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_token_goes_to_as_many_experts_as_the_shape_says),
        cmocka_unit_test(an_expert_that_nobody_comes_to_is_dead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
