/* kv_cache.h - what attention remembers of one conversation.
 *
 * Per layer and past token, for MLA one row [latent after its norm | rope key]
 * (DeepSeek-V2 eq. 9-15, absorbed form); for GQA the keys and values of each
 * kv head. Rows lie one behind the other for each layer (and head), so a loop
 * over the past reads memory in order. The MTP block is one more layer behind
 * the trunk's; its row i belongs to the tokens i and i + 1. The cache knows no
 * text and no threads. Memory is reserved for max_tokens but pages are taken
 * only when rows are written. */
#ifndef MODEL_KV_CACHE_H
#define MODEL_KV_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "model/kv_type.h"

struct err;
struct kv_cache;
struct model_config;

struct kv_usage {
    uint64_t bytes;        /* rows in use, all layers */
    uint64_t latent_bytes; /* of these (MLA), and */
    uint64_t rope_bytes;
    uint64_t index_bytes;  /* and of sparse attention's indexer */
    uint32_t bytes_per_token;
};

/* NULL with ERR_MEMORY when the room is not there: whether to offer a shorter
 * context is the caller's choice. ERR_UNSUPPORTED: the model's rows cannot be
 * stored like that (kv_type_check). */
struct kv_cache *kv_cache_new(const struct model_config *cfg, enum kv_type type,
                              uint32_t max_tokens, struct err *err);
void kv_cache_free(struct kv_cache *kv); /* NULL is fine */

uint32_t kv_cache_len(const struct kv_cache *kv);
uint32_t kv_cache_max(const struct kv_cache *kv);
enum kv_type kv_cache_type(const struct kv_cache *kv);
struct kv_usage kv_cache_usage(const struct kv_cache *kv);
/* What max_tokens tokens take, before there is a cache. */
uint64_t kv_cache_bytes(const struct model_config *cfg, enum kv_type type,
                        uint32_t max_tokens);

/* Forget every token from position `len` on. Neither fails nor allocates:
 * turning down a drafted token must cost nothing. */
void kv_cache_truncate(struct kv_cache *kv, uint32_t len);

/* For attention. Rows are written at any position below max, counted by
 * kv_cache_extend once all layers have theirs. A row is what kv_type_store
 * writes; *row_bytes is how far the next one is. */
void kv_cache_extend(struct kv_cache *kv, uint32_t n);
void *kv_cache_keys(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                    size_t *row_bytes);
void *kv_cache_values(struct kv_cache *kv, uint32_t layer, uint32_t kv_head,
                      size_t *row_bytes);
/* The indexer's key of each token, in layers that have one. */
void *kv_cache_index(struct kv_cache *kv, uint32_t layer, size_t *row_bytes);

/* For saving: n tokens from position `first` on as bytes, everything that the
 * cache holds of them, in an order of its own that a cache of the same config
 * and type understands. Copying in takes the first `taken` of n such tokens, at
 * positions below max; kv_cache_extend counts them. */
size_t kv_cache_token_bytes(const struct kv_cache *kv);
void kv_cache_copy_out(struct kv_cache *kv, uint32_t first, uint32_t n,
                       void *to);
void kv_cache_copy_in(struct kv_cache *kv, uint32_t first, uint32_t n,
                      uint32_t taken, const void *from);

#endif
