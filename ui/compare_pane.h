/* compare_pane.h - two answers to the same question, side by side.
 *
 * What both say is dim, line by line (line_diff.h), thoughts and answers apart: the
 * eye finds where they part. Laid out as in the chat. Scrolls like the help. */
#ifndef UI_COMPARE_PANE_H
#define UI_COMPARE_PANE_H

#include <stdint.h>

#include "base/buf.h"
#include "ui/pane.h"

struct conversation;

struct pane *compare_pane_new(void);
/* The answer to the last question that has several, beside message `other` when
 * that is one of them, else beside its neighbour. False: no question has. */
bool compare_pane_set(struct pane *pane, const struct conversation *c,
                      uint32_t other);
/* The same as text, one after the other. */
bool compare_text(const struct conversation *c, uint32_t other,
                  struct buf *out);

#endif
