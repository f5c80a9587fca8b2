/* token_texts.h - the bytes of tokens by their number, each kept once. */
#ifndef UI_TOKEN_TEXTS_H
#define UI_TOKEN_TEXTS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

struct token_text {
    int32_t id;
    uint32_t from;      /* in the bytes, + 1; 0: an empty place */
    uint8_t len;
};

struct token_texts {
    struct buf bytes;           /* owned */
    struct token_text *table;   /* owned; [size], open addressing */
    uint32_t n, size;           /* size: a power of two, or 0 */
};

void token_texts_clear(struct token_texts *t); /* frees; empty again */
/* The first text told of an id stays. */
void token_texts_add(struct token_texts *t, int32_t id, struct str text);
struct str token_texts_find(const struct token_texts *t, int32_t id);
size_t token_texts_bytes(const struct token_texts *t);

#endif
