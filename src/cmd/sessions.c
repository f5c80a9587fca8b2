/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "cmd/session_place.h"
#include "options.h"
#include "store/folder.h"
#include "store/index.h"
#include "store/keeper.h"
#include "store/saved.h"
#include "ui/session_list.h"

/* --- the list ------------------------------------------------------------- */

static bool add_json(void *arg, const struct index_session *s)
{
    json_array_append_new(arg, session_json(s));
    return true;
}

static bool list_json(struct index *ix, struct err *err)
{
    json_t *all = json_object(), *list = json_array();
    bool ok = index_list(ix, add_json, list, err);
    json_object_set_new(all, "sessions", list);
    if (ok && (json_dumpf(all, stdout, JSON_INDENT(1)) != 0 ||
               putchar('\n') == EOF))
        ok = err_set(err, ERR_IO, _("standard output could not be written"));
    json_decref(all);
    return ok;
}

static bool print_line(void *arg, const struct index_session *s)
{
    unsigned *n = arg;
    struct buf line = {0};
    session_line(s, clock_wall_ms(), &line);
    puts(line.p); /* main sees whether it arrived */
    buf_clear(&line);
    (*n)++;
    return true;
}

static bool list(const struct options *o, struct err *err)
{
    struct buf folder = {0};
    unsigned n = 0;
    struct index *ix = NULL;
    bool ok = session_folder(false, &folder, err) &&
              (ix = session_index(folder.p, err)) &&
              (o->json ? list_json(ix, err) : index_list(ix, print_line, &n, err));
    if (ok && n == 0 && !o->json)
        fputs(_("there is no chat yet: mull begins one\n"), stderr);
    index_close(ix);
    buf_clear(&folder);
    return ok;
}

/* --- changing one --------------------------------------------------------- */

/* The list is in the order of talking: another title changes nothing there. */
static void keep_time(const char *path, const struct stat *before)
{
    struct timespec times[2] = {before->st_atim, before->st_mtim};
    utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

static bool rename_session(const char *part, const char *title, struct err *err)
{
    struct buf path = {0};
    struct saved saved = {0};
    struct stat before;
    bool ok = session_named(part, &path, err) &&
              (stat(path.p, &before) == 0 ||
               err_set(err, ERR_IO, _("%s is gone"), part));
    struct keeper *k = ok ? keeper_open(path.p, NULL, &saved, err) : NULL;
    if (k) {
        keeper_title(k, str_of(title));
        ok = keeper_close(k, err);
        keep_time(path.p, &before);
    } else if (ok) {
        ok = file_context(err, part);
    }
    saved_clear(&saved);
    buf_clear(&path);
    return ok;
}

static bool move_session(const char *part, bool away, struct err *err)
{
    struct buf folder = {0}, trash = {0}, id = {0};
    bool ok = session_folder(false, &folder, err);
    if (ok)
        buf_printf(&trash, "%s/" FOLDER_TRASH, folder.p);
    ok = ok && folder_find(away ? folder.p : trash.p, part, &id, err) &&
         (away ? folder_delete(folder.p, id.p, false, err)
               : folder_undelete(folder.p, id.p, err));
    if (ok && away)
        fprintf(stderr, _("deleted; mull sessions undelete %s brings it back for "
                "%d days\n"), id.p, FOLDER_KEEP_DAYS);
    buf_clear(&folder);
    buf_clear(&trash);
    buf_clear(&id);
    return ok;
}

static bool rename_args(const struct options *o, struct err *err)
{
    struct buf title = {0};
    if (o->n_args < 3)
        return err_set(err, ERR_USAGE, _("rename takes a chat and its new title"));
    for (int i = 2; i < o->n_args; i++)
        buf_printf(&title, "%s%s", i > 2 ? " " : "", o->args[i]);
    bool ok = rename_session(o->args[1], title.p, err);
    buf_clear(&title);
    return ok;
}

bool cmd_sessions(struct options *o, struct err *err)
{
    if (o->n_args == 0)
        return list(o, err);
    if (strcmp(o->args[0], "rename") == 0)
        return rename_args(o, err);
    bool away = strcmp(o->args[0], "delete") == 0;
    if (!away && strcmp(o->args[0], "undelete") != 0)
        return err_set(err, ERR_USAGE, _("\"%.40s\" is not rename, delete or "
                       "undelete"), o->args[0]);
    return options_want_args(o, 2, 2, _("the chat"), err) &&
           move_session(o->args[1], away, err);
}
