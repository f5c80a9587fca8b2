/* detok.h - tokens to text, one at a time, never half a character.
 *
 * A token may hold part of a character; the tail waits for the next token.
 * Bytes that can no longer become a character give U+FFFD. Where encoding adds
 * a space before a text, that space is taken away again. */
#ifndef TEXT_DETOK_H
#define TEXT_DETOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct vocab;

struct detok {
    char tail[4];
    uint8_t tail_len;
    bool inside; /* a text that no special token has ended */
};

/* Appends whole characters to `out`. Control and unknown tokens give nothing
 * unless `show_special`; user-defined ones give their text. */
void detok_token(struct detok *d, const struct vocab *v, int32_t id,
                 bool show_special, struct buf *out);
void detok_end(struct detok *d, struct buf *out);

#endif
