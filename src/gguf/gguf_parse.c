/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf_parse.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "gguf/gguf.h"
#include "gguf/gguf_index.h"
#include "gguf/gguf_reader.h"

/* Caps that no real model comes near; the bytes left in the file are the
 * tighter bound for nearly every other one. Strings are never copied, so their
 * cap only has to leave room for a whole tokenizer.json in one of them. */
#define MAX_KV         65536u
#define MAX_KEY        65535u
#define MAX_NAME       63u
#define MAX_STRING     (UINT64_C(64) << 20)
#define MAX_DIM        (UINT64_C(1) << 40)
#define MIN_ALIGNMENT  8u
#define MAX_ALIGNMENT  (1u << 20)

#define HEADER_BYTES   24
/* The shortest legal records: key length 8, one byte, type 4, value 1; and
 * name length 8, one byte, number of dims 4, type 4, offset 8. */
#define MIN_KV_BYTES     14
#define MIN_TENSOR_BYTES 25

/* Bytes of one value; 0 where they depend on the value. */
static const uint8_t value_bytes[] = {
    [GGUF_VALUE_U8] = 1,  [GGUF_VALUE_I8] = 1,   [GGUF_VALUE_U16] = 2,
    [GGUF_VALUE_I16] = 2, [GGUF_VALUE_U32] = 4,  [GGUF_VALUE_I32] = 4,
    [GGUF_VALUE_F32] = 4, [GGUF_VALUE_BOOL] = 1, [GGUF_VALUE_STRING] = 0,
    [GGUF_VALUE_ARRAY] = 0, [GGUF_VALUE_U64] = 8, [GGUF_VALUE_I64] = 8,
    [GGUF_VALUE_F64] = 8,
};

static bool known_value_type(uint32_t type)
{
    return type < sizeof value_bytes;
}

static bool cut_off(const struct gguf_reader *in, struct err *err)
{
    return err_set(err, ERR_FORMAT,
                   "cut off or damaged near byte %zu of %zu: a value runs past "
                   "the end of the file", in->at, in->size);
}

static bool check_version(uint32_t v, struct err *err)
{
    if (v == 2 || v == 3)
        return true;
    if (v == 0)
        return err_set(err, ERR_FORMAT, "GGUF version 0 does not exist");
    if (v == 1)
        return err_set(err, ERR_UNSUPPORTED,
                       "GGUF version 1 is obsolete (2 and 3 are known)");
    if ((v & 0xFFFF) == 0)
        return err_set(err, ERR_UNSUPPORTED,
                       "a big-endian GGUF file; only little-endian ones can be "
                       "read");
    return err_set(err, ERR_UNSUPPORTED,
                   "GGUF version %" PRIu32 " (2 and 3 are known)", v);
}

/* A count is believed once the file has room for that many records. */
static bool check_count(uint64_t n, uint64_t most, uint64_t room,
                        const char *what, struct err *err)
{
    if (n > most)
        return err_set(err, ERR_FORMAT,
                       "it claims %" PRIu64 " %s, the limit is %" PRIu64, n,
                       what, most);
    if (n > room)
        return err_set(err, ERR_FORMAT,
                       "it claims %" PRIu64 " %s, but has room for %" PRIu64
                       " at most", n, what, room);
    return true;
}

static bool read_header(struct gguf *g, struct gguf_reader *in,
                        uint64_t *n_tensors, uint64_t *n_kv, struct err *err)
{
    if (in->size == 0)
        return err_set(err, ERR_FORMAT, "the file is empty");
    struct str all = str_n((const char *)in->data, in->size);
    struct str magic = str_of("GGUF");
    if (!str_starts(all, magic) && !str_starts(magic, all))
        return gguf_refuse_foreign(g, err);
    if (in->size < HEADER_BYTES)
        return err_set(err, ERR_FORMAT,
                       "cut off: a GGUF file has at least %d bytes, this one "
                       "%zu", HEADER_BYTES, in->size);
    gguf_reader_skip(in, 4);
    g->version = gguf_reader_u32(in);
    *n_tensors = gguf_reader_u64(in);
    *n_kv = gguf_reader_u64(in);
    size_t left = gguf_reader_left(in);
    return check_version(g->version, err) &&
           check_count(*n_kv, MAX_KV, left / MIN_KV_BYTES, "metadata keys",
                       err) &&
           check_count(*n_tensors, GGUF_MAX_TENSORS, left / MIN_TENSOR_BYTES,
                       "tensors", err);
}

