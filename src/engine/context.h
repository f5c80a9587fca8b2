/* context.h - how many tokens of context there is room for.
 *
 * The cache reserves address space for the whole context but takes pages only
 * as it fills, so a context that is too large would not fail when it is asked
 * for: it would make the machine swap, much later. So it is refused here. */
#ifndef ENGINE_CONTEXT_H
#define ENGINE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "model/kv_cache.h"

struct err;
struct model_config;

#define CONTEXT_DEFAULT_MAX 32768u
#define CONTEXT_MIN 16u

/* Bytes that this process may still take, as far as the system tells: free
 * memory, the control group's limit. UINT64_MAX where nothing is known. */
uint64_t context_memory_free(void);

/* What a cache may take of `memory` bytes beside so many of weights: an eighth
 * stays for everything else, and the weights want to stay in memory as well.
 * Where these do not fit they are read from the disk anyway, again and again: a
 * quarter is for the cache then. */
uint64_t context_room(uint64_t memory, uint64_t weights);

/* The most tokens whose cache takes at most `room` bytes. */
uint32_t context_fits(const struct model_config *cfg, enum kv_type type,
                      uint64_t room);

/* asked 0: what the model was trained for, at most CONTEXT_DEFAULT_MAX and what
 * fits. Asked and too large: ERR_MEMORY with the largest that fits. */
bool context_choose(const struct model_config *cfg, enum kv_type type,
                    uint32_t asked, uint64_t room, uint32_t *tokens,
                    struct err *err);

#endif
