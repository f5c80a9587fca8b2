/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/session_place.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/i18n.h"
#include "paths.h"
#include "store/folder.h"
#include "store/index.h"
#include "ui/interrupt.h"
#include "ui/units.h"

bool session_folder(bool make, struct buf *folder, struct err *err)
{
    if (!make)
        return path_find(PATH_DATA, "sessions", folder) ||
               err_set(err, ERR_IO, _("no home folder: HOME is not set"));
    return path_make(PATH_DATA, "sessions", folder, err) &&
           folder_make(folder->p, err);
}

static bool last_one(const char *folder, struct buf *id, struct err *err)
{
    struct folder_list list;
    folder_read(folder, &list);
    if (list.n)
        buf_puts(id, list.entries[0].id);
    bool any = list.n > 0;
    folder_list_clear(&list);
    return any || err_set(err, ERR_IO, _("there is no chat to go on with yet: mull "
                                         "begins one"));
}

bool session_named(const char *part, struct buf *path, struct err *err)
{
    struct buf folder = {0}, id = {0};
    bool ok = session_folder(false, &folder, err) &&
              (part ? folder_find(folder.p, part, &id, err)
                    : last_one(folder.p, &id, err));
    if (ok)
        folder_path(folder.p, id.p, path);
    buf_clear(&folder);
    buf_clear(&id);
    return ok;
}

/* --- the index ------------------------------------------------------------ */

struct waiting {
    bool terminal;
    uint64_t say_ns;  /* when the next line is due */
    bool told;
};

static bool say_progress(void *arg, size_t done, size_t total)
{
    enum { SAY_NS = 200000000 };
    struct waiting *w = arg;
    char some[UNITS_MAX], all[UNITS_MAX];
    uint64_t now = clock_ns();
    if (w->terminal && w->say_ns && now >= w->say_ns) {
        fputc('\r', stderr);
        fprintf(stderr, _("reading the chats once: %s of %s "),
                units_count(some, done), units_count(all, total));
        fflush(stderr);
        w->told = true;
    }
    if (now >= w->say_ns)
        w->say_ns = now + SAY_NS;
    return !interrupt_seen();
}

struct index *session_index(const char *folder, struct err *err)
{
    struct waiting w = {.terminal = isatty(STDERR_FILENO)};
    struct index_watch watch = {say_progress, &w};
    struct interrupt interrupt;
    interrupt_begin(&interrupt);
    struct index *ix = index_open(folder, &watch, err);
    if (w.told)
        fprintf(stderr, "\r%60s\r", "");
    if (ix && interrupt_seen()) {
        index_close(ix);
        ix = NULL;
        err_set(err, ERR_CANCELLED, "stopped");
    }
    interrupt_end(&interrupt);
    return ix;
}
