/* map_guard.h - a mapped file may be cut while somebody reads it.
 *
 * Reading a page that a file does not have any more, or that its disk cannot give,
 * is SIGBUS in whatever thread reads. In a mapping that has a guard, zeroes take
 * the place of that page and of all behind it, and the reader goes on: what it
 * computes is worth nothing, and map_guard_tripped says so. A SIGBUS of any other
 * place goes where it would have gone. */
#ifndef BASE_MAP_GUARD_H
#define BASE_MAP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

struct map_guard; /* never freed, but used again: a handler may look at it */

struct map_guard *map_guard_add(const void *from, size_t size);
bool map_guard_tripped(const struct map_guard *g);
/* Before the mapping goes. NULL is fine. */
void map_guard_remove(struct map_guard *g);

/* For others that handle SIGBUS: whether the place was in a guarded mapping, and
 * can be read now. May be called in a handler. */
bool map_guard_repair(const void *place);

#endif
