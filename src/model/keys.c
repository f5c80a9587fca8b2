/* SPDX-License-Identifier: Apache-2.0 */
#include "model/keys.h"

#include <stdio.h>

#include "base/err.h"
#include "gguf/gguf.h"

struct key_name {
    char s[96]; /* architectures and names are ours, so this is enough */
};

static struct key_name full(const struct keys *k, const char *name)
{
    struct key_name out;
    snprintf(out.s, sizeof out.s, "%s.%s", k->arch, name);
    return out;
}

bool key_has(const struct keys *k, const char *name)
{
    return gguf_find(k->g, full(k, name).s) != NULL;
}

bool key_u32(const struct keys *k, const char *name, uint32_t min, uint32_t max,
             uint32_t *out, struct err *err)
{
    return gguf_get_u32(k->g, full(k, name).s, min, max, out, err);
}

bool key_need_u32(const struct keys *k, const char *name, uint32_t min,
                  uint32_t max, uint32_t *out, struct err *err)
{
    return gguf_need_u32(k->g, full(k, name).s, min, max, out, err);
}

static bool is_int_type(enum gguf_value_type t)
{
    return t == GGUF_VALUE_U32 || t == GGUF_VALUE_I32;
}

bool key_u32_uniform(const struct keys *k, const char *name, uint32_t min,
                     uint32_t max, uint32_t *out, struct err *err)
{
    struct key_name key = full(k, name);
    const struct gguf_kv *kv = gguf_find(k->g, key.s);
    if (!kv || kv->type != GGUF_VALUE_ARRAY)
        return gguf_get_u32(k->g, key.s, min, max, out, err);
    if (!is_int_type(kv->item_type) || kv->n == 0)
        return err_set(err, ERR_FORMAT, "%s is not a list of numbers", key.s);
    int64_t first = gguf_array_int(kv, 0);
    for (uint64_t i = 1; i < kv->n; i++)
        if (gguf_array_int(kv, i) != first)
            return err_set(err, ERR_UNSUPPORTED,
                           "%s differs from layer to layer", key.s);
    if (first < (int64_t)min || first > (int64_t)max)
        return err_set(err, ERR_FORMAT, "%s is %lld (%u to %u is possible)",
                       key.s, (long long)first, min, max);
    *out = (uint32_t)first;
    return true;
}

bool key_f32(const struct keys *k, const char *name, float min, float max,
             float *out, struct err *err)
{
    return gguf_get_f32(k->g, full(k, name).s, min, max, out, err);
}

bool key_need_f32(const struct keys *k, const char *name, float min, float max,
                  float *out, struct err *err)
{
    return gguf_need_f32(k->g, full(k, name).s, min, max, out, err);
}

bool key_bool(const struct keys *k, const char *name, bool *out,
              struct err *err)
{
    return gguf_get_bool(k->g, full(k, name).s, out, err);
}

bool key_str(const struct keys *k, const char *name, struct str *out,
             struct err *err)
{
    return gguf_get_str(k->g, full(k, name).s, out, err);
}
