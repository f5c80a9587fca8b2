/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding in the absorbed form against the forward pass of training. */
#include "train/nn/decode.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "check.h"
#include "train/data/batch.h"
#include "train/nn/net.h"

static const struct shape SMALL = {
    .n_embd = 20, .n_layers = 3, .n_dense_layers = 1, .n_vocab = 37,
    .n_heads = 3, .nope_dim = 6, .rope_dim = 4, .v_dim = 5,
    .q_lora_rank = 9, .kv_lora_rank = 7, .n_ff = 13,
    .n_experts = 8, .n_used = 3, .n_groups = 4, .n_groups_used = 2,
    .expert_ff = 6, .n_shared = 2, .routed_scale = 2.5f, .n_mtp = 0,
    .norm_eps = 1e-6f, .rope_base = 100, .yarn_factor = 4,
    .yarn_original_ctx = 16};

enum { LEN = 24 };

struct world {
    struct params params;
    struct decode *decode;
    int32_t tokens[LEN];
    float logits[LEN][37]; /* as training computes them */
};

static void setup(struct world *w)
{
    struct err err = {0};
    struct rng rng = rng_init(9);
    const struct net_limits limits = {.n_threads = 1, .n_shards = 1,
                                      .max_tokens = LEN, .max_doc = LEN,
                                      .inference = true};
    uint32_t rows[LEN];
    CHECK_OK(params_init(&w->params, &SMALL, &err), &err);
    params_randomize(&w->params, 5);
    for (size_t i = 0; i < w->params.len; i++)
        w->params.values[i] *= 8;
    for (uint32_t i = 0; i < LEN; i++) {
        w->tokens[i] = (int32_t)rng_below(&rng, SMALL.n_vocab);
        rows[i] = i;
    }
    struct batch batch;
    batch_init(&batch, LEN, 1);
    CHECK(batch_add(&batch, w->tokens, NULL, LEN));
    struct net *net = net_new(&SMALL, &limits, &err);
    CHECK(net != NULL);
    CHECK_OK(net_logits(net, &w->params, &batch, rows, LEN, false,
                        w->logits[0], &err), &err);
    net_free(net);
    batch_clear(&batch);
    w->decode = decode_new(&SMALL, 4, LEN, 16, &err);
    CHECK(w->decode != NULL);
}

static void teardown(struct world *w)
{
    decode_free(w->decode);
    params_clear(&w->params);
}

static void check_row(const struct world *w, const real *logits, uint32_t pos)
{
    for (uint32_t v = 0; v < SMALL.n_vocab; v++)
        CHECK(fabsf(logits[v] - w->logits[pos][v]) <
              1e-4f * (1 + fabsf(w->logits[pos][v])));
}

static void one_token(struct world *w, uint32_t seq, uint32_t pos)
{
    struct decode_row row = {seq, w->tokens[pos], true};
    check_row(w, decode_step(w->decode, &w->params, &row, 1), pos);
}

static void token_by_token_is_what_training_computes(void **state)
{
    struct world w;
    (void)state;
    setup(&w);
    for (uint32_t i = 0; i < LEN; i++)
        one_token(&w, 2, i);
    CHECK(decode_len(w.decode, 2) == LEN);
    teardown(&w);
}

static void a_prompt_read_at_once_is_the_same(void **state)
{
    struct world w;
    struct decode_row rows[12];
    (void)state;
    setup(&w);
    for (uint32_t i = 0; i < 12; i++)
        rows[i] = (struct decode_row){0, w.tokens[i], i == 3 || i == 11};
    const real *logits = decode_step(w.decode, &w.params, rows, 12);
    check_row(&w, logits, 3);
    check_row(&w, logits + SMALL.n_vocab, 11);
    one_token(&w, 0, 12);
    teardown(&w);
}

static void sequences_side_by_side_do_not_see_each_other(void **state)
{
    struct world w;
    (void)state;
    setup(&w);
    one_token(&w, 1, 0);
    one_token(&w, 1, 1);
    for (uint32_t i = 0; i < 10; i++) {
        /* Sequence 3 says other things, 1 is two tokens ahead of 0. */
        struct decode_row rows[3] = {{3, (int32_t)(i * 5 % 37), false},
                                     {0, w.tokens[i], true},
                                     {1, w.tokens[i + 2], true}};
        const real *logits = decode_step(w.decode, &w.params, rows, 3);
        check_row(&w, logits, i);
        check_row(&w, logits + SMALL.n_vocab, i + 2);
    }
    teardown(&w);
}

static void a_copy_goes_on_like_its_original(void **state)
{
    struct world w;
    (void)state;
    setup(&w);
    for (uint32_t i = 0; i < 7; i++)
        one_token(&w, 0, i);
    decode_copy(w.decode, 0, 3);
    decode_clear(w.decode, 0);
    CHECK(decode_len(w.decode, 0) == 0);
    for (uint32_t i = 7; i < LEN; i++)
        one_token(&w, 3, i);
    teardown(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_by_token_is_what_training_computes),
        cmocka_unit_test(a_prompt_read_at_once_is_the_same),
        cmocka_unit_test(sequences_side_by_side_do_not_see_each_other),
        cmocka_unit_test(a_copy_goes_on_like_its_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
