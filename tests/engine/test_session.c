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
        CHECK_OK(session_append(a, w.ids[i], NULL, 0, NULL, &err), &err);
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
    CHECK_REFUSED(session_append(s, 1, NULL, 0, &cancel, &err), &err, ERR_CANCELLED);
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

/* --- drafts --------------------------------------------------------------- */

static struct tiny_spec with_mtp(void)
{
    struct tiny_spec s = tiny_deepseek2();
    s.mtp = true;
    return s;
}

/* Notes what the MTP block says of the token behind the next, and stops. */
static int32_t note_logits(void *arg, const float *logits, uint32_t pos,
                           const int32_t *recent, uint32_t n_recent)
{
    (void)recent;
    assert_int_equal(pos, n_recent);
    memcpy(arg, logits, TINY_VOCAB * sizeof *logits);
    return -1;
}

static int32_t best_of(void *arg, const float *logits, uint32_t pos,
                       const int32_t *recent, uint32_t n_recent)
{
    (void)arg;
    assert_int_equal(pos, n_recent);
    assert_true(recent[n_recent - 1] >= 0);
    int32_t best = 0;
    for (int32_t i = 1; i < TINY_VOCAB; i++)
        best = logits[i] > logits[best] ? i : best;
    return best;
}

static int32_t no_choice(void *arg, const float *logits, uint32_t pos,
                         const int32_t *recent, uint32_t n_recent)
{
    (void)arg, (void)logits, (void)pos, (void)recent, (void)n_recent;
    return -1;
}

static void mtp_says(struct session *s, int32_t id, float *logits)
{
    struct err err;
    int32_t out[SESSION_DRAFTS];
    uint32_t n;
    memset(logits, 0, TINY_VOCAB * sizeof *logits);
    CHECK_OK(session_draft(s, id, 1, note_logits, logits, out, &n, &err), &err);
    assert_int_equal(n, 0);
}

/* Whatever a session went through, the MTP block sees what it would see in a
 * new one. */
static void check_same_drafts(struct world *w, struct session *s,
                              const int32_t *ids, uint32_t n)
{
    float a[TINY_VOCAB], b[TINY_VOCAB];
    struct session *fresh = new_session(w, BATCH);
    assert_int_equal(session_len(s), n);
    read_ids(fresh, ids, n);
    mtp_says(s, 77, a);
    mtp_says(fresh, 77, b);
    assert_true(a[0] != 0);
    assert_memory_equal(a, b, sizeof a);
    session_free(fresh);
}

static void drafts_that_are_right_cost_no_pass(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, BATCH), *plain = new_session(&w, BATCH);
    read_ids(s, w.ids, 20);
    CHECK_OK(session_append(s, w.ids[20], w.ids + 21, 3, NULL, &err), &err);
    for (uint32_t n = 21; n <= 24; n++) {
        assert_int_equal(session_len(s), n);
        read_ids(plain, w.ids, n);
        check_same_logits(s, plain);
        assert_int_equal(session_experts(s, 1)->expert,
                         session_experts(plain, 1)->expert);
        assert_int_equal(session_usage(s).bytes, session_usage(plain).bytes);
        assert_int_equal(session_drafted(s), n < 24 ? w.ids[n] : -1);
        assert_int_equal(session_take(s, w.ids[n]), n < 24);
    }
    check_same_drafts(&w, s, w.ids, 24);
    session_free(s);
    session_free(plain);
    world_close(&w);
}

static void drafts_that_are_wrong_leave_no_trace(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, BATCH), *plain = new_session(&w, BATCH);
    read_ids(s, w.ids, 20);
    int32_t drafts[] = {w.ids[21], w.ids[22] ^ 1, 5};
    CHECK_OK(session_append(s, w.ids[20], drafts, 3, NULL, &err), &err);
    assert_true(session_take(s, w.ids[21]));
    assert_false(session_take(s, w.ids[22]));
    CHECK_OK(session_append(s, w.ids[22], NULL, 0, NULL, &err), &err);
    read_ids(plain, w.ids, 23);
    check_same_logits(s, plain);
    check_same_drafts(&w, s, w.ids, 23);
    /* The turn may end among drafts. */
    read_ids(s, w.ids, 24);
    CHECK_OK(session_append(s, w.ids[24], drafts, 3, NULL, &err), &err);
    assert_int_equal(read_ids(s, w.ids, 30), 25);
    check_same_drafts(&w, s, w.ids, 30);
    session_free(s);
    session_free(plain);
    world_close(&w);
}

