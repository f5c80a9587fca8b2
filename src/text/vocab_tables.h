/* vocab_tables.h - what stands inside a vocabulary, for this folder only. */
#ifndef TEXT_VOCAB_TABLES_H
#define TEXT_VOCAB_TABLES_H

#include "text/bpe.h"
#include "text/encode.h"
#include "text/pretokenize.h"
#include "text/special.h"
#include "text/spm.h"
#include "text/text_table.h"
#include "text/vocab.h"

struct vocab {
    uint32_t n;
    uint8_t *kinds;      /* [n] enum token_kind, owned */
    struct span *spans;  /* [n] owned; into bytes */
    char *bytes;         /* owned; what each token stands for, end to end */

    /* Only tokens that text may become by merging: no control, user-defined
     * or unknown one is in it, so merging cannot give one. */
    struct text_table by_text;
    /* Either byte-pair merging, or SentencePiece: the other one is zero. */
    struct bpe bpe;
    struct pretokenizer *pre; /* owned */
    struct spm spm;

    /* Matched before everything else, by mode (encode.h). */
    struct special_set special[ENCODE_CONTENT + 1];

    int32_t bos, eos;
    bool add_bos;
    int32_t *ends; /* [n_ends] owned; ascending: ids that end a turn */
    uint32_t n_ends;
};

/* vocab_special.c: fill the last three groups from the file. */
bool vocab_read_special(struct vocab *v, const struct gguf *g, struct err *err);

/* vocab_ranks.c: merges for a file that has none, from the order of its ids. */
void vocab_rank_by_ids(struct vocab *v, uint32_t max_merges);

static inline bool vocab_is_spm(const struct vocab *v)
{
    return v->spm.scores != NULL;
}

/* vocab_spm.c: scores and bytes of a SentencePiece vocabulary, whose tokens
 * have been read. */
bool vocab_read_spm(struct vocab *v, const struct gguf *g, struct err *err);

#endif
