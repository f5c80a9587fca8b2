/* encode.h - text to tokens.
 *
 * Special tokens are split out, the rest goes through the pre-tokenizer and
 * byte-pair merging. ENCODE_PLAIN is for everything that a user, a file or a
 * model wrote: no control token can come out of it, whatever the text says.
 * Only scaffolding that we wrote ourselves may be encoded
 * with ENCODE_SPECIAL. Bytes that are not UTF-8 become U+FFFD. */
#ifndef TEXT_ENCODE_H
#define TEXT_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct vocab;

/* Token ids that grow. Held by value, zero is empty. */
struct ids {
    int32_t *p; /* owned */
    size_t n;
    size_t cap;
};

void ids_clear(struct ids *a);
void ids_add(struct ids *a, int32_t id);
void ids_add_all(struct ids *a, const int32_t *ids, size_t n);

enum encode_mode {
    ENCODE_PLAIN,   /* as the fixtures' "plain": user-defined tokens match,
                       control and unknown ones do not */
    ENCODE_SPECIAL, /* all special tokens match */
    ENCODE_CONTENT, /* no special token of any kind matches, think tags neither:
                       for message contents. Single letters ("ö") that old
                       DeepSeek vocabularies list as added tokens do match. */
};

/* Appends to `out`. Adds no BOS. */
void encode(const struct vocab *v, struct str text, enum encode_mode mode,
            struct ids *out);

#endif
