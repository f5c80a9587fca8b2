/* marks.h - what of a line looks different from the rest, and how.
 *
 * Self-corrections of a thought, finds of a search, tokens coloured by what was
 * measured of them, the token that is looked at: each a stretch of bytes of a
 * block's text. Where two meet, what the user asked for last in words wins: the
 * token looked at, then finds, then tokens of a chosen expert, then colours. */
#ifndef UI_MARKS_H
#define UI_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/canvas.h"

struct chat_view;
struct glass;
struct steps;
struct transcript;

struct marks {
    const struct glass *glass;    /* or NULL: corrections alone */
    struct transcript *t;
    const struct steps *steps;    /* of a thought, or NULL */
    uint32_t block;
    uint32_t token, tok_to;       /* the first token that may touch the line */
    uint32_t hit;                 /* the first find */
    size_t len;                   /* of the block's text */
};

/* For bytes from..to of a block. False: nothing there is marked. */
bool marks_begin(struct marks *m, struct chat_view *v, size_t block,
                 size_t from, size_t to);
/* The style of byte `at` instead of `base`, and in *until (at most what it was)
 * up to where it stays so. Ask with rising `at`. */
struct style marks_style(struct marks *m, size_t at, size_t *until,
                         struct style base);

#endif
