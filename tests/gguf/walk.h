/* walk.h - touch everything that an opened file offers, through the accessors.
 *
 * What opens must be safe to use: the tests of damaged files and the fuzz
 * target do this with every file that was let in, and a sanitizer or a guard
 * page sees any step outside. */
#ifndef TESTS_GGUF_WALK_H
#define TESTS_GGUF_WALK_H

#include <stdlib.h>

#include "base/err.h"
#include "gguf/gguf.h"

/* Stops the program without cmocka, for the fuzz target has none. */
#define WALK_CHECK(x)                                             \
    do {                                                          \
        if (!(x))                                                 \
            abort();                                              \
    } while (0)

static inline uint64_t walk_array(const struct gguf_kv *kv)
{
    uint64_t sum = 0;
    if (kv->type != GGUF_VALUE_ARRAY || kv->item_type == GGUF_VALUE_STRING)
        return kv->value_bytes;
    bool is_float = kv->item_type == GGUF_VALUE_F32 ||
                    kv->item_type == GGUF_VALUE_F64;
    for (uint64_t i = 0; i < kv->n; i++) {
        sum += gguf_array_f32(kv, i) > 0;
        if (!is_float)
            sum += (uint64_t)gguf_array_int(kv, i);
    }
    return sum;
}

static inline uint64_t walk_key(const struct gguf *g, const char *key)
{
    struct err err;
    struct gguf_strings it;
    struct str s = {"", 0};
    uint32_t u = 0;
    float f = 0;
    bool b = false;
    uint64_t sum = 0;
    gguf_get_u32(g, key, 0, UINT32_MAX, &u, &err);
    gguf_get_f32(g, key, -1e30f, 1e30f, &f, &err);
    gguf_get_bool(g, key, &b, &err);
    gguf_get_str(g, key, &s, &err);
    for (size_t i = 0; i < s.len; i++)
        sum += (uint8_t)s.p[i];
    if (gguf_strings(g, key, &it, &err)) {
        uint64_t n = it.left;
        for (; gguf_strings_next(&it, &s); n--)
            sum += s.len ? (uint8_t)s.p[s.len - 1] : 1;
        WALK_CHECK(n == 0);
    }
    return sum + u + b + (f > 0);
}

static inline uint64_t walk(const struct gguf *g)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < g->n_kv; i++) {
        const struct gguf_kv *kv = &g->kv[i];
        char key[128];
        sum += walk_array(kv);
        if (kv->key.len >= sizeof key || memchr(kv->key.p, 0, kv->key.len))
            continue;
        memcpy(key, kv->key.p, kv->key.len);
        key[kv->key.len] = '\0';
        WALK_CHECK(gguf_find(g, key) == kv);
        sum += walk_key(g, key);
    }
    const uint8_t *end = g->file.data + g->file.size;
    for (size_t i = 0; i < g->n_tensors; i++) {
        const struct gguf_tensor *t = &g->tensors[i];
        WALK_CHECK(t->bytes > 0 && t->data >= g->file.data &&
                   t->bytes <= (uint64_t)(end - t->data));
        WALK_CHECK((uint64_t)(t->data - g->file.data) % g->alignment ==
                   g->data_start % g->alignment);
        sum += t->data[0];
        sum += t->data[t->bytes - 1];
    }
    return sum;
}

#endif
