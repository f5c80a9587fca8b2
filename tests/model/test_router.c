/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>

#include "model/forward.h"
#include "model/layer.h"

enum { E = 8, K = 2 };

static struct moe_config plain(void)
{
    return (struct moe_config){.n_experts = E, .n_used = K, .n_groups = 1,
                               .n_groups_used = 1, .weights_scale = 1};
}

static void choose_without(const struct moe_config *cfg, const float *logits,
                           const float *bias, const uint8_t *off,
                           struct expert_choice *out)
{
    float scores[E], selection[E], groups[E];
    memcpy(scores, logits, sizeof scores);
    router_choose(cfg, scores, bias, off, selection, groups, out);
}

static void choose(const struct moe_config *cfg, const float *logits,
                   const float *bias, struct expert_choice *out)
{
    choose_without(cfg, logits, bias, NULL, out);
}

static double sigmoid(double z)
{
    return 1 / (1 + exp(-z));
}

static void softmax_is_over_all_experts(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    struct expert_choice c[K];
    choose(&cfg, (float[E]){0, 1, 0, 3, 0, 0, 0, 0}, NULL, c);
    double sum = 6 + exp(1) + exp(3);
    assert_int_equal(c[0].expert, 3);
    assert_int_equal(c[1].expert, 1);
    assert_float_equal(c[0].weight, exp(3) / sum, 1e-6);
    assert_float_equal(c[1].weight, exp(1) / sum, 1e-6);
}

static void ties_go_to_the_lower_index(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    struct expert_choice c[K];
    choose(&cfg, (float[E]){0}, NULL, c);
    assert_int_equal(c[0].expert, 0);
    assert_int_equal(c[1].expert, 1);
    choose(&cfg, (float[E]){0, 0, 2, 1, 1, 1, 0, 0}, NULL, c);
    assert_int_equal(c[0].expert, 2);
    assert_int_equal(c[1].expert, 3);
}

static void the_bias_flips_the_choice_but_not_the_weights(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    cfg.score = ROUTER_SIGMOID;
    struct expert_choice c[K];
    const float logits[E] = {2, 1, 0, 0, 0, 0, 0, -1};
    choose(&cfg, logits, (float[E]){0, 0, 0, 0, 0, 0, 0, 5}, c);
    assert_int_equal(c[0].expert, 7);
    assert_int_equal(c[1].expert, 0);
    assert_float_equal(c[0].weight, sigmoid(-1), 1e-6);
    assert_float_equal(c[1].weight, sigmoid(2), 1e-6);
}

static void normalised_weights_sum_to_the_scale(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    cfg.score = ROUTER_SIGMOID;
    cfg.norm_weights = true;
    cfg.weights_scale = 2.5f;
    struct expert_choice c[K];
    choose(&cfg, (float[E]){2, 1, 0, 0, 0, 0, 0, -1}, NULL, c);
    assert_float_equal(c[0].weight + c[1].weight, 2.5, 1e-6);
    /* Scores that are all zero: divided by 2^-14, not by zero. */
    const float none[E] = {-200, -200, -200, -200, -200, -200, -200, -200};
    choose(&cfg, none, NULL, c);
    assert_float_equal(c[0].weight, 0, 1e-20);
}

/* Groups (0 1) (2 3) (4 5) (6 7), two are kept. By its best expert: groups 0
 * and 3. By the sum of two: groups 1 and 2. */
static const float by_group[E] = {3, -9, 2, 2, 2.5f, 1.5f, 2.9f, -9};

static void without_bias_a_group_counts_by_its_best(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    cfg.n_groups = 4;
    cfg.n_groups_used = 2;
    struct expert_choice c[K];
    choose(&cfg, by_group, NULL, c);
    assert_int_equal(c[0].expert, 0);
    assert_int_equal(c[1].expert, 6);
}

static void with_bias_a_group_counts_by_its_best_two(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    cfg.score = ROUTER_SIGMOID;
    cfg.n_groups = 4;
    cfg.n_groups_used = 2;
    struct expert_choice c[K];
    choose(&cfg, by_group, (float[E]){0}, c);
    assert_int_equal(c[0].expert, 4);
    assert_int_equal(c[1].expert, 2);
}

/* V2 as the usual engine has it. */
static void compat_ranks_groups_by_their_best_two_without_bias(void **state)
{
    (void)state;
    static const float scores[E] = {1, -9, .9f, .85f, .8f, .7f, .95f, -9};
    struct moe_config cfg = plain();
    cfg.n_groups = 4;
    cfg.n_groups_used = 2;
    struct expert_choice c[K];
    choose(&cfg, scores, NULL, c);
    CHECK(c[0].expert == 0 && c[1].expert == 6);
    cfg.groups_by_sum = true;
    choose(&cfg, scores, NULL, c);
    CHECK(c[0].expert == 2 && c[1].expert == 3);
}

static void check_sane(const struct expert_choice *c)
{
    CHECK(c[0].expert < E && c[1].expert < E);
    CHECK(c[0].expert != c[1].expert);
}

