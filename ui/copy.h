/* copy.h - taking text out of a chat: a message or a block of code, into a file.
 *
 *   /copy                the last answer
 *   /copy code           the last code in the answers
 *   /copy notes.txt      into a new file; with -f over one that is there
 *
 * Text is copied as the model wrote it (Markdown and all), cleaned of control
 * characters as it was for the screen. */
#ifndef UI_COPY_H
#define UI_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct block;
struct buf;
struct err;
struct transcript;

struct copy_ask {
    bool code, over;
    struct str path;   /* empty: the clipboard */
};

bool copy_read(struct str args, struct copy_ask *ask, struct err *err);

/* The last answer, or the last code of all answers. */
bool copy_last(const struct transcript *t, bool code, struct buf *out,
               struct err *err);
/* The code of a block that byte `at` of its text stands in. False: no code. */
bool copy_code_at(const struct block *b, size_t at, struct buf *out);

/* *said: where to, how much. "~/" is the home folder. */
bool copy_to_file(const struct copy_ask *ask, struct str text, struct buf *said,
                  struct err *err);

#endif
