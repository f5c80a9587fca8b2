/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <inttypes.h>

#include "base/err.h"
#include "gguf/gguf.h"
#include "gguf/gguf_reader.h"

static const char *const type_names[] = {
    [GGUF_VALUE_U8] = "U8",         [GGUF_VALUE_I8] = "I8",
    [GGUF_VALUE_U16] = "U16",       [GGUF_VALUE_I16] = "I16",
    [GGUF_VALUE_U32] = "U32",       [GGUF_VALUE_I32] = "I32",
    [GGUF_VALUE_F32] = "F32",       [GGUF_VALUE_BOOL] = "bool",
    [GGUF_VALUE_STRING] = "string", [GGUF_VALUE_ARRAY] = "array",
    [GGUF_VALUE_U64] = "U64",       [GGUF_VALUE_I64] = "I64",
    [GGUF_VALUE_F64] = "F64",
};

const char *gguf_value_type_name(enum gguf_value_type type)
{
    return type_names[type];
}

static bool is_float(enum gguf_value_type type)
{
    return type == GGUF_VALUE_F32 || type == GGUF_VALUE_F64;
}

static bool is_integer(enum gguf_value_type type)
{
    return !is_float(type) && type != GGUF_VALUE_BOOL &&
           type != GGUF_VALUE_STRING && type != GGUF_VALUE_ARRAY;
}

static bool wrong_type(const struct gguf_kv *kv, const char *wanted,
                       struct err *err)
{
    return err_set(err, ERR_FORMAT, "key \"%s\" is of type %s, not %s",
                   gguf_quote(kv->key).s, type_names[kv->type], wanted);
}

static bool missing(const char *key, struct err *err)
{
    return err_set(err, ERR_FORMAT, "key \"%s\" is missing", key);
}

/* Values past INT64_MAX become INT64_MAX: every use has a smaller bound. */
static int64_t load_int(enum gguf_value_type type, const uint8_t *p)
{
    uint64_t u;
    switch (type) {
    case GGUF_VALUE_U8:
    case GGUF_VALUE_BOOL:
        return *p;
    case GGUF_VALUE_I8:
        return (int8_t)*p;
    case GGUF_VALUE_U16:
        return gguf_load_u16(p);
    case GGUF_VALUE_I16:
        return (int16_t)gguf_load_u16(p);
    case GGUF_VALUE_U32:
        return gguf_load_u32(p);
    case GGUF_VALUE_I32:
        return (int32_t)gguf_load_u32(p);
    case GGUF_VALUE_I64:
        return (int64_t)gguf_load_u64(p);
    default:
        u = gguf_load_u64(p);
        return u > INT64_MAX ? INT64_MAX : (int64_t)u;
    }
}

static double load_float(enum gguf_value_type type, const uint8_t *p)
{
    return type == GGUF_VALUE_F32 ? (double)gguf_load_f32(p)
                                  : gguf_load_f64(p);
}

static size_t number_bytes(enum gguf_value_type type)
{
    switch (type) {
    case GGUF_VALUE_U8:
    case GGUF_VALUE_I8:
    case GGUF_VALUE_BOOL:
        return 1;
    case GGUF_VALUE_U16:
    case GGUF_VALUE_I16:
        return 2;
    case GGUF_VALUE_U32:
    case GGUF_VALUE_I32:
    case GGUF_VALUE_F32:
        return 4;
    default:
        return 8;
    }
}

bool gguf_get_u32(const struct gguf *g, const char *key, uint32_t min,
                  uint32_t max, uint32_t *out, struct err *err)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv)
        return true;
    if (!is_integer(kv->type))
        return wrong_type(kv, "a whole number", err);
    int64_t v = load_int(kv->type, kv->value);
    if (v < (int64_t)min || v > (int64_t)max)
        return err_set(err, ERR_FORMAT,
                       "key \"%s\" is %" PRId64 ", outside %" PRIu32 " to %"
                       PRIu32, key, v, min, max);
    *out = (uint32_t)v;
    return true;
}

