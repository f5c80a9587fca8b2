/* SPDX-License-Identifier: Apache-2.0 */
#include "text/encode.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "text/normalize.h"
#include "text/vocab_tables.h"

void ids_clear(struct ids *a)
{
    mem_free(a->p);
    *a = (struct ids){0};
}

static void ids_reserve(struct ids *a, size_t extra)
{
    if (a->n + extra <= a->cap)
        return;
    size_t cap = a->cap ? a->cap * 2 : 64;
    if (cap < a->n + extra)
        cap = a->n + extra;
    a->p = mem_realloc(a->p, cap * sizeof *a->p);
    a->cap = cap;
}

void ids_add(struct ids *a, int32_t id)
{
    ids_reserve(a, 1);
    a->p[a->n++] = id;
}

void ids_add_all(struct ids *a, const int32_t *ids, size_t n)
{
    if (n == 0)
        return;
    ids_reserve(a, n);
    memcpy(a->p + a->n, ids, n * sizeof *ids);
    a->n += n;
}

/* What one call needs besides the vocabulary. */
struct work {
    struct pieces pieces;
    struct bpe_work bpe;
    struct spm_work spm;
    struct buf composed;
};

static void encode_piece(const struct vocab *v, struct str piece,
                         struct work *w, struct ids *out)
{
    if (pretokenizer_ignores_merges(v->pre)) {
        int32_t id = text_table_find(&v->by_text, piece);
        if (id != TOKEN_NONE) {
            ids_add(out, id);
            return;
        }
    }
    bpe_encode(&v->bpe, piece, &w->bpe, out);
}

/* Text between special tokens. */
static void encode_fragment(const struct vocab *v, struct str text,
                            struct work *w, struct ids *out)
{
    if (vocab_is_spm(v)) {
        spm_encode(&v->spm, &v->by_text, text, &w->spm, out);
        return;
    }
    if (pretokenizer_wants_nfc(v->pre))
        text = normalize_nfc(text, &w->composed);
    pretokenize(v->pre, text, &w->pieces);
    size_t at = 0;
    for (size_t i = 0; i < w->pieces.n; i++) {
        size_t end = w->pieces.ends[i];
        encode_piece(v, str_n(text.p + at, end - at), w, out);
        at = end;
    }
}

void encode(const struct vocab *v, struct str text, enum encode_mode mode,
            struct ids *out)
{
    struct work w = {0};
    struct buf repaired = {0};
    if (!utf8_valid(text)) {
        utf8_repair(text, &repaired);
        text = buf_str(&repaired);
    }
    for (size_t at = 0; at < text.len;) {
        int32_t id;
        size_t hit = special_find(&v->special[mode], text, at, &id);
        encode_fragment(v, str_n(text.p + at, hit - at), &w, out);
        if (id == TOKEN_NONE)
            break;
        ids_add(out, id);
        at = hit + v->spans[id].len;
    }
    pieces_clear(&w.pieces);
    bpe_work_clear(&w.bpe);
    spm_work_clear(&w.spm);
    buf_clear(&w.composed);
    buf_clear(&repaired);
}
