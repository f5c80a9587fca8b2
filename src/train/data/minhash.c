/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/minhash.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

/* Characters as they are compared: small, blanks and marks of any number one. */
static size_t characters(struct str text, uint32_t *out)
{
    size_t n = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c;
        at += utf8_decode(text.p + at, text.len - at, &c, NULL);
        if (c >= 'A' && c <= 'Z')
            c += 32;
        if (c <= ' ')
            c = ' ';
        if (c == ' ' && (n == 0 || out[n - 1] == ' '))
            continue;
        out[n++] = c;
    }
    return n;
}

/* The hashed grams, sorted, each once; owned by the caller. */
struct grams {
    uint64_t *v;
    size_t n;
};

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

static struct grams grams_of(struct str text, unsigned n_gram)
{
    uint32_t *c = mem_array(text.len + 1, sizeof *c);
    size_t n = characters(text, c);
    struct grams g = {mem_array(n + 1, sizeof *g.v), 0};
    for (size_t i = 0; i < n && (i + n_gram <= n || i == 0); i++) {
        uint64_t h = 0;
        for (size_t k = i; k < i + n_gram && k < n; k++)
            h = rng_mix(h + c[k] + 1);
        g.v[g.n++] = h;
    }
    mem_free(c);
    qsort(g.v, g.n, sizeof *g.v, by_value);
    size_t once = 0;
    for (size_t i = 0; i < g.n; i++)
        if (i == 0 || g.v[i] != g.v[i - 1])
            g.v[once++] = g.v[i];
    g.n = once;
    return g;
}

static double overlap(const struct grams *a, const struct grams *b)
{
    size_t both = 0;
    for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
        uint64_t x = a->v[i], y = b->v[j];
        both += x == y;
        i += x <= y;
        j += y <= x;
    }
    size_t all = a->n + b->n - both;
    return all ? (double)both / (double)all : 1;
}

static void minima(const struct grams *g, struct minhash *out)
{
    memset(out, 0xFF, sizeof *out);
    for (size_t i = 0; i < g->n; i++)
        for (size_t k = 0; k < MINHASH_N; k++) {
            /* The k-th hash: a multiply and add of its own (odd, fixed). */
            uint64_t h = (g->v[i] ^ rng_mix(k + 1)) * 0x9E3779B97F4A7C15u;
            uint32_t top = (uint32_t)(h >> 32);
            if (top < out->min[k])
                out->min[k] = top;
        }
}

void minhash_of(struct str text, unsigned n_gram, struct minhash *out)
{
    struct grams g = grams_of(text, n_gram);
    minima(&g, out);
    mem_free(g.v);
}

double minhash_overlap(struct str a, struct str b, unsigned n_gram)
{
    struct grams x = grams_of(a, n_gram), y = grams_of(b, n_gram);
    double j = overlap(&x, &y);
    mem_free(x.v);
    mem_free(y.v);
    return j;
}

/* --- groups --------------------------------------------------------------- */

