/* block_draw.h - one row of a block, as it looks.
 *
 * The user is bold behind a mark, the answer is plain, a thought is quiet
 * beside a bar and under a header that tells its time, tokens and steps. */
#ifndef UI_BLOCK_DRAW_H
#define UI_BLOCK_DRAW_H

#include "ui/canvas.h"
#include "ui/chat_view.h"

/* Row p.row of block p.block into the one-row area; v has been updated. */
void block_draw_row(struct chat_view *v, struct place p, struct canvas *c,
                    struct rect row);

#endif
