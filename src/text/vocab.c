/* SPDX-License-Identifier: Apache-2.0 */
#include "text/vocab.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "gguf/gguf.h"
#include "text/byte_alphabet.h"
#include "text/vocab_tables.h"

/* More than any model has; keeps what a file can make us allocate in bounds. */
#define MAX_TOKENS (4u << 20)
#define MAX_MERGES (4u << 20)

#define TOKENS "tokenizer.ggml.tokens"
#define TYPES "tokenizer.ggml.token_type"
#define MERGES "tokenizer.ggml.merges"

/* --- tokens --------------------------------------------------------------- */

static bool read_model(const struct gguf *g, bool *spm, struct err *err)
{
    struct str model;
    if (!gguf_need_str(g, "tokenizer.ggml.model", &model, err))
        return false;
    *spm = str_is(model, "llama");
    return *spm || str_is(model, "gpt2") ||
           err_set(err, ERR_UNSUPPORTED,
                   "its tokenizer is of type \"%.*s\"; byte-level BPE "
                   "(\"gpt2\") and SentencePiece (\"llama\") are supported",
                   model.len < 32 ? (int)model.len : 32, model.p);
}

static bool read_kinds(struct vocab *v, const struct gguf *g, struct err *err)
{
    memset(v->kinds, TOKEN_NORMAL, v->n);
    if (!gguf_find(g, TYPES))
        return true;
    const struct gguf_kv *kv = gguf_find_array(g, TYPES, GGUF_VALUE_I32);
    if (!kv)
        return err_set(err, ERR_FORMAT, TYPES " is not a list of numbers");
    if (kv->n < v->n)
        return err_set(err, ERR_FORMAT, TYPES " has %llu entries for %u tokens",
                       (unsigned long long)kv->n, v->n);
    for (uint32_t i = 0; i < v->n; i++) {
        int64_t kind = gguf_array_int(kv, i);
        if (kind < 0 || kind > TOKEN_BYTE)
            return err_set(err, ERR_FORMAT,
                           TYPES " of token %u is %lld (0 to 6 are known)", i,
                           (long long)kind);
        if (kind > 0) /* 0 is "undefined" */
            v->kinds[i] = (uint8_t)kind;
    }
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* What a token stands for, from what the file writes. */
static void decode_token(enum token_kind kind, bool spm, struct str text,
                         struct buf *out)
{
    int hi, lo;
    switch (kind) {
    case TOKEN_NORMAL:
    case TOKEN_UNUSED:
        (spm ? spm_unescape : byte_alphabet_decode)(text, out);
        return;
    case TOKEN_BYTE: /* <0x0A> */
        if (text.len == 6 && memcmp(text.p, "<0x", 3) == 0 &&
            text.p[5] == '>' && (hi = hex_digit(text.p[3])) >= 0 &&
            (lo = hex_digit(text.p[4])) >= 0) {
            buf_putc(out, (char)(hi << 4 | lo));
            return;
        }
        break;
    default:
        break;
    }
    buf_add_str(out, text);
}

static bool read_texts(struct vocab *v, bool spm, struct gguf_strings *it,
                       struct err *err)
{
    struct buf all = {0};
    struct str text;
    buf_reserve(&all, (size_t)v->n * 8);
    for (uint32_t i = 0; i < v->n; i++) {
        if (!gguf_strings_next(it, &text) || text.len > UINT32_MAX - all.len) {
            buf_clear(&all);
            return err_set(err, ERR_FORMAT, TOKENS " ends at token %u", i);
        }
        v->spans[i].at = (uint32_t)all.len;
        decode_token(v->kinds[i], spm, text, &all);
        v->spans[i].len = (uint32_t)all.len - v->spans[i].at;
    }
    v->bytes = all.p;
    return true;
}

static bool is_plain(const struct vocab *v, uint32_t i)
{
    return v->kinds[i] == TOKEN_NORMAL || v->kinds[i] == TOKEN_UNUSED ||
           v->kinds[i] == TOKEN_BYTE;
}

static bool read_tokens(struct vocab *v, bool spm, const struct gguf *g,
                        struct err *err)
{
    struct gguf_strings it;
    if (!gguf_strings(g, TOKENS, &it, err))
        return false;
    if (it.left == 0 || it.left > MAX_TOKENS)
        return err_set(err, ERR_FORMAT,
                       TOKENS " has %llu entries (1 to %u are possible)",
                       (unsigned long long)it.left, MAX_TOKENS);
    v->n = (uint32_t)it.left;
    v->kinds = mem_alloc(v->n);
    v->spans = mem_array(v->n, sizeof *v->spans);
    if (!read_kinds(v, g, err) || !read_texts(v, spm, &it, err))
        return false;
    text_table_init(&v->by_text, v->n, v->spans, v->bytes);
    for (uint32_t i = 0; i < v->n; i++) {
        /* <0x41> is no rival of "A": bytes only write what nothing else can. */
        if (v->spans[i].len > 0 && is_plain(v, i) &&
            !(spm && v->kinds[i] == TOKEN_BYTE))
            text_table_add(&v->by_text, (int32_t)i);
    }
    return true;
}

/* --- merges --------------------------------------------------------------- */

/* The token that the bytes of two others give together. Files list merges in
 * the order in which the tokens were made, so it is mostly the one after the
 * last: looking there first saves a search in a table larger than the caches. */
static int32_t find_joined(const struct vocab *v, int32_t guess,
                           struct str joined)
{
    if (guess >= 0 && (uint32_t)guess < v->n && is_plain(v, (uint32_t)guess) &&
        str_eq(vocab_bytes(v, guess), joined)) {
        return guess;
    }
    return text_table_find(&v->by_text, joined);
}

/* A merge on its way into the table. A block of them goes through each step
 * together: what one step sends for has arrived when the next needs it. Opening
 * 280 000 merges one by one spends most of its time waiting for memory. */
struct merge {
    uint32_t at, cut, end; /* left and right as bytes, in the block's buffer */
    uint64_t left_hash, right_hash;
    int32_t left, right;
    uint32_t rank;
};

#define MERGES_AT_ONCE 32

/* "left right". What does not say that merges nothing: some real files have
 * such lines. */
static bool parse_merge(const struct vocab *v, struct str line,
                        struct merge *m, struct buf *bytes)
{
    const char *space =
        line.len > 1 ? memchr(line.p + 1, ' ', line.len - 1) : NULL;
    if (!space || line.len > UINT32_MAX / 2 / MERGES_AT_ONCE)
        return false;
    size_t left = (size_t)(space - line.p);
    m->at = (uint32_t)bytes->len;
    byte_alphabet_decode(str_n(line.p, left), bytes);
    m->cut = (uint32_t)bytes->len;
    byte_alphabet_decode(str_n(space + 1, line.len - left - 1), bytes);
    m->end = (uint32_t)bytes->len;
    m->left_hash = text_table_announce(
        &v->by_text, str_n(bytes->p + m->at, m->cut - m->at));
    m->right_hash = text_table_announce(
        &v->by_text, str_n(bytes->p + m->cut, m->end - m->cut));
    return m->cut > m->at && m->end > m->cut;
}

static void find_sides(struct vocab *v, struct merge *m, const char *bytes)
{
    m->left = text_table_find_announced(
        &v->by_text, str_n(bytes + m->at, m->cut - m->at), m->left_hash);
    m->right = text_table_find_announced(
        &v->by_text, str_n(bytes + m->cut, m->end - m->cut), m->right_hash);
    bpe_announce(&v->bpe, m->left, m->right);
}

/* Merges of tokens that are not there, or into one, are left out as well. */
static void add_merge(struct vocab *v, const struct merge *m,
                      const char *bytes, int32_t *last)
{
    if (m->left == TOKEN_NONE || m->right == TOKEN_NONE)
        return;
    int32_t joined =
        find_joined(v, *last + 1, str_n(bytes + m->at, m->end - m->at));
    if (joined == TOKEN_NONE)
        return;
    bpe_add(&v->bpe, m->left, m->right, m->rank, joined);
    *last = joined;
}

static void add_merges(struct vocab *v, struct gguf_strings *it)
{
    struct merge block[MERGES_AT_ONCE];
    struct buf bytes = {0};
    struct str line;
    int32_t last = TOKEN_NONE;
    uint32_t rank = 0;
    bool more = true;
    while (more) {
        size_t n = 0;
        buf_reset(&bytes);
        while (n < MERGES_AT_ONCE && (more = gguf_strings_next(it, &line))) {
            block[n].rank = rank++;
            n += parse_merge(v, line, &block[n], &bytes);
        }
        for (size_t i = 0; i < n; i++)
            find_sides(v, &block[i], bytes.p);
        for (size_t i = 0; i < n; i++)
            add_merge(v, &block[i], bytes.p, &last);
    }
    buf_clear(&bytes);
}

static void find_bytes(struct vocab *v)
{
    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        v->bpe.id_of_byte[c] = text_table_find(&v->by_text, str_n(&byte, 1));
    }
}

