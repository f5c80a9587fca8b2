/* SPDX-License-Identifier: Apache-2.0 */
#include "model/config.h"

#include <math.h>

#include "base/err.h"
#include "base/str.h"
#include "gguf/gguf.h"
#include "model/arch.h"
#include "model/keys.h"

enum {
    MAX_LAYERS = 512,
    MAX_EMBD = 1 << 16,
    MAX_FF = 1 << 18,
    MAX_HEADS = 1024,
    MAX_VOCAB = 1 << 22,
    MAX_CTX = 1 << 26,
};

static bool read_vocab_size(struct model_config *cfg, const struct keys *k,
                            struct err *err)
{
    const struct gguf_kv *tokens = gguf_find(k->g, "tokenizer.ggml.tokens");
    if (tokens && tokens->type == GGUF_VALUE_ARRAY && tokens->n > 0 &&
        tokens->n <= MAX_VOCAB)
        cfg->n_vocab = (uint32_t)tokens->n;
    if (!key_u32(k, "vocab_size", 1, MAX_VOCAB, &cfg->n_vocab, err))
        return false;
    if (cfg->n_vocab == 0)
        return err_set(err, ERR_FORMAT, "no vocabulary size and no tokens");
    return true;
}

static bool read_sizes(struct model_config *cfg, const struct keys *k,
                       struct err *err)
{
    uint32_t blocks = 0;
    if (!key_need_u32(k, "context_length", 1, MAX_CTX, &cfg->n_ctx_train,
                      err) ||
        !key_need_u32(k, "embedding_length", 2, MAX_EMBD, &cfg->n_embd, err) ||
        !key_need_u32(k, "block_count", 1, MAX_LAYERS, &blocks, err) ||
        !key_u32(k, "nextn_predict_layers", 0, MAX_LAYERS, &cfg->n_mtp, err) ||
        !key_u32_uniform(k, "feed_forward_length", 0, MAX_FF, &cfg->n_ff,
                         err) ||
        !key_u32_uniform(k, "attention.head_count", 1, MAX_HEADS,
                         &cfg->n_heads, err))
        return false;
    if (cfg->n_heads == 0)
        return err_set(err, ERR_FORMAT, "no attention.head_count");
    cfg->n_kv_heads = cfg->n_heads;
    if (!key_u32_uniform(k, "attention.head_count_kv", 1, MAX_HEADS,
                         &cfg->n_kv_heads, err) ||
        !key_need_f32(k, "attention.layer_norm_rms_epsilon", 1e-12f, 0.1f,
                      &cfg->norm_eps, err))
        return false;
    if (cfg->n_mtp >= blocks)
        return err_set(err, ERR_FORMAT,
                       "%u blocks cannot hold %u prediction blocks", blocks,
                       cfg->n_mtp);
    cfg->n_layers = blocks - cfg->n_mtp;
    return true;
}

static bool read_scaling_type(struct rope_config *r, const struct keys *k,
                              struct err *err)
{
    /* A factor without a type is linear; the usual factor is 1. */
    struct str type = str_of("linear");
    if (!key_str(k, "rope.scaling.type", &type, err))
        return false;
    if (str_is(type, "none"))
        r->scaling = ROPE_SCALE_NONE;
    else if (str_is(type, "linear"))
        r->scaling = ROPE_SCALE_LINEAR;
    else if (str_is(type, "yarn"))
        r->scaling = ROPE_SCALE_YARN;
    else
        return err_set(err, ERR_UNSUPPORTED,
                       "rope.scaling.type \"%.*s\" (none, linear and yarn are "
                       "known)", type.len < 24 ? (int)type.len : 24, type.p);
    return true;
}

static bool read_yarn(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    struct rope_config *r = &cfg->rope;
    float attn = 1, yarn_attn = 1, ext = -1;
    r->original_ctx = cfg->n_ctx_train;
    if (!key_u32(k, "rope.scaling.original_context_length", 1, MAX_CTX,
                 &r->original_ctx, err) ||
        !key_f32(k, "rope.scaling.yarn_ext_factor", -1, 1, &ext, err) ||
        !key_f32(k, "rope.scaling.attn_factor", 0.01f, 100, &attn, err) ||
        !key_f32(k, "rope.scaling.yarn_attn_factor", 0.01f, 100, &yarn_attn,
                 err) ||
        !key_f32(k, "rope.scaling.yarn_beta_fast", 1e-3f, 1e6f, &r->beta_fast,
                 err) ||
        !key_f32(k, "rope.scaling.yarn_beta_slow", 1e-3f, 1e6f, &r->beta_slow,
                 err) ||
        !key_f32(k, "rope.scaling.yarn_log_multiplier", 0, 10,
                 &r->log_multiplier, err))
        return false;
    r->ext_factor = ext < 0 ? 1 : ext;
    float g = r->factor > 1 ? 0.1f * logf(r->factor) + 1 : 1;
    r->yarn_attn_factor = yarn_attn;
    r->magnitude = attn * yarn_attn *
                   (r->scaling == ROPE_SCALE_YARN ? g : 1);
    return true;
}

