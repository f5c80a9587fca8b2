/* SPDX-License-Identifier: Apache-2.0 */
#include "train/recall.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/rng.h"
#include "text/vocab.h"
#include "train/data/batch.h"
#include "train/data/document.h"
#include "train/data/tokenizer.h"
#include "train/data/warmup.h"
#include "train/nn/net.h"

#define ASKED "What is the code of the "
#define TOLD "The code of the "

enum { DIGITS = 4, MAX_ASKED = 8 };

struct measuring {
    const struct params *p;
    const struct tokenizer *t;
    struct net *net;
    struct batch batch;
    struct document doc;
    struct buf text;
    float *logits;         /* owned; [MAX_ASKED * DIGITS][n_vocab] */
    uint32_t rows[MAX_ASKED * DIGITS], n_rows;
    uint32_t depth[MAX_ASKED];
};

/* One that is too long is made again, shorter. */
static void draw(const struct tokenizer *t, uint32_t tokens, uint64_t key,
                 struct buf *text, struct document *d)
{
    for (size_t bytes = (size_t)tokens * 3;; bytes -= bytes / 16) {
        struct rng r = rng_init(key);
        buf_reset(text);
        warmup_recall(&r, bytes, false, text);
        document_text(d, t, buf_str(text));
        if (d->ids.n <= tokens || bytes < 64)
            return;
    }
}

static uint64_t key_of(uint64_t seed, uint32_t i)
{
    return rng_mix(rng_mix(seed + 0x7265) + i);
}

void recall_document(const struct tokenizer *t, uint32_t tokens, uint64_t seed,
                     uint32_t i, struct document *d)
{
    struct buf text = {0};
    draw(t, tokens, key_of(seed, i), &text, d);
    buf_clear(&text);
}

/* Where the code of "red door? ..." was told. */
static size_t told_at(struct str text, struct str thing)
{
    struct str told = str_of(TOLD);
    for (size_t at = str_find(text, told, 0); at < text.len;
         at = str_find(text, told, at + 1)) {
        struct str rest = str_n(text.p + at + told.len,
                                text.len - at - told.len);
        if (str_starts(rest, thing))
            return at;
    }
    return 0;
}

/* The token that begins at a byte; the first one is BOS, of no bytes. */
static uint32_t token_at(const struct measuring *m, size_t byte)
{
    size_t at = 0;
    uint32_t i = 1;
    while (at < byte && i + 1 < m->doc.ids.n)
        at += vocab_bytes(m->t->vocab, m->doc.ids.p[i++]).len;
    return i;
}

static void find_questions(struct measuring *m)
{
    struct str text = buf_str(&m->text), asked = str_of(ASKED);
    uint32_t n = 0;
    for (size_t at = str_find(text, asked, 0); at < text.len && n < MAX_ASKED;
         at = str_find(text, asked, at + 1)) {
        size_t thing = at + asked.len, end = str_find(text, str_of("?"), thing);
        uint32_t first = token_at(m, end + 2);
        for (uint32_t d = 0; d < DIGITS; d++)
            m->rows[n * DIGITS + d] = first + d - 1;
        m->depth[n++] = (uint32_t)(RECALL_DEPTHS *
                                   told_at(text, str_n(text.p + thing,
                                                       end - thing)) / text.len);
    }
    m->n_rows = n * DIGITS;
}

static bool is_best(const float *logits, uint32_t n_vocab, int32_t id)
{
    for (uint32_t i = 0; i < n_vocab; i++) {
        if (logits[i] > logits[id])
            return false;
    }
    return true;
}

static void count(struct measuring *m, struct recall *out)
{
    uint32_t n_vocab = m->p->shape.n_vocab;
    for (uint32_t q = 0; q * DIGITS < m->n_rows; q++) {
        bool right = true;
        for (uint32_t i = q * DIGITS; i < (q + 1) * DIGITS; i++)
            right = right && is_best(m->logits + (size_t)i * n_vocab, n_vocab,
                                     m->doc.ids.p[m->rows[i] + 1]);
        out->asked[m->depth[q]]++;
        out->right[m->depth[q]] += right;
    }
}

static bool measure(struct measuring *m, uint32_t tokens, uint32_t n,
                    uint64_t seed, struct recall *out, struct err *err)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        draw(m->t, tokens, key_of(seed, i), &m->text, &m->doc);
        find_questions(m);
        batch_reset(&m->batch);
        if (!batch_add(&m->batch, m->doc.ids.p, NULL, (uint32_t)m->doc.ids.n))
            return err_set(err, ERR_LIMIT, "%u tokens are too few for a question",
                           tokens);
        if (!net_logits(m->net, m->p, &m->batch, m->rows, m->n_rows, false,
                        m->logits, err))
            return false;
        count(m, out);
        sum += m->doc.ids.n;
    }
    out->tokens = n > 0 ? (uint32_t)(sum / n) : 0;
    return true;
}

bool recall_measure(const struct params *p, const struct tokenizer *t,
                    uint32_t tokens, uint32_t n, uint64_t seed,
                    unsigned threads, struct recall *out, struct err *err)
{
    struct measuring m = {.p = p, .t = t};
    struct net_limits limits = {.n_threads = threads, .n_shards = 1,
                                .max_tokens = tokens, .max_doc = tokens,
                                .inference = true};
    *out = (struct recall){0};
    m.net = net_new(&p->shape, &limits, err);
    if (!m.net)
        return false;
    batch_init(&m.batch, tokens, 1);
    m.logits = mem_array((size_t)MAX_ASKED * DIGITS * p->shape.n_vocab,
                         sizeof *m.logits);
    bool ok = measure(&m, tokens, n, seed, out, err);
    mem_free(m.logits);
    batch_clear(&m.batch);
    document_clear(&m.doc);
    buf_clear(&m.text);
    net_free(m.net);
    return ok;
}
