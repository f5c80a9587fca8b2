/* gloss.h - short definitions of English words, from WordNet.
 *
 * The files data.noun, data.verb and data.adj of the Debian package wordnet-base.
 * Kept are synsets whose words and definition are short and plain. */
#ifndef TRAIN_DATA_GLOSS_H
#define TRAIN_DATA_GLOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;

struct glosses {
    struct buf text;   /* "harbour: a sheltered port ...", one behind the other */
    size_t *end;       /* owned; [n] where each ends */
    size_t n;
};

/* `folder` NULL: where Debian has it. False with a reason that names the package. */
bool glosses_open(struct glosses *g, const char *folder, struct err *err);
void glosses_close(struct glosses *g);
struct str glosses_get(const struct glosses *g, size_t i);

/* One line of a data file: false where it is not wanted, or no such line. */
bool gloss_of_line(struct str line, struct buf *out);

#endif
