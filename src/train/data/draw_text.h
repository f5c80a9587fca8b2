/* draw_text.h - the drawn sources of text_source.h. Each appends one document for
 * ctx->lang; false where the bank lacks something (ctx->lacks). */
#ifndef TRAIN_DATA_DRAW_TEXT_H
#define TRAIN_DATA_DRAW_TEXT_H

#include "train/gen/gen.h"

bool draw_tale(struct gen_ctx *ctx, struct buf *out);
bool draw_description(struct gen_ctx *ctx, struct buf *out);

#endif
