/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kv_type.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "kernels/block.h"
#include "kernels/encode.h"
#include "model/config.h"

static const struct {
    const char *name;
    enum weight_type weights;
    uint32_t block_len, block_bytes;
} types[] = {
    [KV_F32] = {"f32", WEIGHT_F32, 1, 4},
    [KV_F16] = {"f16", WEIGHT_F16, 1, 2},
    [KV_Q8_0] = {"q8_0", WEIGHT_Q8_0, 32, sizeof(struct block_q8_0)},
};

enum kv_type kv_type_choose(enum kv_type asked, bool exact)
{
    return asked != KV_AUTO ? asked : exact ? KV_F32 : KV_F16;
}

const char *kv_type_name(enum kv_type type)
{
    assert(type != KV_AUTO);
    return types[type].name;
}

bool kv_type_parse(const char *name, enum kv_type *out)
{
    for (enum kv_type t = KV_F32; t <= KV_Q8_0; t++)
        if (strcmp(name, types[t].name) == 0) {
            *out = t;
            return true;
        }
    return false;
}

static bool check_cut(enum kv_type type, uint32_t n, const char *what,
                      struct err *err)
{
    if (n % types[type].block_len == 0)
        return true;
    return err_set(err, ERR_UNSUPPORTED,
                   "a cache of type %s is made of blocks of %u values, but %s "
                   "of this model is %u long: choose f16",
                   types[type].name, types[type].block_len, what, n);
}

/* The latent part of a row is also read without the rope part behind it. */
bool kv_type_check(enum kv_type type, const struct model_config *cfg,
                   struct err *err)
{
    if (cfg->attn == ATTN_MLA)
        return check_cut(type, cfg->kv_lora_rank, "a latent row", err) &&
               check_cut(type, cfg->rope.dim, "a rope key", err) &&
               check_cut(type, cfg->index.dim, "an indexer's key", err);
    return check_cut(type, cfg->head_dim, "a key", err) &&
           check_cut(type, cfg->v_head_dim, "a value", err);
}

size_t kv_type_bytes(enum kv_type type, size_t n)
{
    size_t len = types[type].block_len;
    return (n + len - 1) / len * types[type].block_bytes;
}

enum weight_type kv_type_weights(enum kv_type type)
{
    return types[type].weights;
}

static void store_q8_0(const float *x, void *row, size_t n)
{
    static const uint8_t nan_f16[2] = {0x00, 0x7e};
    struct block_q8_0 *b = row;
    if (encode_q8_0(x, row, n))
        return;
    memset(row, 0, n / 32 * sizeof *b);
    memcpy(b->d, nan_f16, sizeof nan_f16);
}

void kv_type_store(enum kv_type type, const struct kernels *k, const float *x,
                   void *row, size_t n)
{
    if (type == KV_Q8_0)
        store_q8_0(x, row, n);
    else if (type == KV_F16)
        k->to_f16(x, row, n);
    else
        memcpy(row, x, n * sizeof *x);
}
