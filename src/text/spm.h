/* spm.h - SentencePiece merging of text between two special tokens.
 *
 * Vocabularies of the first Llama have no list of merges: any two neighbours
 * whose text together is a token may be joined, the token of the highest score
 * first, leftmost on ties. What is no token in the end is written as bytes.
 * Spaces stand as spaces here; files write U+2581. */
#ifndef TEXT_SPM_H
#define TEXT_SPM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "text/merge_queue.h"

struct ids;
struct text_table;

struct spm {
    float *scores;           /* owned; [tokens]; NULL: not such a vocabulary */
    int32_t id_of_byte[256]; /* TOKEN_NONE: no token holds this byte alone */
    size_t longest;          /* bytes of the longest token that text becomes */
    bool adds_space;         /* before each text */
};

void spm_clear(struct spm *s);

/* Room for long texts, used over and over within one call. */
struct spm_work {
    struct buf text;
    struct spm_link *links; /* owned */
    size_t max_links;
    struct merge_queue queue;
};

void spm_work_clear(struct spm_work *w);

/* Append the ids of valid UTF-8. Characters that neither a token nor bytes
 * can write are left out. */
void spm_encode(const struct spm *s, const struct text_table *tokens,
                struct str text, struct spm_work *w, struct ids *out);

/* Append `text` with a space for every U+2581. */
void spm_unescape(struct str text, struct buf *out);

#endif
