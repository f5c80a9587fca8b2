/* gguf_parse.h - reads and checks the header of g->file into g's tables.
 *
 * On failure g's tables may be half filled; gguf_close frees them. */
#ifndef GGUF_GGUF_PARSE_H
#define GGUF_GGUF_PARSE_H

#include <stdbool.h>

struct err;
struct gguf;

/* Metadata and tensor table, all but the tensors' places (gguf_parse.c). */
bool gguf_parse(struct gguf *g, struct err *err);

/* No two tensors share a byte (gguf_overlap.c). */
bool gguf_check_overlap(const struct gguf *g, struct err *err);

/* Says what a file is that does not begin with "GGUF" (gguf_magic.c). */
bool gguf_refuse_foreign(const struct gguf *g, struct err *err);

#endif
