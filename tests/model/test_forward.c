/* SPDX-License-Identifier: Apache-2.0 */
/* The forward pass on tiny models: every way of running the same tokens gives
 * the same logits, and odd numbers in a model end in a sentence. */
#include "model/harness.h"

#include <math.h>
#include <sys/mman.h>

#include "kernels/blas.h"

/* Enough for every way of computing: from 32 on BLAS takes float weights. */
enum { N = 40 };
static int32_t ids[N];

/* Counts what the program itself allocates; see local.mk for --wrap. */
static unsigned n_allocations;
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t item);
void *__real_realloc(void *p, size_t n);
void *__real_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t item);
void *__wrap_realloc(void *p, size_t n);
void *__wrap_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at);

void *__wrap_malloc(size_t n)
{
    n_allocations++;
    return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t item)
{
    n_allocations++;
    return __real_calloc(n, item);
}

void *__wrap_realloc(void *p, size_t n)
{
    n_allocations++;
    return __real_realloc(p, n);
}

void *__wrap_mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
    n_allocations++;
    return __real_mmap(p, n, prot, flags, fd, at);
}

static struct tiny_spec spec_of(void **state)
{
    return strcmp(*state, "llama") == 0       ? tiny_llama()
           : strcmp(*state, "deepseek32") == 0 ? tiny_deepseek32()
                                               : tiny_deepseek2();
}

static float *logits(const struct tiny_spec *spec, struct how how,
                     uint32_t batch)
{
    struct harness h;
    harness_open(&h, NULL, spec, how);
    float *got = harness_logits(&h, ids, N, batch);
    harness_close(&h);
    return got;
}

static void thread_counts_do_not_change_a_bit(void **state)
{
    struct tiny_spec spec = spec_of(state);
    for (int exact = 0; exact < 2; exact++) {
        float *one = logits(&spec, (struct how){1, .exact = exact}, N);
        for (unsigned threads = 2; threads <= 5; threads++) {
            float *many = logits(&spec, (struct how){threads, .exact = exact},
                                 N);
            assert_memory_equal(one, many, N * TINY_VOCAB * sizeof *one);
            free(many);
        }
        free(one);
    }
}

static void token_by_token_equals_one_batch(void **state)
{
    struct tiny_spec spec = spec_of(state);
    for (enum cpu_level level = CPU_SCALAR; level <= CPU_NEON; level++) {
        if (!cpu_can(level))
            continue;
        struct how how = {.level = level, .exact = true};
        float *whole = logits(&spec, how, N);
        for (uint32_t batch = 1; batch < N; batch += 9) {
            float *cut = logits(&spec, how, batch);
            CHECK(rms_between(whole, cut, N * TINY_VOCAB) < 1e-5);
            free(cut);
        }
        free(whole);
    }
}

/* Not in exact mode, where weights are float32: BLAS for the whole prompt, our
 * kernels for the pieces. */
static void blas_computes_what_the_kernels_do(void **state)
{
    struct tiny_spec spec = spec_of(state);
    float *whole = logits(&spec, (struct how){.best = true}, N);
    float *cut = logits(&spec, (struct how){.best = true}, 8);
    CHECK(rms_between(whole, cut, N * TINY_VOCAB) < 1e-5);
    if (!blas_available()) {
        print_message("# no BLAS: %s\n", blas_description());
        skip();
    }
    CHECK(memcmp(whole, cut, N * TINY_VOCAB * sizeof *whole) != 0);
    free(whole);
    free(cut);
}

static void every_level_computes_the_same(void **state)
{
    struct tiny_spec spec = spec_of(state);
    float *right = logits(&spec, (struct how){.exact = true}, N);
    for (enum cpu_level level = CPU_SCALAR; level <= CPU_NEON; level++) {
        if (!cpu_can(level))
            continue;
        float *got = logits(&spec, (struct how){.level = level, .exact = true},
                            N);
        CHECK(rms_between(got, right, N * TINY_VOCAB) < 1e-5);
        free(got);
    }
    free(right);
}

static void a_cache_in_half_precision_is_close(void **state)
{
    struct tiny_spec spec = spec_of(state);
    float *f32 = logits(&spec, (struct how){.exact = true}, N);
    float *f16 = logits(&spec, (struct how){.exact = true, .kv = KV_F16}, 5);
    double rms = rms_between(f32, f16, N * TINY_VOCAB);
    CHECK(rms > 0 && rms < 5e-3);
    free(f32);
    free(f16);
}

