/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/token_texts.h"

#include "base/mem.h"

#define TEXTS_MAX (1u << 19) /* more than any vocabulary has */

void token_texts_clear(struct token_texts *t)
{
    buf_clear(&t->bytes);
    mem_free(t->table);
    *t = (struct token_texts){0};
}

static struct token_text *place(const struct token_texts *t, int32_t id)
{
    uint32_t i = (uint32_t)id * 2654435761u;
    for (;; i++) {
        struct token_text *at = &t->table[i & (t->size - 1)];
        if (at->from == 0 || at->id == id)
            return at;
    }
}

static void grow(struct token_texts *t)
{
    struct token_texts bigger = *t;
    bigger.size = t->size ? 2 * t->size : 256;
    bigger.table = mem_array(bigger.size, sizeof *bigger.table);
    for (uint32_t i = 0; i < t->size; i++)
        if (t->table[i].from)
            *place(&bigger, t->table[i].id) = t->table[i];
    mem_free(t->table);
    *t = bigger;
}

void token_texts_add(struct token_texts *t, int32_t id, struct str text)
{
    if (2 * (t->n + 1) > t->size)
        grow(t);
    struct token_text *at = place(t, id);
    if (at->from || t->n == TEXTS_MAX)
        return;
    *at = (struct token_text){id, (uint32_t)t->bytes.len + 1,
                              (uint8_t)(text.len < 255 ? text.len : 255)};
    buf_add(&t->bytes, text.p, at->len);
    t->n++;
}

struct str token_texts_find(const struct token_texts *t, int32_t id)
{
    const struct token_text *at = t->size ? place(t, id) : NULL;
    if (!at || at->from == 0 || at->len == 0)
        return str_n("", 0);
    return str_n(t->bytes.p + at->from - 1, at->len);
}

size_t token_texts_bytes(const struct token_texts *t)
{
    return t->bytes.cap + t->size * sizeof *t->table;
}
