/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/gloss.h"

#include <stdio.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

enum { MAX_FILE = 64 << 20, MAX_WORD = 12, MAX_GLOSS = 90, MIN_GLOSS = 12 };

static struct str field(struct str *rest)
{
    size_t end = str_find(*rest, str_of(" "), 0);
    struct str out = str_n(rest->p, end);
    size_t skip = end + (end < rest->len);
    *rest = str_n(rest->p + skip, rest->len - skip);
    return out;
}

static bool plain(struct str s, const char *more)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            (!s.p[i] || !strchr(more, s.p[i])))
            return false;
    return s.len > 0;
}

/* "00001740 03 n 01 entity 0 003 ~ ... | that which is perceived; "an example"" */
bool gloss_of_line(struct str line, struct buf *out)
{
    size_t bar = str_find(line, str_of(" | "), 0);
    if (bar >= line.len || line.p[0] == ' ')
        return false;
    struct str rest = str_n(line.p, bar);
    struct str gloss = str_n(line.p + bar + 3, line.len - bar - 3);
    field(&rest);
    field(&rest);
    struct str kind = field(&rest);
    field(&rest);
    struct str word = field(&rest);
    gloss.len = str_find(gloss, str_of(";"), 0); /* examples stand behind it */
    while (gloss.len && gloss.p[gloss.len - 1] == ' ')
        gloss.len--;
    while (gloss.len && gloss.p[0] == ' ')
        gloss = str_n(gloss.p + 1, gloss.len - 1);
    if (word.len < 3 || word.len > MAX_WORD || !plain(word, "") ||
        str_find(gloss, str_of("  "), 0) < gloss.len ||
        gloss.len < MIN_GLOSS || gloss.len > MAX_GLOSS || !plain(gloss, " ,-'"))
        return false;
    if (str_is(kind, "v"))
        buf_puts(out, "to ");
    buf_add_str(out, word);
    buf_puts(out, str_is(kind, "n") ? " is " : ": ");
    buf_add_str(out, gloss);
    buf_putc(out, '.');
    return true;
}

static bool add_file(struct glosses *g, const char *path, struct err *err)
{
    struct buf text = {0};
    if (!file_read(path, MAX_FILE, &text, err))
        return err_context(err, "the definitions %s of the package wordnet-base",
                           path);
    for (size_t from = 0; from < text.len;) {
        struct str all = buf_str(&text);
        size_t end = str_find(all, str_of("\n"), from);
        if (gloss_of_line(str_n(all.p + from, end - from), &g->text)) {
            if ((g->n & (g->n - 1)) == 0)
                g->end = mem_realloc(g->end, (g->n ? 2 * g->n : 1) * sizeof *g->end);
            g->end[g->n++] = g->text.len;
        }
        from = end + 1;
    }
    buf_clear(&text);
    return true;
}

bool glosses_open(struct glosses *g, const char *folder, struct err *err)
{
    static const char *const files[] = {"data.noun", "data.verb", "data.adj"};
    *g = (struct glosses){0};
    for (size_t i = 0; i < 3; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder ? folder : "/usr/share/wordnet",
                 files[i]);
        if (!add_file(g, path, err)) {
            glosses_close(g);
            return false;
        }
    }
    return g->n > 0 || err_set(err, ERR_FORMAT, "no definitions of wordnet-base");
}

void glosses_close(struct glosses *g)
{
    buf_clear(&g->text);
    mem_free(g->end);
    *g = (struct glosses){0};
}

struct str glosses_get(const struct glosses *g, size_t i)
{
    size_t from = i ? g->end[i - 1] : 0;
    return str_n(g->text.p + from, g->end[i] - from);
}
