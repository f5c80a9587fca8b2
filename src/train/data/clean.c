/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/clean.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

struct clean_limits clean_usual(void)
{
    return (struct clean_limits){.min_chars = 20, .max_chars = 20000};
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F;
}

/* Nobody was meant to see them. */
static bool is_invisible(uint32_t c)
{
    return (c < 0x20 && c != '\n') || (c >= 0x7F && c <= 0x9F) || c == 0xAD ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFFF0 && c <= 0xFFFD) ||
           (c >= 0xE0000 && c <= 0xE0FFF) || (c & 0xFFFE) == 0xFFFE;
}

static bool is_han(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

static bool is_latin(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7);
}

/* Other scripts that are letters: what is above U+02AF and below the symbols. */
static bool is_other_letter(uint32_t c)
{
    return (c >= 0x250 && c <= 0x1FFF) || (c >= 0x3040 && c <= 0x33FF) ||
           (c >= 0xA000 && c <= 0xD7FF) || (c >= 0xFB00 && c <= 0xFDFF);
}

static void put(struct buf *out, uint32_t c)
{
    char bytes[4];
    buf_add(out, bytes, utf8_encode(c, bytes));
}

/* A blank at the end of a line, or a third line end, adds nothing. */
static void put_blank(struct buf *out, size_t begin, uint32_t c)
{
    if (out->len == begin)
        return;
    if (c == ' ' && strchr(" \n", out->p[out->len - 1]))
        return;
    while (c == '\n' && out->len > begin && out->p[out->len - 1] == ' ')
        out->len--;
    if (c == '\n' && out->len - begin >= 2 && out->p[out->len - 1] == '\n' &&
        out->p[out->len - 2] == '\n')
        return;
    buf_putc(out, (char)c);
}

bool clean_characters(struct str in, struct buf *out)
{
    size_t begin = out->len;
    if (!utf8_valid(in))
        return false;
    for (size_t at = 0; at < in.len;) {
        uint32_t c;
        at += utf8_decode(in.p + at, in.len - at, &c, NULL);
        if (c == '\r') {
            if (at < in.len && in.p[at] == '\n')
                continue;
            c = '\n';
        }
        if (c == 0x2028 || c == 0x2029)
            c = '\n';
        if (is_blank(c) || c == '\n')
            put_blank(out, begin, c == '\n' ? '\n' : ' ');
        else if (c >= 0xFF01 && c <= 0xFF5E && !strchr(",?!:;()", (int)(c - 0xFEE0)))
            put(out, c - 0xFEE0); /* but Chinese punctuation stays */
        else if (!is_invisible(c))
            put(out, c);
    }
    while (out->len > begin && strchr(" \n", out->p[out->len - 1]))
        out->len--;
    if (out->p)
        out->p[out->len] = '\0';
    return true;
}

struct letters_seen {
    size_t chars, latin, han, other;
};

static struct letters_seen look(struct str text)
{
    struct letters_seen n = {0};
    for (size_t at = 0; at < text.len; n.chars++) {
        uint32_t c;
        at += utf8_decode(text.p + at, text.len - at, &c, NULL);
        n.latin += is_latin(c);
        n.han += is_han(c);
        n.other += !is_latin(c) && !is_han(c) && is_other_letter(c);
    }
    return n;
}

/* A Chinese character says about as much as three or four letters. */
static enum clean_lang language(const struct letters_seen *n)
{
    size_t weight = n->latin + 3 * n->han + 2 * n->other;
    if (weight == 0 || 2 * n->other * 5 > weight)
        return CLEAN_OTHER;
    return 2 * 3 * n->han > weight ? CLEAN_ZH : CLEAN_EN;
}

enum clean_lang clean_language(struct str text)
{
    struct letters_seen n = look(text);
    return language(&n);
}

static int by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return (a > b) - (a < b);
}

/* The largest count of equal values; sorts them. */
static size_t most_equal(uint64_t *v, size_t n)
{
    size_t best = 0, run = 0;
    qsort(v, n, sizeof *v, by_value);
    for (size_t i = 0; i < n; i++) {
        run = i > 0 && v[i] == v[i - 1] ? run + 1 : 1;
        best = run > best ? run : best;
    }
    return best;
}

static uint64_t hash(struct str s)
{
    uint64_t h = s.len;
    for (size_t i = 0; i < s.len; i++)
        h = rng_mix(h + (unsigned char)s.p[i]);
    return h;
}