/* In whatever pieces the prompt comes: rows are stored one by one. */
static void a_cache_of_int8_blocks_is_close(void **state)
{
    struct tiny_spec spec = spec_of(state);
    spec.head_dim = spec.kv_lora_rank = spec.rope_dim = 32;
    spec.n_embd = 128;
    spec.n_dense_layers = spec.n_layers; /* nothing but rounding to see */
    struct how q8 = {.exact = true, .kv = KV_Q8_0};
    float *right = logits(&spec, (struct how){.exact = true}, N);
    float *whole = logits(&spec, q8, N), *cut = logits(&spec, q8, 3);
    double rms = rms_between(right, whole, N * TINY_VOCAB);
    CHECK(rms > 0 && rms < 2e-2);
    CHECK(rms_between(whole, cut, N * TINY_VOCAB) < 1e-3);
    for (unsigned threads = 1; threads < 6; threads++) {
        q8.threads = threads;
        float *other = logits(&spec, q8, N);
        assert_memory_equal(whole, other, N * TINY_VOCAB * sizeof *other);
        free(other);
    }
    free(right);
    free(whole);
    free(cut);
}

static void a_cut_cache_equals_one_never_filled(void **state)
{
    struct tiny_spec spec = spec_of(state);
    struct harness cut, fresh;
    harness_open(&cut, NULL, &spec, (struct how){.exact = true});
    harness_open(&fresh, NULL, &spec, (struct how){.exact = true});
    free(harness_logits(&cut, ids, N, N));
    kv_cache_truncate(cut.kv, 9);
    free(harness_logits(&fresh, ids, 9, 9));
    float *a = harness_logits(&cut, ids + 12, 6, 6);
    float *b = harness_logits(&fresh, ids + 12, 6, 6);
    assert_memory_equal(a, b, 6 * TINY_VOCAB * sizeof *a);
    free(a);
    free(b);
    harness_close(&cut);
    harness_close(&fresh);
}

static void the_last_row_is_the_same_as_of_all(void **state)
{
    struct tiny_spec spec = spec_of(state);
    struct harness h;
    struct err err;
    harness_open(&h, NULL, &spec, (struct how){.exact = true});
    float *all = harness_logits(&h, ids, N, N);
    kv_cache_truncate(h.kv, 0);
    CHECK_OK(forward_run(h.f, h.kv, ids, N, LOGITS_LAST, NULL, &err), &err);
    CHECK(rms_between(forward_logits(h.f, 0), all + (N - 1) * TINY_VOCAB,
                      TINY_VOCAB) < 1e-5);
    /* And a prompt without logits leaves the same cache behind. */
    kv_cache_truncate(h.kv, 0);
    CHECK_OK(forward_run(h.f, h.kv, ids, N - 1, LOGITS_NONE, NULL, &err),
             &err);
    CHECK_OK(forward_run(h.f, h.kv, ids + N - 1, 1, LOGITS_LAST, NULL, &err),
             &err);
    CHECK(rms_between(forward_logits(h.f, 0), all + (N - 1) * TINY_VOCAB,
                      TINY_VOCAB) < 1e-5);
    free(all);
    harness_close(&h);
}

static void ten_tokens_do_not_allocate(void **state)
{
    struct tiny_spec spec = spec_of(state);
    struct harness h;
    struct err err;
    harness_open(&h, NULL, &spec, (struct how){.best = true});
    CHECK_OK(forward_run(h.f, h.kv, ids, 5, LOGITS_LAST, NULL, &err), &err);
    unsigned before = n_allocations;
    CHECK(before > 0); /* the counter counts */
    for (int i = 0; i < 10; i++)
        CHECK_OK(forward_run(h.f, h.kv, ids + i, 1, LOGITS_LAST, NULL, &err),
                 &err);
    assert_int_equal(n_allocations, before);
    harness_close(&h);
}

static void cancelling_leaves_the_cache_as_it_was(void **state)
{
    struct tiny_spec spec = spec_of(state);
    struct harness h;
    struct err err;
    atomic_bool cancel = true;
    harness_open(&h, NULL, &spec, (struct how){.exact = true});
    free(harness_logits(&h, ids, 4, 4));
    CHECK_REFUSED(forward_run(h.f, h.kv, ids, 3, LOGITS_LAST, &cancel, &err),
                  &err, ERR_CANCELLED);
    assert_int_equal(kv_cache_len(h.kv), 4);
    harness_close(&h);
}

static void ids_outside_the_vocabulary_are_refused(void **state)
{
    struct tiny_spec spec = spec_of(state);
    struct harness h;
    struct err err;
    harness_open(&h, NULL, &spec, (struct how){.exact = true});
    const int32_t wrong[] = {-1, TINY_VOCAB, INT32_MAX, INT32_MIN};
    for (int i = 0; i < 4; i++)
        CHECK_REFUSED(forward_run(h.f, h.kv, &wrong[i], 1, LOGITS_LAST, NULL,
                                  &err), &err, ERR_FORMAT);
    assert_int_equal(kv_cache_len(h.kv), 0);
    harness_close(&h);
}

/* --- hostile numbers (R21) ------------------------------------------------ */

static void fill(struct harness *h, const char *tensor, float value)
{
    const struct gguf_tensor *t = gguf_find_tensor(&h->g, tensor);
    assert_non_null(t);
    float *p = (float *)(void *)(h->bytes.p +
                                 ((const char *)t->data - h->bytes.p));
    for (uint64_t i = 0; i < t->n_elements; i++)
        p[i] = value;
}

