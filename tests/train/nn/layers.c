/* SPDX-License-Identifier: Apache-2.0 */
#include "layers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "check_gradient.h"
#include "train/nn/vec.h"

static const struct shape ODD = {
    .n_embd = 11, .n_layers = 2, .n_dense_layers = 1, .n_vocab = 23,
    .n_heads = 3, .nope_dim = 5, .rope_dim = 4, .v_dim = 6,
    .q_lora_rank = 7, .kv_lora_rank = 8, .n_ff = 9,
    .n_experts = 8, .n_used = 3, .n_groups = 4, .n_groups_used = 2,
    .expert_ff = 5, .n_shared = 1, .routed_scale = 2.5f, .n_mtp = 0,
    .norm_eps = 1e-6f, .rope_base = 50, .yarn_factor = 4,
    .yarn_original_ctx = 16};

static real *numbers(size_t n, double a, uint64_t seed)
{
    real *x = calloc(n, sizeof *x);
    fill_random(x, n, a, seed);
    return x;
}

void layers_init(struct layers *w)
{
    static uint32_t start[] = {0, 5, 6, 9, LAYERS_TOKENS};
    struct err err = {0};
    size_t n = (size_t)LAYERS_TOKENS * ODD.n_embd;
    *w = (struct layers){.docs = {LAYERS_TOKENS, 4, start}};
    CHECK_OK(params_init(&w->params, &ODD, &err), &err);
    fill_random(w->params.values, w->params.len, 0.8, 1);
    w->grads = calloc(w->params.len, sizeof *w->grads);
    w->x = numbers(n, 1, 2);
    w->y = numbers(n, 0, 0);
    w->dy = numbers(n, 1, 3);
    w->dx = numbers(n, 0, 0);
    w->mem_bytes = LAYERS_MEM;
    w->mem = calloc(1, w->mem_bytes);

    struct arena mem = {.base = w->mem};
    rope_table_layout(&w->rope, &w->params.shape, LAYERS_MAX_DOC, &mem);
    rope_table_init(&w->rope, &w->params.shape);
    w->lane = (struct lane){.shape = &w->params.shape, .rope = &w->rope,
                            .vec = vec_best(),
                            .attn_scale = rope_attn_scale(&w->params.shape)};
}

struct arena layers_arena(struct layers *w)
{
    struct arena count = {0};
    rope_table_layout(&(struct rope_table){0}, &w->params.shape,
                      LAYERS_MAX_DOC, &count);
    return (struct arena){.base = w->mem, .used = count.used};
}

void layers_clear(struct layers *w)
{
    params_clear(&w->params);
    free(w->grads);
    free(w->x);
    free(w->y);
    free(w->dy);
    free(w->dx);
    free(w->mem);
}

double layers_loss(const struct layers *w)
{
    double sum = 0;
    for (size_t i = 0; i < (size_t)LAYERS_TOKENS * ODD.n_embd; i++)
        sum += w->dy[i] * w->y[i];
    return sum;
}

double layers_error(struct layers *w, double (*loss)(void *), void *arg,
                    const char *name, uint32_t matrix)
{
    char full[64];
    snprintf(full, sizeof full, "blk.1.%s", name);
    const struct param *t = params_find(&w->params, full);
    assert_non_null(t);
    assert_true(matrix < t->n);
    double error =
        gradient_error(loss, arg, param_matrix(t, w->params.values, matrix),
                       param_matrix(t, w->grads, matrix),
                       (size_t)t->n_rows * t->n_cols, GRADIENT_ENTRIES, matrix);
    if (!(error < 1e-6))
        print_message("# %s: %.2g\n", name, error);
    return error;
}