static size_t root(size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The same bucket: the same hash of a band. */
struct entry {
    uint64_t hash;
    size_t doc;
};

static int by_hash(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

struct finder {
    const struct str *docs;
    const unsigned char *n_gram;
    size_t n;
    struct minhash *signature;
    size_t *parent;
};

/* Every document of a bucket against the first ones of its groups: a bucket of
 * thousands of copies costs no square of comparisons. */
static void join_bucket(struct finder *f, const struct entry *e, size_t n)
{
    enum { MAX_HEADS = 32 };
    size_t heads[MAX_HEADS], n_heads = 0;
    for (size_t i = 0; i < n; i++) {
        size_t doc = e[i].doc;
        bool joined = false;
        for (size_t k = 0; k < n_heads && !joined; k++) {
            joined = root(f->parent, doc) == root(f->parent, heads[k]);
            if (!joined && minhash_overlap(f->docs[doc], f->docs[heads[k]],
                                           f->n_gram[doc]) >= MINHASH_SAME) {
                f->parent[root(f->parent, doc)] = root(f->parent, heads[k]);
                joined = true;
            }
        }
        if (!joined && n_heads < MAX_HEADS)
            heads[n_heads++] = doc;
    }
}

static void join_band(struct finder *f, size_t band, struct entry *e)
{
    for (size_t i = 0; i < f->n; i++) {
        uint64_t h = f->n_gram[i];
        for (size_t k = 0; k < MINHASH_ROWS; k++)
            h = rng_mix(h ^ f->signature[i].min[band * MINHASH_ROWS + k]);
        e[i] = (struct entry){h, i};
    }
    qsort(e, f->n, sizeof *e, by_hash);
    for (size_t from = 0, to; from < f->n; from = to) {
        for (to = from + 1; to < f->n && e[to].hash == e[from].hash;)
            to++;
        if (to - from > 1)
            join_bucket(f, e + from, to - from);
    }
}

size_t minhash_duplicates(const struct str *docs, const unsigned char *n_gram,
                          size_t n, bool *drop)
{
    struct finder f = {docs, n_gram, n, mem_array(n + 1, sizeof *f.signature),
                       mem_array(n + 1, sizeof *f.parent)};
    struct entry *e = mem_array(n + 1, sizeof *e);
    for (size_t i = 0; i < n; i++) {
        f.parent[i] = i;
        minhash_of(docs[i], n_gram[i], &f.signature[i]);
    }
    for (size_t band = 0; band < MINHASH_BANDS; band++)
        join_band(&f, band, e);

    /* The longest of each group stays; of equals the first. */
    size_t *best = mem_array(n + 1, sizeof *best), dropped = 0;
    for (size_t i = 0; i < n; i++)
        best[i] = n;
    for (size_t i = 0; i < n; i++) {
        size_t r = root(f.parent, i);
        if (best[r] == n || docs[i].len > docs[best[r]].len)
            best[r] = i;
    }
    for (size_t i = 0; i < n; i++) {
        drop[i] = best[root(f.parent, i)] != i;
        dropped += drop[i];
    }
    mem_free(best);
    mem_free(e);
    mem_free(f.parent);
    mem_free(f.signature);
    return dropped;
}

/* --- runs of tests -------------------------------------------------------- */

struct test_runs {
    uint64_t *v; /* an open table; 0 is empty */
    size_t n, cap;
    bool length[TEST_RUN + 1]; /* runs of this many tokens are there */
};

struct test_runs *test_runs_new(void)
{
    return mem_zalloc(sizeof(struct test_runs));
}

void test_runs_free(struct test_runs *t)
{
    if (t)
        mem_free(t->v);
    mem_free(t);
}

static bool has(const struct test_runs *t, uint64_t h)
{
    if (t->cap == 0)
        return false;
    for (size_t i = h & (t->cap - 1); t->v[i]; i = (i + 1) & (t->cap - 1))
        if (t->v[i] == h)
            return true;
    return false;
}

static void insert(struct test_runs *t, uint64_t h)
{
    size_t i = h & (t->cap - 1);
    while (t->v[i] && t->v[i] != h)
        i = (i + 1) & (t->cap - 1);
    t->n += !t->v[i];
    t->v[i] = h;
}

static void grow(struct test_runs *t)
{
    if (2 * t->n + 2 < t->cap)
        return;
    uint64_t *old = t->v;
    size_t n = t->cap;
    t->cap = n ? 2 * n : 64;
    t->v = mem_array(t->cap, sizeof *t->v);
    t->n = 0;
    for (size_t i = 0; i < n; i++)
        if (old[i])
            insert(t, old[i]);
    mem_free(old);
}

/* Words, numbers, single Chinese characters; marks and blanks are none. */
static size_t tokens(struct str text, uint64_t *out)
{
    size_t n = 0;
    uint64_t word = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c;
        at += utf8_decode(text.p + at, text.len - at, &c, NULL);
        if (c >= 'A' && c <= 'Z')
            c += 32;
        bool alone = c >= 0x2E80;
        bool in_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       (c >= 0xC0 && !alone);
        if (in_word) {
            word = rng_mix(word + c + 1);
            continue;
        }
        if (word)
            out[n++] = word;
        word = 0;
        if (alone && (c < 0x3000 || c > 0x303F) && c < 0xFF00)
            out[n++] = rng_mix(c);
    }
    if (word)
        out[n++] = word;
    return n;
}

static uint64_t run_hash(const uint64_t *token, size_t n)
{
    uint64_t h = n;
    for (size_t i = 0; i < n; i++)
        h = rng_mix(h ^ token[i]);
    return h | 1; /* never 0 */
}

void test_runs_add(struct test_runs *t, struct str prompt)
{
    enum { LEAST = 5 };
    uint64_t *v = mem_array(prompt.len + 1, sizeof *v);
    size_t n = tokens(prompt, v), run = n < TEST_RUN ? n : TEST_RUN;
    if (run >= LEAST)
        t->length[run] = true;
    for (size_t i = 0; run >= LEAST && i + run <= n; i++) {
        grow(t);
        insert(t, run_hash(v + i, run));
    }
    mem_free(v);
}

bool test_runs_in(const struct test_runs *t, struct str document)
{
    uint64_t *v = mem_array(document.len + 1, sizeof *v);
    size_t n = tokens(document, v);
    bool found = false;
    for (size_t run = 1; run <= TEST_RUN && !found; run++)
        for (size_t i = 0; t->length[run] && i + run <= n && !found; i++)
            found = has(t, run_hash(v + i, run));
    mem_free(v);
    return found;
}