static bool kv_error(const struct gguf_kv *kv, size_t at, struct err *err)
{
    return err_context(err, "byte %zu: key \"%s\"", at, gguf_quote(kv->key).s);
}

static bool check_bools(const uint8_t *p, uint64_t n, struct err *err)
{
    for (uint64_t i = 0; i < n; i++)
        if (p[i] > 1)
            return err_set(err, ERR_FORMAT, "a bool must be 0 or 1, not %u",
                           p[i]);
    return true;
}

/* n values of one type, one behind the other. */
static bool read_items(struct gguf_reader *in, uint32_t type, uint64_t n,
                       struct err *err)
{
    if (type == GGUF_VALUE_STRING) {
        for (uint64_t i = 0; i < n && !in->overrun; i++)
            gguf_reader_str(in, MAX_STRING);
        return !in->overrun || cut_off(in, err);
    }
    uint64_t bytes;
    if (__builtin_mul_overflow(n, (uint64_t)value_bytes[type], &bytes))
        return cut_off(in, err);
    const uint8_t *p = gguf_reader_skip(in, bytes);
    if (!p)
        return cut_off(in, err);
    return type != GGUF_VALUE_BOOL || check_bools(p, n, err);
}

static bool read_array_head(struct gguf_reader *in, struct gguf_kv *kv,
                            struct err *err)
{
    uint32_t type = gguf_reader_u32(in);
    kv->n = gguf_reader_u64(in);
    if (in->overrun)
        return cut_off(in, err);
    if (type == GGUF_VALUE_ARRAY)
        return err_set(err, ERR_UNSUPPORTED, "an array of arrays");
    if (!known_value_type(type))
        return err_set(err, ERR_FORMAT,
                       "array of unknown value type %" PRIu32, type);
    kv->item_type = (enum gguf_value_type)type;
    uint64_t least = type == GGUF_VALUE_STRING ? 8 : value_bytes[type];
    return check_count(kv->n, UINT64_MAX, gguf_reader_left(in) / least,
                       "array elements", err);
}

static bool read_value(struct gguf_reader *in, struct gguf_kv *kv,
                       struct err *err)
{
    uint32_t type = gguf_reader_u32(in);
    if (in->overrun)
        return cut_off(in, err);
    if (!known_value_type(type))
        return err_set(err, ERR_FORMAT, "unknown value type %" PRIu32, type);
    kv->type = kv->item_type = (enum gguf_value_type)type;
    kv->n = 1;
    if (type == GGUF_VALUE_ARRAY && !read_array_head(in, kv, err))
        return false;
    kv->value = in->data + in->at;
    size_t start = in->at;
    if (!read_items(in, kv->item_type, kv->n, err))
        return false;
    kv->value_bytes = in->at - start;
    return true;
}

static bool read_kv(struct gguf_reader *in, struct gguf_kv *kv, struct err *err)
{
    size_t at = in->at;
    kv->key = gguf_reader_str(in, MAX_KEY);
    if (in->overrun)
        return err_set(err, ERR_FORMAT,
                       "byte %zu: a key longer than %u bytes or than the file",
                       at, MAX_KEY);
    if (kv->key.len == 0)
        return err_set(err, ERR_FORMAT, "byte %zu: a key without a name", at);
    return read_value(in, kv, err) || kv_error(kv, at, err);
}

