/* gguf.h - a GGUF file, checked before anything in it is believed.
 *
 * Opening validates the whole header: every count against the bytes that are
 * left, every name and type, every tensor's range inside the data section,
 * aligned and not overlapping another. After that
 * the accessors cannot run outside the file. Nothing is copied: strings and
 * tensor data point into the mapping and live as long as the struct gguf.
 *
 * A model may be split into files named NAME-00001-of-00003.gguf and so on.
 * Opening any of them opens all: the metadata is that of the first, the tensor
 * table has the tensors of every part. */
#ifndef GGUF_GGUF_H
#define GGUF_GGUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/str.h"
#include "gguf/gguf_type.h"

struct err;

enum gguf_value_type {
    GGUF_VALUE_U8, GGUF_VALUE_I8, GGUF_VALUE_U16, GGUF_VALUE_I16,
    GGUF_VALUE_U32, GGUF_VALUE_I32, GGUF_VALUE_F32, GGUF_VALUE_BOOL,
    GGUF_VALUE_STRING, GGUF_VALUE_ARRAY,
    GGUF_VALUE_U64, GGUF_VALUE_I64, GGUF_VALUE_F64,
};

struct gguf_kv {
    struct str key;
    enum gguf_value_type type;
    enum gguf_value_type item_type; /* of an array's elements */
    uint64_t n;                     /* elements of an array, else 1 */
    const uint8_t *value;           /* first element; unaligned */
    size_t value_bytes;
};

struct gguf_tensor {
    struct str name;
    uint32_t n_dims;
    uint64_t dims[4];               /* dims[0] varies fastest; unused are 1 */
    enum gguf_type type;
    uint64_t n_elements;
    uint64_t bytes;
    const uint8_t *data;            /* in the mapping of its file */
};

struct gguf {
    struct file_map file;           /* of a split model the first part */
    struct file_map *more;          /* owned; the other parts */
    size_t n_more;
    uint64_t file_bytes;            /* of all parts */
    uint32_t version;               /* this and the next two: of `file` */
    uint32_t alignment;
    uint64_t data_start;            /* file offset of the data section */
    size_t n_kv;
    struct gguf_kv *kv;             /* owned; in file order */
    size_t n_tensors;
    struct gguf_tensor *tensors;    /* owned; in file order, part by part */
    struct gguf_index *kv_index, *tensor_index; /* owned; name -> place */
};

/* The program survives when a file is cut from now on (base/map_guard.h): whoever
 * has computed with it asks gguf_intact before anybody believes that. */
bool gguf_open(struct gguf *g, const char *path, struct err *err);
/* Over bytes that outlive g, such as the built-in model. Tensors are aligned
 * within the file, so they are no better aligned than `data` itself. A part of
 * a split model stays alone. */
bool gguf_open_memory(struct gguf *g, const void *data, size_t size,
                      struct err *err);
void gguf_close(struct gguf *g);
/* file_map_intact, for all parts. */
bool gguf_intact(const struct gguf *g, struct err *err);

/* A file may be fine and yet hold an adapter, a vision projector or one part
 * alone of several: ERR_UNSUPPORTED for all but a whole model. Whoever wants to run
 * it asks; whoever only shows it does not. */
bool gguf_check_is_model(const struct gguf *g, struct err *err);

const struct gguf_kv *gguf_find(const struct gguf *g, const char *key);
const struct gguf_tensor *gguf_find_tensor(const struct gguf *g,
                                           const char *name);

/* Typed access checks type, count and range together. Each returns false with
 * ERR_FORMAT, naming the key, when the value is there but is not what is asked
 * for. When the key is missing: *out keeps what it had and the answer is true,
 * so defaults are set beforehand; _need refuses instead. Integers of any width
 * are taken when the value fits min..max. */
bool gguf_get_u32(const struct gguf *g, const char *key, uint32_t min,
                  uint32_t max, uint32_t *out, struct err *err);
bool gguf_need_u32(const struct gguf *g, const char *key, uint32_t min,
                   uint32_t max, uint32_t *out, struct err *err);
bool gguf_get_f32(const struct gguf *g, const char *key, float min, float max,
                  float *out, struct err *err);
bool gguf_need_f32(const struct gguf *g, const char *key, float min, float max,
                   float *out, struct err *err);
bool gguf_get_bool(const struct gguf *g, const char *key, bool *out,
                   struct err *err);
bool gguf_get_str(const struct gguf *g, const char *key, struct str *out,
                  struct err *err);
bool gguf_need_str(const struct gguf *g, const char *key, struct str *out,
                   struct err *err);

/* Arrays: an iterator over strings, and one number at a time. */
struct gguf_strings {
    const uint8_t *at, *end;
    uint64_t left;
};
/* Missing key: false with ERR_FORMAT; ask gguf_find first where it may be. */
bool gguf_strings(const struct gguf *g, const char *key,
                  struct gguf_strings *it, struct err *err);
bool gguf_strings_next(struct gguf_strings *it, struct str *out);
/* Element i of an array of integers or floats (i < kv->n; kv checked by
 * gguf_find_array to hold numbers). Asked for an integer type, find_array gives
 * integers of any width, for a float type F32 or F64; else NULL. Integers past
 * INT64_MAX read as INT64_MAX; gguf_array_f32 reads integers as well. */
const struct gguf_kv *gguf_find_array(const struct gguf *g, const char *key,
                                      enum gguf_value_type item_type);
int64_t gguf_array_int(const struct gguf_kv *kv, uint64_t i);
float gguf_array_f32(const struct gguf_kv *kv, uint64_t i);

/* "U32", "string": for messages and for showing. */
const char *gguf_value_type_name(enum gguf_value_type type);

#endif
