/* gguf_parse.h - reads and checks the header of g->file into g's tables.
 *
 * On failure g's tables may be half filled; gguf_close frees them. */
#ifndef GGUF_GGUF_PARSE_H
#define GGUF_GGUF_PARSE_H

#include <stdbool.h>

#define GGUF_MAX_TENSORS 1000000u

struct err;
struct gguf;

/* Metadata and tensor table, all but the tensors' places (gguf_parse.c). */
bool gguf_parse(struct gguf *g, struct err *err);

/* The index over all tensors; false when two have the same name. */
bool gguf_index_tensors(struct gguf *g, struct err *err);

/* One file, whatever it says of others; the message names it (gguf.c). */
bool gguf_open_one(struct gguf *g, const char *path, struct err *err);

/* Opens the other parts of the split model that g, from `path`, is a part of;
 * nothing to do for other files. When it fails, the caller closes g
 * (gguf_split.c). */
bool gguf_join_parts(struct gguf *g, const char *path, struct err *err);

/* No two tensors share a byte (gguf_overlap.c). */
bool gguf_check_overlap(const struct gguf *g, struct err *err);

/* Says what a file is that does not begin with "GGUF" (gguf_magic.c). */
bool gguf_refuse_foreign(const struct gguf *g, struct err *err);

#endif
