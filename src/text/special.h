/* special.h - tokens that are matched as text, before anything else is.
 *
 * Finds the leftmost place where one of a set of tokens stands, and the longest
 * of them there. One byte decides for most of a text that none does. */
#ifndef TEXT_SPECIAL_H
#define TEXT_SPECIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "text/text_table.h"

struct special_set {
    int32_t *ids; /* owned; sorted by their bytes, then by id */
    uint32_t n;
    uint32_t first[257]; /* tokens beginning with byte c: first[c]..first[c+1] */
    const struct span *spans; /* borrowed, as are the bytes */
    const char *bytes;
};

/* Takes over `ids`. Tokens of no bytes, or of more than a tag could have, must
 * not be among them: see special_fits. */
void special_init(struct special_set *s, int32_t *ids, uint32_t n,
                  const struct span *spans, const char *bytes);
void special_clear(struct special_set *s);
bool special_fits(struct span span);

/* The first match at or after `from`: its place, and its token in *id. Returns
 * text.len when there is none. */
size_t special_find(const struct special_set *s, struct str text, size_t from,
                    int32_t *id);

/* The token with exactly this text, or TOKEN_NONE. */
int32_t special_named(const struct special_set *s, struct str text);

#endif
