/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/text_source.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/rng.h"
#include "train/data/clean.h"
#include "train/data/draw_text.h"
#include "train/data/gloss.h"
#include "train/data/minhash.h"
#include "train/gen/bank.h"

enum { MAX_FILE = 16 << 20, HELD = 50, PERCENT_CHINESE = 35 };

/* Documents of a written file, an empty line between them. */
struct written {
    struct buf text;
    struct { size_t from, len; } *doc; /* owned */
    size_t n;
};

struct text_source {
    bool (*draw)(struct gen_ctx *ctx, struct buf *out); /* NULL: written */
    const struct bank *bank;                            /* borrowed */
    struct written written[2];                          /* by language */
    struct glosses glosses;
    struct clean_report report;
};

static const struct {
    const char *name;
    bool (*draw)(struct gen_ctx *ctx, struct buf *out);
} kinds[] = {{"stories", NULL}, {"explain", NULL}, {"tales", draw_tale},
             {"describe", draw_description}, {"glosses", NULL}};

enum { N_KINDS = sizeof kinds / sizeof *kinds };

const char *const *text_source_names(size_t *n)
{
    static const char *const names[N_KINDS] = {"stories", "explain", "tales",
                                               "describe", "glosses"};
    *n = N_KINDS;
    return names;
}

static void add_document(struct written *w, size_t from, size_t len)
{
    if ((w->n & (w->n - 1)) == 0)
        w->doc = mem_realloc(w->doc, (w->n ? 2 * w->n : 1) * sizeof *w->doc);
    w->doc[w->n].from = from;
    w->doc[w->n++].len = len;
}

/* Lines with # are comments; they stand between documents. */
static void cut(struct written *w)
{
    struct str text = buf_str(&w->text);
    size_t begin = 0, end = 0;
    for (size_t from = 0; from <= text.len;) {
        size_t to = from < text.len ? str_find(text, str_of("\n"), from) : text.len;
        bool gap = to == from || text.p[from] == '#';
        if (gap && end > begin)
            add_document(w, begin, end - begin);
        if (gap)
            begin = to + 1;
        end = gap ? begin : to;
        from = to + 1;
    }
    if (end > begin && begin < text.len)
        add_document(w, begin, end - begin);
}

/* The fourth column of a table of prompts (train/wild.h). No such file: nothing
 * to look for. */
static void add_prompts(struct test_runs *runs, const char *path)
{
    enum { PROMPT = 3 };
    struct buf text = {0};
    struct err err;
    if (!file_read(path, MAX_FILE, &text, &err))
        return;
    struct str all = buf_str(&text);
    for (size_t at = 0, end; at < all.len; at = end + 1) {
        end = str_find(all, str_of("\n"), at);
        struct str line = str_n(all.p + at, end - at);
        size_t from = 0;
        for (int i = 0; i < PROMPT && from < line.len; i++)
            from = str_find(line, str_of("\t"), from) + 1;
        if (from < line.len && line.p[0] != '#')
            test_runs_add(runs, str_n(line.p + from,
                                      str_find(line, str_of("\t"), from) - from));
    }
    buf_clear(&text);
}

/* The prompts that the model will be judged by. Test exercises need no filter:
 * their keys are never drawn. */
static struct test_runs *evaluation_prompts(const char *folder)
{
    static const char *const tables[] = {"wild", "dev", "outside"};
    struct test_runs *runs = test_runs_new();
    char path[4096];
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        snprintf(path, sizeof path, "%s/eval/%s.tsv", folder, tables[i]);
        add_prompts(runs, path);
    }
    return runs;
}

/* The documents that pass the filters, hold no test and are no near-duplicates,
 * one behind the other. */
