/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index_words.h"

#include <strings.h>

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

bool index_word_is_long(struct str word)
{
    size_t n = 0;
    for (size_t i = 0; i < word.len; i++)
        n += ((unsigned char)word.p[i] & 0xC0) != 0x80;
    return n >= 3;
}

size_t index_word_find(struct str text, struct str word)
{
    for (size_t i = 0; word.len && i + word.len <= text.len; i++)
        if (strncasecmp(text.p + i, word.p, word.len) == 0)
            return i;
    return text.len;
}

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
