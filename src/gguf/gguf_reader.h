/* gguf_reader.h - a cursor over untrusted bytes, for the parser of gguf.c.
 *
 * The reader remembers the first overrun: from then on every read answers zero
 * or nothing, so a parser reads straight on and looks once at the end of each
 * part. What it read before that look must not size or index anything. */
#ifndef GGUF_GGUF_READER_H
#define GGUF_GGUF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct gguf_reader {
    const uint8_t *data; /* borrowed */
    size_t size;
    size_t at;           /* <= size */
    bool overrun;
};

struct gguf_reader gguf_reader_over(const uint8_t *data, size_t size);

size_t gguf_reader_left(const struct gguf_reader *in);
const uint8_t *gguf_reader_skip(struct gguf_reader *in, uint64_t bytes);
uint32_t gguf_reader_u32(struct gguf_reader *in);
uint64_t gguf_reader_u64(struct gguf_reader *in);
/* Length and bytes. More than max_len counts as an overrun. */
struct str gguf_reader_str(struct gguf_reader *in, uint64_t max_len);

/* Little-endian values at any address. */
uint16_t gguf_load_u16(const uint8_t *p);
uint32_t gguf_load_u32(const uint8_t *p);
uint64_t gguf_load_u64(const uint8_t *p);
float gguf_load_f32(const uint8_t *p);
double gguf_load_f64(const uint8_t *p);

/* A name from a file as it may stand in a message: printable ASCII, cut. */
struct gguf_quoted {
    char s[72];
};
struct gguf_quoted gguf_quote(struct str name);

#endif
