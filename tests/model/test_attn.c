/* SPDX-License-Identifier: Apache-2.0 */
/* Attention over a cache of random rows against its definition in double: few
 * and many tokens, near and far, absorbed and expanded, in every cache type. */
#include "model/harness.h"

#include <math.h>

#include "base/rng.h"
#include "model/attn.h"
#include "model/pass.h"

enum { CONTEXT = 33000, LAYER = 1 };

struct place {
    uint32_t pos, n; /* tokens of the batch, behind so many rows */
};

static int32_t ids[64];

/* Like harness_open, with a context of another length. */
static void open_long(struct harness *h, const struct tiny_spec *spec,
                      struct how how, uint32_t context)
{
    struct err err;
    harness_open(h, NULL, spec, how);
    kv_cache_free(h->kv);
    forward_free(h->f);
    h->kv = kv_cache_new(&h->m.cfg, how.kv ? how.kv : KV_F32, context, &err);
    assert_non_null(h->kv);
    h->f = forward_new(&h->m, &h->c, 64, context, &err);
    assert_non_null(h->f);
}

static struct tiny_spec spec_of(const char *name)
{
    struct tiny_spec s = strcmp(name, "llama") == 0 ? tiny_llama()
                                                    : tiny_deepseek2();
    s.n_ctx = 65536;
    s.head_dim = s.kv_lora_rank = s.rope_dim = 32; /* blocks for q8_0 */
    s.qk_nope_dim = s.v_head_dim = 16; /* both forms have their places */
    s.n_embd = 128;
    s.n_layers = 2;
    s.n_dense_layers = 2;
    return s;
}

static void fill(char *rows, size_t bytes, uint32_t n, struct harness *h,
                 uint32_t dim)
{
    struct rng rng = rng_init(dim);
    float x[64];
    assert_true(dim <= 64);
    for (uint32_t r = 0; r < n; r++) {
        for (uint32_t i = 0; i < dim; i++)
            x[i] = (float)rng_normal(&rng);
        kv_type_store(kv_cache_type(h->kv), &h->c.kernels, x, rows + r * bytes,
                      dim);
    }
}

static void fill_cache(struct harness *h, uint32_t n)
{
    const struct model_config *cfg = &h->m.cfg;
    bool mla = cfg->attn == ATTN_MLA;
    size_t bytes;
    for (uint32_t head = 0; head < (mla ? 1 : cfg->n_kv_heads); head++) {
        char *rows = kv_cache_keys(h->kv, LAYER, head, &bytes);
        fill(rows, bytes, n, h,
             mla ? cfg->kv_lora_rank + cfg->rope.dim : cfg->head_dim);
        if (mla)
            continue;
        rows = kv_cache_values(h->kv, LAYER, head, &bytes);
        fill(rows, bytes, n, h, cfg->v_head_dim);
    }
}

static void decoded(const struct harness *h, enum weight_type type,
                    const void *row, float *out, uint32_t n)
{
    h->c.kernels.weight[type].decode(row, out, n);
}

/* What one head of one token should find: out[v_head_dim]. The query is as the
 * layer left it, rotated and scaled; so are the rows of the batch itself. */
