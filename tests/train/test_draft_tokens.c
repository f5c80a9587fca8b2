/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "text/encode.h"
#include "text/vocab.h"
#include "train/data/dataset.h"
#include "train/data/with_tokenizer.h"
#include "train/draft_tokens.h"
#include "train/gen/bank.h"

enum { N = 60, STAGE = 2 };

struct world {
    struct bank *bank;
    struct tokenizer tokenizer;
    struct dataset d;
    struct data_plan plan;
};

static void open_world(struct world *w)
{
    struct err err;
    char folder[4096];
    *w = (struct world){.plan = {.context = 512}};
    snprintf(folder, sizeof folder, "%s/data/bank", getenv("MULL_SOURCE"));
    w->bank = bank_open(folder, &err);
    CHECK_OK(w->bank, &err);
    small_tokenizer(&w->tokenizer);
    w->d.bank = w->bank;
    CHECK_OK(mixture_add(&w->d.mixture, str_of("add"), str_of("1"), &err), &err);
    CHECK_OK(mixture_check(&w->d.mixture, w->bank, &err), &err);
    dataset_set_tokenizer(&w->d, &w->tokenizer);
    w->plan.share[0][DOC_WARMUP] = w->plan.share[1][DOC_WARMUP] = 1;
    w->plan.share[0][DOC_CHAT] = w->plan.share[1][DOC_CHAT] = 1;
}

static void close_world(struct world *w)
{
    dataset_clear(&w->d);
    tokenizer_close(&w->tokenizer);
    bank_free(w->bank);
}

static void what_is_said_most_comes_in_ascending_order(void **state)
{
    (void)state;
    struct world w;
    int32_t ids[N], few[N / 2];
    open_world(&w);
    uint32_t vocab = vocab_size(w.tokenizer.vocab);
    double part = draft_tokens_choose(&w.d, &w.plan, STAGE, vocab, N, ids);
    double less = draft_tokens_choose(&w.d, &w.plan, STAGE, vocab, N / 2, few);
    CHECK(part > 0.9 && part <= 1 && less > 0.3 && less < part);
    for (int i = 1; i < N; i++)
        CHECK(ids[i] > ids[i - 1] && ids[i] < (int32_t)vocab);
    for (int i = 0, k = 0; i < N / 2; i++) { /* fewer are some of them */
        while (k < N && ids[k] < few[i])
            k++;
        CHECK(k < N && ids[k] == few[i]);
    }
    close_world(&w);
}

/* Answers to sums are digits and signs: of ten numbers all are among them. */
static void digits_are_said_in_sums(void **state)
{
    (void)state;
    struct world w;
    int32_t ids[N];
    struct ids digits = {0};
    open_world(&w);
    draft_tokens_choose(&w.d, &w.plan, STAGE, vocab_size(w.tokenizer.vocab), N, ids);
    encode(w.tokenizer.vocab, str_of("0123456789"), ENCODE_PLAIN, &digits);
    assert_int_equal(digits.n, 10);
    for (size_t i = 0; i < digits.n; i++) {
        bool found = false;
        for (int k = 0; k < N; k++)
            found |= ids[k] == digits.p[i];
        CHECK(found);
    }
    ids_clear(&digits);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_most_comes_in_ascending_order),
        cmocka_unit_test(digits_are_said_in_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
