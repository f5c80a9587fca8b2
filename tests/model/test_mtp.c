/* SPDX-License-Identifier: Apache-2.0 */
/* The MTP block on tiny models, and what makes drafts exact: a row of a batch
 * is the same, bit for bit, however many rows run beside it. */
#include "model/harness.h"

enum { N = 21 };
static const int32_t ids[N] = {7,  31, 255, 0,  12, 99, 100, 101, 44, 44, 3,
                               18, 200, 31, 77, 5,  9,  150, 160, 170, 180};

static struct tiny_spec with_mtp(void)
{
    struct tiny_spec s = tiny_deepseek2();
    s.mtp = true;
    return s;
}

static float *mtp_logits(const struct tiny_spec *s, struct how how,
                         uint32_t batch)
{
    struct harness h;
    harness_open(&h, NULL, s, how);
    float *got = harness_mtp_logits(&h, ids, N, batch);
    harness_close(&h);
    return got;
}

static void rows_do_not_depend_on_how_they_were_batched(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    for (enum cpu_level level = CPU_SCALAR; level <= CPU_NEON; level++) {
        if (!cpu_can(level))
            continue;
        struct how how = {.level = level};
        float *one = mtp_logits(&s, how, 1);
        for (uint32_t batch = 2; batch <= 5; batch++) {
            float *some = mtp_logits(&s, how, batch);
            assert_memory_equal(one, some,
                                (N - 1) * TINY_VOCAB * sizeof *one);
            free(some);
        }
        free(one);
    }
}

/* Rows that are only remembered serve those that come after as well. */
static void remembered_rows_equal_computed_ones(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    struct err err;
    struct harness h;
    float *all = mtp_logits(&s, (struct how){0}, N);
    harness_open(&h, NULL, &s, (struct how){0});
    forward_keep_hidden(h.f, true);
    CHECK_OK(forward_run(h.f, h.kv, ids, N - 1, LOGITS_NONE, NULL, &err), &err);
    CHECK_OK(mtp_run(h.f, h.kv, 0, forward_hidden(h.f, 0), ids + 1, N - 3,
                     LOGITS_NONE, &err), &err);
    CHECK_OK(mtp_run(h.f, h.kv, N - 3, forward_hidden(h.f, N - 3), ids + N - 2,
                     2, LOGITS_LAST, &err), &err);
    assert_memory_equal(forward_logits(h.f, 0), all + (N - 2) * TINY_VOCAB,
                        TINY_VOCAB * sizeof *all);
    harness_close(&h);
    free(all);
}

/* The last row's logits, of three rows that wait. */
static void last_row(struct harness *h, const struct tiny_spec *s)
{
    struct err err;
    harness_open(h, NULL, s, (struct how){0});
    forward_keep_hidden(h->f, true);
    CHECK_OK(forward_run(h->f, h->kv, ids, 4, LOGITS_NONE, NULL, &err), &err);
    CHECK_OK(mtp_run(h->f, h->kv, 0, forward_hidden(h->f, 0), ids + 1, 3, LOGITS_LAST,
                     &err), &err);
}

static void drafts_are_chosen_among_the_tokens_that_are_named(void **state)
{
    (void)state;
    static const int32_t named[] = {0, 3, 64, 65, 200, TINY_VOCAB - 1};
    enum { NAMED = sizeof named / sizeof *named };
    struct tiny_spec s = with_mtp();
    struct harness all, some;
    for (int own = 0; own < 2; own++) { /* a head that is shared, and its own */
        s.mtp_own_ends = own;
        s.draft_tokens = NULL;
        last_row(&all, &s);
        s.draft_tokens = named;
        s.n_draft_tokens = NAMED;
        last_row(&some, &s);
        assert_int_equal(some.m.w.mtp.n_drafts, NAMED);
        const float *want = mtp_guess_logits(all.f), *got = mtp_guess_logits(some.f);
        for (int32_t id = 0, n = 0; id < TINY_VOCAB; id++) {
            bool is_named = n < NAMED && named[n] == id;
            CHECK(is_named ? got[id] == want[id] : got[id] < -3e38f);
            n += is_named;
        }
        harness_close(&all);
        harness_close(&some);
    }
}

