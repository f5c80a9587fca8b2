/* gguf_index.h - name to place, in constant time, for keys and tensors.
 *
 * Built once over an array of structs that begin with their struct str name.
 * The hash starts from a number that nobody knew when the file was made, so no
 * file can be written whose names all meet in one slot. */
#ifndef GGUF_GGUF_INDEX_H
#define GGUF_GGUF_INDEX_H

#include <stddef.h>

#include "base/str.h"

struct gguf_index;

/* items: n structs, `stride` bytes apart, borrowed until gguf_index_free.
 * When two have the same name: NULL, and *twice is the place of the second. */
struct gguf_index *gguf_index_new(const void *items, size_t n, size_t stride,
                                  size_t *twice);
void gguf_index_free(struct gguf_index *ix); /* NULL is fine */

/* The item of that name, or NULL. ix may be NULL: nothing is found. */
const void *gguf_index_find(const struct gguf_index *ix, struct str name);

#endif
