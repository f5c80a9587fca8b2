/* tiny_spm.h - a small SentencePiece vocabulary, for tests and fuzz targets.
 *
 * <unk> <s> </s>, all bytes, then pieces of which the later ones score lower,
 * as real files have it, and a user-defined token behind them. */
#ifndef TESTS_TEXT_TINY_SPM_H
#define TESTS_TEXT_TINY_SPM_H

#include <stdio.h>

#include "base/err.h"
#include "gguf/gguf_write.h"
#include "text/tiny_text.h"
#include "text/vocab.h"

#define TINY_SPM_SPACE "\xE2\x96\x81"
#define TINY_SPM_BYTES 3
#define TINY_SPM_PIECES (TINY_SPM_BYTES + 256)

static const char *const tiny_spm_pieces[] = {
    TINY_SPM_SPACE "t", "he", TINY_SPM_SPACE TINY_SPM_SPACE, "aa",
    TINY_SPM_SPACE "the", "in", "aaaa", "er", "<s", "ab", "bc", "abc",
    TINY_SPM_SPACE, "a", "b", "c", "e", "h", "i", "n", "r", "s", "t", "<", ">",
    "\xC3\xB6", "\xE4\xBD\xA0", "1", "2", "'", "\n", "<s>",
};

#define TINY_SPM_N_PIECES (sizeof tiny_spm_pieces / sizeof *tiny_spm_pieces)
#define TINY_SPM_THINK (TINY_SPM_PIECES + TINY_SPM_N_PIECES)
#define TINY_SPM_N (TINY_SPM_THINK + 1)

/* Everything but the scores, for tests that put other ones. */
static inline struct gguf_writer *tiny_spm_writer(float scores[TINY_SPM_N])
{
    static const char *const first[] = {"<unk>", "<s>", "</s>"};
    char bytes[256][8];
    struct str tokens[TINY_SPM_N];
    int32_t types[TINY_SPM_N];
    struct gguf_writer *w = gguf_writer_new(32);
    for (size_t i = 0; i < TINY_SPM_N; i++) {
        scores[i] = 0;
        types[i] = i == 0               ? TOKEN_UNKNOWN
                   : i < TINY_SPM_BYTES ? TOKEN_CONTROL
                   : i < TINY_SPM_PIECES ? TOKEN_BYTE
                                         : TOKEN_NORMAL;
        if (i < TINY_SPM_BYTES) {
            tokens[i] = str_of(first[i]);
        } else if (i < TINY_SPM_PIECES) {
            size_t byte = i - TINY_SPM_BYTES;
            snprintf(bytes[byte], sizeof bytes[byte], "<0x%02X>",
                     (unsigned)byte & 255);
            tokens[i] = str_of(bytes[byte]);
        } else if (i < TINY_SPM_THINK) {
            tokens[i] = str_of(tiny_spm_pieces[i - TINY_SPM_PIECES]);
            scores[i] = -(float)(i - TINY_SPM_PIECES);
        }
    }
    tokens[TINY_SPM_THINK] = str_of("<think>");
    types[TINY_SPM_THINK] = TOKEN_USER_DEFINED;
    gguf_put_str(w, "general.architecture", str_of("llama"));
    gguf_put_str(w, "tokenizer.ggml.model", str_of("llama"));
    gguf_put_strs(w, "tokenizer.ggml.tokens", tokens, TINY_SPM_N);
    gguf_put_i32s(w, "tokenizer.ggml.token_type", types, TINY_SPM_N);
    gguf_put_u32(w, "tokenizer.ggml.bos_token_id", 1);
    gguf_put_u32(w, "tokenizer.ggml.eos_token_id", 2);
    return w;
}

static inline struct vocab *tiny_spm_vocab(struct err *err)
{
    float scores[TINY_SPM_N];
    struct gguf_writer *w = tiny_spm_writer(scores);
    gguf_put_f32s(w, "tokenizer.ggml.scores", scores, TINY_SPM_N);
    return tiny_text_open(w, err);
}

#endif
