/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/world.h"

static void check_same_logits(const struct session *a, const struct session *b)
{
    assert_memory_equal(session_logits(a), session_logits(b),
                        TINY_VOCAB * sizeof(float));
}

static void both_kinds(void (*test)(struct world *))
{
    struct tiny_spec specs[] = {tiny_llama(), tiny_deepseek2()};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        world_open(&w, specs[i]);
        test(&w);
        world_close(&w);
    }
}

static void longer_prompt(struct world *w)
{
    struct session *kept = new_session(w, BATCH), *fresh = new_session(w, BATCH);
    assert_int_equal(read_ids(kept, w->ids, 23), 0);
    assert_int_equal(read_ids(kept, w->ids, N), 23);
    assert_int_equal(read_ids(fresh, w->ids, N), 0);
    check_same_logits(kept, fresh);
    session_free(kept);
    session_free(fresh);
}

static void a_longer_prompt_computes_only_what_is_new(void **state)
{
    (void)state;
    both_kinds(longer_prompt);
}

static void other_prompt(struct world *w)
{
    struct session *kept = new_session(w, BATCH), *fresh = new_session(w, BATCH);
    read_ids(kept, w->ids, N);
    int32_t other[N];
    memcpy(other, w->ids, sizeof other);
    other[11] ^= 1;
    assert_int_equal(read_ids(kept, other, 30), 11);
    read_ids(fresh, other, 30);
    check_same_logits(kept, fresh);
    session_free(kept);
    session_free(fresh);
}

static void a_prompt_that_parts_ways_forgets_from_there(void **state)
{
    (void)state;
    both_kinds(other_prompt);
}

static void the_same_prompt_computes_its_last_token_again(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, tiny_deepseek2());
    struct session *s = new_session(&w, BATCH), *fresh = new_session(&w, BATCH);
    read_ids(s, w.ids, N);
    assert_int_equal(read_ids(s, w.ids, N), N - 1);
    read_ids(fresh, w.ids, N);
    check_same_logits(s, fresh);
    /* And a shorter one is a beginning of it. */
    assert_int_equal(read_ids(s, w.ids, 7), 6);
    session_free(s);
    session_free(fresh);
    world_close(&w);
}

static void appending_equals_reading(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    world_open(&w, tiny_deepseek2());
    struct session *a = new_session(&w, BATCH), *b = new_session(&w, BATCH);
    read_ids(a, w.ids, 20);
    for (int i = 20; i < N; i++)
        CHECK_OK(session_append(a, w.ids[i], NULL, &err), &err);
    read_ids(b, w.ids, N);
    check_same_logits(a, b);
    for (uint32_t j = 0; j < 2; j++)
        assert_int_equal(session_experts(a, j)->expert,
                         session_experts(b, j)->expert);
    /* A prompt may begin with what was appended. */
    assert_int_equal(read_ids(a, w.ids, 30), 29);
    session_free(a);
    session_free(b);
    world_close(&w);
}

static void the_size_of_batches_changes_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, tiny_llama());
    struct session *a = new_session(&w, 3), *b = new_session(&w, CONTEXT);
    read_ids(a, w.ids, N);
    read_ids(b, w.ids, N);
    check_same_logits(a, b);
    session_free(a);
    session_free(b);
    world_close(&w);
}

static void note_progress(void *arg, uint32_t done, uint32_t total)
{
    struct buf *b = arg;
    buf_printf(b, "%u/%u ", done, total);
}

static void progress_is_told_after_every_batch(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    struct buf told = {0};
    uint32_t reused;
    world_open(&w, tiny_llama());
    struct session *s = new_session(&w, BATCH);
    read_ids(s, w.ids, 5);
    CHECK_OK(session_read(s, w.ids, N, NULL, note_progress, &told, &reused,
                          &err), &err);
    assert_string_equal(told.p, "5/40 21/40 37/40 39/40 40/40 ");
    buf_clear(&told);
    session_free(s);
    world_close(&w);
}

static void a_prompt_that_fills_the_context_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    uint32_t reused;
    int32_t ids[CONTEXT] = {0};
    world_open(&w, tiny_llama());
    struct session *s = new_session(&w, BATCH);
    CHECK_REFUSED(session_read(s, ids, CONTEXT, NULL, no_progress, NULL,
                               &reused, &err), &err, ERR_LIMIT);
    assert_int_equal(read_ids(s, ids, CONTEXT - 1), 0);
    session_free(s);
    world_close(&w);
}

/* The flag goes up when the second batch is through. */
static void raise_flag(void *arg, uint32_t done, uint32_t total)
{
    (void)total;
    if (done >= 2 * BATCH)
        atomic_store((atomic_bool *)arg, true);
}

static void a_cancelled_prompt_leaves_a_usable_session(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    uint32_t reused;
    atomic_bool cancel = false;
    world_open(&w, tiny_deepseek2());
    struct session *s = new_session(&w, BATCH), *fresh = new_session(&w, BATCH);
    CHECK_REFUSED(session_read(s, w.ids, N, &cancel, raise_flag, &cancel,
                               &reused, &err), &err, ERR_CANCELLED);
    assert_int_equal(session_len(s), 2 * BATCH);
    CHECK_REFUSED(session_append(s, 1, &cancel, &err), &err, ERR_CANCELLED);
    assert_int_equal(session_len(s), 2 * BATCH);

    assert_int_equal(read_ids(s, w.ids, N), 2 * BATCH);
    read_ids(fresh, w.ids, N);
    check_same_logits(s, fresh);
    session_free(s);
    session_free(fresh);
    world_close(&w);
}

static void nonsense_from_the_model_is_an_error_and_leaves_no_trace(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    spec.poison = "output_norm.weight";
    struct world w;
    struct err err;
    uint32_t reused;
    world_open(&w, spec);
    struct session *s = new_session(&w, BATCH);
    CHECK_REFUSED(session_read(s, w.ids, 10, NULL, no_progress, NULL, &reused,
                               &err), &err, ERR_MODEL);
    assert_int_equal(session_len(s), 0);
    session_free(s);
    world_close(&w);
}

static void a_token_from_nowhere_is_refused(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    uint32_t reused;
    int32_t ids[] = {1, 2, 100000, 3}, negative[] = {1, -1};
    world_open(&w, tiny_llama());
    struct session *s = new_session(&w, BATCH);
    CHECK_REFUSED(session_read(s, ids, 4, NULL, no_progress, NULL, &reused,
                               &err), &err, ERR_FORMAT);
    CHECK_REFUSED(session_read(s, negative, 2, NULL, no_progress, NULL,
                               &reused, &err), &err, ERR_FORMAT);
    read_ids(s, w.ids, 5);
    session_free(s);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_prompt_computes_only_what_is_new),
        cmocka_unit_test(a_prompt_that_parts_ways_forgets_from_there),
        cmocka_unit_test(the_same_prompt_computes_its_last_token_again),
        cmocka_unit_test(appending_equals_reading),
        cmocka_unit_test(the_size_of_batches_changes_nothing),
        cmocka_unit_test(progress_is_told_after_every_batch),
        cmocka_unit_test(a_prompt_that_fills_the_context_is_refused),
        cmocka_unit_test(a_cancelled_prompt_leaves_a_usable_session),
        cmocka_unit_test(
            nonsense_from_the_model_is_an_error_and_leaves_no_trace),
        cmocka_unit_test(a_token_from_nowhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
