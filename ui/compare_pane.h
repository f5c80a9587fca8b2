/* compare_pane.h - two answers to the same question, side by side.
 *
 * What both begin with is dim; from the first difference on it is plain, so the
 * eye finds where they part. Scrolls like the help. */
#ifndef UI_COMPARE_PANE_H
#define UI_COMPARE_PANE_H

#include "base/buf.h"
#include "ui/pane.h"

struct conversation;

struct pane *compare_pane_new(void);
/* The last two answers to the last question that has several. False: none has. */
bool compare_pane_set(struct pane *pane, const struct conversation *c);
/* The same as text, one after the other. */
bool compare_text(const struct conversation *c, struct buf *out);

#endif
