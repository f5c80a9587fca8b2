/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kv_cache.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/config.h"

/* One block of memory: layer by layer, in it head by head the keys, then head
 * by head the values, each with max rows. MLA is one head without values of
 * its own: they are the first kv_lora_rank of the same row. */
struct kv_shape {
    uint32_t n_heads;
    size_t key, value;      /* bytes per head and row; value 0: in the key row */
    size_t latent, rope;    /* MLA: the parts of a key row, else 0 */
    size_t index;           /* bytes of an indexer's key, else 0 */
};

struct kv_cache {
    char *data;             /* owned */
    size_t data_bytes;
    enum kv_type type;
    uint32_t max, len;
    uint32_t n_layers;
    uint32_t n_index_layers; /* the first ones, which have an index row too */
    struct kv_shape row;
};

static struct kv_shape shape_of(const struct model_config *cfg,
                                enum kv_type type)
{
    struct kv_shape s = {.n_heads = 1,
                         .index = kv_type_bytes(type, cfg->index.dim)};
    if (cfg->attn == ATTN_MLA) {
        s.latent = kv_type_bytes(type, cfg->kv_lora_rank);
        s.rope = kv_type_bytes(type, cfg->rope.dim);
        s.key = s.latent + s.rope;
        return s;
    }
    s.n_heads = cfg->n_kv_heads;
    s.key = kv_type_bytes(type, cfg->head_dim);
    s.value = kv_type_bytes(type, cfg->v_head_dim);
    return s;
}

/* The prediction block behind the trunk has no indexer. */
static uint32_t index_layers(const struct model_config *cfg)
{
    return cfg->index.n_heads > 0 ? cfg->n_layers : 0;
}

/* Of one token in one layer, but for its index row: those of all layers stand
 * behind everything else. */
static size_t layer_bytes(const struct kv_shape *s)
{
    return s->n_heads * (s->key + s->value);
}

static uint64_t token_bytes(const struct model_config *cfg, enum kv_type type)
{
    struct kv_shape s = shape_of(cfg, type);
    return (uint64_t)model_config_cache_layers(cfg) * layer_bytes(&s) +
           (uint64_t)index_layers(cfg) * s.index;
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
    if (!kv_type_check(type, cfg, err))
        return NULL;
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
        .max = max_tokens,
        .n_layers = model_config_cache_layers(cfg),
        .n_index_layers = index_layers(cfg),
        .row = shape_of(cfg, type),
    };
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
    const struct kv_shape *s = &kv->row;
    uint64_t rows = (uint64_t)kv->n_layers * kv->len;
    uint64_t index = (uint64_t)kv->n_index_layers * s->index * kv->len;
    return (struct kv_usage){
        .bytes = rows * layer_bytes(s) + index,
        .latent_bytes = rows * s->latent,
        .rope_bytes = rows * s->rope,
        .index_bytes = index,
        .bytes_per_token = (uint32_t)kv_cache_token_bytes(kv),
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
    return kv->data + (size_t)layer * layer_bytes(&kv->row) * kv->max;
}

void *kv_cache_keys(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                    size_t *row_bytes)
{
    assert(kv_head < kv->row.n_heads);
    *row_bytes = kv->row.key;
    return layer_at(kv, layer) + kv_head * kv->row.key * kv->max;
}

void *kv_cache_values(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                      size_t *row_bytes)
{
    const struct kv_shape *s = &kv->row;
    if (s->value == 0)
        return kv_cache_keys(kv, layer, kv_head, row_bytes);
    assert(kv_head < s->n_heads);
    *row_bytes = s->value;
    return layer_at(kv, layer) +
           (s->n_heads * s->key + kv_head * s->value) * kv->max;
}

void *kv_cache_index(struct kv_cache *kv, uint32_t layer, size_t *row_bytes)
{
    const struct kv_shape *s = &kv->row;
    assert(layer < kv->n_index_layers);
    *row_bytes = s->index;
    return kv->data + ((size_t)kv->n_layers * layer_bytes(s) +
                       (size_t)layer * s->index) * kv->max;
}

/* --- as bytes: stretch by stretch, a stretch being the keys or the values of
 * one head in one layer, or at the end the index of one --------------------- */

size_t kv_cache_token_bytes(const struct kv_cache *kv)
{
    return kv->n_layers * layer_bytes(&kv->row) +
           kv->n_index_layers * kv->row.index;
}

static uint32_t n_head_stretches(const struct kv_cache *kv)
{
    return kv->n_layers * kv->row.n_heads * (kv->row.value ? 2 : 1);
}

static uint32_t n_stretches(const struct kv_cache *kv)
{
    return n_head_stretches(kv) + kv->n_index_layers;
}

/* Where position `first` stands in stretch i, and how long a row is. */
static char *stretch_at(struct kv_cache *kv, uint32_t i, uint32_t first,
                        size_t *row_bytes)
{
    uint32_t heads = kv->row.n_heads, n = n_head_stretches(kv);
    if (i >= n)
        return (char *)kv_cache_index(kv, i - n, row_bytes) +
               first * *row_bytes;
    bool values = kv->row.value && i & 1;
    uint32_t head = kv->row.value ? i / 2 : i;
    char *rows = (values ? kv_cache_values : kv_cache_keys)(
        kv, head / heads, head % heads, row_bytes);
    return rows + first * *row_bytes;
}

void kv_cache_copy_out(struct kv_cache *kv, uint32_t first, uint32_t n,
                       void *to)
{
    assert(first <= kv->max && n <= kv->max - first);
    char *p = to;
    for (uint32_t i = 0; i < n_stretches(kv); i++) {
        size_t row_bytes;
        const char *rows = stretch_at(kv, i, first, &row_bytes);
        memcpy(p, rows, n * row_bytes);
        p += n * row_bytes;
    }
}

void kv_cache_copy_in(struct kv_cache *kv, uint32_t first, uint32_t n,
                      uint32_t taken, const void *from)
{
    assert(taken <= n && first <= kv->max && taken <= kv->max - first);
    const char *p = from;
    for (uint32_t i = 0; i < n_stretches(kv); i++) {
        size_t row_bytes;
        char *rows = stretch_at(kv, i, first, &row_bytes);
        memcpy(rows, p, taken * row_bytes);
        p += n * row_bytes;
    }
}