static void keeping_hidden_states_changes_no_logits(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    struct err err;
    struct harness plain, kept;
    harness_open(&plain, NULL, &s, (struct how){0});
    harness_open(&kept, NULL, &s, (struct how){0});
    forward_keep_hidden(kept.f, true);
    CHECK_OK(forward_run(plain.f, plain.kv, ids, N, LOGITS_LAST, NULL, &err),
             &err);
    CHECK_OK(forward_run(kept.f, kept.kv, ids, N, LOGITS_LAST, NULL, &err),
             &err);
    assert_memory_equal(forward_logits(plain.f, 0), forward_logits(kept.f, 0),
                        TINY_VOCAB * sizeof(float));
    for (uint32_t k = 0; k < s.n_used; k++)
        assert_int_equal(forward_experts(plain.f, N - 1, 1)[k].expert,
                         forward_experts(kept.f, N - 1, 1)[k].expert);
    harness_close(&plain);
    harness_close(&kept);
}

static void its_own_ends_are_used(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    float *shared = mtp_logits(&s, (struct how){0}, N);
    s.mtp_own_ends = true;
    float *own = mtp_logits(&s, (struct how){0}, N);
    CHECK(rms_between(shared, own, (N - 1) * TINY_VOCAB) > 0.1);
    free(shared);
    free(own);
}

static void a_block_that_was_left_out_leaves_the_trunk(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    struct harness with, without;
    harness_open(&with, NULL, &s, (struct how){0});
    s.mtp_left_out = true;
    harness_open(&without, NULL, &s, (struct how){0});
    assert_int_equal(with.m.cfg.n_mtp, 1);
    assert_int_equal(without.m.cfg.n_mtp, 0);
    assert_int_equal(without.m.cfg.n_layers, with.m.cfg.n_layers);
    float *a = harness_logits(&with, ids, N, N);
    float *b = harness_logits(&without, ids, N, N);
    assert_memory_equal(a, b, N * TINY_VOCAB * sizeof *a);
    free(a);
    free(b);
    CHECK(kv_cache_usage(with.kv).bytes > kv_cache_usage(without.kv).bytes);
    harness_close(&with);
    harness_close(&without);
}

static void the_block_counts_as_parameters_but_not_as_active_ones(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    struct harness with, without;
    harness_open(&with, NULL, &s, (struct how){0});
    s.mtp = false;
    harness_open(&without, NULL, &s, (struct how){0});
    CHECK(with.m.w.n_params > without.m.w.n_params);
    CHECK(with.m.w.bytes > without.m.w.bytes);
    assert_int_equal(with.m.w.n_active_params, without.m.w.n_active_params);
    assert_int_equal(with.m.w.active_bytes, without.m.w.active_bytes);
    harness_close(&with);
    harness_close(&without);
}

