/* SPDX-License-Identifier: Apache-2.0 */
#include "tiny/tiny_vocab.h"

#include <stdio.h>

#include "gguf/gguf_write.h"
#include "tiny/tiny.h"

#define BAR   "\xEF\xBD\x9C" /* U+FF5C, the full-width bar */
#define BLANK "\xE2\x96\x81" /* U+2581 */
#define G     "\xC4\xA0"     /* U+0120: the byte alphabet's space */

static const struct {
    const char *pair, *token;
} merges[TINY_MERGES] = {
    {"t h", "th"},           {"th e", "the"},       {"i n", "in"},
    {"e r", "er"},           {"a n", "an"},         {"o n", "on"},
    {"r e", "re"},           {G " the", G "the"},   {"l l", "ll"},
    {"h e", "he"},           {"he ll", "hell"},     {G " a", G "a"},
};

enum { NORMAL = 1, CONTROL = 3, USER_DEFINED = 4, UNUSED = 5 };

static const struct {
    const char *token;
    int32_t type;
} specials[TINY_UNUSED - TINY_BOS] = {
    {"<" BAR "begin" BLANK "of" BLANK "sentence" BAR ">", CONTROL},
    {"<" BAR "end" BLANK "of" BLANK "sentence" BAR ">", CONTROL},
    {"<" BAR BLANK "pad" BLANK BAR ">", CONTROL},
    {"<" BAR "User" BAR ">", CONTROL},
    {"<" BAR "Assistant" BAR ">", CONTROL},
    {"<think>", USER_DEFINED},
    {"</think>", USER_DEFINED},
};

static const char chat_template[] =
    "{{bos_token}}{% for m in messages %}{% if m['role'] == 'user' %}"
    "{{'<" BAR "User" BAR ">' + m['content']}}{% else %}"
    "{{'<" BAR "Assistant" BAR ">' + m['content'] + '<" BAR "end" BLANK "of"
    BLANK "sentence" BAR ">'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}"
    "{{'<" BAR "Assistant" BAR "><think>\\n'}}{% endif %}";

/* A byte as byte-level BPE writes it: printable Latin-1 as itself, the others
 * from U+0100 on, in order. All of these are below U+0800. */
static void byte_letter(unsigned byte, unsigned *next, char out[3])
{
    bool printable = (byte >= 0x21 && byte <= 0x7E) ||
                     (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
    unsigned cp = printable ? byte : (*next)++;
    if (cp < 0x80)
        snprintf(out, 3, "%c", (int)cp);
    else
        snprintf(out, 3, "%c%c", (int)(0xC0 | cp >> 6), (int)(0x80 | (cp & 63)));
}

void tiny_put_vocab(struct gguf_writer *w)
{
    char letters[256][3], unused[TINY_VOCAB - TINY_UNUSED][16];
    struct str tokens[TINY_VOCAB], pairs[TINY_MERGES];
    int32_t types[TINY_VOCAB];
    unsigned next_letter = 0x100;
    for (unsigned i = 0; i < TINY_VOCAB; i++) {
        types[i] = i < TINY_BOS ? NORMAL : UNUSED;
        if (i < 256) {
            byte_letter(i, &next_letter, letters[i]);
            tokens[i] = str_of(letters[i]);
        } else if (i < TINY_BOS) {
            tokens[i] = str_of(merges[i - 256].token);
            pairs[i - 256] = str_of(merges[i - 256].pair);
        } else if (i < TINY_UNUSED) {
            tokens[i] = str_of(specials[i - TINY_BOS].token);
            types[i] = specials[i - TINY_BOS].type;
        } else {
            snprintf(unused[i - TINY_UNUSED], sizeof unused[0], "[PAD%u]", i);
            tokens[i] = str_of(unused[i - TINY_UNUSED]);
        }
    }
    gguf_put_str(w, "tokenizer.ggml.model", str_of("gpt2"));
    gguf_put_str(w, "tokenizer.ggml.pre", str_of("deepseek-v3"));
    gguf_put_strs(w, "tokenizer.ggml.tokens", tokens, TINY_VOCAB);
    gguf_put_i32s(w, "tokenizer.ggml.token_type", types, TINY_VOCAB);
    gguf_put_strs(w, "tokenizer.ggml.merges", pairs, TINY_MERGES);
    gguf_put_u32(w, "tokenizer.ggml.bos_token_id", TINY_BOS);
    gguf_put_u32(w, "tokenizer.ggml.eos_token_id", TINY_EOS);
    gguf_put_u32(w, "tokenizer.ggml.padding_token_id", TINY_PAD);
    gguf_put_bool(w, "tokenizer.ggml.add_bos_token", true);
    gguf_put_bool(w, "tokenizer.ggml.add_eos_token", false);
    gguf_put_str(w, "tokenizer.chat_template", str_of(chat_template));
}