static void clean_written(struct written *w, const struct test_runs *tests,
                          struct clean_report *report)
{
    struct clean_limits limits = clean_usual();
    struct written kept = {0};
    for (size_t i = 0; i < w->n; i++) {
        struct str doc = str_n(w->text.p + w->doc[i].from, w->doc[i].len);
        enum clean_lang lang;
        size_t from = kept.text.len;
        enum clean_result r = clean_text(doc, &limits, &kept.text, &lang);
        clean_count(report, r, doc, lang);
        if (r == CLEAN_KEPT)
            add_document(&kept, from, kept.text.len - from);
    }
    struct str *docs = mem_array(kept.n + 1, sizeof *docs);
    unsigned char *n_gram = mem_zalloc(kept.n + 1);
    bool *drop = mem_array(kept.n + 1, sizeof *drop);
    for (size_t i = 0; i < kept.n; i++) {
        docs[i] = str_n(kept.text.p + kept.doc[i].from, kept.doc[i].len);
        n_gram[i] = clean_language(docs[i]) == CLEAN_ZH ? 3 : 5;
    }
    minhash_duplicates(docs, n_gram, kept.n, drop);
    size_t n = 0;
    for (size_t i = 0; i < kept.n; i++) {
        if (drop[i])
            clean_drop(report, CLEAN_DUPLICATE, docs[i]);
        else if (test_runs_in(tests, docs[i]))
            clean_drop(report, CLEAN_IN_TESTS, docs[i]);
        else
            kept.doc[n++] = kept.doc[i];
    }
    kept.n = n;
    mem_free(docs);
    mem_free(n_gram);
    mem_free(drop);
    buf_clear(&w->text);
    mem_free(w->doc);
    *w = kept;
}

static bool read_written(struct written *w, struct clean_report *report,
                         const char *folder, const char *name, const char *lang,
                         struct err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/bank/text/%s.%s.txt", folder, name, lang);
    if (!file_read(path, MAX_FILE, &w->text, err))
        return file_context(err, path);
    struct test_runs *tests = evaluation_prompts(folder);
    cut(w);
    clean_written(w, tests, report);
    test_runs_free(tests);
    return w->n >= 2 || err_set(err, ERR_FORMAT, "%s: too few documents", path);
}

struct text_source *text_source_open(const char *name, const char *folder,
                                     const struct bank *bank, struct err *err)
{
    size_t kind = 0;
    while (kind < N_KINDS && strcmp(kinds[kind].name, name))
        kind++;
    if (kind == N_KINDS) {
        err_set(err, ERR_USAGE, "no source of texts is called \"%s\"", name);
        return NULL;
    }
    struct text_source *s = mem_zalloc(sizeof *s);
    s->draw = kinds[kind].draw;
    s->bank = bank;
    bool ok = true;
    if (!strcmp(name, "glosses"))
        ok = glosses_open(&s->glosses, NULL, err);
    else if (!s->draw)
        ok = read_written(&s->written[LANG_EN], &s->report, folder, name, "en",
                          err) &&
             read_written(&s->written[LANG_ZH], &s->report, folder, name, "zh",
                          err);
    if (!ok) {
        text_source_close(s);
        return NULL;
    }
    return s;
}

void text_source_close(struct text_source *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < 2; i++) {
        buf_clear(&s->written[i].text);
        mem_free(s->written[i].doc);
    }
    glosses_close(&s->glosses);
    mem_free(s);
}

const struct clean_report *text_source_report(const struct text_source *s)
{
    return &s->report;
}

size_t text_source_count(const struct text_source *s)
{
    return s->glosses.n ? s->glosses.n : s->written[0].n + s->written[1].n;
}

/* Of n documents, every fiftieth is held out (the last one where there are less). */
static bool is_held(size_t i, size_t n)
{
    return n < HELD ? i + 1 == n : i % HELD == HELD - 1;
}

static size_t pick(struct rng *r, size_t n, bool held)
{
    size_t i = rng_below(r, (uint32_t)n);
    while (is_held(i, n) != held)
        i = (i + 1) % n;
    return i;
}

bool text_source_next(const void *source, uint64_t seed, uint64_t index,
                      struct buf *out)
{
    const struct text_source *s = source;
    bool held = index % HELD == HELD - 1;
    struct rng r = rng_init(rng_mix(seed) ^ rng_mix(index * 2 + 1));
    enum lang lang = rng_below(&r, 100) < PERCENT_CHINESE ? LANG_ZH : LANG_EN;
    if (s->draw) {
        struct gen_ctx ctx = {.rng = r, .lang = lang, .bank = s->bank,
                              .split = held ? SPLIT_VALIDATION : SPLIT_TRAIN};
        return s->draw(&ctx, out);
    }
    if (s->glosses.n) {
        /* A few definitions to a document: one alone is very short. */
        for (unsigned n = 1 + rng_below(&r, 4); n > 0; n--) {
            buf_add_str(out, glosses_get(&s->glosses, pick(&r, s->glosses.n, held)));
            if (n > 1)
                buf_putc(out, '\n');
        }
        return true;
    }
    const struct written *w = &s->written[lang];
    size_t i = pick(&r, w->n, held);
    buf_add(out, w->text.p + w->doc[i].from, w->doc[i].len);
    return true;
}
