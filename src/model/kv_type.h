/* kv_type.h - what a row of the cache is made of.
 *
 * f32 and f16 take any row. q8_0 cuts a row into blocks of 32 int8 with a half
 * precision scale, as GGUF's Q8_0: 34 bytes for 32 values. All of them are
 * weight types to the kernels, so attention multiplies rows as they lie. */
#ifndef MODEL_KV_TYPE_H
#define MODEL_KV_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/kernels.h"

struct err;
struct model_config;

enum kv_type {
    KV_AUTO, /* nobody chose; kv_type_choose does */
    KV_F32,
    KV_F16,
    KV_Q8_0,
};

/* KV_AUTO becomes f16, or f32 where everything else is float32 as well. */
enum kv_type kv_type_choose(enum kv_type asked, bool exact);
const char *kv_type_name(enum kv_type type); /* "f16" */
bool kv_type_parse(const char *name, enum kv_type *out);

/* ERR_UNSUPPORTED where a row of this model cannot be cut into blocks. */
bool kv_type_check(enum kv_type type, const struct model_config *cfg,
                   struct err *err);

/* Of n values; part of a block counts as a whole one. */
size_t kv_type_bytes(enum kv_type type, size_t n);
enum weight_type kv_type_weights(enum kv_type type);

/* n values into a row. What is not finite, or too large for the type, is not
 * finite when it is read: no number hides a broken model. */
void kv_type_store(enum kv_type type, const struct kernels *k, const float *x,
                   void *row, size_t n);

#endif
