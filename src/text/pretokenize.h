/* pretokenize.h - text cut into the pieces that are merged on their own.
 *
 * Every vocabulary was trained with one way of cutting, named in the model
 * file. A way is a few patterns; each cuts the pieces of the one before, and
 * nothing is lost: the pieces joined are the text. */
#ifndef TEXT_PRETOKENIZE_H
#define TEXT_PRETOKENIZE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"

struct err;
struct pretokenizer;

/* ERR_UNSUPPORTED names what is not known. */
struct pretokenizer *pretokenizer_new(struct str name, struct err *err);
void pretokenizer_free(struct pretokenizer *p);

const char *pretokenizer_name(const struct pretokenizer *p);
/* What else goes with the name. */
bool pretokenizer_wants_nfc(const struct pretokenizer *p);
bool pretokenizer_ignores_merges(const struct pretokenizer *p);
bool pretokenizer_adds_bos(const struct pretokenizer *p);
bool pretokenizer_ids_rank(const struct pretokenizer *p);

/* Where the pieces end, in order; used over and over within one call. */
struct pieces {
    size_t *ends; /* owned */
    size_t n, cap;
    size_t *other; /* owned: the pieces of the stage before */
    size_t other_cap;
    void *match; /* owned: what PCRE2 writes into */
    struct buf padded; /* the text, with room behind it */
};

void pieces_clear(struct pieces *p);

/* The text must be valid UTF-8. */
void pretokenize(const struct pretokenizer *p, struct str text,
                 struct pieces *out);

#endif
