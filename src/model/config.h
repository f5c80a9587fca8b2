/* config.h - the shape of a model: plain numbers, checked once.
 *
 * Names are those of the model files and papers: n_embd is D, n_heads H, and so
 * on. model_config_read fills it from the metadata; every value has a range and
 * every relation between values is checked, so code behind it may trust them. */
#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

struct arch;
struct err;
struct gguf;

enum attn_kind {
    ATTN_GQA, /* heads share n_kv_heads keys and values; MHA is the equal case */
    ATTN_MLA, /* latent attention, DeepSeek-V2 (2405.04434) section 2.1 */
};

enum rope_pairing {
    ROPE_ADJACENT, /* (u[2i], u[2i+1]) */
    ROPE_HALVES,   /* (u[i], u[i + n/2]) */
};

enum rope_scaling { ROPE_SCALE_NONE, ROPE_SCALE_LINEAR, ROPE_SCALE_YARN };

struct rope_config {
    enum rope_pairing pairing;
    enum rope_scaling scaling;
    uint32_t dim;            /* rotated components of a head, even */
    float base;
    float factor;            /* >= 1; positions are divided by it */
    uint32_t original_ctx;   /* YaRN, 2309.00071 */
    float ext_factor;        /* YaRN: 1, or how much of it to apply */
    float beta_fast, beta_slow;
    float magnitude;         /* of cos and sin */
    float yarn_attn_factor;  /* the author's part of it; 1: none */
    float log_multiplier;    /* YaRN: 0.1 * mscale_all_dim, 0: not given */
};

enum router_score { ROUTER_SOFTMAX, ROUTER_SIGMOID };

struct moe_config {
    uint32_t n_experts;      /* 0: dense */
    uint32_t n_used;
    uint32_t n_shared;       /* fused: width n_shared * ff_dim */
    uint32_t ff_dim;         /* of one routed expert */
    uint32_t n_dense_layers; /* leading layers with a dense FFN */
    uint32_t n_groups;       /* 1: no groups */
    uint32_t n_groups_used;
    enum router_score score;
    bool norm_weights;
    bool groups_by_sum;      /* rank groups by their best two even without a
                                bias: model_config_compat */
    float weights_scale;     /* 1 where the file says nothing */
};

struct index_config {        /* DeepSeek Sparse Attention, indexer.h */
    uint32_t n_heads;        /* 0: every token reads all before it */
    uint32_t dim;            /* of its queries and keys */
    uint32_t top_k;          /* past tokens that a token reads */
};

struct model_config {
    const struct arch *arch;
    uint32_t n_layers;       /* of the trunk, without MTP blocks */
    uint32_t n_mtp;          /* multi-token-prediction blocks behind it; a
                                model that was opened: 0 or 1, the one used */
    uint32_t n_embd;
    uint32_t n_vocab;
    bool compat;             /* model_config_compat was asked for */
    uint32_t n_ctx_train;
    uint32_t n_ff;           /* dense FFN width; 0: no dense layer */
    float norm_eps;

    enum attn_kind attn;
    uint32_t n_heads, n_kv_heads;
    uint32_t head_dim;       /* of q and k; MLA: qk_nope + rope */
    uint32_t v_head_dim;
    uint32_t q_lora_rank;    /* MLA; 0: q is not compressed */
    uint32_t kv_lora_rank;   /* MLA */
    uint32_t qk_nope_dim;    /* MLA; the rope part is rope.dim */
    bool joined_kv_b;        /* MLA: an older file, k_b and v_b in one tensor */
    float attn_scale;        /* of the scores, YaRN's temperature included */

    struct rope_config rope;
    struct moe_config moe;
    struct index_config index;
};

bool model_config_read(struct model_config *cfg, const struct gguf *g,
                       struct err *err);

/* The numbers of the usual engine where they differ from the authors': V2's
 * expert groups are ranked by the sum of their best two, and the factor by which
 * a YaRN model corrects its magnitude (R1-0528-Qwen3-8B) is passed over. For
 * comparing answers; most models are the same either way. */
void model_config_compat(struct model_config *cfg);

/* Whether trunk or MTP layer i has routed experts, and how many trunk layers
 * do. */
bool model_config_layer_is_moe(const struct model_config *cfg, uint32_t layer);
uint32_t model_config_moe_layers(const struct model_config *cfg);

/* Layers that keep rows in the cache: the trunk's and the MTP block. */
uint32_t model_config_cache_layers(const struct model_config *cfg);
/* Values that attention keeps per token and layer: MLA kv_lora_rank + rope,
 * GQA n_kv_heads * (head_dim + v_head_dim). */
uint32_t model_config_cache_values(const struct model_config *cfg);
/* And per token in all layers, the indexer's keys included. */
uint64_t model_config_token_values(const struct model_config *cfg);

#endif
