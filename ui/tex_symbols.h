/* tex_symbols.h - what the commands of a formula are in Unicode.
 *
 * One row per command. */
#ifndef UI_TEX_SYMBOLS_H
#define UI_TEX_SYMBOLS_H

#include "base/str.h"

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
struct buf;
bool tex_script(struct str s, bool up, struct buf *out);

#endif
