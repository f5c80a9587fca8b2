/* tex_symbols.h - what the commands of a formula are in Unicode.
 *
 * One row per command, and the signs that stand for two things together. */
#ifndef UI_TEX_SYMBOLS_H
#define UI_TEX_SYMBOLS_H

#include "base/str.h"

struct buf;

enum tex_class {
    TEX_LETTER,    /* stands close to what follows: "2\pi r" is 2πr */
    TEX_OPERATOR,  /* blanks around it */
    TEX_WORD,      /* sin, lim: a blank before the next letter */
    TEX_SPACE,
    TEX_NOTHING,   /* \left, \big: only about size */
    TEX_KEEP,      /* \mathrm{x}: the argument as it is */
    TEX_ACCENT,    /* text is a combining mark for one letter */
};

struct tex_symbol {
    const char *name, *text;
    enum tex_class kind;
};

/* NULL: there is no such command. */
const struct tex_symbol *tex_symbol(struct str name);

/* The characters of s one step up or down; false: not all of them exist. */
bool tex_script(struct str s, bool up, struct buf *out);

/* One sign for two things; NULL where there is none. */
const char *tex_fraction(struct str a, struct str b); /* "1" "2": a half */
const char *tex_blackboard(struct str letter);        /* \mathbb{R} */
/* Behind \not: the sign for what `rest` begins with, and the bytes that takes. */
const char *tex_not(struct str rest, size_t *len);

#endif
