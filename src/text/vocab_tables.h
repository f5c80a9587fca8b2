/* vocab_tables.h - what stands inside a vocabulary, for this folder only. */
#ifndef TEXT_VOCAB_TABLES_H
#define TEXT_VOCAB_TABLES_H

#include "text/bpe.h"
#include "text/encode.h"
#include "text/pretokenize.h"
#include "text/special.h"
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
    struct bpe bpe;
    struct pretokenizer *pre; /* owned */

    /* Matched before everything else, by mode (encode.h). */
    struct special_set special[ENCODE_CONTENT + 1];

    int32_t bos, eos;
    bool add_bos;
    int32_t *ends; /* [n_ends] owned; ascending: ids that end a turn */
    uint32_t n_ends;
};

/* vocab_special.c: fill the last three groups from the file. */
bool vocab_read_special(struct vocab *v, const struct gguf *g, struct err *err);

#endif