static void any_numbers_give_different_experts(void **state)
{
    (void)state;
    const float odd[] = {NAN, INFINITY, -INFINITY, 0, 3e38f, -3e38f};
    struct moe_config cfg = plain();
    struct expert_choice c[K];
    uint32_t seed = 1;
    for (int round = 0; round < 4000; round++) {
        float logits[E], bias[E];
        for (int i = 0; i < E; i++) {
            seed = seed * 1664525 + 1013904223;
            logits[i] = odd[seed >> 24 & 7 ? (seed >> 16) % 6 : 3];
            bias[i] = odd[(seed >> 8) % 6];
        }
        cfg.score = round & 1 ? ROUTER_SIGMOID : ROUTER_SOFTMAX;
        cfg.n_groups = round & 2 ? 4 : 1;
        cfg.n_groups_used = round & 2 ? 1 + (round >> 3 & 1) : 1;
        cfg.norm_weights = round & 4;
        choose(&cfg, logits, round & 16 ? bias : NULL, c);
        check_sane(c);
    }
}

static void the_choice_goes_past_experts_that_are_off(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    struct expert_choice all[K], c[K];
    const float logits[E] = {5, 4, 3, 2, 1, 0, -1, -2};
    const uint8_t off[E] = {1, 0, 1};
    choose(&cfg, logits, NULL, all);
    choose_without(&cfg, logits, NULL, off, c);
    assert_int_equal(c[0].expert, 1);
    assert_int_equal(c[1].expert, 3);
    /* The softmax is still over all: what is off keeps its share. */
    assert_float_equal(c[0].weight, all[1].weight, 0);
    cfg.norm_weights = true;
    choose_without(&cfg, logits, NULL, off, c);
    assert_float_equal(c[0].weight + c[1].weight, 1, 1e-6);
}

static void groups_are_ranked_without_those_that_are_off(void **state)
{
    (void)state;
    struct moe_config cfg = plain();
    cfg.n_groups = 4;
    cfg.n_groups_used = 1;
    struct expert_choice c[K];
    const float logits[E] = {9, 8, 7, 6, 1, 0, -1, -2};
    choose_without(&cfg, logits, NULL, (uint8_t[E]){1, 1}, c);
    assert_int_equal(c[0].expert, 2);
    assert_int_equal(c[1].expert, 3);
    /* Half a group is too little: the next one helps out. */
    choose_without(&cfg, logits, NULL, (uint8_t[E]){0, 1}, c);
    assert_int_equal(c[0].expert, 0);
    assert_int_equal(c[1].expert, 2);
    cfg.score = ROUTER_SIGMOID;
    choose_without(&cfg, logits, (float[E]){0}, (uint8_t[E]){1, 0, 1, 1}, c);
    assert_int_equal(c[0].expert, 4);
    assert_int_equal(c[1].expert, 5);
}

/* Whatever the router computes: hostile numbers, groups, all but K off. */
static void experts_that_are_off_are_never_chosen(void **state)
{
    (void)state;
    const float odd[] = {NAN, INFINITY, -INFINITY, 0, 3e38f, -3e38f, 1, 2};
    struct moe_config cfg = plain();
    struct expert_choice c[K];
    uint32_t seed = 7;
    for (int round = 0; round < 4000; round++) {
        float logits[E];
        uint8_t off[E];
        unsigned left = 0;
        for (int i = 0; i < E; i++) {
            seed = seed * 1664525 + 1013904223;
            logits[i] = odd[seed >> 16 & 7];
            off[i] = seed >> 24 & 1;
            left += !off[i];
        }
        for (int i = 0; left < K; i++) {
            left += off[i];
            off[i] = 0;
        }
        cfg.score = round & 1 ? ROUTER_SIGMOID : ROUTER_SOFTMAX;
        cfg.n_groups = round & 2 ? 4 : 1;
        cfg.n_groups_used = round & 2 ? 1 + (round >> 3 & 1) : 1;
        choose_without(&cfg, logits, NULL, off, c);
        check_sane(c);
        CHECK(!off[c[0].expert] && !off[c[1].expert]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softmax_is_over_all_experts),
        cmocka_unit_test(ties_go_to_the_lower_index),
        cmocka_unit_test(the_bias_flips_the_choice_but_not_the_weights),
        cmocka_unit_test(normalised_weights_sum_to_the_scale),
        cmocka_unit_test(without_bias_a_group_counts_by_its_best),
        cmocka_unit_test(with_bias_a_group_counts_by_its_best_two),
        cmocka_unit_test(compat_ranks_groups_by_their_best_two_without_bias),
        cmocka_unit_test(any_numbers_give_different_experts),
        cmocka_unit_test(the_choice_goes_past_experts_that_are_off),
        cmocka_unit_test(groups_are_ranked_without_those_that_are_off),
        cmocka_unit_test(experts_that_are_off_are_never_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