static bool read_rope(struct model_config *cfg, const struct keys *k,
                      struct err *err)
{
    struct rope_config *r = &cfg->rope;
    float factor = 0;
    r->pairing = cfg->arch->pairing;
    r->base = 10000;
    r->beta_fast = 32;
    r->beta_slow = 1;
    if (!key_f32(k, "rope.freq_base", 1.5f, 1e12f, &r->base, err) ||
        !key_f32(k, "rope.scale_linear", 0, 1e6f, &factor, err) ||
        !key_f32(k, "rope.scaling.factor", 0, 1e6f, &factor, err) ||
        !read_scaling_type(r, k, err))
        return false;
    r->factor = factor > 0 ? factor : 1;
    if (r->factor < 1)
        return err_set(err, ERR_UNSUPPORTED,
                       "rope.scaling.factor %g is below 1", (double)r->factor);
    return read_yarn(cfg, k, err);
}

/* What no single key can show. The architecture's own sizes are checked where
 * they are read. */
static bool check(const struct model_config *cfg, struct err *err)
{
    if (cfg->attn == ATTN_GQA && cfg->n_heads % cfg->n_kv_heads != 0)
        return err_set(err, ERR_FORMAT,
                       "%u heads cannot share %u keys and values evenly",
                       cfg->n_heads, cfg->n_kv_heads);
    if (cfg->rope.dim % 2 != 0)
        return err_set(err, ERR_FORMAT, "rope.dimension_count %u is odd",
                       cfg->rope.dim);
    bool dense = cfg->moe.n_experts == 0 || cfg->moe.n_dense_layers > 0;
    if (dense && cfg->n_ff == 0)
        return err_set(err, ERR_FORMAT, "no feed_forward_length");
    return true;
}

bool model_config_read(struct model_config *cfg, const struct gguf *g,
                       struct err *err)
{
    struct str name;
    if (!gguf_need_str(g, "general.architecture", &name, err))
        return false;
    struct model_config c = {.arch = arch_find(name, err)};
    if (!c.arch)
        return false;
    struct keys k = {g, c.arch->name};
    c.attn = c.arch->attn;
    c.moe.n_groups = c.moe.n_groups_used = 1;
    if (!read_sizes(&c, &k, err) || !read_vocab_size(&c, &k, err) ||
        !read_rope(&c, &k, err) || !c.arch->configure(&c, &k, err) ||
        !check(&c, err))
        return false;
    *cfg = c;
    return true;
}

void model_config_compat(struct model_config *cfg)
{
    struct rope_config *r = &cfg->rope;
    cfg->compat = true;
    cfg->moe.groups_by_sum = true;
    /* In MLA the magnitude cancels, whatever the file says. */
    if (cfg->attn == ATTN_GQA && r->scaling == ROPE_SCALE_YARN &&
        r->ext_factor > 0) {
        r->magnitude /= r->yarn_attn_factor;
        r->yarn_attn_factor = 1;
    }
}

bool model_config_layer_is_moe(const struct model_config *cfg, uint32_t layer)
{
    return cfg->moe.n_experts > 0 && layer >= cfg->moe.n_dense_layers;
}

uint32_t model_config_moe_layers(const struct model_config *cfg)
{
    return cfg->moe.n_experts > 0 ? cfg->n_layers - cfg->moe.n_dense_layers : 0;
}

uint32_t model_config_cache_layers(const struct model_config *cfg)
{
    return cfg->n_layers + (cfg->n_mtp > 0);
}

uint64_t model_config_token_values(const struct model_config *cfg)
{
    uint64_t index = cfg->index.n_heads > 0 ? cfg->index.dim : 0;
    return (uint64_t)model_config_cache_layers(cfg) *
               model_config_cache_values(cfg) + index * cfg->n_layers;
}

uint32_t model_config_cache_values(const struct model_config *cfg)
{
    return cfg->attn == ATTN_MLA
        ? cfg->kv_lora_rank + cfg->rope.dim
        : cfg->n_kv_heads * (cfg->head_dim + cfg->v_head_dim);
}