static bool read_merges(struct vocab *v, const struct gguf *g, struct err *err)
{
    struct gguf_strings it;
    if (!gguf_find(g, MERGES) && pretokenizer_ids_rank(v->pre)) {
        vocab_rank_by_ids(v, MAX_MERGES);
        find_bytes(v);
        return true;
    }
    if (!gguf_strings(g, MERGES, &it, err))
        return false;
    if (it.left > MAX_MERGES)
        return err_set(err, ERR_FORMAT, MERGES " has %llu entries (at most %u "
                       "are possible)", (unsigned long long)it.left,
                       MAX_MERGES);
    bpe_init(&v->bpe, (uint32_t)it.left);
    find_bytes(v);
    add_merges(v, &it);
    return true;
}

/* --- the whole ------------------------------------------------------------ */

static bool read_bpe(struct vocab *v, const struct gguf *g, struct err *err)
{
    struct str pre = str_of("default");
    if (!gguf_get_str(g, "tokenizer.ggml.pre", &pre, err))
        return false;
    v->pre = pretokenizer_new(pre, err);
    return v->pre && read_tokens(v, false, g, err) && read_merges(v, g, err);
}

static bool fill(struct vocab *v, const struct gguf *g, struct err *err)
{
    bool spm;
    if (!read_model(g, &spm, err))
        return false;
    bool read = spm ? read_tokens(v, true, g, err) && vocab_read_spm(v, g, err)
                    : read_bpe(v, g, err);
    return read && vocab_read_special(v, g, err);
}

