/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text_table.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "text/vocab.h"

void text_table_init(struct text_table *t, uint32_t max_items,
                     const struct span *spans, const char *bytes)
{
    uint64_t slots = 16;
    while (slots < (uint64_t)max_items * 2)
        slots *= 2;
    t->ids = mem_alloc(slots * sizeof *t->ids);
    memset(t->ids, 0xFF, slots * sizeof *t->ids); /* TOKEN_NONE everywhere */
    t->mask = (uint32_t)(slots - 1);
    t->key = rng_mix(clock_ns() ^ (uint64_t)(uintptr_t)t->ids);
    t->spans = spans;
    t->bytes = bytes;
}

void text_table_clear(struct text_table *t)
{
    mem_free(t->ids);
    *t = (struct text_table){0};
}

static uint32_t slot_of(const struct text_table *t, struct str s)
{
    uint64_t h = t->key ^ s.len;
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.p + i, 8);
        h = rng_mix(h ^ word);
    }
    uint64_t rest = 0;
    for (; i < s.len; i++)
        rest = rest << 8 | (uint8_t)s.p[i];
    return (uint32_t)rng_mix(h ^ rest) & t->mask;
}

static struct str text_of(const struct text_table *t, int32_t id)
{
    return str_n(t->bytes + t->spans[id].at, t->spans[id].len);
}

void text_table_add(struct text_table *t, int32_t id)
{
    struct str text = text_of(t, id);
    uint32_t i = slot_of(t, text);
    for (; t->ids[i] != TOKEN_NONE; i = (i + 1) & t->mask) {
        if (str_eq(text_of(t, t->ids[i]), text))
            return;
    }
    t->ids[i] = id;
}

int32_t text_table_find(const struct text_table *t, struct str text)
{
    uint32_t i = slot_of(t, text);
    for (; t->ids[i] != TOKEN_NONE; i = (i + 1) & t->mask) {
        if (str_eq(text_of(t, t->ids[i]), text))
            return t->ids[i];
    }
    return TOKEN_NONE;
}
