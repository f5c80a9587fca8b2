/* rich.h - text as it is shown, piece by piece, and where each piece came from.
 *
 * The source is what a model wrote; runs say how a stretch of the text looks and
 * which bytes of the source it stands for: byte by byte, or as a whole (a
 * formula). Hidden runs are marks such as **: they count for
 * where lines break, so that a line stays as it is when its mark closes, and are
 * not drawn. */
#ifndef UI_RICH_H
#define UI_RICH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/theme.h"

enum run_kind { RUN_ALIKE, RUN_WHOLE, RUN_HIDDEN };

struct run {
    uint32_t at, len;       /* bytes of the text */
    uint32_t src, src_len;  /* bytes of the source */
    struct style style;
    enum run_kind kind;
};

struct rich {
    struct buf text;        /* owned */
    struct run *runs;       /* owned; [n] */
    uint32_t n, cap;
};

void rich_reset(struct rich *r);
void rich_clear(struct rich *r); /* frees */
void rich_add(struct rich *r, struct str text, size_t src, size_t src_len,
              struct style style, enum run_kind kind);
/* The part of another text, hidden runs left out. */
void rich_add_part(struct rich *r, const struct rich *from, size_t begin,
                   size_t end);
/* The byte of the source that byte `at` of the text came from. */
size_t rich_source(const struct rich *r, size_t at);
/* Columns that are drawn of a part. */
int rich_columns(const struct rich *r, size_t begin, size_t end);

/* The look of a piece inside a thought, which keeps its own quiet voice: what is
 * loud elsewhere is bold there. */
struct style rich_in_thought(struct style s);

#endif
