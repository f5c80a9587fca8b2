/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf_reader.h"

#include <string.h>

struct gguf_reader gguf_reader_over(const uint8_t *data, size_t size)
{
    return (struct gguf_reader){.data = data, .size = size};
}

size_t gguf_reader_left(const struct gguf_reader *in)
{
    return in->overrun ? 0 : in->size - in->at;
}

const uint8_t *gguf_reader_skip(struct gguf_reader *in, uint64_t bytes)
{
    if (in->overrun || bytes > in->size - in->at) {
        in->overrun = true;
        return NULL;
    }
    const uint8_t *p = in->data + in->at;
    in->at += (size_t)bytes;
    return p;
}

uint32_t gguf_reader_u32(struct gguf_reader *in)
{
    const uint8_t *p = gguf_reader_skip(in, 4);
    return p ? gguf_load_u32(p) : 0;
}

uint64_t gguf_reader_u64(struct gguf_reader *in)
{
    const uint8_t *p = gguf_reader_skip(in, 8);
    return p ? gguf_load_u64(p) : 0;
}

struct str gguf_reader_str(struct gguf_reader *in, uint64_t max_len)
{
    uint64_t len = gguf_reader_u64(in);
    if (len > max_len)
        in->overrun = true;
    const uint8_t *p = gguf_reader_skip(in, len);
    return p ? str_n((const char *)p, (size_t)len) : str_n("", 0);
}

/* Byte by byte: compilers make one load of it where that is the same. */
uint16_t gguf_load_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

uint32_t gguf_load_u32(const uint8_t *p)
{
    return (uint32_t)gguf_load_u16(p) | (uint32_t)gguf_load_u16(p + 2) << 16;
}

uint64_t gguf_load_u64(const uint8_t *p)
{
    return (uint64_t)gguf_load_u32(p) | (uint64_t)gguf_load_u32(p + 4) << 32;
}

float gguf_load_f32(const uint8_t *p)
{
    uint32_t bits = gguf_load_u32(p);
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

double gguf_load_f64(const uint8_t *p)
{
    uint64_t bits = gguf_load_u64(p);
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

struct gguf_quoted gguf_quote(struct str name)
{
    struct gguf_quoted q;
    size_t room = sizeof q.s - 4, n = name.len < room ? name.len : room;
    for (size_t i = 0; i < n; i++)
        q.s[i] = name.p[i] >= ' ' && name.p[i] <= '~' ? name.p[i] : '?';
    memcpy(q.s + n, n < name.len ? "..." : "", n < name.len ? 4 : 1);
    return q;
}
