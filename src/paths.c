/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"

struct place {
    const char *variable;
    const char *below_home;
};

static const struct place places[] = {
    [PATH_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [PATH_DATA] = {"XDG_DATA_HOME", ".local/share"},
    [PATH_STATE] = {"XDG_STATE_HOME", ".local/state"},
};

static bool find_folder(enum path_kind kind, struct buf *out)
{
    const char *set = getenv(places[kind].variable);
    const char *home = getenv("HOME");

    buf_reset(out);
    if (set && set[0] == '/')
        buf_printf(out, "%s/mull", set);
    else if (home && home[0] == '/')
        buf_printf(out, "%s/%s/mull", home, places[kind].below_home);
    else
        return false;
    return true;
}

bool path_find(enum path_kind kind, const char *name, struct buf *out)
{
    if (!find_folder(kind, out))
        return false;
    buf_printf(out, "/%s", name);
    return true;
}

/* Every folder of the path that is missing; those that are there stay as they
 * are. */
static bool make_folders(char *path, struct err *err)
{
    for (char *p = path + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char c = *p;
        *p = '\0';
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        if (!ok)
            err_system(err, errno, "%s", path);
        *p = c;
        if (!ok || c == '\0')
            return ok;
    }
}

/* Asked of the open folder, so that nobody can swap it in between. */
static bool close_to_others(int fd, struct err *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return err_system(err, errno, "stat");
    if (st.st_uid != geteuid())
        return err_set(err, ERR_IO, _("the folder belongs to somebody else"));
    if ((st.st_mode & 077) != 0 && fchmod(fd, 0700) != 0)
        return err_system(err, errno, "chmod");
    return true;
}

static bool make_private(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
        return err_set(err, ERR_IO, _("%s: not a folder of its own"), path);
    if (fd < 0)
        return err_system(err, errno, "%s", path);
    bool ok = close_to_others(fd, err) || err_context(err, "%s", path);
    close(fd);
    return ok;
}

bool path_make(enum path_kind kind, const char *name, struct buf *out,
               struct err *err)
{
    if (!find_folder(kind, out))
        return err_set(err, ERR_IO, _("no home folder: HOME is not set"));
    if (!make_folders(out->p, err) || !make_private(out->p, err))
        return false;
    buf_printf(out, "/%s", name);
    return true;
}
