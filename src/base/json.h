/* json.h - values of JSON that are made of what may be anything.
 *
 * Text comes from files and models: bytes that are no UTF-8 become U+FFFD, since
 * JSON has no other way. A number that is none (NaN) stays away. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/str.h"

struct buf;

json_t *json_text(struct str s);
json_t *json_count(uint64_t n);

/* A member of an object. */
void json_put_text(json_t *o, const char *key, struct str s);
void json_put_name(json_t *o, const char *key, const char *name); /* our words */
void json_put_count(json_t *o, const char *key, uint64_t n);
void json_put_real(json_t *o, const char *key, double x);
void json_put_bool(json_t *o, const char *key, bool yes);

/* Behind what `out` holds, with flags of jansson's; o is gone then. False: o is NULL,
 * or there is no memory. */
bool json_print(json_t *o, size_t flags, struct buf *out);

#endif
