/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "text/vocab.h"
#include "train/data/batch.h"
#include "train/data/dataset.h"
#include "train/data/loader.h"
#include "train/data/with_tokenizer.h"
#include "train/gen/bank.h"
#include "train/gen/gen.h"

enum { BATCH = 2000, CONTEXT = 256 };

struct world {
    struct bank *bank;
    struct tokenizer tokenizer;
    struct dataset d;
    struct data_plan plan;
};

static bool story(const void *source, uint64_t seed, uint64_t index,
                  struct buf *out)
{
    (void)source, (void)seed;
    buf_printf(out, "story %llu", (unsigned long long)(index % 50));
    return true;
}

static void make_world(struct world *w)
{
    struct err err;
    char folder[4096];
    struct data_text text = {.name = "story", .next = story, .share = 1};
    *w = (struct world){.plan = {.context = CONTEXT, .turns = 0.1,
                                 .no_think = 0.1, .system = 0.1}};
    snprintf(folder, sizeof folder, "%s/data/bank", getenv("MULL_SOURCE"));
    w->bank = bank_open(folder, &err);
    CHECK_OK(w->bank, &err);
    small_tokenizer(&w->tokenizer);
    w->d.seed = 5;
    w->d.bank = w->bank;
    w->d.mixture.chinese = 0.3;
    CHECK_OK(mixture_add(&w->d.mixture, str_of("add"), str_of("2 : 0"), &err),
             &err);
    CHECK_OK(mixture_add(&w->d.mixture, str_of("mul"), str_of("1"), &err), &err);
    CHECK_OK(mixture_check(&w->d.mixture, w->bank, &err), &err);
    dataset_add_text(&w->d, &text);
    dataset_set_tokenizer(&w->d, &w->tokenizer);
    for (int k = 0; k < N_DOC_KINDS; k++)
        w->plan.share[0][k] = 1;
    w->plan.share[1][DOC_CHAT] = 1;
}

static void clear_world(struct world *w)
{
    dataset_clear(&w->d);
    tokenizer_close(&w->tokenizer);
    bank_free(w->bank);
}

static void make_batch(const struct world *w, uint64_t step, struct batch *b)
{
    struct data_work work = {0};
    batch_init(b, BATCH + CONTEXT, BATCH + CONTEXT);
    dataset_batch(&w->d, &w->plan, 1, step, BATCH, false, &work, b);
    data_work_clear(&work);
}

static bool same(const struct batch *a, const struct batch *b)
{
    return a->n_tokens == b->n_tokens && a->n_docs == b->n_docs &&
           memcmp(a->tokens, b->tokens, a->n_tokens * sizeof *a->tokens) == 0 &&
           memcmp(a->weight, b->weight, a->n_tokens * sizeof *a->weight) == 0;
}

static void a_batch_depends_on_its_step_alone(void **state)
{
    struct world w;
    struct batch a, b, other;
    (void)state;
    make_world(&w);
    make_batch(&w, 3, &a);
    make_batch(&w, 4, &other);
    make_batch(&w, 3, &b);
    CHECK(same(&a, &b));
    CHECK(!same(&a, &other));
    CHECK(a.n_tokens >= BATCH && a.n_tokens < BATCH + CONTEXT);
    CHECK(a.norm > 0);
    batch_clear(&a);
    batch_clear(&b);
    batch_clear(&other);
    clear_world(&w);
}

static void no_document_is_longer_than_the_context(void **state)
{
    struct world w;
    struct batch b;
    (void)state;
    make_world(&w);
    make_batch(&w, 1, &b);
    for (uint32_t i = 0; i < b.n_docs; i++) {
        CHECK(b.doc_start[i + 1] - b.doc_start[i] <= CONTEXT);
        assert_int_equal(b.tokens[b.doc_start[i]], w.tokenizer.bos);
    }
    batch_clear(&b);
    clear_world(&w);
}

static void kinds_come_as_often_as_asked_for(void **state)
{
    struct world w;
    struct data_work work = {0};
    unsigned seen[N_DOC_KINDS] = {0}, n = 600;
    (void)state;
    make_world(&w);
    w.plan.share[0][DOC_TEXT] = 3;
    w.plan.share[0][DOC_LONG] = 0;
    w.plan.share[0][DOC_ZERO] = 0; /* its template alone fills the context */
    for (uint32_t row = 0; row < n; row++)
        seen[dataset_draw(&w.d, &w.plan, 1, 0, row, false, &work)]++;
    for (int k = 0; k < N_DOC_KINDS; k++) {
        double share = (double)w.plan.share[0][k] / 8;
        CHECK(fabs(seen[k] - share * n) <= 4 * sqrt(share * n + 1));
    }
    for (uint32_t row = 0; row < 20; row++)
        assert_int_equal(dataset_draw(&w.d, &w.plan, 1, 0, row, true, &work),
                         DOC_CHAT);
    data_work_clear(&work);
    clear_world(&w);
}

static void held_out_texts_are_never_trained_on(void **state)
{
    struct world w;
    struct data_work work = {0};
    (void)state;
    make_world(&w);
    memset(w.plan.share, 0, sizeof w.plan.share);
    w.plan.share[0][DOC_TEXT] = 1;
    for (uint32_t row = 0; row < 400; row++) {
        w.plan.split = row % 2 ? SPLIT_VALIDATION : SPLIT_TRAIN;
        dataset_draw(&w.d, &w.plan, 1, 0, row, false, &work);
        CHECK((strcmp(work.text.p, "story 49") == 0) == (row % 2 == 1));
    }
    data_work_clear(&work);
    clear_world(&w);
}

static void size(const void *arg, uint64_t tokens, uint32_t *batch, bool *decay)
{
    (void)arg, (void)tokens;
    *batch = BATCH;
    *decay = false;
}

static void the_loader_gives_the_batches_of_its_steps(void **state)
{
    struct world w;
    struct err err;
    (void)state;
    make_world(&w);
    struct loader_options o = {.dataset = &w.d, .plan = &w.plan, .size = size,
                               .max_batch = BATCH, .stage = 1,
                               .from = {.step = 2}};
    struct loader *l = loader_new(&o, &err);
    CHECK_OK(l, &err);
    for (uint64_t step = 2; step < 6; step++) {
        struct batch b;
        make_batch(&w, step, &b);
        CHECK(same(loader_next(l), &b));
        batch_clear(&b);
    }
    loader_free(l);
    clear_world(&w);
}

static void a_task_that_is_not_there_is_refused_by_name(void **state)
{
    struct mixture m = {0};
    struct err err;
    (void)state;
    CHECK_REFUSED(mixture_add(&m, str_of("astrology"), str_of("1"), &err), &err,
                  ERR_USAGE);
    CHECK(strstr(err.msg, "astrology") != NULL);
    CHECK_REFUSED(mixture_add(&m, str_of("add"), str_of("many"), &err), &err,
                  ERR_USAGE);
    CHECK_REFUSED(mixture_add(&m, str_of("add"), str_of("1 : 99"), &err), &err,
                  ERR_USAGE);
    CHECK_REFUSED(mixture_add(&m, str_of("add"), str_of("-1"), &err), &err,
                  ERR_USAGE);
    mixture_clear(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_depends_on_its_step_alone),
        cmocka_unit_test(no_document_is_longer_than_the_context),
        cmocka_unit_test(kinds_come_as_often_as_asked_for),
        cmocka_unit_test(held_out_texts_are_never_trained_on),
        cmocka_unit_test(the_loader_gives_the_batches_of_its_steps),
        cmocka_unit_test(a_task_that_is_not_there_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
