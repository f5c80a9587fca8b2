/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/session_place.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "paths.h"
#include "store/folder.h"

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
    return any || err_set(err, ERR_USAGE, _("there is no chat to go on with yet"));
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
