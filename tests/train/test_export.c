/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/mem.h"
#include "engine/info.h"
#include "engine/load.h"
#include "engine/session.h"
#include "model/config.h"
#include "train/data/batch.h"
#include "train/data/with_tokenizer.h"
#include "train/export.h"
#include "train/nn/net.h"

enum { N_TOKENS = 24, CONTEXT = 64 };

/* The shape of `tiny` with the small vocabulary of these tests; weights large
 * enough that routing and attention have something to say. */
static void make_params(struct params *p, float yarn)
{
    struct err err;
    struct shape s = *shape_recipe("tiny");
    s.n_vocab = 400;
    if (yarn > 1) {
        s.yarn_factor = yarn;
        s.yarn_original_ctx = 16;
    }
    CHECK_OK(params_init(p, &s, &err), &err);
    params_randomize(p, 9);
    for (size_t i = 0; i < p->n; i++) {
        const struct param *t = &p->table[i];
        struct rng r = rng_init(i);
        for (uint32_t k = 0; k < t->n; k++) {
            float *w = param_matrix(t, p->values, k);
            for (size_t j = 0; j < (size_t)t->n_rows * t->n_cols; j++) {
                if (t->group == PARAM_BIAS)
                    w[j] = (float)(0.05 * rng_normal(&r));
                else if (t->group != PARAM_NORM)
                    w[j] *= 4;
            }
        }
    }
}

static void draw_tokens(int32_t *ids)
{
    struct rng r = rng_init(2);
    for (int i = 0; i < N_TOKENS; i++)
        ids[i] = 32 + (int32_t)rng_below(&r, 368);
}

/* What the trainer says of every next token: [N_TOKENS][n_vocab]. */
static float *trainer_logits(const struct params *p, const int32_t *ids)
{
    struct err err;
    struct net_limits limits = {.n_threads = 1, .n_shards = 1,
                                .max_tokens = CONTEXT, .max_doc = CONTEXT,
                                .inference = true};
    struct net *n = net_new(&p->shape, &limits, &err);
    CHECK_OK(n, &err);
    struct batch b;
    uint32_t rows[N_TOKENS];
    float *out = calloc((size_t)N_TOKENS * p->shape.n_vocab, sizeof *out);
    batch_init(&b, CONTEXT, CONTEXT);
    CHECK(batch_add(&b, ids, NULL, N_TOKENS));
    for (uint32_t i = 0; i < N_TOKENS; i++)
        rows[i] = i;
    CHECK_OK(net_logits(n, p, &b, rows, N_TOKENS, false, out, &err), &err);
    batch_clear(&b);
    net_free(n);
    return out;
}

struct engine {
    struct buf file;
    struct loaded_model model;
    struct session *session;
};

static void open_engine(struct engine *e, const struct params *p,
                        const struct tokenizer *t, enum gguf_type type, bool mtp)
{
    struct err err;
    struct export_options o = {.type = type, .mtp = mtp, .context = CONTEXT,
                               .name = "test"};
    *e = (struct engine){0};
    CHECK_OK(export_gguf(p, t, &o, &e->file, &err), &err);
    struct load_options load = {.builtin = e->file.p,
                                .builtin_size = e->file.len, .threads = 1,
                                .cpu = cpu_best(), .exact = true};
    CHECK_OK(loaded_model_open(&e->model, &load, &err), &err);
    e->session = session_new(&e->model.model, &e->model.compute, KV_F32, CONTEXT,
                             32, false, &err);
    CHECK_OK(e->session, &err);
}

static void close_engine(struct engine *e)
{
    session_free(e->session);
    loaded_model_close(&e->model);
    buf_clear(&e->file);
}

static void not_told(void *arg, uint32_t done, uint32_t total)
{
    (void)arg, (void)done, (void)total;
}

static double difference(struct engine *e, const int32_t *ids, const float *want,
                         uint32_t n_vocab)
{
    struct err err;
    double most = 0;
    atomic_bool cancel = false;
    for (uint32_t i = 0; i < N_TOKENS; i++) {
        uint32_t reused;
        CHECK_OK(session_read(e->session, ids, i + 1, &cancel, not_told, NULL,
                              &reused, &err), &err);
        const float *got = session_logits(e->session);
        for (uint32_t v = 0; v < n_vocab; v++) {
            double d = fabs((double)got[v] - (double)want[i * n_vocab + v]);
            most = d > most ? d : most;
        }
    }
    return most;
}