static void definition(const struct harness *h, struct place at, uint32_t t,
                       uint32_t head, double *out)
{
    const struct model_config *cfg = &h->m.cfg;
    const struct attn *a = &h->f->attn;
    bool mla = cfg->attn == ATTN_MLA;
    uint32_t seen = at.pos + t + 1, K = a->key_dim, V = a->value_dim;
    struct attn_rows rows = attn_rows_of(
        &h->f->b, LAYER, mla ? 0 : head / (cfg->n_heads / cfg->n_kv_heads));
    enum weight_type type = kv_type_weights(rows.type);
    const float *q = a->q + ((size_t)t * cfg->n_heads + head) * cfg->head_dim;
    double *query = calloc(K, sizeof *query), *sum = calloc(V, sizeof *sum);
    double *score = calloc(seen, sizeof *score), max = -INFINITY, total = 0;
    float x[64];
    for (uint32_t i = 0; i < K; i++)
        query[i] = mla && i >= cfg->kv_lora_rank
                       ? q[cfg->qk_nope_dim + i - cfg->kv_lora_rank]
                   : mla ? 0 : q[i];
    if (mla) {
        struct matrix k_b = matrix_stack_at(&h->m.w.layers[LAYER].k_b, head);
        for (uint32_t r = 0; r < k_b.n_rows; r++) {
            decoded(h, k_b.type, (const char *)k_b.data + r * k_b.row_bytes, x,
                    k_b.n_cols);
            for (uint32_t i = 0; i < k_b.n_cols; i++)
                query[r] += (double)x[i] * q[i];
        }
    }
    for (uint32_t s = 0; s < seen; s++) {
        decoded(h, type, rows.keys + s * rows.key_bytes, x, K);
        for (uint32_t i = 0; i < K; i++)
            score[s] += query[i] * x[i];
        max = score[s] > max ? score[s] : max;
    }
    for (uint32_t s = 0; s < seen; s++) {
        double p = exp(score[s] - max);
        decoded(h, type, rows.values + s * rows.value_bytes, x, V);
        total += p;
        for (uint32_t i = 0; i < V; i++)
            sum[i] += p * x[i];
    }
    for (uint32_t i = 0; i < cfg->v_head_dim; i++)
        out[i] = mla ? 0 : sum[i] / total;
    if (mla) {
        struct matrix v_b = matrix_stack_at(&h->m.w.layers[LAYER].v_b, head);
        for (uint32_t r = 0; r < v_b.n_rows; r++) {
            decoded(h, v_b.type, (const char *)v_b.data + r * v_b.row_bytes, x,
                    v_b.n_cols);
            for (uint32_t i = 0; i < v_b.n_cols; i++)
                out[r] += x[i] * sum[i] / total;
        }
    }
    free(query);
    free(sum);
    free(score);
}

/* Values are a few tenths and less. With operands rounded to eight bits the largest
 * of 4,600 is .005 off, their root mean square .0005. */
static double tolerance(const struct harness *h)
{
    return attn_rounded(&h->f->b) ? 8e-3 : 1e-4;
}

/* Runs the attention of a layer; its result is in f->attn.heads. */
static void attend(struct harness *h, struct place at)
{
    pass_begin(h->f, h->kv, &h->m.w.token_embd, ids, at.pos, at.n);
    pass_attention(h->f, LAYER);
}

static void check_place(struct harness *h, struct place at)
{
    const struct model_config *cfg = &h->m.cfg;
    double want[64];
    uint32_t D = cfg->v_head_dim;
    attend(h, at);
    for (uint32_t t = 0; t < at.n; t += at.n > 1 ? at.n - 1 : 1)
        for (uint32_t head = 0; head < cfg->n_heads; head++) {
            definition(h, at, t, head, want);
            const float *got = h->f->attn.heads +
                               ((size_t)t * cfg->n_heads + head) * D;
            for (uint32_t i = 0; i < D; i++)
                if (!(fabs(got[i] - want[i]) < tolerance(h)))
                    fail_msg("%u tokens at %u, token %u, head %u: %g should be "
                             "%g", at.n, at.pos, t, head, got[i], want[i]);
        }
}

static const struct place places[] = {
    {0, 1}, {0, 40}, {3, 5}, {250, 5}, {252, 1}, {255, 1}, {256, 1}, {300, 6},
    {500, 40}, {250, 64}, {1000, 60}, {700, 5}, {1023, 2}, {5000, 1}, {5000, 9}, {32760, 1},
    {32760, 5}, {9000, 40},
};
enum { N_PLACES = sizeof places / sizeof *places };

static void attention_is_what_its_definition_says(void **state)
{
    static const enum kv_type types[] = {KV_F32, KV_F16, KV_Q8_0};
    struct tiny_spec spec = spec_of(*state);
    for (int exact = 0; exact < 2; exact++)
        for (int i = 0; i < 3; i++) {
            struct harness h;
            open_long(&h, &spec, (struct how){.best = true, .exact = exact,
                                              .kv = types[i]}, CONTEXT);
            fill_cache(&h, CONTEXT);
            for (int p = 0; p < N_PLACES; p++)
                check_place(&h, places[p]);
            forward_one_plane_from(h.f, 32);
            for (int p = 0; p < N_PLACES; p++)
                if (places[p].n >= 32)
                    check_place(&h, places[p]);
            harness_close(&h);
        }
}

static void both_forms_of_prompts_are_taken(void **state)
{
    (void)state;
    struct tiny_spec spec = spec_of("deepseek2");
    struct harness h;
    open_long(&h, &spec, (struct how){0}, 1024);
    int expanded = 0, absorbed = 0;
    for (int p = 0; p < N_PLACES; p++) {
        h.f->b.pos = places[p].pos;
        h.f->b.n = places[p].n;
        if (places[p].n > FEW_TOKENS)
            *(attn_expand_pays(&h.f->b, places[p].n) ? &expanded : &absorbed) += 1;
    }
    assert_true(expanded >= 2 && absorbed >= 1);
    harness_close(&h);
}