static void the_mtp_block_keeps_up_with_whatever_happens(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    int32_t ids[CONTEXT];
    float ignored[TINY_VOCAB];
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, 7);
    memcpy(ids, w.ids, sizeof w.ids);
    for (uint32_t i = 3; i < 38; i++) /* more than wait */
        CHECK_OK(i == 3 ? (read_ids(s, ids, 3), true)
                        : session_append(s, ids[i - 1], NULL, 0, NULL, &err),
                 &err);
    check_same_drafts(&w, s, ids, 37);
    /* The token that the draft was made for never came. */
    read_ids(s, ids, 40);
    mtp_says(s, 78, ignored);
    ids[40] = 79;
    assert_int_equal(read_ids(s, ids, 41), 39);
    check_same_drafts(&w, s, ids, 41);
    /* An edit: the token before it is computed again, for its new follower. */
    ids[9] ^= 1;
    assert_int_equal(read_ids(s, ids, 20), 8);
    check_same_drafts(&w, s, ids, 20);
    session_free(s);
    world_close(&w);
}

static void append(struct session *s, const int32_t *ids, uint32_t from,
                   uint32_t to)
{
    struct err err;
    for (uint32_t i = from; i < to; i++)
        CHECK_OK(session_append(s, ids[i], NULL, 0, NULL, &err), &err);
}

/* What it says depends on what it read before and after its rest, and on nothing
 * that stood between. */
static void the_mtp_block_may_rest(void **state)
{
    (void)state;
    struct world w;
    float rested[TINY_VOCAB], other[TINY_VOCAB], awake[TINY_VOCAB];
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, 7), *plain = new_session(&w, 7);
    read_ids(s, w.ids, 20);
    session_rest_mtp(s, true);
    append(s, w.ids, 20, 27);
    session_rest_mtp(s, false);
    append(s, w.ids, 27, 33);
    read_ids(plain, w.ids, 33);
    check_same_logits(s, plain);
    mtp_says(s, 77, rested);
    mtp_says(plain, 77, awake);
    assert_memory_not_equal(rested, awake, sizeof awake);
    /* Back to before the rest: nothing is known of what it knew, until all is
     * read anew. */
    assert_int_equal(read_ids(s, w.ids, 24), 23);
    mtp_says(s, 77, other);
    assert_true(other[0] != 0);
    session_rest_mtp(s, true);
    append(s, w.ids, 24, 40);
    session_rest_mtp(s, false);
    read_ids(s, w.ids + 1, 30);
    check_same_drafts(&w, s, w.ids + 1, 30);
    session_free(s);
    session_free(plain);
    world_close(&w);
}

static void the_block_goes_on_by_its_own_word(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    int32_t out[SESSION_DRAFTS], first[1];
    uint32_t n;
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, BATCH);
    read_ids(s, w.ids, 20);
    CHECK_OK(session_draft(s, 7, 4, best_of, NULL, out, &n, &err), &err);
    assert_int_equal(n, 4);
    read_ids(s, w.ids, 20);
    CHECK_OK(session_draft(s, 7, 1, best_of, NULL, first, &n, &err), &err);
    assert_int_equal(n, 1);
    assert_int_equal(first[0], out[0]);
    session_free(s);
    world_close(&w);
}

/* What is new is one token: a prompt's rows are not made on one thread. */
static struct session *with_one_row(struct world *w, uint32_t n)
{
    struct err err;
    float ignored[TINY_VOCAB];
    struct session *s = new_session(w, BATCH);
    read_ids(s, w->ids, n - 1);
    assert_false(session_guesses_beside(s));
    mtp_says(s, w->ids[n - 1], ignored);
    CHECK_OK(session_append(s, w->ids[n - 1], NULL, 0, NULL, &err), &err);
    return s;
}

/* Guessed while the token in front of it is computed, a draft is the one that is
 * guessed before, and what follows it is the same. */
static void guess_meanwhile(struct tiny_spec spec)
{
    struct world w;
    struct err err;
    world_open(&w, spec);
    struct session *s = with_one_row(&w, 12), *t = with_one_row(&w, 12);
    for (uint32_t i = 12; i < N; i++) {
        bool never = i % 7 == 3; /* such as the end of a turn */
        struct session_guess g = {.choose = never ? no_choice : best_of};
        int32_t out[SESSION_DRAFTS];
        uint32_t n;
        assert_true(session_guesses_beside(t));
        CHECK_OK(session_append_guess(t, w.ids[i], &g, NULL, &err), &err);
        CHECK_OK(session_draft(s, w.ids[i], 1, g.choose, NULL, out, &n, &err), &err);
        CHECK_OK(session_append(s, w.ids[i], out, n, NULL, &err), &err);
        assert_true(g.ok);
        assert_int_equal(g.n, !never);
        assert_int_equal(session_drafted(t), session_drafted(s));
        check_same_logits(s, t);
        if (i % 3 && !never) { /* it is right now and then */
            assert_true(session_take(s, out[0]) && session_take(t, out[0]));
            check_same_logits(s, t);
            assert_int_equal(session_experts(s, 1)->expert, session_experts(t, 1)->expert);
        }
        assert_int_equal(session_len(s), session_len(t));
        assert_int_equal(session_usage(s).bytes, session_usage(t).bytes);
    }
    session_free(s);
    session_free(t);
    world_close(&w);
}

