/* SPDX-License-Identifier: Apache-2.0 */
#include "train/rl/rollout.h"

#include <math.h>
#include <stdlib.h>

#include "base/pool.h"
#include "base/rng.h"
#include "check.h"
#include "train/nn/decode.h"

static const struct shape SMALL = {
    .n_embd = 24, .n_layers = 2, .n_dense_layers = 1, .n_vocab = 32,
    .n_heads = 2, .nope_dim = 6, .rope_dim = 4, .v_dim = 6,
    .q_lora_rank = 8, .kv_lora_rank = 8, .n_ff = 16,
    .n_experts = 4, .n_used = 2, .n_groups = 1, .n_groups_used = 1,
    .expert_ff = 8, .n_shared = 1, .routed_scale = 2, .n_mtp = 0,
    .norm_eps = 1e-6f, .rope_base = 100, .yarn_factor = 1};

enum { PROMPTS = 7, PROMPT_LEN = 6, MAX_NEW = 20, END = 5 };

struct world {
    struct params params;
    struct rollout_room *room;
    int32_t tokens[PROMPTS][PROMPT_LEN];
    struct rollout_prompt prompts[PROMPTS];
};

static void setup(struct world *w, unsigned lanes, uint32_t seqs)
{
    struct err err = {0};
    struct rng rng = rng_init(2);
    const struct rollout_limits limits = {lanes, seqs, PROMPT_LEN, MAX_NEW};
    CHECK_OK(params_init(&w->params, &SMALL, &err), &err);
    params_randomize(&w->params, 1);
    for (size_t i = 0; i < w->params.len; i++)
        w->params.values[i] *= 6;
    for (uint32_t p = 0; p < PROMPTS; p++) {
        for (uint32_t i = 0; i < PROMPT_LEN; i++)
            w->tokens[p][i] = (int32_t)rng_below(&rng, SMALL.n_vocab);
        w->prompts[p] = (struct rollout_prompt){w->tokens[p], 1 + p % PROMPT_LEN};
    }
    w->room = rollout_room_new(&SMALL, &limits, &err);
    CHECK(w->room != NULL);
}

static void teardown(struct world *w)
{
    rollout_room_free(w->room);
    params_clear(&w->params);
}

static void run(struct world *w, unsigned threads, uint32_t n,
                const struct rollout_options *o, struct rollout *out)
{
    struct err err = {0};
    struct pool *pool = pool_new(threads, &err);
    CHECK(pool != NULL);
    CHECK_OK(rollout_run(w->room, pool, &w->params, w->prompts, n, o, out, &err),
             &err);
    pool_free(pool);
}

/* What the best token is, step by step, from a decode of one sequence alone. */
static void at_temperature_0_every_token_is_the_best(void **state)
{
    struct world w;
    struct rollout out[PROMPTS * 2];
    struct err err = {0};
    const struct rollout_options o = {.group = 2, .max_new = MAX_NEW, .end = END};
    (void)state;
    setup(&w, 2, 3);
    run(&w, 2, PROMPTS, &o, out);
    struct decode *d = decode_new(&SMALL, 1, 64, 1, &err);
    for (uint32_t p = 0; p < PROMPTS; p++) {
        const struct rollout *a = &out[2 * p], *b = a + 1;
        CHECK(a->n == b->n && a->n > 0);
        CHECK(a->ended ? a->tokens[a->n - 1] == END : a->n == MAX_NEW);
        decode_clear(d, 0);
        const real *z = NULL;
        for (uint32_t i = 0; i + 1 < w.prompts[p].n + a->n; i++) {
            uint32_t np = w.prompts[p].n;
            int32_t t = i < np ? w.tokens[p][i] : a->tokens[i - np];
            struct decode_row row = {0, t, true};
            z = decode_step(d, &w.params, &row, 1);
            if (i + 1 < np)
                continue;
            int32_t next = a->tokens[i + 1 - np];
            CHECK(next == b->tokens[i + 1 - np]);
            for (uint32_t v = 0; v < SMALL.n_vocab; v++)
                CHECK(z[v] <= z[next] + 1e-4f);
        }
    }
    decode_free(d);
    teardown(&w);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    struct world w;
    struct rollout one[PROMPTS * 5], two[PROMPTS * 5];
    int32_t kept[PROMPTS * 5][MAX_NEW];
    const struct rollout_options o = {.group = 5, .max_new = MAX_NEW, .end = END,
                                      .temperature = 1, .key = 77};
    unsigned different = 0;
    (void)state;
    setup(&w, 2, 4);
    run(&w, 1, PROMPTS, &o, one);
    for (size_t i = 0; i < PROMPTS * 5; i++)
        memcpy(kept[i], one[i].tokens, one[i].n * sizeof(int32_t));
    run(&w, 2, PROMPTS, &o, two);
    for (size_t i = 0; i < PROMPTS * 5; i++) {
        CHECK(one[i].n == two[i].n && one[i].ended == two[i].ended);
        CHECK(memcmp(kept[i], two[i].tokens, two[i].n * sizeof(int32_t)) == 0);
        CHECK(memcmp(&one[i].logprob, &two[i].logprob, sizeof(double)) == 0);
        different += i % 5 && memcmp(kept[i], kept[i - 1], sizeof(int32_t)) != 0;
    }
    CHECK(different > 5); /* members of a group are drawn apart */
    teardown(&w);
}

