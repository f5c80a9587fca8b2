/* pre_patterns.h - the pattern sets of pretokenize.c, by name. */
#ifndef TEXT_PRE_PATTERNS_H
#define TEXT_PRE_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define PRE_MAX_STAGES 6

/* Stands for \s+$, which is done by hand. */
#define PRE_TRAILING_BLANKS "$"

struct pre_set {
    const char *name;
    const char *aliases[4];
    const char *stages[PRE_MAX_STAGES];
    bool nfc;           /* the text is normalised to NFC before */
    bool ignore_merges; /* a piece that is a token is not merged */
    bool add_bos;       /* unless the file says otherwise */
    bool ids_rank;      /* without merges: of two pairs the one whose token has
                           the lower id */
};

const struct pre_set *pre_set_named(struct str name); /* NULL: not known */

/* How many bytes of white space stand at the end of s, or at its front. */
size_t pre_trailing_blanks(struct str s);
size_t pre_leading_blanks(struct str s);

#endif
