/* text_table.h - from a token's bytes to its id.
 *
 * The bytes stay where they are: the table asks its owner for them. The lowest
 * id of a text wins when ids are added in order. */
#ifndef TEXT_TEXT_TABLE_H
#define TEXT_TEXT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct text_table {
    struct text_slot *slots; /* owned; open addressing */
    uint32_t mask;
    uint64_t key;   /* of the hash: nobody can prepare a file that collides */
    const struct span *spans; /* borrowed from the vocabulary, as are the bytes */
    const char *bytes;
};

/* Where a token's bytes stand in one flat array. */
struct span {
    uint32_t at, len;
};

void text_table_init(struct text_table *t, uint32_t max_items,
                     const struct span *spans, const char *bytes);
void text_table_clear(struct text_table *t);
void text_table_add(struct text_table *t, int32_t id);
/* TOKEN_NONE when there is none. */
int32_t text_table_find(const struct text_table *t, struct str text);

/* The same in two steps, for many texts: the table is larger than the caches,
 * and the first step sends for the place where the second will look. */
uint64_t text_table_announce(const struct text_table *t, struct str text);
int32_t text_table_find_announced(const struct text_table *t, struct str text,
                                  uint64_t hash);

#endif
