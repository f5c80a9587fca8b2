/* markup.h - the marks inside one line of Markdown: **bold**, *italic*, `code`,
 * [links](url), \escapes and formulas.
 *
 * A mark counts only once its partner is there, on the same line; until then,
 * and alone, it is shown as it stands. */
#ifndef UI_MARKUP_H
#define UI_MARKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "ui/rich.h"

#define MARKUP_MAX 8192 /* bytes of a line; the caller cuts longer ones */

struct markup {
    struct style base;
    bool ascii;  /* formulas stay as they are */
    bool open;   /* the line may go on: what may be a formula waits */
};

/* Adds `line` to out; its first byte is byte `src` of the source. Returns how
 * many bytes of it were read: less than there are when the rest waits. */
size_t markup_read(const struct markup *how, struct str line, size_t src,
                   struct rich *out);

#endif