/* One prompt, many members: how often each first token comes against its
 * probability. Chi-square of 31 degrees of freedom: above 70 once in 10^4. */
static void tokens_come_as_often_as_the_model_says(void **state)
{
    enum { N = 6000 };
    struct world w;
    struct err err = {0};
    struct rollout *out = calloc(N, sizeof *out);
    const struct rollout_options o = {.group = N, .max_new = 1, .end = END,
                                      .temperature = 1, .key = 4};
    double p[32], sum = 0, chi = 0, seen[32] = {0}, logprob = 0, expected = 0;
    (void)state;
    setup(&w, 1, 64);
    w.prompts[0].n = PROMPT_LEN;
    run(&w, 1, 1, &o, out);
    struct decode *d = decode_new(&SMALL, 1, 64, 8, &err);
    struct decode_row rows[PROMPT_LEN];
    for (uint32_t i = 0; i < PROMPT_LEN; i++)
        rows[i] = (struct decode_row){0, w.tokens[0][i], i + 1 == PROMPT_LEN};
    const real *z = decode_step(d, &w.params, rows, PROMPT_LEN);
    for (int v = 0; v < 32; v++)
        sum += p[v] = exp((double)z[v]);
    for (int i = 0; i < N; i++) {
        seen[out[i].tokens[0]]++;
        logprob += out[i].logprob;
        expected += log(p[out[i].tokens[0]] / sum);
        CHECK(out[i].ended == (out[i].tokens[0] == END));
    }
    for (int v = 0; v < 32; v++)
        chi += pow(seen[v] - N * p[v] / sum, 2) / (N * p[v] / sum);
    CHECK(chi < 70);
    CHECK(fabs(logprob - expected) < 1e-4 * N);
    decode_free(d);
    free(out);
    teardown(&w);
}

static void what_does_not_fit_is_refused(void **state)
{
    struct world w;
    struct rollout out[1];
    struct err err = {0};
    struct rollout_options o = {.group = 1, .max_new = MAX_NEW + 1};
    (void)state;
    setup(&w, 1, 2);
    struct pool *pool = pool_new(1, &err);
    CHECK(!rollout_run(w.room, pool, &w.params, w.prompts, 1, &o, out, &err));
    o.max_new = 1;
    w.tokens[0][0] = 32;
    CHECK(!rollout_run(w.room, pool, &w.params, w.prompts, 1, &o, out, &err));
    w.tokens[0][0] = -1;
    CHECK(!rollout_run(w.room, pool, &w.params, w.prompts, 1, &o, out, &err));
    pool_free(pool);
    teardown(&w);
}

static void when_told_to_stop_it_leaves_what_there_is(void **state)
{
    struct world w;
    struct rollout out[PROMPTS];
    volatile sig_atomic_t stop = 1;
    const struct rollout_options o = {.group = 1, .max_new = MAX_NEW, .end = END,
                                      .stop = &stop};
    (void)state;
    setup(&w, 2, 2);
    run(&w, 2, PROMPTS, &o, out);
    for (int i = 0; i < PROMPTS; i++)
        CHECK(out[i].n == 0 && !out[i].ended);
    teardown(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_temperature_0_every_token_is_the_best),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(tokens_come_as_often_as_the_model_says),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(when_told_to_stop_it_leaves_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
