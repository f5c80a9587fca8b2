/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/attach.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "ui/units.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The path of a word without its @; ~/ is the home of the user. */
static void path_of(struct str word, struct buf *path)
{
    const char *home = getenv("HOME");
    buf_reset(path);
    if (str_starts(word, str_of("~/")) && home) {
        buf_puts(path, home);
        word = str_n(word.p + 1, word.len - 1);
    }
    buf_add_str(path, word);
}

static bool names_file(const struct buf *path)
{
    struct stat st;
    return path->p && strlen(path->p) == path->len &&
           stat(path->p, &st) == 0 && S_ISREG(st.st_mode);
}

/* "@notes.txt?" means the file even where the sentence goes on with a mark. */
static bool find_file(struct str word, struct buf *path)
{
    static const char marks[] = ".,;:!?)\"'";
    for (; word.len; word.len--) {
        path_of(word, path);
        if (names_file(path))
            return true;
        if (!strchr(marks, word.p[word.len - 1]))
            return false;
    }
    return false;
}

/* Longer than any that the text has. */
static size_t fence_for(struct str text)
{
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.p[i] == '`' ? run + 1 : 0;
        if (run > longest)
            longest = run;
    }
    return longest + 1;
}

static void add_fence(struct buf *out, size_t n)
{
    while (n--)
        buf_putc(out, '`');
    buf_putc(out, '\n');
}

static void add_text(const struct buf *path, struct str text, struct buf *sent,
                     struct buf *said)
{
    struct sanitizer s = {0};
    struct buf clean = {0};
    char size[UNITS_MAX];
    sanitize_feed(&s, text, &clean);
    sanitize_end(&s, &clean);
    size_t fence = fence_for(buf_str(&clean));
    buf_printf(sent, "\n\n%s:\n", path->p);
    add_fence(sent, fence);
    buf_add_str(sent, buf_str(&clean));
    if (clean.len && clean.p[clean.len - 1] != '\n')
        buf_putc(sent, '\n');
    add_fence(sent, fence);
    buf_erase(sent, sent->len - 1, 1);
    buf_printf(said, _("attached %s, %s"), path->p, units_bytes(size, text.len));
    if (s.removed)
        buf_printf(said, _(", %u hidden character%s taken out"), (unsigned)s.removed,
                   s.removed == 1 ? "" : "s");
    buf_putc(said, '\n');
    buf_clear(&clean);
}

static bool attach(const struct buf *path, struct buf *sent, struct buf *said,
                   struct err *err)
{
    struct buf text = {0};
    bool ok = file_read(path->p, ATTACH_MAX, &text, err);
    if (ok && (!utf8_valid(buf_str(&text)) ||
               (text.len && memchr(text.p, '\0', text.len))))
        ok = err_set(err, ERR_FORMAT, _("is no text, so it cannot be attached"));
    if (ok)
        add_text(path, buf_str(&text), sent, said);
    buf_clear(&text);
    return ok || file_context(err, path->p);
}

bool attach_files(struct str message, struct buf *sent, struct buf *said,
                  struct err *err)
{
    struct buf path = {0};
    bool ok = true;
    buf_add_str(sent, message);
    for (size_t at = 0, end; ok && at < message.len; at = end + 1) {
        for (end = at; end < message.len && !is_blank(message.p[end]);)
            end++;
        struct str word = str_n(message.p + at, end - at);
        if (word.len > 1 && word.p[0] == '@' &&
            find_file(str_n(word.p + 1, word.len - 1), &path))
            ok = attach(&path, sent, said, err);
    }
    buf_clear(&path);
    return ok;
}