/* Where the CPU is faster so, but never where exactness is asked for. */
static void long_prompts_are_rounded_with_their_activations(void **state)
{
    (void)state;
    for (int exact = 0; exact < 2; exact++) {
        struct tiny_spec spec = spec_of("llama");
        struct harness h;
        open_long(&h, &spec, (struct how){.best = true, .exact = exact}, 1024);
        struct batch *b = &h.f->b;
        attend(&h, (struct place){500, 40});
        assert_false(attn_rounded(b));
        forward_one_plane_from(h.f, 32);
        attend(&h, (struct place){500, 40});
        assert_int_equal(attn_rounded(b), !exact && h.c.kernels.gemm_bf16);
        attend(&h, (struct place){500, FEW_TOKENS});
        assert_false(attn_rounded(b));
        attend(&h, (struct place){0, 64});
        assert_false(attn_rounded(b));
        harness_close(&h);
    }
}

static float *heads_of(const char *name, struct how how, struct place at,
                       uint32_t *n)
{
    struct tiny_spec spec = spec_of(name);
    struct harness h;
    open_long(&h, &spec, how, at.pos + at.n);
    fill_cache(&h, at.pos + at.n);
    forward_one_plane_from(h.f, 40);
    attend(&h, at);
    *n = at.n * h.m.cfg.n_heads * h.m.cfg.v_head_dim;
    float *out = malloc(*n * sizeof *out);
    memcpy(out, h.f->attn.heads, *n * sizeof *out);
    harness_close(&h);
    return out;
}

/* However many share the walk. */
static void threads_do_not_change_a_bit(void **state)
{
    static const struct place far[] = {
        {700, 1}, {9000, 3}, {900, 30}, {900, 60}};
    for (int i = 0; i < 4; i++)
        for (int best = 0; best < 2; best++) {
            uint32_t n;
            struct how how = {.threads = 1, .best = best};
            if (!best && i == 1) /* the readable kernels take their time */
                continue;
            float *one = heads_of(*state, how, far[i], &n);
            for (how.threads = 2; how.threads < 6; how.threads++) {
                float *many = heads_of(*state, how, far[i], &n);
                assert_memory_equal(one, many, n * sizeof *one);
                free(many);
            }
            free(one);
        }
}

/* A token and what stands behind it on trial: at the borders of segments and
 * where units grow. */
static void tokens_do_not_see_their_drafts(void **state)
{
    static const uint32_t borders[] = {0,    252,  253,  255,   256,  1020,
                                       8188, 8190, 8192, 16380, 16384};
    struct tiny_spec spec = spec_of(*state);
    struct harness h;
    open_long(&h, &spec, (struct how){.best = true}, CONTEXT);
    const struct model_config *cfg = &h.m.cfg;
    uint32_t row = cfg->n_heads * cfg->v_head_dim;
    float *alone = malloc(row * sizeof *alone);
    fill_cache(&h, CONTEXT);
    for (size_t i = 0; i < sizeof borders / sizeof *borders; i++) {
        attend(&h, (struct place){borders[i], 1});
        memcpy(alone, h.f->attn.heads, row * sizeof *alone);
        for (uint32_t n = 2; n <= FEW_TOKENS; n++) {
            attend(&h, (struct place){borders[i], n});
            assert_memory_equal(alone, h.f->attn.heads, row * sizeof *alone);
        }
    }
    free(alone);
    harness_close(&h);
}

int main(void)
{
    for (int i = 0; i < 64; i++)
        ids[i] = (i * 97 + 7) % TINY_VOCAB;
#define ON(ARCH, TEST) {#TEST " (" ARCH ")", TEST, NULL, NULL, (char *)ARCH}
#define ON_BOTH(TEST) ON("llama", TEST), ON("deepseek2", TEST)
    const struct CMUnitTest tests[] = {
        ON_BOTH(attention_is_what_its_definition_says),
        cmocka_unit_test(both_forms_of_prompts_are_taken),
        cmocka_unit_test(long_prompts_are_rounded_with_their_activations),
        ON_BOTH(threads_do_not_change_a_bit),
        ON_BOTH(tokens_do_not_see_their_drafts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
