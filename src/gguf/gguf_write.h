/* gguf_write.h - GGUF files, version 3, written strictly: tensors in order,
 * aligned, padded with zeros.
 *
 * Metadata and tensors are declared first, the data streams after that, so a
 * file larger than memory can be written. Used by quantize, by the trainer's
 * export and by the tests, which also need wrong files: they patch the bytes. */
#ifndef GGUF_GGUF_WRITE_H
#define GGUF_GGUF_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "gguf/gguf.h"

struct err;
struct buf;
struct gguf_writer;

struct gguf_writer *gguf_writer_new(uint32_t alignment);
void gguf_writer_free(struct gguf_writer *w);

void gguf_put_u32(struct gguf_writer *w, const char *key, uint32_t v);
void gguf_put_f32(struct gguf_writer *w, const char *key, float v);
void gguf_put_bool(struct gguf_writer *w, const char *key, bool v);
void gguf_put_str(struct gguf_writer *w, const char *key, struct str v);
void gguf_put_strs(struct gguf_writer *w, const char *key,
                   const struct str *v, size_t n);
void gguf_put_i32s(struct gguf_writer *w, const char *key, const int32_t *v,
                   size_t n);
void gguf_put_f32s(struct gguf_writer *w, const char *key, const float *v,
                   size_t n);
void gguf_put_kv(struct gguf_writer *w, const struct gguf_kv *kv); /* verbatim */

/* Declares a tensor; its data comes later, in the order declared. */
void gguf_put_tensor(struct gguf_writer *w, const char *name,
                     enum gguf_type type, uint32_t n_dims,
                     const uint64_t *dims);

/* Header with all declarations, padded to the data section. */
void gguf_write_header(struct gguf_writer *w, struct buf *out);
/* For a tensor too large for a buffer: its bytes and then this many zeros. */
size_t gguf_padding(const struct gguf_writer *w, uint64_t size);
/* All that will be written behind the header. */
uint64_t gguf_data_bytes(const struct gguf_writer *w);
/* Appends one tensor's bytes and its padding; size must be the declared one. */
void gguf_write_tensor(struct gguf_writer *w, const void *data, size_t size,
                       struct buf *out);

#endif
