/* SPDX-License-Identifier: Apache-2.0 */
#include "model/identity.h"

#include <stddef.h>
#include <string.h>

#include "base/rng.h"
#include "gguf/gguf.h"

#define HASHED_WEIGHTS 64 /* bytes of each tensor */

static void hash_bytes(uint64_t *h, const void *data, size_t size)
{
    const uint8_t *p = data;
    *h = rng_mix(*h ^ size);
    for (; size >= 8; size -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        *h = rng_mix(*h ^ word);
    }
    uint64_t rest = 0;
    for (; size > 0; size--)
        rest = rest << 8 | *p++;
    *h = rng_mix(*h ^ rest);
}

static void hash_number(uint64_t *h, uint64_t n)
{
    *h = rng_mix(*h ^ n);
}

struct model_identity model_identify(const struct gguf *g)
{
    uint64_t h = 1;
    for (size_t i = 0; i < g->n_kv; i++) {
        const struct gguf_kv *kv = &g->kv[i];
        hash_bytes(&h, kv->key.p, kv->key.len);
        hash_number(&h, kv->type);
        hash_number(&h, kv->item_type);
        hash_bytes(&h, kv->value, kv->value_bytes);
    }
    for (size_t i = 0; i < g->n_tensors; i++) {
        const struct gguf_tensor *t = &g->tensors[i];
        hash_bytes(&h, t->name.p, t->name.len);
        for (int d = 0; d < 4; d++)
            hash_number(&h, t->dims[d]);
        hash_number(&h, t->type);
        hash_bytes(&h, t->data,
                   t->bytes < HASHED_WEIGHTS ? t->bytes : HASHED_WEIGHTS);
    }
    return (struct model_identity){.hash = h, .file_bytes = g->file_bytes};
}
