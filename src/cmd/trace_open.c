/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/trace_open.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "chat/conversation.h"
#include "cmd/session_place.h"
#include "store/foreign.h"
#include "store/saved.h"

static bool open_session(const char *path, struct conversation *c,
                         struct buf *title, struct buf *note, struct err *err)
{
    struct saved saved = {0};
    bool ok = saved_read(&saved, path, err) || file_context(err, path);
    if (ok) {
        saved_damage(&saved, note);
        saved_title(&saved, title);
        *c = saved.c;
        saved.c = (struct conversation){0};
    }
    saved_clear(&saved);
    return ok && (c->n > 0 || err_set(err, ERR_FORMAT, _("nothing was said in it")));
}

static bool read_bytes(const char *name, struct buf *bytes, struct err *err)
{
    if (strcmp(name, "-") == 0)
        return file_read_fd(STDIN_FILENO, FOREIGN_MAX_BYTES, bytes, err);
    return file_read(name, FOREIGN_MAX_BYTES, bytes, err);
}

static bool open_file(const char *name, struct conversation *c,
                      struct buf *title, struct buf *note, struct err *err)
{
    bool piped = strcmp(name, "-") == 0;
    const char *slash = strrchr(name, '/');
    struct buf bytes = {0};
    bool ok = read_bytes(name, &bytes, err) &&
              foreign_read(c, buf_str(&bytes), note, err);
    buf_clear(&bytes);
    buf_puts(title, piped ? _("standard input") : slash ? slash + 1 : name);
    return ok || file_context(err, piped ? _("standard input") : name);
}

bool trace_open(const char *name, struct conversation *c, struct buf *title,
                struct buf *note, struct err *err)
{
    struct buf path = {0};
    struct err unknown;
    if (strcmp(name, "-") == 0 || access(name, F_OK) == 0)
        return open_file(name, c, title, note, err);
    bool ok = session_named(name, &path, &unknown);
    if (ok)
        ok = open_session(path.p, c, title, note, err);
    else
        err_set(err, ERR_IO, _("there is no file and no session \"%.120s\""), name);
    buf_clear(&path);
    return ok;
}
