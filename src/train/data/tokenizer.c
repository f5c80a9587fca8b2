/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/tokenizer.h"

#include <stdio.h>

#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf_write.h"
#include "text/byte_alphabet.h"
#include "text/template.h"
#include "text/vocab.h"
#include "train/data/bpe_train.h"

/* With U+FF5C and U+2581. */
#define BAR "\xEF\xBD\x9C"
#define GAP "\xE2\x96\x81"
#define BOS "<" BAR "begin" GAP "of" GAP "sentence" BAR ">"
#define EOS "<" BAR "end" GAP "of" GAP "sentence" BAR ">"
#define USER "<" BAR "User" BAR ">"
#define ASSISTANT "<" BAR "Assistant" BAR ">"

/* In the order of their ids. Tags of thoughts are visible text, as in the
 * releases of R1. */
static const struct {
    const char *text;
    enum token_kind kind;
} special[] = {
    {BOS, TOKEN_CONTROL},  {EOS, TOKEN_CONTROL},
    {USER, TOKEN_CONTROL}, {ASSISTANT, TOKEN_CONTROL},
    {"<think>", TOKEN_USER_DEFINED}, {"</think>", TOKEN_USER_DEFINED},
};
enum { N_SPECIAL = sizeof special / sizeof *special };

/* What the engine knows as deepseek-r1: thoughts of earlier turns are dropped,
 * an answer begins inside its thought. */
static const char chat_template[] =
    "{{ bos_token }}"
    "{% for m in messages %}{% if m['role'] == 'system' %}"
    "{{ m['content'] }}{% endif %}{% endfor %}"
    "{% for m in messages %}"
    "{% if m['role'] == 'user' %}{{ '" USER "' + m['content'] }}"
    "{% elif m['role'] == 'assistant' %}"
    "{{ '" ASSISTANT "' + m['content'].split('</think>')[-1] + '" EOS "' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '" ASSISTANT "<think>\\n' }}{% endif %}";

/* --- writing -------------------------------------------------------------- */

/* Texts end to end; where each ends. */
struct list {
    struct buf text;
    size_t *ends; /* owned */
    size_t n;
};

static void list_end(struct list *l)
{
    l->ends = mem_realloc(l->ends, (l->n + 1) * sizeof *l->ends);
    l->ends[l->n++] = l->text.len;
}

static void list_put(struct list *l, struct gguf_writer *w, const char *key)
{
    struct str *v = mem_array(l->n + 1, sizeof *v);
    for (size_t i = 0, at = 0; i < l->n; at = l->ends[i++])
        v[i] = str_n(l->text.p + at, l->ends[i] - at);
    gguf_put_strs(w, key, v, l->n);
    mem_free(v);
    buf_clear(&l->text);
    mem_free(l->ends);
}

struct tokens {
    struct list texts, merges;
    int32_t *kinds; /* owned; [n_tokens] */
    struct buf bytes;
    struct str *of; /* owned; [256 + merges] the bytes of symbol i */
};

static void add_token(struct tokens *t, struct str text, enum token_kind kind)
{
    buf_add_str(&t->texts.text, text);
    t->kinds[t->texts.n] = kind;
    list_end(&t->texts);
}

static void add_reserved(struct tokens *t)
{
    char name[48];
    for (unsigned i = 0; i < N_SPECIAL; i++)
        add_token(t, str_of(special[i].text), special[i].kind);
    for (unsigned i = N_SPECIAL; i < TOKENIZER_RESERVED; i++) {
        snprintf(name, sizeof name, "<" BAR "reserved" GAP "%u" BAR ">",
                 i - N_SPECIAL);
        add_token(t, str_of(name), TOKEN_UNUSED);
    }
}

static void add_spelled(struct tokens *t, struct str bytes)
{
    byte_alphabet_encode(bytes, &t->texts.text);
    t->kinds[t->texts.n] = TOKEN_NORMAL;
    list_end(&t->texts);
}

static void add_merge(struct tokens *t, const struct bpe_merge *m)
{
    byte_alphabet_encode(t->of[m->left], &t->merges.text);
    buf_putc(&t->merges.text, ' ');
    byte_alphabet_encode(t->of[m->right], &t->merges.text);
    list_end(&t->merges);
}

/* Bytes of all symbols, at addresses that stay. */
static void spell_symbols(struct tokens *t, const struct bpe_merge *m, size_t n)
{
    buf_reserve(&t->bytes, 256 + n * BPE_TRAIN_MAX_TOKEN);
    t->of = mem_array(256 + n, sizeof *t->of);
    for (unsigned i = 0; i < 256; i++) {
        buf_putc(&t->bytes, (char)i);
        t->of[i] = str_n(t->bytes.p + i, 1);
    }
    for (size_t i = 0; i < n; i++) {
        const char *at = t->bytes.p + t->bytes.len;
        buf_add_str(&t->bytes, t->of[m[i].left]);
        buf_add_str(&t->bytes, t->of[m[i].right]);
        t->of[256 + i] = str_n(at, t->of[m[i].left].len + t->of[m[i].right].len);
    }
}

