/* md_prefix.h - what stands before the text of a line: quotes, indent, a bullet,
 * the marks of a heading. */
#ifndef UI_MD_PREFIX_H
#define UI_MD_PREFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

enum { MD_QUOTES_MAX = 8 };

struct md_prefix {
    unsigned quotes;      /* > in a row */
    unsigned indent;      /* columns of blanks behind them */
    struct str bullet;    /* "-", "12."; empty: none */
    unsigned level;       /* of a heading, 0: none */
    size_t inner;         /* the first byte behind quotes and blanks */
    size_t body;          /* and behind bullet and # */
};

struct md_prefix md_prefix_of(struct str line);

/* The first byte behind at most so many quotes and so many columns of blanks; of
 * fewer quotes SIZE_MAX. */
size_t md_strip(struct str line, unsigned quotes, unsigned indent);

/* A line of three or more -, * or _ alone. */
bool md_is_rule(struct str inner);

#endif
