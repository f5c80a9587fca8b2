/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf_write.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

struct gguf_writer {
    uint32_t alignment;
    struct buf kv, infos;      /* records as they will stand in the header */
    uint64_t n_kv, n_tensors;
    uint64_t *sizes;           /* owned; bytes of each tensor declared */
    uint64_t next_offset;      /* where the next declared tensor will lie */
    uint64_t n_written;
};

static void add_u32(struct buf *b, uint32_t v)
{
    uint8_t p[4];
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * i);
    buf_add(b, p, sizeof p);
}

static void add_u64(struct buf *b, uint64_t v)
{
    add_u32(b, (uint32_t)v);
    add_u32(b, (uint32_t)(v >> 32));
}

static void add_f32(struct buf *b, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    add_u32(b, bits);
}

static void add_str(struct buf *b, struct str s)
{
    add_u64(b, s.len);
    buf_add_str(b, s);
}

static uint64_t padded(const struct gguf_writer *w, uint64_t n)
{
    return (n + w->alignment - 1) & ~(uint64_t)(w->alignment - 1);
}

/* From the length of one part: what is already in `out` before it (an earlier
 * file, a prefix of the caller's) does not count. */
static void pad(const struct gguf_writer *w, uint64_t len, struct buf *out)
{
    for (uint64_t i = len; i < padded(w, len); i++)
        buf_putc(out, 0);
}

struct gguf_writer *gguf_writer_new(uint32_t alignment)
{
    assert(alignment >= 8 && (alignment & (alignment - 1)) == 0);
    struct gguf_writer *w = mem_zalloc(sizeof *w);
    w->alignment = alignment;
    if (alignment != 32)
        gguf_put_u32(w, "general.alignment", alignment);
    return w;
}

void gguf_writer_free(struct gguf_writer *w)
{
    if (!w)
        return;
    buf_clear(&w->kv);
    buf_clear(&w->infos);
    mem_free(w->sizes);
    mem_free(w);
}

static struct buf *begin_kv(struct gguf_writer *w, struct str key,
                            enum gguf_value_type type)
{
    w->n_kv++;
    add_str(&w->kv, key);
    add_u32(&w->kv, type);
    return &w->kv;
}

static struct buf *begin_array(struct gguf_writer *w, const char *key,
                               enum gguf_value_type type, size_t n)
{
    struct buf *b = begin_kv(w, str_of(key), GGUF_VALUE_ARRAY);
    add_u32(b, type);
    add_u64(b, n);
    return b;
}

void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t v)
{
    add_u32(begin_kv(w, str_of(key), GGUF_VALUE_U32), v);
}

void gguf_put_f32(struct gguf_writer *w, const char *key, float v)
{
    add_f32(begin_kv(w, str_of(key), GGUF_VALUE_F32), v);
}

void gguf_put_bool(struct gguf_writer *w, const char *key, bool v)
{
    buf_putc(begin_kv(w, str_of(key), GGUF_VALUE_BOOL), v);
}

void gguf_put_str(struct gguf_writer *w, const char *key, struct str v)
{
    add_str(begin_kv(w, str_of(key), GGUF_VALUE_STRING), v);
}

void gguf_put_strs(struct gguf_writer *w, const char *key, const struct str *v,
                   size_t n)
{
    struct buf *b = begin_array(w, key, GGUF_VALUE_STRING, n);
    for (size_t i = 0; i < n; i++)
        add_str(b, v[i]);
}

void gguf_put_i32s(struct gguf_writer *w, const char *key, const int32_t *v,
                   size_t n)
{
    struct buf *b = begin_array(w, key, GGUF_VALUE_I32, n);
    for (size_t i = 0; i < n; i++)
        add_u32(b, (uint32_t)v[i]);
}

void gguf_put_f32s(struct gguf_writer *w, const char *key, const float *v,
                   size_t n)
{
    struct buf *b = begin_array(w, key, GGUF_VALUE_F32, n);
    for (size_t i = 0; i < n; i++)
        add_f32(b, v[i]);
}

/* The default may be said, but need not be. */
static bool says_default(const struct gguf_writer *w, const struct gguf_kv *kv)
{
    const uint8_t v[4] = {32, 0, 0, 0};
    return w->alignment == 32 && kv->type == GGUF_VALUE_U32 &&
           memcmp(kv->value, v, sizeof v) == 0;
}

void gguf_put_kv(struct gguf_writer *w, const struct gguf_kv *kv)
{
    if (str_is(kv->key, "general.alignment") && !says_default(w, kv))
        return; /* the writer's own, which may be another, stands there */
    struct buf *b = begin_kv(w, kv->key, kv->type);
    if (kv->type == GGUF_VALUE_ARRAY) {
        add_u32(b, kv->item_type);
        add_u64(b, kv->n);
    }
    buf_add(b, kv->value, kv->value_bytes);
}

void gguf_put_tensor(struct gguf_writer *w, const char *name,
                     enum gguf_type type, uint32_t n_dims,
                     const uint64_t *dims)
{
    const struct gguf_type_info *info = gguf_type_info(type);
    uint64_t n = 1;
    assert(info && n_dims <= 4 && strlen(name) < 64);
    add_str(&w->infos, str_of(name));
    add_u32(&w->infos, n_dims);
    for (uint32_t i = 0; i < n_dims; i++) {
        add_u64(&w->infos, dims[i]);
        n *= dims[i];
    }
    assert(n % info->block_len == 0);
    uint64_t bytes = n / info->block_len * info->block_bytes;
    add_u32(&w->infos, type);
    add_u64(&w->infos, w->next_offset);
    w->next_offset += padded(w, bytes);
    w->sizes = mem_realloc(w->sizes, (w->n_tensors + 1) * sizeof *w->sizes);
    w->sizes[w->n_tensors++] = bytes;
}

void gguf_write_header(struct gguf_writer *w, struct buf *out)
{
    size_t start = out->len;
    buf_puts(out, "GGUF");
    add_u32(out, 3);
    add_u64(out, w->n_tensors);
    add_u64(out, w->n_kv);
    buf_add_str(out, buf_str(&w->kv));
    buf_add_str(out, buf_str(&w->infos));
    pad(w, out->len - start, out);
}

size_t gguf_padding(const struct gguf_writer *w, uint64_t size)
{
    return (size_t)(padded(w, size) - size);
}

uint64_t gguf_data_bytes(const struct gguf_writer *w)
{
    return w->next_offset;
}

void gguf_write_tensor(struct gguf_writer *w, const void *data, size_t size,
                       struct buf *out)
{
    assert(w->n_written < w->n_tensors && size == w->sizes[w->n_written]);
    w->n_written++;
    buf_add(out, data, size);
    pad(w, size, out);
}
