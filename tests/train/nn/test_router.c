/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/router.h"

#include <math.h>

#include "base/arena.h"
#include "check.h"

static const struct shape FOUR_GROUPS = {
    .n_experts = 8, .n_used = 3, .n_groups = 4, .n_groups_used = 2,
    .routed_scale = 2};

struct world {
    struct router_scratch scratch;
    char mem[4096];
    uint16_t chosen[3];
    real weight[3];
};

static void pick(struct world *w, const struct shape *s, const real *score,
                 const real *bias)
{
    struct arena mem = {.base = w->mem};
    router_scratch_layout(&w->scratch, s, &mem);
    router_pick(s, score, bias, w->chosen, w->weight, &w->scratch);
}

/* Groups by the sum of their two best: {0,1} 0.9, {2,3} 1.0, {4,5} 1.1,
 * {6,7} 0.95. Expert 0, the best of all, is in a group that leaves. */
static void groups_are_ranked_by_their_two_best(void **state)
{
    const real score[8] = {0.85, 0.05, 0.5, 0.5, 0.8, 0.3, 0.5, 0.45};
    const real bias[8] = {0};
    struct world w;
    (void)state;
    pick(&w, &FOUR_GROUPS, score, bias);
    assert_int_equal(w.chosen[0], 4);
    assert_int_equal(w.chosen[1], 2); /* the lower of two equal ones */
    assert_int_equal(w.chosen[2], 3);
    CHECK(fabs(w.weight[0] - 2 * 0.8 / 1.8) < 1e-12);
    CHECK(fabs(w.weight[0] + w.weight[1] + w.weight[2] - 2) < 1e-12);
}

static void the_bias_moves_the_choice_and_not_the_weight(void **state)
{
    struct shape one_group = FOUR_GROUPS;
    const real score[8] = {0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.6};
    const real bias[8] = {0, 0, 0, 0, 0, 0, 0, 0.15};
    struct world w;
    (void)state;
    one_group.n_groups = one_group.n_groups_used = 1;
    pick(&w, &one_group, score, bias);
    assert_int_equal(w.chosen[0], 0);
    assert_int_equal(w.chosen[1], 1);
    assert_int_equal(w.chosen[2], 7);
    CHECK(fabs(w.weight[2] - 2 * 0.6 / 2.3) < 1e-12);
}

static void a_token_that_no_expert_wants_gets_finite_weights(void **state)
{
    const real zero[8] = {0};
    struct world w;
    (void)state;
    pick(&w, &FOUR_GROUPS, zero, zero);
    for (int i = 0; i < 3; i++)
        CHECK(w.weight[i] == 0);
}

/* An expert chosen twice by one token would get more tokens than its room holds. */
static void no_expert_is_chosen_twice_whatever_the_numbers(void **state)
{
    const real odd[] = {(real)NAN, (real)INFINITY, (real)-INFINITY, 1};
    struct shape one_group = FOUR_GROUPS;
    struct world w;
    (void)state;
    one_group.n_groups = one_group.n_groups_used = 1;
    for (unsigned i = 0; i < 4 * 4 * 2; i++) {
        real score[8], bias[8] = {0};
        for (unsigned e = 0; e < 8; e++)
            score[e] = odd[e < 4 ? i % 4 : i / 4 % 4];
        pick(&w, i < 16 ? &FOUR_GROUPS : &one_group, score, bias);
        CHECK(w.chosen[0] != w.chosen[1] && w.chosen[1] != w.chosen[2] &&
              w.chosen[0] != w.chosen[2]);
    }
}

/* One document in which every expert gets the same load and score: 1. */
static void an_even_load_has_balance_one(void **state)
{
    struct world w;
    struct shape s = FOUR_GROUPS;
    uint32_t start[] = {0, 8};
    const struct docs docs = {8, 1, start};
    real score[64], weight[24] = {0};
    uint16_t chosen[24];
    (void)state;
    for (int i = 0; i < 64; i++)
        score[i] = 0.5;
    for (int i = 0; i < 24; i++)
        chosen[i] = (uint16_t)(i % 8);
    struct router_saved saved = {score, chosen, weight};
    struct arena mem = {.base = w.mem};
    router_scratch_layout(&w.scratch, &s, &mem);
    CHECK(fabs(router_balance(&s, &docs, &saved, &w.scratch) / 8 - 1) < 1e-12);
    for (int i = 0; i < 24; i++)
        chosen[i] = (uint16_t)(i % 3); /* and all to three of them */
    for (int i = 0; i < 64; i++)
        score[i] = i % 8 < 3 ? 0.9 : 0.1;
    double uneven = router_balance(&s, &docs, &saved, &w.scratch) / 8;
    CHECK(fabs(uneven - 8.0 / 3 * 2.7 / 3.2) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_ranked_by_their_two_best),
        cmocka_unit_test(the_bias_moves_the_choice_and_not_the_weight),
        cmocka_unit_test(a_token_that_no_expert_wants_gets_finite_weights),
        cmocka_unit_test(no_expert_is_chosen_twice_whatever_the_numbers),
        cmocka_unit_test(an_even_load_has_balance_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