/* Hashes of the parts between any of `marks`, empty ones left out. */
static size_t parts(struct str text, const char *marks, uint64_t *out)
{
    size_t n = 0;
    for (size_t from = 0; from < text.len;) {
        size_t to = from;
        while (to < text.len && !strchr(marks, text.p[to]))
            to++;
        if (to > from)
            out[n++] = hash(str_n(text.p + from, to - from));
        from = to + 1;
    }
    return n;
}

static bool long_run(struct str text)
{
    uint32_t last = 0;
    size_t run = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c;
        at += utf8_decode(text.p + at, text.len - at, &c, NULL);
        run = c == last ? run + 1 : 1;
        last = c;
        if (run > 20)
            return true;
    }
    return false;
}

/* A line that makes up a third of all, four words in a row that make up an eighth,
 * one character twenty times in a row. */
static bool repeats(struct str text)
{
    if (long_run(text))
        return true;
    uint64_t *v = mem_array(text.len + 1, sizeof *v);
    size_t lines = parts(text, "\n", v);
    bool bad = lines >= 6 && most_equal(v, lines) * 3 > lines;
    size_t words = parts(text, " \n", v);
    if (!bad && words >= 40) {
        for (size_t i = 0; i + 4 <= words; i++)
            v[i] = rng_mix(v[i] + rng_mix(v[i + 1] + rng_mix(v[i + 2] +
                                                          rng_mix(v[i + 3]))));
        bad = most_equal(v, words - 3) * 8 > words - 3;
    }
    mem_free(v);
    return bad;
}

static enum clean_result judge(struct str text, const struct clean_limits *limits,
                               enum clean_lang *lang)
{
    struct letters_seen n = look(text);
    *lang = language(&n);
    /* A Chinese text of the same content is a third as long. */
    size_t size = n.chars + 2 * n.han;
    if (size < limits->min_chars)
        return CLEAN_SHORT;
    if (n.chars > limits->max_chars)
        return CLEAN_LONG;
    if (*lang == CLEAN_OTHER)
        return CLEAN_LANGUAGE;
    if (3 * (n.latin + n.han) < n.chars) /* texts on sums have many digits */
        return CLEAN_FEW_LETTERS;
    return repeats(text) ? CLEAN_REPEATS : CLEAN_KEPT;
}

enum clean_result clean_text(struct str in, const struct clean_limits *limits,
                             struct buf *out, enum clean_lang *lang)
{
    size_t begin = out->len;
    enum clean_lang found = CLEAN_OTHER;
    enum clean_result r = CLEAN_NOT_UTF8;
    if (clean_characters(in, out))
        r = judge(str_n(out->p ? out->p + begin : "", out->len - begin), limits,
                  &found);
    if (r != CLEAN_KEPT)
        buf_erase(out, begin, out->len - begin);
    if (lang)
        *lang = found;
    return r;
}

const char *clean_name(enum clean_result r)
{
    static const char *const names[N_CLEAN_RESULTS] = {
        "kept", "not UTF-8", "too short", "too long", "another language",
        "few letters", "repeats itself", "near-duplicate", "in the tests"};
    return names[r];
}

void clean_count(struct clean_report *report, enum clean_result r,
                 struct str as_it_came, enum clean_lang lang)
{
    report->docs[r]++;
    report->bytes[r] += as_it_came.len;
    if (r == CLEAN_KEPT && lang < 2)
        report->lang[lang]++;
}

void clean_drop(struct clean_report *report, enum clean_result why, struct str doc)
{
    enum clean_lang lang = clean_language(doc);
    report->docs[CLEAN_KEPT]--;
    report->docs[why]++;
    report->bytes[CLEAN_KEPT] -= doc.len < report->bytes[CLEAN_KEPT]
                                     ? doc.len : report->bytes[CLEAN_KEPT];
    report->bytes[why] += doc.len;
    if (lang < 2)
        report->lang[lang]--;
}

void clean_print(const struct clean_report *report, FILE *out)
{
    for (size_t i = 0; i < N_CLEAN_RESULTS; i++)
        fprintf(out, "%-18s %10" PRIu64 " documents %12" PRIu64 " bytes\n",
                clean_name((enum clean_result)i), report->docs[i], report->bytes[i]);
    fprintf(out, "kept: %" PRIu64 " English, %" PRIu64 " Chinese\n",
            report->lang[CLEAN_EN], report->lang[CLEAN_ZH]);
}
