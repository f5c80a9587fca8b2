/* mem.h - allocation in two sizes of worry.
 *
 * Small things (names, tables, messages) use mem_*: they never return NULL,
 * the program stops with a sentence when memory is gone. Large ones (weights,
 * cache, batches) use mem_big: NULL means the user can choose less. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

struct err;

void *mem_alloc(size_t bytes);              /* not zeroed */
void *mem_zalloc(size_t bytes);             /* zeroed */
void *mem_array(size_t n, size_t item);     /* zeroed; n * item is checked */
void *mem_realloc(void *p, size_t bytes);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);
void mem_free(void *p);                     /* NULL is fine */

/* Zeroed, 64-byte aligned, rounded up to whole cache lines. Pages are only
 * taken when first touched, so asking for a whole context costs nothing until
 * it fills. NULL with ERR_MEMORY. Freed by mem_big_free with the same size. */
void *mem_big(size_t bytes, const char *what, struct err *err);
void mem_big_free(void *p, size_t bytes);
/* All of it will be used, soon and often: large pages where the system has them,
 * which saves a lookup with nearly every line read. Changes nothing but speed. */
void mem_big_in_use(void *p, size_t bytes);
/* How many of these bytes are in RAM, by whole pages. Asks the system: for
 * telling people now and then. */
size_t mem_big_touched(const void *p, size_t bytes);

#endif
