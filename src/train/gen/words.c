/* SPDX-License-Identifier: Apache-2.0 */
#include "train/gen/words.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

enum { MAX_FILE = 64 << 20 };

static bool wanted(struct str word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.p[i] < 'a' || word.p[i] > 'z')
            return false;
    return word.len >= WORD_MIN && word.len <= WORD_MAX;
}

/* Two passes over the lines: count each length, then place each word. */
static void each_line(struct words *w, struct str text, bool place)
{
    size_t placed[WORD_MAX + 1] = {0};
    for (size_t from = 0; from < text.len;) {
        size_t end = str_find(text, str_of("\n"), from);
        struct str word = str_n(text.p + from, end - from);
        from = end + 1;
        if (!wanted(word))
            continue;
        if (place)
            memcpy(w->text + w->of[word.len].from +
                   placed[word.len]++ * word.len, word.p, word.len);
        else
            w->of[word.len].n++;
    }
}

struct words *words_open(const char *path, struct err *err)
{
    static const char usual[] = "/usr/share/dict/american-english";
    struct buf text = {0};
    if (!file_read(path ? path : usual, MAX_FILE, &text, err)) {
        err_context(err, "the word list %s of the package wamerican",
                    path ? path : usual);
        return NULL;
    }
    struct words *w = mem_zalloc(sizeof *w);
    each_line(w, buf_str(&text), false);
    size_t used = 0;
    for (size_t len = WORD_MIN; len <= WORD_MAX; len++) {
        w->of[len].from = used;
        used += w->of[len].n * len;
    }
    w->text = mem_alloc(used + 1);
    each_line(w, buf_str(&text), true);
    buf_clear(&text);
    for (size_t len = WORD_MIN; len <= WORD_MAX; len++)
        if (w->of[len].n == 0) {
            words_free(w);
            err_set(err, ERR_FORMAT, "the word list %s has no word of %zu "
                    "letters; the package wamerican has one that does",
                    path ? path : usual, len);
            return NULL;
        }
    return w;
}

void words_free(struct words *w)
{
    if (w)
        mem_free(w->text);
    mem_free(w);
}

static size_t count(const struct words *w, size_t min, size_t max)
{
    size_t n = 0;
    for (size_t len = min; len <= max; len++)
        n += w->of[len].n;
    return n;
}

struct str words_draw(const struct words *w, struct rng *rng, size_t min,
                      size_t max)
{
    size_t i = rng_below(rng, (uint32_t)count(w, min, max)), len = min;
    while (i >= w->of[len].n)
        i -= w->of[len++].n;
    return str_n(w->text + w->of[len].from + i * len, len);
}
