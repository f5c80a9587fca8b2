/* inspect_cache.h - what a context costs: the cache tables of `mull inspect`. */
#ifndef CMD_INSPECT_CACHE_H
#define CMD_INSPECT_CACHE_H

#include <stdbool.h>

#include <jansson.h>

struct buf;
struct err;
struct model_config;

/* Of one model: every way of storing its rows, and other kinds of attention. */
void inspect_cache_text(const struct model_config *cfg, struct buf *out);
json_t *inspect_cache_json(const struct model_config *cfg);

/* --shape NAME,NAME,...: published shapes, the first against each other one.
 * ERR_USAGE for a name that is not known. */
bool inspect_shapes(const char *names, bool json, struct buf *out,
                    struct err *err);

#endif
