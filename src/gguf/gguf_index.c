/* SPDX-License-Identifier: Apache-2.0 */
#include "gguf/gguf_index.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"

struct gguf_index {
    const char *items; /* borrowed */
    size_t stride;
    uint64_t seed;
    size_t mask;       /* number of slots - 1; a power of two - 1 */
    uint32_t slots[];  /* place + 1, 0: empty; at most half are taken */
};

static struct str name_at(const struct gguf_index *ix, size_t place)
{
    struct str name;
    memcpy(&name, ix->items + place * ix->stride, sizeof name);
    return name;
}

static uint64_t fresh_seed(const void *address)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return rng_mix((uint64_t)(uintptr_t)address ^
                   rng_mix((uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 30));
}

static uint64_t hash(uint64_t seed, struct str s)
{
    uint64_t h = rng_mix(seed ^ s.len), word;
    for (; s.len >= 8; s.p += 8, s.len -= 8) {
        memcpy(&word, s.p, 8);
        h = rng_mix(h ^ word);
    }
    word = 0;
    memcpy(&word, s.p, s.len);
    return rng_mix(h ^ word);
}

/* The slot that holds the name, or the empty one where it would go. */
static size_t slot_of(const struct gguf_index *ix, struct str name)
{
    size_t i = (size_t)hash(ix->seed, name) & ix->mask;
    while (ix->slots[i] && !str_eq(name_at(ix, ix->slots[i] - 1), name))
        i = (i + 1) & ix->mask;
    return i;
}

struct gguf_index *gguf_index_new(const void *items, size_t n, size_t stride,
                                  size_t *twice)
{
    assert(n < UINT32_MAX / 4);
    size_t n_slots = 8;
    while (n_slots < 2 * n)
        n_slots *= 2;
    struct gguf_index *ix =
        mem_zalloc(sizeof *ix + n_slots * sizeof ix->slots[0]);
    ix->items = items;
    ix->stride = stride;
    ix->seed = fresh_seed(ix);
    ix->mask = n_slots - 1;
    for (size_t place = 0; place < n; place++) {
        size_t i = slot_of(ix, name_at(ix, place));
        if (ix->slots[i]) {
            *twice = place;
            gguf_index_free(ix);
            return NULL;
        }
        ix->slots[i] = (uint32_t)(place + 1);
    }
    return ix;
}

void gguf_index_free(struct gguf_index *ix)
{
    mem_free(ix);
}

const void *gguf_index_find(const struct gguf_index *ix, struct str name)
{
    if (!ix)
        return NULL;
    uint32_t taken = ix->slots[slot_of(ix, name)];
    return taken ? ix->items + (taken - 1) * ix->stride : NULL;
}