static void put_what_it_is(struct gguf_writer *w)
{
    gguf_put_str(w, "general.architecture", str_of("deepseek2"));
    gguf_put_str(w, "general.type", str_of("vocab"));
}

static void put_keys(struct tokens *t, uint32_t n_tokens, struct gguf_writer *w)
{
    put_what_it_is(w);
    gguf_put_str(w, "tokenizer.ggml.model", str_of("gpt2"));
    gguf_put_str(w, "tokenizer.ggml.pre", str_of(TOKENIZER_PRE));
    list_put(&t->texts, w, "tokenizer.ggml.tokens");
    gguf_put_i32s(w, "tokenizer.ggml.token_type", t->kinds, n_tokens);
    list_put(&t->merges, w, "tokenizer.ggml.merges");
    gguf_put_u32(w, "tokenizer.ggml.bos_token_id", 0);
    gguf_put_u32(w, "tokenizer.ggml.eos_token_id", 1);
    gguf_put_bool(w, "tokenizer.ggml.add_bos_token", true);
    gguf_put_bool(w, "tokenizer.ggml.add_eos_token", false);
    gguf_put_str(w, "tokenizer.chat_template", str_of(chat_template));
}

void tokenizer_make(struct bpe_train *train, uint32_t n_tokens, struct buf *file)
{
    struct tokens t = {.kinds = mem_array(n_tokens, sizeof *t.kinds)};
    size_t wanted = n_tokens - TOKENIZER_LEAST;
    struct bpe_merge *m = mem_array(wanted + 1, sizeof *m);
    size_t n = bpe_train_merges(train, m, wanted);
    char name[32];
    spell_symbols(&t, m, n);
    add_reserved(&t);
    for (size_t i = 0; i < 256 + n; i++)
        add_spelled(&t, t.of[i]);
    for (size_t i = 0; i < n; i++)
        add_merge(&t, &m[i]);
    while (t.texts.n < n_tokens) {
        snprintf(name, sizeof name, "[PAD%zu]", t.texts.n);
        add_token(&t, str_of(name), TOKEN_UNUSED);
    }
    struct gguf_writer *w = gguf_writer_new(32);
    put_keys(&t, n_tokens, w);
    gguf_write_header(w, file);
    gguf_writer_free(w);
    buf_clear(&t.bytes);
    mem_free(t.of);
    mem_free(t.kinds);
    mem_free(m);
}

/* --- reading -------------------------------------------------------------- */

static bool find_special(struct tokenizer *t, struct err *err)
{
    int32_t *const ids[] = {&t->bos,       &t->eos,   &t->user,
                            &t->assistant, &t->think, &t->think_end};
    for (unsigned i = 0; i < N_SPECIAL; i++) {
        *ids[i] = vocab_special(t->vocab, special[i].text);
        if (*ids[i] == TOKEN_NONE)
            return err_set(err, ERR_FORMAT, "its vocabulary has no %s",
                           special[i].text);
    }
    return true;
}

bool tokenizer_over(struct tokenizer *t, struct buf *file, struct err *err)
{
    *t = (struct tokenizer){.file = *file};
    *file = (struct buf){0};
    t->family = chat_family_named("deepseek-r1");
    if (gguf_open_memory(&t->gguf, t->file.p, t->file.len, err) &&
        (t->vocab = vocab_open(&t->gguf, err)) && find_special(t, err))
        return true;
    tokenizer_close(t);
    return false;
}

bool tokenizer_open(struct tokenizer *t, const char *path, struct err *err)
{
    struct buf file = {0};
    *t = (struct tokenizer){0};
    if (file_read(path, 1u << 30, &file, err) && tokenizer_over(t, &file, err))
        return true;
    buf_clear(&file);
    return file_context(err, path);
}

void tokenizer_close(struct tokenizer *t)
{
    vocab_free(t->vocab);
    gguf_close(&t->gguf);
    buf_clear(&t->file);
    *t = (struct tokenizer){0};
}

void tokenizer_put(const struct tokenizer *t, struct gguf_writer *w)
{
    for (size_t i = 0; i < t->gguf.n_kv; i++) {
        if (str_starts(t->gguf.kv[i].key, str_of("tokenizer.")))
            gguf_put_kv(w, &t->gguf.kv[i]);
    }
}

void tokenizer_file(const struct tokenizer *t, struct buf *file)
{
    struct gguf_writer *w = gguf_writer_new(32);
    put_what_it_is(w);
    tokenizer_put(t, w);
    gguf_write_header(w, file);
    gguf_writer_free(w);
}