bool gguf_need_u32(const struct gguf *g, const char *key, uint32_t min,
                   uint32_t max, uint32_t *out, struct err *err)
{
    return gguf_find(g, key) ? gguf_get_u32(g, key, min, max, out, err)
                             : missing(key, err);
}

bool gguf_get_f32(const struct gguf *g, const char *key, float min, float max,
                  float *out, struct err *err)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv)
        return true;
    if (!is_float(kv->type))
        return wrong_type(kv, "a number with a fraction", err);
    double v = load_float(kv->type, kv->value);
    if (!(v >= (double)min && v <= (double)max)) /* NaN is outside as well */
        return err_set(err, ERR_FORMAT,
                       "key \"%s\" is %g, outside %g to %g", key, v,
                       (double)min, (double)max);
    *out = (float)v;
    return true;
}

bool gguf_need_f32(const struct gguf *g, const char *key, float min, float max,
                   float *out, struct err *err)
{
    return gguf_find(g, key) ? gguf_get_f32(g, key, min, max, out, err)
                             : missing(key, err);
}

bool gguf_get_bool(const struct gguf *g, const char *key, bool *out,
                   struct err *err)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv)
        return true;
    if (kv->type != GGUF_VALUE_BOOL)
        return wrong_type(kv, "a bool", err);
    *out = kv->value[0] != 0;
    return true;
}

bool gguf_get_str(const struct gguf *g, const char *key, struct str *out,
                  struct err *err)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv)
        return true;
    if (kv->type != GGUF_VALUE_STRING)
        return wrong_type(kv, "a string", err);
    *out = str_n((const char *)kv->value + 8, kv->value_bytes - 8);
    return true;
}

bool gguf_need_str(const struct gguf *g, const char *key, struct str *out,
                   struct err *err)
{
    return gguf_find(g, key) ? gguf_get_str(g, key, out, err)
                             : missing(key, err);
}

bool gguf_strings(const struct gguf *g, const char *key,
                  struct gguf_strings *it, struct err *err)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv)
        return missing(key, err);
    if (kv->type != GGUF_VALUE_ARRAY || kv->item_type != GGUF_VALUE_STRING)
        return wrong_type(kv, "an array of strings", err);
    *it = (struct gguf_strings){
        .at = kv->value, .end = kv->value + kv->value_bytes, .left = kv->n};
    return true;
}

bool gguf_strings_next(struct gguf_strings *it, struct str *out)
{
    /* The lengths were checked when the file was opened; they are looked at
     * again because a mapped file can change under us. */
    size_t room = (size_t)(it->end - it->at);
    if (it->left == 0 || room < 8)
        return false;
    uint64_t len = gguf_load_u64(it->at);
    if (len > room - 8)
        return false;
    *out = str_n((const char *)it->at + 8, (size_t)len);
    it->at += 8 + len;
    it->left--;
    return true;
}

const struct gguf_kv *gguf_find_array(const struct gguf *g, const char *key,
                                      enum gguf_value_type item_type)
{
    const struct gguf_kv *kv = gguf_find(g, key);
    if (!kv || kv->type != GGUF_VALUE_ARRAY)
        return NULL;
    enum gguf_value_type has = kv->item_type;
    bool fits = has == item_type ||
                (is_integer(has) && is_integer(item_type)) ||
                (is_float(has) && is_float(item_type));
    return fits ? kv : NULL;
}

int64_t gguf_array_int(const struct gguf_kv *kv, uint64_t i)
{
    assert(i < kv->n && kv->item_type != GGUF_VALUE_STRING);
    const uint8_t *p = kv->value + i * number_bytes(kv->item_type);
    assert(!is_float(kv->item_type));
    return load_int(kv->item_type, p);
}

float gguf_array_f32(const struct gguf_kv *kv, uint64_t i)
{
    assert(i < kv->n && kv->item_type != GGUF_VALUE_STRING);
    const uint8_t *p = kv->value + i * number_bytes(kv->item_type);
    return is_float(kv->item_type) ? (float)load_float(kv->item_type, p)
                                   : (float)load_int(kv->item_type, p);
}
