/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/expert_tally.h"

#include <math.h>

#include "check.h"
#include "chat/backend.h"
#include "events.h"
#include "ui/token_log.h"

static const struct backend_info info = {.n_moe_layers = 2, .n_experts = 8,
                                         .n_experts_used = 2};

static struct event chose(uint32_t turn, enum text_part part,
                          const struct expert_pick picks[4])
{
    struct event ev = event_token(part, 1);
    ev.turn = turn;
    ev.token.measured = true;
    ev.token.n_moe_layers = 2;
    ev.token.n_used = 2;
    ev.token.picks = picks;
    return ev;
}

static const struct expert_pick one[4] = {{1, 49151}, {2, 16384},
                                          {3, 32768}, {4, 32767}};
static const struct expert_pick two[4] = {{1, 32768}, {5, 32767},
                                          {0, 65535}, {99, 0}};

static void tell(struct expert_tally *t, struct event ev)
{
    assert_true(expert_tally_event(t, &ev));
}

static void counts_and_weights_are_exact(void **state)
{
    (void)state;
    struct expert_tally t;
    expert_tally_init(&t, &info);
    tell(&t, chose(1, PART_THOUGHT, one));
    tell(&t, chose(1, PART_THOUGHT, two));
    tell(&t, chose(1, PART_ANSWER, two));
    assert_int_equal(expert_tally_tokens(&t), 3);
    assert_int_equal(expert_tally_hits(&t, 0, 1), 3);
    assert_int_equal(expert_tally_hits(&t, 0, 5), 2);
    assert_int_equal(expert_tally_hits(&t, 1, 0), 2);
    assert_true(fabsf(expert_tally_rate(&t, 0, 1) - 4) < 1e-4f);
    assert_true(fabsf(expert_tally_weight(&t, 0, 1) - 0.583f) < 0.001f);
    assert_true(expert_tally_weight(&t, 0, 7) == 0);
    tell(&t, chose(2, PART_THOUGHT, one)); /* another turn */
    assert_int_equal(expert_tally_tokens(&t), 1);
    assert_int_equal(expert_tally_hits(&t, 0, 1), 1);
    expert_tally_clear(&t);
}

static void leanings_tell_thought_from_answer(void **state)
{
    (void)state;
    struct expert_tally t;
    expert_tally_init(&t, &info);
    for (int i = 0; i < 20; i++)
        tell(&t, chose(1, PART_THOUGHT, one));
    assert_true(expert_tally_leaning(&t, 0, 2) == 0); /* nothing to compare */
    for (int i = 0; i < 20; i++)
        tell(&t, chose(1, PART_ANSWER, two));
    assert_true(fabsf(expert_tally_leaning(&t, 0, 1)) < 0.1f);
    assert_true(expert_tally_leaning(&t, 0, 2) > 2.5f);
    assert_true(expert_tally_leaning(&t, 0, 5) < -2.5f);
    for (int i = 0; i < 15; i++)
        tell(&t, chose(1, PART_ANSWER, two));
    assert_true(expert_tally_leaning(&t, 0, 7) == 0); /* never, nowhere */
    expert_tally_clear(&t);
}

static void company_is_who_was_chosen_with_whom(void **state)
{
    (void)state;
    struct expert_tally t;
    struct expert_company c = {0};
    struct token_log *log = token_log_new();
    expert_tally_init(&t, &info);
    for (int i = 0; i < 3; i++) {
        struct event ev = chose(1, PART_THOUGHT, i ? two : one);
        token_log_add(log, &ev.token, 1, 0);
    }
    expert_company_of(&c, &t, log, 0, 5);
    assert_int_equal(c.looked, 3);
    assert_int_equal(c.tokens, 2);
    assert_int_equal(c.with[0 * 8 + 1], 2);
    assert_int_equal(c.with[1 * 8 + 0], 2);
    assert_int_equal(c.with[0 * 8 + 2], 0);
    expert_company_of(&c, &t, log, 0, 1);
    assert_int_equal(c.tokens, 3);
    expert_company_of(&c, &t, log, 1, 7);
    assert_int_equal(c.tokens, 0);
    expert_company_clear(&c);
    token_log_free(log);
    expert_tally_clear(&t);
}

static void a_model_without_experts_is_counted_nowhere(void **state)
{
    (void)state;
    struct backend_info dense = {.n_layers = 4};
    struct expert_tally t;
    struct event ev = chose(1, PART_ANSWER, one);
    expert_tally_init(&t, &dense);
    assert_false(expert_tally_event(&t, &ev));
    expert_tally_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_and_weights_are_exact),
        cmocka_unit_test(leanings_tell_thought_from_answer),
        cmocka_unit_test(company_is_who_was_chosen_with_whom),
        cmocka_unit_test(a_model_without_experts_is_counted_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