struct vocab *vocab_open(const struct gguf *g, struct err *err)
{
    struct vocab *v = mem_zalloc(sizeof *v);
    if (fill(v, g, err))
        return v;
    vocab_free(v);
    return NULL;
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < sizeof v->special / sizeof *v->special; i++)
        special_clear(&v->special[i]);
    text_table_clear(&v->by_text);
    bpe_clear(&v->bpe);
    spm_clear(&v->spm);
    pretokenizer_free(v->pre);
    mem_free(v->ends);
    mem_free(v->kinds);
    mem_free(v->spans);
    mem_free(v->bytes);
    mem_free(v);
}

uint32_t vocab_size(const struct vocab *v)
{
    return v->n;
}

enum token_kind vocab_kind(const struct vocab *v, int32_t id)
{
    return id >= 0 && (uint32_t)id < v->n ? v->kinds[id] : TOKEN_UNUSED;
}

struct str vocab_bytes(const struct vocab *v, int32_t id)
{
    if (id < 0 || (uint32_t)id >= v->n)
        return str_n("", 0);
    return str_n(v->bytes + v->spans[id].at, v->spans[id].len);
}

const char *vocab_pretokenizer(const struct vocab *v)
{
    return v->pre ? pretokenizer_name(v->pre) : "spm";
}

int32_t vocab_bos(const struct vocab *v)
{
    return v->bos;
}

int32_t vocab_eos(const struct vocab *v)
{
    return v->eos;
}

bool vocab_add_bos(const struct vocab *v)
{
    return v->add_bos;
}

bool vocab_adds_space(const struct vocab *v)
{
    return v->spm.adds_space;
}
