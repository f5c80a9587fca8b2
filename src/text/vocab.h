/* vocab.h - the tokens of a model: text, kind, special ids.
 *
 * Built from tokenizer.ggml.* of a GGUF file, all of it checked. Read only after
 * that, so any number of threads may use
 * it. The token's bytes are what a decoder appends, already mapped back from
 * the byte alphabet. */
#ifndef TEXT_VOCAB_H
#define TEXT_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct err;
struct gguf;
struct vocab;

enum token_kind {
    TOKEN_NORMAL = 1,
    TOKEN_UNKNOWN = 2,
    TOKEN_CONTROL = 3,
    TOKEN_USER_DEFINED = 4,
    TOKEN_UNUSED = 5,
    TOKEN_BYTE = 6,
};

#define TOKEN_NONE (-1)

struct vocab *vocab_open(const struct gguf *g, struct err *err);
void vocab_free(struct vocab *v);

uint32_t vocab_size(const struct vocab *v);
enum token_kind vocab_kind(const struct vocab *v, int32_t id);
/* The bytes that the token stands for; control tokens give their own text. */
struct str vocab_bytes(const struct vocab *v, int32_t id);
/* The id of a special token by its text ("<think>", "<|im_end|>"), whatever
 * its kind, or TOKEN_NONE. */
int32_t vocab_special(const struct vocab *v, const char *text);
/* "deepseek-v3", "smollm": the pre-tokenizer's name; "spm" for SentencePiece,
 * which needs none. */
const char *vocab_pretokenizer(const struct vocab *v);

int32_t vocab_bos(const struct vocab *v); /* TOKEN_NONE where there is none */
int32_t vocab_eos(const struct vocab *v);
bool vocab_add_bos(const struct vocab *v);
/* Encoding put a space before text that begins or follows a special token;
 * decoding takes it away. */
bool vocab_adds_space(const struct vocab *v);
/* End of text, of turn or of message: the model has said what it had to. */
bool vocab_ends_turn(const struct vocab *v, int32_t id);

#endif
