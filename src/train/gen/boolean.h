/* boolean.h - small expressions of true, false, and, or, not.
 *
 * A tree in an array; node 0 is its root. */
#ifndef TRAIN_GEN_BOOLEAN_H
#define TRAIN_GEN_BOOLEAN_H

#include "base/buf.h"
#include "train/gen/gen.h"

enum { BOOLEAN_MAX = 24 };

enum boolean_kind { BOOLEAN_VALUE, BOOLEAN_VARIABLE, BOOLEAN_NOT, BOOLEAN_AND,
                    BOOLEAN_OR };

struct boolean {
    struct {
        enum boolean_kind kind;
        bool value;         /* VALUE */
        unsigned variable;  /* VARIABLE: 0 is p */
        size_t left, right; /* NOT has left alone */
    } node[BOOLEAN_MAX];
    size_t n;
};

/* How it is written. */
struct boolean_style {
    const char *yes, *no, *and, *or, *not; /* "not " has its blank */
    char first;                            /* of the variables; 0: p, then q */
};

/* n_ops operators over values, or over n_variables variables. */
void boolean_draw(struct gen_ctx *ctx, struct boolean *b, unsigned n_ops,
                  unsigned n_variables);
char boolean_letter(const struct boolean_style *style, unsigned variable);
void boolean_print(const struct boolean *b, const struct boolean_style *style,
                   struct buf *out);
/* bit i of `values`: variable i. */
bool boolean_value(const struct boolean *b, unsigned values);
void boolean_fill(struct boolean *b, unsigned values); /* variables become values */
/* Replace the first operator whose operands are values; false where none is. */
bool boolean_step(struct boolean *b);
/* Whether every variable below n_variables occurs. */
bool boolean_has_all(const struct boolean *b, unsigned n_variables);

#endif
