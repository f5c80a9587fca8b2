/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>

void *arena_take(struct arena *a, size_t n, size_t item_bytes)
{
    size_t bytes, end, at = a->used;
    if (__builtin_mul_overflow(n, item_bytes, &bytes) ||
        __builtin_add_overflow(bytes, (size_t)63, &bytes) ||
        __builtin_add_overflow(at, bytes & ~(size_t)63, &end)) {
        a->used = SIZE_MAX; /* sticks: every later sum overflows, too */
        return NULL;
    }
    a->used = end;
    return a->base ? a->base + at : NULL;
}
