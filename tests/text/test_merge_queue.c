/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <float.h>
#include <math.h>

#include "base/rng.h"
#include "text/merge_queue.h"

static void the_lowest_comes_first_and_of_equals_the_leftmost(void **state)
{
    (void)state;
    struct merge_queue q = {0};
    struct rng rng = rng_init(3);
    struct merge_pair last = {0};
    for (uint32_t i = 0; i < 3000; i++)
        merge_queue_push(&q, (struct merge_pair){.order = (uint32_t)
                                                rng_below(&rng, 50),
                                            .at = (uint32_t)
                                                rng_below(&rng, 1000),
                                            .joined = (int32_t)i});
    for (uint32_t i = 0; i < 3000; i++) {
        struct merge_pair m = merge_queue_pop(&q);
        assert_true(i == 0 || m.order > last.order ||
                    (m.order == last.order && m.at >= last.at));
        last = m;
    }
    assert_int_equal(q.n, 0);
    merge_queue_clear(&q);
    assert_null(q.heap);
}

static void pairs_may_come_while_others_go(void **state)
{
    (void)state;
    struct merge_queue q = {0};
    for (uint32_t i = 10; i > 0; i--)
        merge_queue_push(&q, (struct merge_pair){.order = 2 * i});
    assert_int_equal(merge_queue_pop(&q).order, 2);
    merge_queue_push(&q, (struct merge_pair){.order = 3});
    assert_int_equal(merge_queue_pop(&q).order, 3);
    assert_int_equal(merge_queue_pop(&q).order, 4);
    merge_queue_clear(&q);
}

static void higher_scores_come_first(void **state)
{
    static const float falling[] = {INFINITY, FLT_MAX, 2.5f,  1,        FLT_MIN,
                                    1e-44f,   0,       -1e-44f, -1,     -2.5f,
                                    -FLT_MAX, -INFINITY, NAN};
    (void)state;
    for (size_t i = 1; i < sizeof falling / sizeof *falling; i++)
        assert_true(merge_order_of_score(falling[i - 1]) <
                    merge_order_of_score(falling[i]));
    assert_int_equal(merge_order_of_score(0.0f), merge_order_of_score(-0.0f));
    assert_int_equal(merge_order_of_score(NAN), merge_order_of_score(-NAN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_comes_first_and_of_equals_the_leftmost),
        cmocka_unit_test(pairs_may_come_while_others_go),
        cmocka_unit_test(higher_scores_come_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