static bool table_new(void **table, uint64_t n, size_t item, const char *what,
                      struct err *err)
{
    /* Bounded by the file's size, yet large enough that a caller may want to
     * hear of it: no mem_array here. */
    *table = calloc(n ? (size_t)n : 1, item);
    return *table || err_set(err, ERR_MEMORY, "no room for %" PRIu64 " %s", n,
                             what);
}

static bool read_metadata(struct gguf *g, struct gguf_reader *in, uint64_t n,
                          struct err *err)
{
    void *table;
    if (!table_new(&table, n, sizeof *g->kv, "metadata keys", err))
        return false;
    g->kv = table;
    for (; g->n_kv < n; g->n_kv++)
        if (!read_kv(in, &g->kv[g->n_kv], err))
            return false;
    size_t twice = 0;
    g->kv_index = gguf_index_new(g->kv, g->n_kv, sizeof *g->kv, &twice);
    return g->kv_index ||
           err_set(err, ERR_FORMAT, "key \"%s\" is there twice",
                   gguf_quote(g->kv[twice].key).s);
}

static bool read_alignment(struct gguf *g, struct err *err)
{
    g->alignment = 32;
    const struct gguf_kv *kv = gguf_find(g, "general.alignment");
    if (!kv)
        return true;
    if (kv->type != GGUF_VALUE_U32)
        return err_set(err, ERR_FORMAT, "general.alignment must be a U32");
    uint32_t a = gguf_load_u32(kv->value);
    if (a < MIN_ALIGNMENT || a > MAX_ALIGNMENT || (a & (a - 1)) != 0)
        return err_set(err, ERR_FORMAT,
                       "general.alignment is %" PRIu32 ", it must be a power of "
                       "two from %u to %u", a, MIN_ALIGNMENT, MAX_ALIGNMENT);
    g->alignment = a;
    return true;
}

static bool read_dims(struct gguf_reader *in, struct gguf_tensor *t,
                      struct err *err)
{
    t->n_dims = gguf_reader_u32(in);
    if (in->overrun)
        return cut_off(in, err);
    if (t->n_dims > 4)
        return err_set(err, ERR_FORMAT,
                       "%" PRIu32 " dimensions, 4 is the limit", t->n_dims);
    t->n_elements = 1;
    for (uint32_t i = 0; i < 4; i++) {
        t->dims[i] = i < t->n_dims ? gguf_reader_u64(in) : 1;
        if (in->overrun)
            return cut_off(in, err);
        if (t->dims[i] == 0 || t->dims[i] > MAX_DIM)
            return err_set(err, ERR_FORMAT,
                           "dimension %" PRIu32 " is %" PRIu64 ", outside 1 to "
                           "2^40", i, t->dims[i]);
        if (__builtin_mul_overflow(t->n_elements, t->dims[i], &t->n_elements))
            return err_set(err, ERR_FORMAT, "the product of its dimensions "
                           "overflows");
    }
    return true;
}

static bool size_of_type(struct gguf_tensor *t, uint32_t id, struct err *err)
{
    const struct gguf_type_info *type = gguf_type_info(id);
    if (!type)
        return err_set(err, ERR_UNSUPPORTED, "unknown tensor type %" PRIu32,
                       id);
    t->type = (enum gguf_type)id;
    if (t->dims[0] % type->block_len != 0)
        return err_set(err, ERR_FORMAT,
                       "rows of %" PRIu64 " do not fit the blocks of %" PRIu32
                       " of %s", t->dims[0], type->block_len, type->name);
    if (__builtin_mul_overflow(t->n_elements / type->block_len,
                               (uint64_t)type->block_bytes, &t->bytes))
        return err_set(err, ERR_FORMAT, "its size in bytes overflows");
    return true;
}

/* The offset becomes a place only when all infos are read: only then is it
 * known where the data section starts. */