static void nan_in_any_tensor_is_said(void **state)
{
    static const char *const tensors[] = {
        "output_norm.weight", "blk.1.attn_norm.weight",
        "blk.1.attn_q_b.weight", "blk.1.ffn_gate_inp.weight",
        "blk.1.exp_probs_b.bias", "blk.2.ffn_down_exps.weight",
    };
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    for (size_t i = 0; i < sizeof tensors / sizeof *tensors; i++)
        for (int exact = 0; exact < 2; exact++) {
            struct harness h;
            struct err err;
            harness_open(&h, NULL, &spec, (struct how){.exact = exact});
            fill(&h, tensors[i], (float)NAN);
            bool ok = forward_run(h.f, h.kv, ids, N, LOGITS_ALL, NULL, &err);
            /* A bias only ranks: experts are chosen as if it were least. */
            assert_int_equal(ok, i == 4);
            if (!ok) {
                assert_int_equal(err.kind, ERR_MODEL);
                assert_int_equal(kv_cache_len(h.kv), 0);
            }
            harness_close(&h);
        }
}

static void degenerate_numbers_run_to_the_end(void **state)
{
    static const struct {
        const char *tensor;
        float value;
    } odd[] = {
        {"blk.1.ffn_gate_inp.weight", 0},    /* all experts equal */
        {"blk.1.attn_norm.weight", 0},       /* nothing but zeros */
        {"blk.0.attn_kv_a_norm.weight", 0},  /* all scores equal */
        {"token_embd.weight", 1e-42f},       /* denormal */
        {"blk.1.attn_q_b.weight", 1e30f},    /* scores overflow */
        {"blk.1.ffn_up_exps.weight", 3e38f},
    };
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        for (int exact = 0; exact < 2; exact++) {
            struct harness h;
            struct err err = {0};
            harness_open(&h, NULL, &spec, (struct how){.exact = exact});
            fill(&h, odd[i].tensor, odd[i].value);
            if (!forward_run(h.f, h.kv, ids, N, LOGITS_ALL, NULL, &err))
                assert_int_equal(err.kind, ERR_MODEL);
            harness_close(&h);
        }
}

/* --- telemetry ------------------------------------------------------------ */

static void experts_are_those_of_their_token(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_deepseek2();
    struct harness batch, single;
    struct err err;
    harness_open(&batch, NULL, &spec, (struct how){.exact = true});
    harness_open(&single, NULL, &spec, (struct how){.exact = true});
    CHECK_OK(forward_run(batch.f, batch.kv, ids, N, LOGITS_LAST, NULL, &err),
             &err);
    for (uint32_t i = 0; i < N; i++) {
        CHECK_OK(forward_run(single.f, single.kv, ids + i, 1, LOGITS_LAST, NULL,
                             &err), &err);
        for (uint32_t layer = 0; layer < 2; layer++) {
            const struct expert_choice *a = forward_experts(batch.f, i, layer);
            const struct expert_choice *b = forward_experts(single.f, 0, layer);
            for (uint32_t j = 0; j < spec.n_used; j++) {
                bool computed = layer == 0 || i == N - 1;
                assert_int_equal(a[j].expert, computed ? b[j].expert : 0);
                assert_float_equal(a[j].weight, computed ? b[j].weight : 0,
                                   1e-4);
            }
        }
    }
    harness_close(&batch);
    harness_close(&single);
}

int main(void)
{
    for (int i = 0; i < N; i++)
        ids[i] = (i * 97 + 7) % TINY_VOCAB;
#define ON(ARCH, TEST) {#TEST " (" ARCH ")", TEST, NULL, NULL, (char *)ARCH}
#define ON_BOTH(TEST) ON("llama", TEST), ON("deepseek2", TEST)
#define ON_ALL(TEST) ON_BOTH(TEST), ON("deepseek32", TEST)
    const struct CMUnitTest tests[] = {
        ON_ALL(thread_counts_do_not_change_a_bit),
        ON_ALL(token_by_token_equals_one_batch),
        ON_ALL(blas_computes_what_the_kernels_do),
        ON_ALL(every_level_computes_the_same),
        /* Rounding an indexer's keys changes which of few rows are read. */
        ON_BOTH(a_cache_in_half_precision_is_close),
        ON_BOTH(a_cache_of_int8_blocks_is_close),
        ON_ALL(a_cut_cache_equals_one_never_filled),
        ON_ALL(the_last_row_is_the_same_as_of_all),
        ON_ALL(ten_tokens_do_not_allocate),
        ON_ALL(cancelling_leaves_the_cache_as_it_was),
        ON_ALL(ids_outside_the_vocabulary_are_refused),
        cmocka_unit_test(nan_in_any_tensor_is_said),
        cmocka_unit_test(degenerate_numbers_run_to_the_end),
        cmocka_unit_test(experts_are_those_of_their_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
