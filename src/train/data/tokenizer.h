/* tokenizer.h - the vocabulary of a run, kept as a GGUF file without tensors.
 *
 * Training and the engine read it with the same code (text/vocab.h), and an
 * export copies its keys: what the model learned is what the file says.
 *
 * Ids: 32 reserved ones (the R1 special strings first), the 256 bytes, then
 * merges. Where the sample gave fewer merges than asked for, the rest are
 * unused. The last of the reserved ones stands in training for a word that cannot
 * be read (document_hide); no text becomes it. */
#ifndef TRAIN_DATA_TOKENIZER_H
#define TRAIN_DATA_TOKENIZER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "gguf/gguf.h"

struct bpe_train;
struct chat_family;
struct err;
struct gguf_writer;
struct vocab;

enum {
    TOKENIZER_RESERVED = 32,
    TOKENIZER_HIDDEN = TOKENIZER_RESERVED - 1,
    TOKENIZER_LEAST = TOKENIZER_RESERVED + 256,
    TOKENIZER_MOST = 32768,
};
#define TOKENIZER_PRE "deepseek-coder"

struct tokenizer {
    struct buf file;                  /* owned; the GGUF file */
    struct gguf gguf;                 /* over it */
    struct vocab *vocab;              /* owned */
    const struct chat_family *family;
    int32_t bos, eos, user, assistant, think, think_end;
};

/* The file of a vocabulary of n_tokens ids, from what t has seen. */
void tokenizer_make(struct bpe_train *t, uint32_t n_tokens, struct buf *file);

/* The bytes of such a file (taken over, also on failure) or any model file with
 * a tokenizer of this kind. */
bool tokenizer_over(struct tokenizer *t, struct buf *file, struct err *err);
bool tokenizer_open(struct tokenizer *t, const char *path, struct err *err);
void tokenizer_close(struct tokenizer *t);

/* All its keys, for an export. */
void tokenizer_put(const struct tokenizer *t, struct gguf_writer *w);
/* And as a file of its own, appended. */
void tokenizer_file(const struct tokenizer *t, struct buf *file);

#endif
