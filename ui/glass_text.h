/* glass_text.h - what the panes show, as text: for plain mode, screen readers,
 * pipes, and to copy. Each appends whole lines. */
#ifndef UI_GLASS_TEXT_H
#define UI_GLASS_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "ui/glass.h"

void glass_map_text(struct glass *g, enum map_mode mode, struct buf *out);
/* Token `i` of the log, told as the `nth` of its turn (from 1). */
void glass_token_text(const struct glass *g, uint32_t i, uint32_t nth,
                      struct buf *out);
/* The tokens of the last turn, a line of figures each. */
void glass_tokens_text(const struct glass *g, struct buf *out);
void glass_steps_text(struct glass *g, struct buf *out); /* of the last thought */
void glass_memory_text(const struct glass *g, struct buf *out);

#endif
