/* SPDX-License-Identifier: Apache-2.0 */
#include "train/nn/shape.h"

#include <stddef.h>
#include <string.h>

#include "base/err.h"

static const struct {
    const char *name;
    struct shape shape;
} RECIPES[] = {
    {"tiny",
     {.n_embd = 64, .n_layers = 4, .n_dense_layers = 1, .n_vocab = 512,
      .n_heads = 2, .nope_dim = 32, .rope_dim = 16, .v_dim = 32,
      .q_lora_rank = 32, .kv_lora_rank = 32, .n_ff = 128,
      .n_experts = 8, .n_used = 2, .n_groups = 1, .n_groups_used = 1,
      .expert_ff = 32, .n_shared = 1, .routed_scale = 2, .n_mtp = 1,
      .norm_eps = 1e-6f, .rope_base = 10000, .yarn_factor = 1}},
    {"mini",
     {.n_embd = 128, .n_layers = 8, .n_dense_layers = 1, .n_vocab = 4096,
      .n_heads = 4, .nope_dim = 32, .rope_dim = 16, .v_dim = 32,
      .q_lora_rank = 64, .kv_lora_rank = 32, .n_ff = 384,
      .n_experts = 32, .n_used = 4, .n_groups = 4, .n_groups_used = 2,
      .expert_ff = 64, .n_shared = 1, .routed_scale = 2, .n_mtp = 1,
      .norm_eps = 1e-6f, .rope_base = 10000, .yarn_factor = 1}},
    {"small",
     {.n_embd = 192, .n_layers = 8, .n_dense_layers = 1, .n_vocab = 4096,
      .n_heads = 6, .nope_dim = 32, .rope_dim = 16, .v_dim = 32,
      .q_lora_rank = 96, .kv_lora_rank = 64, .n_ff = 512,
      .n_experts = 32, .n_used = 4, .n_groups = 4, .n_groups_used = 2,
      .expert_ff = 64, .n_shared = 2, .routed_scale = 2, .n_mtp = 1,
      .norm_eps = 1e-6f, .rope_base = 10000, .yarn_factor = 1}},
};
enum { N_RECIPES = sizeof RECIPES / sizeof *RECIPES };

const struct shape *shape_recipe(const char *name)
{
    for (unsigned i = 0; i < N_RECIPES; i++)
        if (strcmp(RECIPES[i].name, name) == 0)
            return &RECIPES[i].shape;
    return NULL;
}

const char *shape_name(unsigned i)
{
    return i < N_RECIPES ? RECIPES[i].name : NULL;
}

/* Wide enough for any model a CPU can train, narrow enough that no product of
 * sizes overflows. */
static bool check_ranges(const struct shape *s, struct err *err)
{
    const struct {
        const char *name;
        uint32_t value, min, max;
    } sizes[] = {
        {"n_embd", s->n_embd, 1, 8192},
        {"n_layers", s->n_layers, 1, 128},
        {"n_dense_layers", s->n_dense_layers, 0, s->n_layers},
        {"n_vocab", s->n_vocab, 2, 1u << 20},
        {"n_heads", s->n_heads, 1, 256},
        {"nope_dim", s->nope_dim, 1, 512},
        {"rope_dim", s->rope_dim, 2, 512},
        {"v_dim", s->v_dim, 1, 512},
        {"q_lora_rank", s->q_lora_rank, 1, 8192},
        {"kv_lora_rank", s->kv_lora_rank, 1, 8192},
        {"n_ff", s->n_ff, s->n_dense_layers > 0, 65536},
        {"n_experts", s->n_experts, shape_moe_blocks(s) > 0, 1024},
        {"n_used", s->n_used, shape_moe_blocks(s) > 0, 64},
        {"expert_ff", s->expert_ff, shape_moe_blocks(s) > 0, 65536},
        {"n_shared", s->n_shared, 0, 16},
        {"n_mtp", s->n_mtp, 0, 1},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (sizes[i].value < sizes[i].min || sizes[i].value > sizes[i].max)
            return err_set(err, ERR_UNSUPPORTED, "%s is %u (%u to %u)",
                           sizes[i].name, sizes[i].value, sizes[i].min,
                           sizes[i].max);
    return true;
}

static bool check_router(const struct shape *s, struct err *err)
{
    uint32_t groups = s->n_groups;
    if (shape_moe_blocks(s) == 0)
        return true;
    if (groups < 1 || s->n_experts % groups || s->n_groups_used < 1 ||
        s->n_groups_used > groups)
        return err_set(err, ERR_UNSUPPORTED,
                       "%u of %u groups do not divide %u experts",
                       s->n_groups_used, groups, s->n_experts);
    if (groups > 1 && s->n_experts / groups < 2)
        return err_set(err, ERR_UNSUPPORTED,
                       "a group of experts needs two of them");
    if (s->n_used > s->n_experts / groups * s->n_groups_used)
        return err_set(err, ERR_UNSUPPORTED,
                       "%u experts a token are more than its groups hold",
                       s->n_used);
    return true;
}

static bool in_range(float x, float min, float max)
{
    return x >= min && x <= max; /* NaN is not */
}

bool shape_check(const struct shape *s, struct err *err)
{
    if (!check_ranges(s, err) || !check_router(s, err))
        return false;
    if (s->rope_dim % 2)
        return err_set(err, ERR_UNSUPPORTED, "rope_dim %u is odd", s->rope_dim);
    if (!in_range(s->norm_eps, 1e-12f, 0.1f) ||
        !in_range(s->rope_base, 2, 1e9f) ||
        !in_range(s->yarn_factor, 1, 1024) ||
        !in_range(s->routed_scale, 1e-3f, 1e3f))
        return err_set(err, ERR_UNSUPPORTED,
                       "norm_eps, rope_base, yarn_factor or routed_scale is "
                       "out of range");
    if (s->yarn_factor > 1 && s->yarn_original_ctx < 8)
        return err_set(err, ERR_UNSUPPORTED,
                       "YaRN needs the original context");
    return true;
}
