/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/context_map.h"

#include "check.h"
#include "events.h"

static void read_prompt(struct context_map *m, uint32_t turn, uint32_t known,
                        uint32_t total)
{
    struct event ev = {.kind = EVENT_PREFILL, .turn = turn};
    ev.prefill.total = total;
    ev.prefill.done = known;
    context_map_event(m, &ev);
    ev.prefill.done = total;
    context_map_event(m, &ev);
}

static void tell(struct context_map *m, uint32_t turn, enum text_part part,
                 uint32_t from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct event ev = event_token(part, 1);
        ev.turn = turn;
        ev.token.pos = from + i;
        context_map_event(m, &ev);
    }
}

static void end_turn(struct context_map *m, uint32_t used)
{
    struct event ev = event_done(DONE_END);
    ev.done.stats.context_used = used;
    context_map_event(m, &ev);
}

static void a_turn_is_prompt_thought_and_answer(void **state)
{
    (void)state;
    struct context_map m = {0};
    read_prompt(&m, 1, 0, 20);
    tell(&m, 1, PART_THOUGHT, 20, 30);
    tell(&m, 1, PART_ANSWER, 50, 10);
    end_turn(&m, 60);
    assert_int_equal(context_map_used(&m), 60);
    assert_int_equal(context_map_tokens(&m, CONTEXT_PROMPT), 20);
    assert_int_equal(context_map_tokens(&m, CONTEXT_THOUGHT), 30);
    assert_int_equal(context_map_tokens(&m, CONTEXT_ANSWER), 10);
    assert_int_equal(context_map_at(&m, 19), CONTEXT_PROMPT);
    assert_int_equal(context_map_at(&m, 20), CONTEXT_THOUGHT);
    assert_int_equal(context_map_at(&m, 59), CONTEXT_ANSWER);

    /* The next prompt keeps the question; thought and answer make room. */
    read_prompt(&m, 2, 19, 45);
    assert_int_equal(context_map_used(&m), 45);
    assert_int_equal(context_map_tokens(&m, CONTEXT_THOUGHT), 0);
    assert_int_equal(m.n, 1);
    context_map_clear(&m);
}

static void the_token_that_met_the_limit_is_not_in_the_cache(void **state)
{
    (void)state;
    struct context_map m = {0};
    read_prompt(&m, 1, 0, 5);
    tell(&m, 1, PART_ANSWER, 5, 4);
    end_turn(&m, 8);
    assert_int_equal(context_map_used(&m), 8);
    assert_int_equal(context_map_tokens(&m, CONTEXT_ANSWER), 3);
    context_map_clear(&m);
}

static void a_prefix_counts_as_what_it_says(void **state)
{
    (void)state;
    struct context_map m = {0};
    read_prompt(&m, 1, 0, 30); /* 20 of prompt, 10 of the reply */
    tell(&m, 1, PART_THOUGHT, 20, 12);
    assert_int_equal(context_map_tokens(&m, CONTEXT_PROMPT), 20);
    assert_int_equal(context_map_tokens(&m, CONTEXT_THOUGHT), 12);
    context_map_clear(&m);
}

static void dropped_thoughts_leave_the_rest(void **state)
{
    (void)state;
    struct context_map m = {0};
    read_prompt(&m, 1, 0, 20);
    tell(&m, 1, PART_THOUGHT, 20, 30);
    tell(&m, 1, PART_ANSWER, 50, 10);
    end_turn(&m, 60);
    read_prompt(&m, 2, 19, 31); /* only_read */
    end_turn(&m, 31);
    assert_int_equal(context_map_used(&m), 31);
    assert_int_equal(context_map_tokens(&m, CONTEXT_THOUGHT), 0);
    context_map_clear(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_is_prompt_thought_and_answer),
        cmocka_unit_test(the_token_that_met_the_limit_is_not_in_the_cache),
        cmocka_unit_test(a_prefix_counts_as_what_it_says),
        cmocka_unit_test(dropped_thoughts_leave_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
