/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index_words.h"

#include <utf8proc.h>

#include "base/buf.h"
#include "base/sanitize.h"
#include "base/utf8.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct index_words index_words_of(struct str text)
{
    struct index_words w = {0};
    size_t at = 0;
    while (at < text.len && w.n < INDEX_WORDS_MAX) {
        if (is_blank(text.p[at])) {
            at++;
            continue;
        }
        bool quoted = text.p[at] == '"';
        size_t from = at + quoted, end = from;
        while (end < text.len &&
               (quoted ? text.p[end] != '"' : !is_blank(text.p[end])))
            end++;
        if (end > from)
            w.word[w.n++] = str_n(text.p + from, end - from);
        at = end + quoted;
    }
    return w;
}

/* --- letters of any case -------------------------------------------------- */

/* The next character in its small form; how many bytes it takes. */
static size_t next(struct str s, size_t at, uint32_t *cp)
{
    unsigned char c = (unsigned char)s.p[at];
    *cp = c >= 'A' && c <= 'Z' ? c + 32u : c;
    if (c < 0x80)
        return 1;
    size_t n = utf8_decode(s.p + at, s.len - at, cp, NULL);
    *cp = (uint32_t)utf8proc_tolower((utf8proc_int32_t)*cp);
    return n;
}

static bool is_at(struct str text, size_t at, struct str word)
{
    uint32_t a, b;
    for (size_t i = 0; i < word.len;) {
        if (at >= text.len)
            return false;
        at += next(text, at, &a);
        i += next(word, i, &b);
        if (a != b)
            return false;
    }
    return true;
}

size_t index_word_find(struct str text, struct str word)
{
    uint32_t first, c;
    size_t n = word.len ? next(word, 0, &first) : 0;
    struct str rest = str_n(word.p + n, word.len - n);
    for (size_t at = 0; n && at < text.len; at += n) {
        n = next(text, at, &c);
        if (c == first && is_at(text, at + n, rest))
            return at;
    }
    return text.len;
}

/* --- trigrams ------------------------------------------------------------- */

static void add_trigram(struct str s, struct buf *match)
{
    buf_puts(match, match->len ? " AND \"" : "\"");
    for (size_t i = 0; i < s.len; i++) {
        if (s.p[i] == '"')
            buf_putc(match, '"');
        buf_putc(match, s.p[i]);
    }
    buf_putc(match, '"');
}

/* More than enough to be rare; FTS5 has a limit on how deep its expressions go. */
enum { TRIGRAMS_MAX = 64 };

void index_trigrams(const struct index_words *w, struct buf *match)
{
    unsigned n = 0;
    buf_reset(match);
    for (size_t i = 0; i < w->n; i++) {
        struct str word = w->word[i];
        size_t begin[3] = {0, 0, 0}; /* of the last three characters */
        uint32_t cp;
        for (size_t at = 0, k = 1; at < word.len && n < TRIGRAMS_MAX; k++) {
            begin[0] = begin[1];
            begin[1] = begin[2];
            begin[2] = at;
            at += utf8_decode(word.p + at, word.len - at, &cp, NULL);
            if (k < 3)
                continue;
            add_trigram(str_n(word.p + begin[0], at - begin[0]), match);
            n++;
        }
    }
}

/* --- a piece to show ------------------------------------------------------ */

/* From `at`, n characters back or on, but no further than the text. */
static size_t step_back(struct str s, size_t at, size_t n)
{
    while (at > 0 && n--)
        for (at--; at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80;)
            at--;
    return at;
}

static size_t step_on(struct str s, size_t at, size_t n)
{
    uint32_t cp;
    while (at < s.len && n--)
        at += utf8_decode(s.p + at, s.len - at, &cp, NULL);
    return at;
}

void index_snippet(struct str text, struct str word, struct buf *out)
{
    enum { BEFORE = 24, AFTER = 48 };
    size_t at = index_word_find(text, word);
    if (at == text.len)
        at = 0;
    size_t from = step_back(text, at, BEFORE);
    size_t to = step_on(text, at, AFTER);
    buf_reset(out);
    if (from > 0)
        buf_puts(out, "\xE2\x80\xA6");
    sanitize_text(str_n(text.p + from, to - from), true, out);
    if (to < text.len)
        buf_puts(out, "\xE2\x80\xA6");
}