static void an_id_beyond_the_vocabulary_is_refused(void **state)
{
    (void)state;
    struct tiny_spec s = with_mtp();
    struct err err;
    struct harness h;
    int32_t bad = TINY_VOCAB;
    harness_open(&h, NULL, &s, (struct how){0});
    forward_keep_hidden(h.f, true);
    CHECK_OK(forward_run(h.f, h.kv, ids, 1, LOGITS_LAST, NULL, &err), &err);
    assert_false(mtp_run(h.f, h.kv, 0, forward_hidden(h.f, 0), &bad, 1,
                         LOGITS_LAST, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
    harness_close(&h);
}

/* The property that verifying drafts rests on, for weights of every kind: what
 * the trunk says in batches of 2 to 5 is what it says token by token. */
static void check_batches(const char *path, const struct tiny_spec *spec,
                          struct how how)
{
    enum { LEN = 10 };
    struct harness h;
    int32_t some[LEN];
    harness_open(&h, path, spec, how);
    for (int i = 0; i < LEN; i++)
        some[i] = (i * i * 7 + 3) % (int)h.m.cfg.n_vocab;
    size_t bytes = (size_t)LEN * h.m.cfg.n_vocab * sizeof(float);
    float *one = harness_logits(&h, some, LEN, 1);
    for (uint32_t batch = 2; batch <= 5; batch += batch == 3 ? 2 : 1) {
        kv_cache_truncate(h.kv, 0);
        float *got = harness_logits(&h, some, LEN, batch);
        if (memcmp(one, got, bytes) != 0)
            fail_msg("%s: %s%s, batches of %u differ from single tokens",
                     path ? path : spec->arch, cpu_level_name(how.level),
                     how.exact ? ", exact" : "", batch);
        free(got);
    }
    free(one);
    harness_close(&h);
}

static void check_batches_at_all_levels(const char *path,
                                        const struct tiny_spec *spec)
{
    for (enum cpu_level level = CPU_SCALAR; level <= CPU_NEON; level++)
        for (int exact = 0; cpu_can(level) && exact < 2; exact++) {
            struct how how = {.level = level, .exact = exact,
                              .kv = exact ? KV_F32 : KV_F16};
            check_batches(path, spec, how);
        }
}

static void batches_of_tiny_models_equal_single_tokens(void **state)
{
    (void)state;
    struct tiny_spec v3 = tiny_deepseek2(), llama = tiny_llama();
    check_batches_at_all_levels(NULL, &v3);
    check_batches_at_all_levels(NULL, &llama);
}

/* Then some are dealt to the threads token by token. */
static void batches_equal_single_tokens_on_any_number_of_threads(void **state)
{
    (void)state;
    struct tiny_spec spec[] = {tiny_deepseek2(), tiny_llama(),
                               tiny_deepseek32(), with_mtp()};
    for (size_t i = 0; i < sizeof spec / sizeof *spec; i++)
        for (unsigned threads = 1; threads <= 6; threads++)
            check_batches(NULL, &spec[i],
                          (struct how){threads, .best = true, .kv = KV_F16});
}

static void check_choices(const struct expert_choice *a,
                          const struct expert_choice *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        assert_int_equal(a[i].expert, b[i].expert);
        assert_true(a[i].weight == b[i].weight);
    }
}

/* Hidden states and choices of experts are those of their token as well. */
static void what_a_batch_leaves_behind_is_that_of_single_tokens(void **state)
{
    (void)state;
    enum { LEN = 5 };
    struct tiny_spec spec = with_mtp();
    struct err err;
    for (unsigned threads = 1; threads <= 6; threads++) {
        struct harness batch, single;
        struct how how = {threads, .best = true};
        harness_open(&batch, NULL, &spec, how);
        harness_open(&single, NULL, &spec, how);
        forward_keep_hidden(batch.f, true);
        forward_keep_hidden(single.f, true);
        CHECK_OK(forward_run(batch.f, batch.kv, ids, LEN, LOGITS_ALL, NULL,
                             &err), &err);
        for (uint32_t i = 0; i < LEN; i++) {
            CHECK_OK(forward_run(single.f, single.kv, ids + i, 1, LOGITS_LAST,
                                 NULL, &err), &err);
            assert_memory_equal(forward_hidden(batch.f, i),
                                forward_hidden(single.f, 0),
                                batch.m.cfg.n_embd * sizeof(float));
            for (uint32_t j = 0; j < model_config_moe_layers(&batch.m.cfg); j++)
                check_choices(forward_experts(batch.f, i, j),
                              forward_experts(single.f, 0, j),
                              batch.m.cfg.moe.n_used);
        }
        harness_close(&batch);
        harness_close(&single);
    }
}

static void batches_of_every_type_equal_single_tokens(void **state)
{
    (void)state;
    static const char *const types[] = {
        "bf16", "f16", "iq4_nl", "iq4_xs", "mxfp4_moe", "q2_k", "q3_k_m",
        "q4_0", "q4_1", "q4_k_m", "q5_0", "q5_1", "q5_k_m", "q6_k", "q8_0",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char name[64], path[4096];
        snprintf(name, sizeof name, "models/v3-k-%s.gguf", types[i]);
        snprintf(path, sizeof path, "%s", fixture_path(name));
        struct gguf g;
        struct model m;
        struct err err;
        CHECK_OK(gguf_open(&g, path, &err), &err);
        bool known = model_open(&m, &g, &err);
        if (known)
            model_close(&m);
        gguf_close(&g);
        if (known)
            check_batches_at_all_levels(path, NULL);
        else
            print_message("# %s\n", err.msg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_do_not_depend_on_how_they_were_batched),
        cmocka_unit_test(remembered_rows_equal_computed_ones),
        cmocka_unit_test(drafts_are_chosen_among_the_tokens_that_are_named),
        cmocka_unit_test(keeping_hidden_states_changes_no_logits),
        cmocka_unit_test(its_own_ends_are_used),
        cmocka_unit_test(a_block_that_was_left_out_leaves_the_trunk),
        cmocka_unit_test(the_block_counts_as_parameters_but_not_as_active_ones),
        cmocka_unit_test(an_id_beyond_the_vocabulary_is_refused),
        cmocka_unit_test(batches_of_tiny_models_equal_single_tokens),
        cmocka_unit_test(batches_equal_single_tokens_on_any_number_of_threads),
        cmocka_unit_test(what_a_batch_leaves_behind_is_that_of_single_tokens),
        cmocka_unit_test(batches_of_every_type_equal_single_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
