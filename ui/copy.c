/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/copy.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "ui/markdown.h"
#include "ui/rows.h"
#include "ui/transcript.h"
#include "ui/units.h"

static bool take_word(struct str *args, const char *word)
{
    size_t n = strlen(word);
    if (!str_starts(*args, str_of(word)) || (args->len > n && args->p[n] != ' '))
        return false;
    *args = str_n(args->p + n, args->len - n);
    while (args->len > 0 && args->p[0] == ' ')
        *args = str_n(args->p + 1, args->len - 1);
    return true;
}

bool copy_read(struct str args, struct copy_ask *ask, struct err *err)
{
    *ask = (struct copy_ask){0};
    ask->code = take_word(&args, "code");
    ask->over = take_word(&args, "-f");
    while (args.len > 0 && args.p[args.len - 1] == ' ')
        args.len--;
    ask->path = args;
    if (ask->over && args.len == 0)
        return err_set(err, ERR_USAGE, _("/copy -f takes the name of a file"));
    return true;
}

/* --- what ----------------------------------------------------------------- */

/* Laid out for this alone: what is on the screen may be raw, or folded. */
static struct rows lay_out(struct str text)
{
    struct rows r = {.md = md_new()};
    struct md_how how = {.columns = 80, .ascii = true};
    md_update(r.md, &r, text, &how);
    return r;
}

bool copy_code_at(const struct block *b, size_t at, struct buf *out)
{
    struct rows r = lay_out(block_text(b));
    bool found = md_code_at(r.md, block_text(b), at, out);
    rows_clear(&r);
    return found;
}

static bool last_code_of(const struct block *b, struct buf *out)
{
    struct rows r = lay_out(block_text(b));
    size_t at = md_next_code(r.md, SIZE_MAX, -1);
    bool found = at != SIZE_MAX && md_code_at(r.md, block_text(b), at, out);
    rows_clear(&r);
    return found;
}

bool copy_last(const struct transcript *t, bool code, struct buf *out,
               struct err *err)
{
    for (size_t i = transcript_count(t); i-- > 0;) {
        const struct block *b = transcript_block(t, i);
        if (b->kind != BLOCK_ANSWER || block_is_empty(b))
            continue;
        if (code && last_code_of(b, out))
            return true;
        if (!code) {
            buf_add_str(out, block_text(b));
            return true;
        }
    }
    return err_set(err, ERR_USAGE, code ? _("there is no code in the answers")
                                        : _("there is no answer to copy"));
}

/* --- where to ------------------------------------------------------------- */

static void full_path(struct str path, struct buf *out)
{
    const char *home = getenv("HOME");
    if (str_starts(path, str_of("~/")) && home) {
        buf_puts(out, home);
        path = str_n(path.p + 1, path.len - 1);
    }
    buf_add_str(out, path);
}

bool copy_to_file(const struct copy_ask *ask, struct str text, struct buf *said,
                  struct err *err)
{
    struct buf path = {0}, whole = {0};
    char size[UNITS_MAX];
    bool ok;
    full_path(ask->path, &path);
    buf_add_str(&whole, text);
    if (text.len > 0 && text.p[text.len - 1] != '\n')
        buf_putc(&whole, '\n');
    if (ask->over)
        ok = file_replace(path.p, whole.p, whole.len, err);
    else if (access(path.p, F_OK) == 0)
        ok = err_set(err, ERR_USAGE, _("%s is there already: /copy -f writes "
                     "over it"), path.p);
    else
        ok = file_write_new(path.p, whole.p, whole.len, err);
    if (ok)
        buf_printf(said, _("%s written to %s"), units_bytes(size, whole.len),
                   path.p);
    buf_clear(&path);
    buf_clear(&whole);
    return ok;
}
