/* SPDX-License-Identifier: Apache-2.0 */
/* Which past tokens sparse attention reads. */
#include "model/harness.h"

#include <math.h>

#include "base/rng.h"
#include "model/indexer.h"

enum { MAX = 300 };

/* The plain way: the best that is left, k times; the lower index on ties. */
static void select_slowly(const float *scores, uint32_t n, uint32_t k,
                          bool *taken)
{
    memset(taken, 0, n);
    for (uint32_t j = 0; j < k; j++) {
        uint32_t best = n;
        for (uint32_t i = 0; i < n; i++)
            if (!taken[i] && (best == n || scores[i] > scores[best]))
                best = i;
        taken[best] = true;
    }
}

static void check_select(const float *scores, uint32_t n, uint32_t k)
{
    uint32_t got[MAX], at = 0;
    bool taken[MAX];
    select_slowly(scores, n, k, taken);
    indexer_select(scores, n, k, got);
    for (uint32_t i = 0; i < n; i++)
        if (taken[i])
            assert_int_equal(got[at++], i);
    assert_int_equal(at, k);
}

static void the_best_are_chosen_in_order_of_their_place(void **state)
{
    (void)state;
    struct rng r = rng_init(11);
    float x[MAX];
    for (int round = 0; round < 200; round++) {
        uint32_t n = 1 + rng_below(&r, MAX);
        /* Few different values: ties everywhere. */
        uint32_t kinds = round % 2 ? 5 : 100000;
        for (uint32_t i = 0; i < n; i++)
            x[i] = ((float)rng_below(&r, kinds) - (float)kinds / 2) * 0.37f;
        check_select(x, n, 1 + rng_below(&r, n));
    }
}

static void both_zeros_are_equal_and_nan_is_least(void **state)
{
    (void)state;
    const float x[] = {0.0f, -0.0f, NAN, -INFINITY, 0.0f, -1, NAN, INFINITY};
    uint32_t got[8];
    indexer_select(x, 8, 3, got);
    CHECK(got[0] == 0 && got[1] == 1 && got[2] == 7);
    indexer_select(x, 8, 7, got);
    const uint32_t seven[] = {0, 1, 2, 3, 4, 5, 7};
    assert_memory_equal(got, seven, sizeof seven);
}

/* Without the indexer's choice the same weights are plain latent attention:
 * below top_k tokens not a bit differs, from there on they part. */
static void up_to_the_selection_size_attention_is_dense(void **state)
{
    (void)state;
    struct tiny_spec sparse = tiny_deepseek32(), dense = sparse;
    struct harness a, b;
    int32_t ids[24];
    sparse.index_top_k = 16;
    dense.index_top_k = 24;
    for (int i = 0; i < 24; i++)
        ids[i] = (i * 53 + 5) % TINY_VOCAB;
    harness_open(&a, NULL, &sparse, (struct how){.exact = true});
    harness_open(&b, NULL, &dense, (struct how){.exact = true});
    float *x = harness_logits(&a, ids, 24, 24);
    float *y = harness_logits(&b, ids, 24, 24);
    CHECK(rms_between(x, y, 16 * TINY_VOCAB) < 1e-6);
    for (int i = 16; i < 24; i++)
        CHECK(rms_between(x + i * TINY_VOCAB, y + i * TINY_VOCAB,
                          TINY_VOCAB) > 1e-4);
    free(x);
    free(y);
    harness_close(&a);
    harness_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_are_chosen_in_order_of_their_place),
        cmocka_unit_test(both_zeros_are_equal_and_nan_is_least),
        cmocka_unit_test(up_to_the_selection_size_attention_is_dense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
