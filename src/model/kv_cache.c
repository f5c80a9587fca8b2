/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kv_cache.h"

#include <assert.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"

/* One block of memory: layer by layer, in it head by head the keys, then head
 * by head the values, each with max rows. MLA is one head without values of
 * its own: they are the first kv_lora_rank of the same row. */
struct kv_cache {
    char *data;             /* owned */
    size_t data_bytes;
    enum kv_type type;
    size_t item;            /* bytes of one value */
    uint32_t max, len;
    uint32_t n_layers, n_heads;
    size_t key_dim, value_dim; /* per head and row; value 0: in the key row */
    size_t latent_dim, rope_dim; /* MLA, else 0 */
};

static size_t item_bytes(enum kv_type type)
{
    return type == KV_F16 ? 2 : 4;
}

static uint64_t token_bytes(const struct model_config *cfg, enum kv_type type)
{
    return (uint64_t)model_config_cache_layers(cfg) *
           model_config_cache_values(cfg) * item_bytes(type);
}

uint64_t kv_cache_bytes(const struct model_config *cfg, enum kv_type type,
                        uint32_t max_tokens)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(token_bytes(cfg, type), max_tokens, &bytes))
        return UINT64_MAX;
    return bytes;
}

struct kv_cache *kv_cache_new(const struct model_config *cfg, enum kv_type type,
                              uint32_t max_tokens, struct err *err)
{
    uint64_t bytes = kv_cache_bytes(cfg, type, max_tokens);
    void *data = mem_big(bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX,
                         "the context", err);
    if (!data)
        return NULL;
    struct kv_cache *kv = mem_zalloc(sizeof *kv);
    *kv = (struct kv_cache){
        .data = data,
        .data_bytes = (size_t)bytes,
        .type = type,
        .item = item_bytes(type),
        .max = max_tokens,
        .n_layers = model_config_cache_layers(cfg),
        .n_heads = cfg->n_kv_heads,
        .key_dim = cfg->head_dim,
        .value_dim = cfg->v_head_dim,
    };
    if (cfg->attn == ATTN_MLA) {
        kv->n_heads = 1;
        kv->latent_dim = cfg->kv_lora_rank;
        kv->rope_dim = cfg->rope.dim;
        kv->key_dim = kv->latent_dim + kv->rope_dim;
        kv->value_dim = 0;
    }
    return kv;
}

void kv_cache_free(struct kv_cache *kv)
{
    if (!kv)
        return;
    mem_big_free(kv->data, kv->data_bytes);
    mem_free(kv);
}

uint32_t kv_cache_len(const struct kv_cache *kv)
{
    return kv->len;
}

uint32_t kv_cache_max(const struct kv_cache *kv)
{
    return kv->max;
}

enum kv_type kv_cache_type(const struct kv_cache *kv)
{
    return kv->type;
}

struct kv_usage kv_cache_usage(const struct kv_cache *kv)
{
    uint64_t rows = (uint64_t)kv->n_layers * kv->n_heads * kv->item;
    uint64_t per_token = rows * (kv->key_dim + kv->value_dim);
    return (struct kv_usage){
        .bytes = per_token * kv->len,
        .latent_bytes = rows * kv->latent_dim * kv->len,
        .rope_bytes = rows * kv->rope_dim * kv->len,
        .bytes_per_token = (uint32_t)per_token,
    };
}

void kv_cache_truncate(struct kv_cache *kv, uint32_t len)
{
    if (len < kv->len)
        kv->len = len;
}

void kv_cache_extend(struct kv_cache *kv, uint32_t n)
{
    assert(n <= kv->max - kv->len);
    kv->len += n;
}

static char *layer_at(const struct kv_cache *kv, uint32_t layer)
{
    assert(layer < kv->n_layers);
    return kv->data + (size_t)layer * kv->n_heads *
                          (kv->key_dim + kv->value_dim) * kv->max * kv->item;
}

void *kv_cache_keys(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                    size_t *stride)
{
    assert(kv_head < kv->n_heads);
    *stride = kv->key_dim;
    return layer_at(kv, layer) + kv_head * kv->key_dim * kv->max * kv->item;
}

void *kv_cache_values(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                      size_t *stride)
{
    if (kv->value_dim == 0)
        return kv_cache_keys(kv, layer, kv_head, stride);
    assert(kv_head < kv->n_heads);
    *stride = kv->value_dim;
    return layer_at(kv, layer) +
           (kv->n_heads * kv->key_dim + kv_head * kv->value_dim) * kv->max *
               kv->item;
}