static void a_draft_guessed_meanwhile_is_the_same(void **state)
{
    (void)state;
    static const int32_t named[] = {0, 3, 64, 65, 200, TINY_VOCAB - 1};
    struct tiny_spec spec = with_mtp();
    guess_meanwhile(spec);
    spec.draft_tokens = named;
    spec.n_draft_tokens = sizeof named / sizeof *named;
    guess_meanwhile(spec);
}

/* The token comes all the same. */
static void a_block_that_computes_nonsense_guesses_nothing(void **state)
{
    (void)state;
    struct tiny_spec spec = with_mtp();
    struct world w;
    struct err err;
    struct session_guess g = {.choose = best_of};
    spec.poison = "blk.3.nextn.enorm.weight";
    world_open(&w, spec);
    struct session *s = new_session(&w, BATCH), *plain = new_session(&w, BATCH);
    read_ids(s, w.ids, 1);
    CHECK_OK(session_append_guess(s, w.ids[1], &g, NULL, &err), &err);
    assert_false(g.ok);
    assert_int_equal(g.why.kind, ERR_MODEL);
    assert_int_equal(g.n, 0);
    assert_int_equal(session_drafted(s), -1);
    read_ids(plain, w.ids, 2);
    check_same_logits(s, plain);
    session_free(s);
    session_free(plain);
    world_close(&w);
}

static void a_guess_may_be_cancelled(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    atomic_bool now = true;
    struct session_guess g = {.choose = best_of};
    world_open(&w, with_mtp());
    struct session *s = with_one_row(&w, 12);
    CHECK_REFUSED(session_append_guess(s, w.ids[12], &g, &now, &err), &err, ERR_CANCELLED);
    assert_int_equal(session_len(s), 12);
    check_same_drafts(&w, s, w.ids, 12);
    session_free(s);
    world_close(&w);
}

/* Neither one thread nor the last place of a context has room for it. */
static void not_everybody_guesses_meanwhile(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    struct session_guess g = {.choose = no_choice};
    world_open(&w, with_mtp());
    struct session *s = with_one_row(&w, 12), *one = new_session(&w, 1);
    read_ids(one, w.ids, 12);
    assert_true(session_guesses_beside(s));
    assert_false(session_guesses_beside(one));
    session_rest_mtp(s, true);
    assert_false(session_guesses_beside(s));
    session_rest_mtp(s, false);
    while (session_draft_room(s) > 0) {
        assert_true(session_guesses_beside(s));
        CHECK_OK(session_append_guess(s, 7, &g, NULL, &err), &err);
    }
    assert_int_equal(session_len(s), CONTEXT - 1);
    assert_false(session_guesses_beside(s));
    session_free(s);
    session_free(one);
    world_close(&w);
}

static void there_is_no_room_for_drafts_at_the_end(void **state)
{
    (void)state;
    struct world w;
    int32_t ids[CONTEXT] = {0};
    world_open(&w, with_mtp());
    struct session *s = new_session(&w, BATCH), *one = new_session(&w, 1);
    read_ids(s, ids, 10);
    assert_int_equal(session_draft_room(s), SESSION_DRAFTS);
    read_ids(s, ids, CONTEXT - 3);
    assert_int_equal(session_draft_room(s), 2);
    read_ids(s, ids, CONTEXT - 1);
    assert_int_equal(session_draft_room(s), 0);
    read_ids(one, ids, 10);
    assert_int_equal(session_draft_room(one), 0);
    session_free(s);
    session_free(one);
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
        cmocka_unit_test(drafts_that_are_right_cost_no_pass),
        cmocka_unit_test(drafts_that_are_wrong_leave_no_trace),
        cmocka_unit_test(the_mtp_block_keeps_up_with_whatever_happens),
        cmocka_unit_test(the_mtp_block_may_rest),
        cmocka_unit_test(the_block_goes_on_by_its_own_word),
        cmocka_unit_test(a_draft_guessed_meanwhile_is_the_same),
        cmocka_unit_test(a_block_that_computes_nonsense_guesses_nothing),
        cmocka_unit_test(a_guess_may_be_cancelled),
        cmocka_unit_test(not_everybody_guesses_meanwhile),
        cmocka_unit_test(there_is_no_room_for_drafts_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