static void compare(float yarn, bool mtp)
{
    struct params p;
    struct tokenizer t;
    struct engine e;
    int32_t ids[N_TOKENS];
    small_tokenizer(&t);
    make_params(&p, yarn);
    draw_tokens(ids);
    float *want = trainer_logits(&p, ids);
    double size = 0;
    for (uint32_t i = 0; i < N_TOKENS * p.shape.n_vocab; i++)
        size = fmax(size, fabs((double)want[i]));
    open_engine(&e, &p, &t, GGUF_F32, mtp);
    double most = difference(&e, ids, want, p.shape.n_vocab);
    print_message("# logits to %.2f, largest difference %.2g\n", size, most);
    CHECK(size > 0.5); /* they say something */
    CHECK(most < 1e-3);
    close_engine(&e);
    free(want);
    params_clear(&p);
    tokenizer_close(&t);
}

static void the_engine_computes_what_the_trainer_computed(void **state)
{
    (void)state;
    compare(1, true);
}

static void so_it_does_with_a_stretched_context(void **state)
{
    (void)state;
    compare(4, true);
}

static void leaving_the_mtp_block_out_changes_no_logit(void **state)
{
    (void)state;
    compare(1, false);
}

static void the_file_says_what_it_is(void **state)
{
    struct params p;
    struct tokenizer t;
    struct engine e;
    (void)state;
    small_tokenizer(&t);
    make_params(&p, 1);
    open_engine(&e, &p, &t, GGUF_Q8_0, true);
    struct gguf *g = &e.model.gguf;
    uint32_t n = 0;
    struct err err;
    CHECK_OK(gguf_need_u32(g, "deepseek2.nextn_predict_layers", 0, 9, &n, &err),
             &err);
    assert_int_equal(n, 1);
    CHECK_OK(gguf_need_u32(g, "deepseek2.block_count", 0, 99, &n, &err), &err);
    assert_int_equal(n, 5);
    assert_int_equal(gguf_find_tensor(g, "blk.1.ffn_gate_exps.weight")->type,
                     GGUF_Q8_0);
    assert_int_equal(gguf_find_tensor(g, "blk.1.ffn_gate_inp.weight")->type,
                     GGUF_F32);
    assert_int_equal(gguf_find_tensor(g, "blk.1.exp_probs_b.bias")->type,
                     GGUF_F32);
    CHECK(gguf_find(g, "mull.recipe_hash") != NULL);
    close_engine(&e);
    params_clear(&p);
    tokenizer_close(&t);
}

static void labels_of_experts_reach_the_engine_when_there_are_enough(void **state)
{
    struct params p;
    struct str labels[256];
    (void)state;
    make_params(&p, 1);
    size_t n = (size_t)(p.shape.n_layers - p.shape.n_dense_layers) *
               p.shape.n_experts;
    CHECK(n <= 256);
    for (size_t i = 0; i < n; i++)
        labels[i] = str_of(i == 1 ? "digits; multiply" : "words");
    for (int less = 0; less < 2; less++) {
        struct tokenizer t;
        struct err err;
        struct buf file = {0};
        struct loaded_model m;
        struct export_options o = {.type = GGUF_F32, .mtp = true, .context = 64,
                                   .name = "named", .labels = labels,
                                   .n_labels = n - (size_t)less};
        small_tokenizer(&t);
        CHECK_OK(export_gguf(&p, &t, &o, &file, &err), &err);
        struct load_options load = {.builtin = file.p, .builtin_size = file.len,
                                    .threads = 1};
        CHECK_OK(loaded_model_open(&m, &load, &err), &err);
        struct str *seen = info_expert_labels(&m);
        CHECK(less ? seen == NULL : seen != NULL);
        if (seen)
            CHECK(str_is(seen[1], "digits; multiply") && str_is(seen[2], "words"));
        mem_free(seen);
        loaded_model_close(&m);
        buf_clear(&file);
        tokenizer_close(&t);
    }
    params_clear(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_computes_what_the_trainer_computed),
        cmocka_unit_test(so_it_does_with_a_stretched_context),
        cmocka_unit_test(leaving_the_mtp_block_out_changes_no_logit),
        cmocka_unit_test(the_file_says_what_it_is),
        cmocka_unit_test(
            labels_of_experts_reach_the_engine_when_there_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
