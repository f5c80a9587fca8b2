/* SPDX-License-Identifier: Apache-2.0 */
#include "text/text_table.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "text/vocab.h"

/* Part of the hash beside the id: the text behind an id is two cache misses
 * away, and almost never needed to see that it is another one. */
struct text_slot {
    uint32_t tag;
    int32_t id_plus_1; /* 0: free */
};

void text_table_init(struct text_table *t, uint32_t max_items,
                     const struct span *spans, const char *bytes)
{
    uint64_t slots = 16;
    while (slots < (uint64_t)max_items * 2)
        slots *= 2;
    t->slots = mem_array(slots, sizeof *t->slots);
    t->mask = (uint32_t)(slots - 1);
    t->key = rng_mix(clock_ns() ^ (uint64_t)(uintptr_t)t->slots);
    t->spans = spans;
    t->bytes = bytes;
}

void text_table_clear(struct text_table *t)
{
    mem_free(t->slots);
    *t = (struct text_table){0};
}

static uint64_t hash_of(const struct text_table *t, struct str s)
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
    return rng_mix(h ^ rest);
}

static struct str text_of(const struct text_table *t, int32_t id)
{
    return str_n(t->bytes + t->spans[id].at, t->spans[id].len);
}

/* The slot that holds this text, or the free one where it would stand. */
static struct text_slot *slot_for(const struct text_table *t, struct str text,
                                  uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    for (uint32_t i = (uint32_t)hash & t->mask;; i = (i + 1) & t->mask) {
        struct text_slot *slot = &t->slots[i];
        if (slot->id_plus_1 == 0 ||
            (slot->tag == tag && str_eq(text_of(t, slot->id_plus_1 - 1), text)))
            return slot;
    }
}

void text_table_add(struct text_table *t, int32_t id)
{
    uint64_t hash = hash_of(t, text_of(t, id));
    struct text_slot *slot = slot_for(t, text_of(t, id), hash);
    if (slot->id_plus_1 == 0)
        *slot = (struct text_slot){(uint32_t)(hash >> 32), id + 1};
}

uint64_t text_table_announce(const struct text_table *t, struct str text)
{
    uint64_t hash = hash_of(t, text);
    __builtin_prefetch(&t->slots[(uint32_t)hash & t->mask]);
    return hash;
}

int32_t text_table_find_announced(const struct text_table *t, struct str text,
                                  uint64_t hash)
{
    /* A free slot gives TOKEN_NONE, which is -1. */
    return slot_for(t, text, hash)->id_plus_1 - 1;
}

int32_t text_table_find(const struct text_table *t, struct str text)
{
    return text_table_find_announced(t, text, hash_of(t, text));
}
