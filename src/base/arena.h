/* arena.h - many buffers that are born and die together, in one allocation.
 *
 * The same layout function runs twice: first over an arena without memory,
 * which only counts, then over one with exactly that much. So the sizes are
 * written once, and a scratch area is one number that can be shown. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena {
    char *base;   /* NULL while counting; not owned */
    size_t used;  /* SIZE_MAX once the sum no longer fits */
};

/* n items of item_bytes, 64-byte aligned. NULL while counting. */
void *arena_take(struct arena *a, size_t n, size_t item_bytes);

#endif
