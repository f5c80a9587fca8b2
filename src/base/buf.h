/* buf.h - bytes that grow: text being built, a file being read.
 *
 * Held by value: `struct buf b = {0}` is empty and ready. There is always a
 * NUL behind the last byte, so b.p can be printed once it is not NULL. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct buf {
    char *p;    /* owned; NULL while empty */
    size_t len; /* bytes in use */
    size_t cap;
};

void buf_clear(struct buf *b);                  /* frees; empty again */
void buf_reset(struct buf *b);                  /* empty, keeps its room */
void buf_reserve(struct buf *b, size_t extra);  /* room for `extra` more */
void buf_add(struct buf *b, const void *p, size_t len);
void buf_add_str(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_erase(struct buf *b, size_t from, size_t len);
struct str buf_str(const struct buf *b);

#endif