static bool read_tensor(struct gguf_reader *in, struct gguf_tensor *t,
                        uint64_t *offset, struct err *err)
{
    size_t at = in->at;
    t->name = gguf_reader_str(in, MAX_NAME);
    if (in->overrun)
        return err_set(err, ERR_FORMAT,
                       "byte %zu: a tensor name longer than %u bytes or than "
                       "the file", at, MAX_NAME);
    if (t->name.len == 0)
        return err_set(err, ERR_FORMAT, "byte %zu: a tensor without a name",
                       at);
    bool ok = read_dims(in, t, err);
    if (ok) {
        uint32_t type = gguf_reader_u32(in);
        *offset = gguf_reader_u64(in);
        ok = in->overrun ? cut_off(in, err) : size_of_type(t, type, err);
    }
    return ok || err_context(err, "byte %zu: tensor \"%s\"", at,
                             gguf_quote(t->name).s);
}

static bool place_tensor(const struct gguf *g, struct gguf_tensor *t,
                         uint64_t offset, struct err *err)
{
    uint64_t size = g->file.size - g->data_start;
    if (offset % g->alignment != 0)
        err_set(err, ERR_FORMAT,
                "its offset %" PRIu64 " is not a multiple of %" PRIu32, offset,
                g->alignment);
    else if (offset > size || t->bytes > size - offset)
        err_set(err, ERR_FORMAT,
                "its %" PRIu64 " bytes at offset %" PRIu64 " of the data run "
                "past the end of the file; it is cut off or damaged",
                t->bytes, offset);
    else {
        t->data = g->file.data + g->data_start + offset;
        return true;
    }
    return err_context(err, "tensor \"%s\"", gguf_quote(t->name).s);
}

static bool find_data_start(struct gguf *g, const struct gguf_reader *in,
                            struct err *err)
{
    uint64_t end;
    if (__builtin_add_overflow((uint64_t)in->at, g->alignment - 1, &end))
        return cut_off(in, err);
    g->data_start = end & ~(uint64_t)(g->alignment - 1);
    if (g->data_start <= g->file.size)
        return true;
    /* Without tensors the padding may be missing: nothing lies behind it. */
    g->data_start = g->file.size;
    return g->n_tensors == 0 || cut_off(in, err);
}

static bool read_tensors(struct gguf *g, struct gguf_reader *in, uint64_t n,
                         uint64_t *offsets, struct err *err)
{
    for (; g->n_tensors < n; g->n_tensors++)
        if (!read_tensor(in, &g->tensors[g->n_tensors],
                         &offsets[g->n_tensors], err))
            return false;
    if (!find_data_start(g, in, err))
        return false;
    for (size_t i = 0; i < g->n_tensors; i++)
        if (!place_tensor(g, &g->tensors[i], offsets[i], err))
            return false;
    return true;
}

bool gguf_index_tensors(struct gguf *g, struct err *err)
{
    size_t twice = 0;
    g->tensor_index =
        gguf_index_new(g->tensors, g->n_tensors, sizeof *g->tensors, &twice);
    return g->tensor_index ||
           err_set(err, ERR_FORMAT, "tensor \"%s\" is there twice",
                   gguf_quote(g->tensors[twice].name).s);
}

static bool read_tensor_table(struct gguf *g, struct gguf_reader *in,
                              uint64_t n, struct err *err)
{
    void *table, *offsets;
    if (!table_new(&table, n, sizeof *g->tensors, "tensors", err))
        return false;
    g->tensors = table;
    if (!table_new(&offsets, n, sizeof(uint64_t), "tensors", err))
        return false;
    bool ok = read_tensors(g, in, n, offsets, err);
    free(offsets);
    return ok && gguf_index_tensors(g, err);
}

bool gguf_parse(struct gguf *g, struct err *err)
{
    struct gguf_reader in = gguf_reader_over(g->file.data, g->file.size);
    uint64_t n_tensors = 0, n_kv = 0;
    return read_header(g, &in, &n_tensors, &n_kv, err) &&
           read_metadata(g, &in, n_kv, err) &&
           read_alignment(g, err) &&
           read_tensor_table(g, &in, n_tensors, err) &&
           gguf_check_overlap(g, err);
}
