/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "gguf/gguf.h"
#include "text/vocab_tables.h"

/* --- which tokens are matched as text, in which mode ---------------------- */

/* DeepSeek's first vocabularies list the letters "ö", "ü" ... as added tokens:
 * one letter forges nothing, and the model knows it only in this form. */
static bool is_one_letter(struct str text)
{
    uint32_t cp;
    bool valid;
    return text.len > 0 && (uint8_t)text.p[0] >= 0x80 &&
           utf8_decode(text.p, text.len, &cp, &valid) == text.len && valid;
}

static bool matches(const struct vocab *v, int32_t id, enum encode_mode mode)
{
    enum token_kind kind = vocab_kind(v, id);
    switch (mode) {
    case ENCODE_SPECIAL:
        return kind == TOKEN_CONTROL || kind == TOKEN_USER_DEFINED ||
               kind == TOKEN_UNKNOWN;
    case ENCODE_PLAIN:
        return kind == TOKEN_USER_DEFINED;
    case ENCODE_CONTENT:
        return kind == TOKEN_USER_DEFINED && is_one_letter(vocab_bytes(v, id));
    }
    return false;
}

static void collect(struct vocab *v, enum encode_mode mode)
{
    uint32_t n = 0;
    for (int32_t id = 0; (uint32_t)id < v->n; id++)
        n += special_fits(v->spans[id]) && matches(v, id, mode);
    int32_t *ids = mem_array(n, sizeof *ids);
    n = 0;
    for (int32_t id = 0; (uint32_t)id < v->n; id++) {
        if (special_fits(v->spans[id]) && matches(v, id, mode))
            ids[n++] = id;
    }
    special_init(&v->special[mode], ids, n, v->spans, v->bytes);
}

int32_t vocab_special(const struct vocab *v, const char *text)
{
    int32_t id = special_named(&v->special[ENCODE_SPECIAL], str_of(text));
    return id != TOKEN_NONE ? id : text_table_find(&v->by_text, str_of(text));
}

/* --- the ids that have a duty --------------------------------------------- */

/* With U+FF5C and U+2581. */
#define DEEPSEEK_END \
    "<\xEF\xBD\x9C" "end\xE2\x96\x81of\xE2\x96\x81sentence\xEF\xBD\x9C>"

/* What models write behind their turn. */
static const char *const end_texts[] = {
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>",
    "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>", "</s>",
    "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
    "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<|EOT|>",
    DEEPSEEK_END,
    "[e~[", "<|fim_pad|>", "<|repo_name|>", "<|fim_repo|>", "<|file_sep|>",
};

#define N_END_TEXTS (sizeof end_texts / sizeof *end_texts)

/* An id that the file names; one that is not a token counts as not named. */
static bool read_id(const struct vocab *v, const struct gguf *g,
                    const char *key, int32_t *id, struct err *err)
{
    uint32_t value = UINT32_MAX;
    if (!gguf_get_u32(g, key, 0, UINT32_MAX, &value, err))
        return false;
    *id = value < v->n ? (int32_t)value : TOKEN_NONE;
    return true;
}

static int ascending(const void *pa, const void *pb)
{
    int32_t a = *(const int32_t *)pa, b = *(const int32_t *)pb;
    return (a > b) - (a < b);
}

static void add_end(struct vocab *v, int32_t id)
{
    if (id != TOKEN_NONE)
        v->ends[v->n_ends++] = id;
}

static void collect_ends(struct vocab *v, int32_t eot, int32_t eom)
{
    const struct special_set *all = &v->special[ENCODE_SPECIAL];
    v->ends = mem_array(N_END_TEXTS + 5, sizeof *v->ends);
    add_end(v, v->eos);
    add_end(v, eot);
    add_end(v, eom);
    /* In gpt-oss files <|end|> only ends the thought. */
    bool harmony = special_named(all, str_of("<|return|>")) != TOKEN_NONE &&
                   special_named(all, str_of("<|call|>")) != TOKEN_NONE;
    for (size_t i = 0; i < N_END_TEXTS; i++) {
        struct str text = str_of(end_texts[i]);
        if (!(harmony && str_is(text, "<|end|>")))
            add_end(v, special_named(all, text));
    }
    /* A GLM model that ends its turn begins the next one. */
    if (special_named(all, str_of("[gMASK]")) != TOKEN_NONE) {
        add_end(v, special_named(all, str_of("<|user|>")));
        add_end(v, special_named(all, str_of("<|observation|>")));
    }
    qsort(v->ends, v->n_ends, sizeof *v->ends, ascending);
}

bool vocab_ends_turn(const struct vocab *v, int32_t id)
{
    return bsearch(&id, v->ends, v->n_ends, sizeof *v->ends, ascending);
}

bool vocab_read_special(struct vocab *v, const struct gguf *g, struct err *err)
{
    int32_t eot, eom;
    collect(v, ENCODE_PLAIN);
    collect(v, ENCODE_SPECIAL);
    collect(v, ENCODE_CONTENT);
    v->add_bos = vocab_is_spm(v) || pretokenizer_adds_bos(v->pre);
    if (!read_id(v, g, "tokenizer.ggml.bos_token_id", &v->bos, err) ||
        !read_id(v, g, "tokenizer.ggml.eos_token_id", &v->eos, err) ||
        !read_id(v, g, "tokenizer.ggml.eot_token_id", &eot, err) ||
        !read_id(v, g, "tokenizer.ggml.eom_token_id", &eom, err) ||
        !gguf_get_bool(g, "tokenizer.ggml.add_bos_token", &v->add_bos, err))
        return false;
    collect_ends(v, eot, eom);
    return true;
}
