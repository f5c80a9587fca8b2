/* SPDX-License-Identifier: Apache-2.0 */
/* Settings, log and chats: are the folders there, ours and closed to others, and
 * can the chats be read? */
#include "cmd/doctor.h"

#include <dirent.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "cmd/session_place.h"
#include "options.h"
#include "paths.h"
#include "store/folder.h"
#include "store/index.h"
#include "store/saved.h"
#include "ui/units.h"

enum { DEEPEST = 4, READ_AT_MOST = 64 << 20 /* bytes of sessions */ };

struct tally {
    uint64_t files, bytes;
};

/* Links are counted, not followed. */
static void count_files(const char *path, int depth, struct tally *t)
{
    DIR *dir = depth < DEEPEST ? opendir(path) : NULL;
    struct buf name = {0};
    const struct dirent *e;
    while (dir && (e = readdir(dir))) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        buf_reset(&name);
        buf_printf(&name, "%s/%s", path, e->d_name);
        if (lstat(name.p, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            count_files(name.p, depth + 1, t);
        } else {
            t->files++;
            t->bytes += (uint64_t)st.st_size;
        }
    }
    if (dir)
        closedir(dir);
    buf_clear(&name);
}

/* Whether `path`, which is not there, could be made. */
static bool can_be_made(const char *path)
{
    struct buf up = {0};
    struct stat st;
    bool found = false;
    buf_puts(&up, path);
    char *slash;
    while (!found && (slash = strrchr(up.p, '/')) && slash != up.p) {
        *slash = '\0';
        found = stat(up.p, &st) == 0;
    }
    bool can = access(found ? up.p : "/", W_OK | X_OK) == 0;
    buf_clear(&up);
    return can;
}

static void look_at(struct doctor *d, const char *name, const char *path)
{
    struct stat st;
    struct tally t = {0};
    char size[UNITS_MAX];
    if (lstat(path, &st) != 0) {
        bool can = can_be_made(path);
        doctor_say(d, can ? DOCTOR_OK : DOCTOR_FAIL, name,
                   can ? _("%s is not there yet") : _("%s cannot be made"), path);
        if (!can)
            doctor_next(d, _("make it yours: chown, chmod u+rwx on the folder above"));
        return;
    }
    count_files(path, 0, &t);
    units_bytes(size, t.bytes);
    if (!S_ISDIR(st.st_mode)) {
        doctor_say(d, DOCTOR_FAIL, name, _("%s is not a folder of its own"), path);
        doctor_next(d, _("move it away; mull makes its own"));
    } else if (st.st_uid != geteuid()) {
        doctor_say(d, DOCTOR_FAIL, name, _("%s belongs to somebody else"), path);
        doctor_next(d, _("as root: chown -R %s %s"), "$USER", path);
    } else if (access(path, R_OK | W_OK | X_OK) != 0) {
        doctor_say(d, DOCTOR_FAIL, name, _("%s cannot be written"), path);
        doctor_next(d, _("chmod u+rwx %s"), path);
    } else if ((st.st_mode & 077) != 0) {
        doctor_say(d, DOCTOR_WARN, name, _("%s is open to others"), path);
        doctor_next(d, _("chmod 700 %s; the next chat does so by itself"), path);
    } else {
        doctor_say(d, DOCTOR_OK, name, _("%s: %llu files, %s"), path,
                   (unsigned long long)t.files, size);
    }
}

/* Nothing secret in it: it may be readable for others. */
static void config(struct doctor *d, const struct options *o)
{
    struct buf path = {0};
    if (!path_find(PATH_CONFIG, "mullrc", &path)) {
        doctor_say(d, DOCTOR_FAIL, "home", _("no home folder: HOME is not set"));
        doctor_next(d, _("export HOME=..., or XDG_CONFIG_HOME and the others"));
    } else if (o->rc_wrong.kind != ERR_NONE) {
        doctor_say(d, DOCTOR_FAIL, "settings", "%s", o->rc_wrong.msg);
        doctor_next(d, _("mend that line; mull --print-config writes an example"));
    } else if (access(path.p, F_OK) == 0) {
        doctor_say(d, DOCTOR_OK, "settings", "%s", path.p);
    } else {
        doctor_say(d, DOCTOR_OK, "settings", _("%s is not there: as built in"),
                   path.p);
    }
    buf_clear(&path);
}

static void folder(struct doctor *d, const char *name, enum path_kind kind)
{
    struct buf path = {0};
    if (path_find(kind, "", &path)) {
        path.p[--path.len] = '\0'; /* the slash */
        look_at(d, name, path.p);
    }
    buf_clear(&path);
}

static void disk(struct doctor *d)
{
    struct buf path = {0};
    struct statvfs fs;
    char text[UNITS_MAX];
    if (path_find(PATH_DATA, "", &path)) {
        char *slash;
        while (statvfs(path.p, &fs) != 0 && (slash = strrchr(path.p, '/')) &&
               slash != path.p)
            *slash = '\0';
        if (statvfs(path.p, &fs) == 0) {
            uint64_t room = (uint64_t)fs.f_bavail * fs.f_frsize;
            bool little = room < 50000000;
            doctor_say(d, little ? DOCTOR_WARN : DOCTOR_OK, "disk",
                       _("%s free for chats and log"), units_bytes(text, room));
            if (little)
                doctor_next(d, _("make room: chats are not kept on a full disk"));
        }
    }
    buf_clear(&path);
}

/* A session that cannot be read, or not all of it, among the newest: reading them
 * all would take a while. An empty id: all is well. */
static void find_damaged(const char *folder, const struct folder_list *list,
                         struct buf *id, struct buf *why)
{
    uint64_t bytes = 0;
    struct buf path = {0};
    for (size_t i = 0; i < list->n && !id->len && bytes < READ_AT_MOST; i++) {
        struct saved s = {0};
        struct err err;
        buf_reset(&path);
        folder_path(folder, list->entries[i].id, &path);
        bytes += list->entries[i].size;
        if (!saved_read(&s, path.p, &err))
            buf_puts(why, err.msg);
        else if (!saved_damage(&s, why))
            buf_reset(why);
        if (why->len)
            buf_puts(id, list->entries[i].id);
        saved_clear(&s);
    }
    buf_clear(&path);
}

static bool count_one(void *arg, const struct index_session *s)
{
    (void)s;
    ++*(size_t *)arg;
    return true;
}

static void say_chats(struct doctor *d, const char *folder,
                      const struct folder_list *list, size_t known)
{
    struct buf id = {0}, why = {0};
    find_damaged(folder, list, &id, &why);
    if (id.len) {
        doctor_say(d, DOCTOR_WARN, "chats", _("%zu kept; %s: %s"), list->n, id.p,
                   why.p);
        doctor_next(d, _("mull view %s shows what is left of it"), id.p);
    } else if (known < list->n) {
        doctor_say(d, DOCTOR_WARN, "chats", _("%zu kept, only %zu in the index"),
                   list->n, known);
        doctor_next(d, _("remove %s/index.db: it is made anew"), folder);
    } else {
        doctor_say(d, DOCTOR_OK, "chats", _("%zu kept, all in the index"), list->n);
    }
    buf_clear(&id);
    buf_clear(&why);
}

static void sessions(struct doctor *d)
{
    struct buf path = {0};
    struct folder_list list = {0};
    struct err err;
    struct stat st;
    size_t known = 0;
    if (!session_folder(false, &path, &err) || stat(path.p, &st) != 0) {
        doctor_say(d, DOCTOR_OK, "chats", _("none are kept yet"));
        buf_clear(&path);
        return;
    }
    folder_read(path.p, &list);
    /* Opening it takes in what has changed, and makes it anew where it is
     * damaged. */
    struct index *ix = session_index(path.p, &err);
    if (!ix || !index_list(ix, count_one, &known, &err)) {
        doctor_say(d, DOCTOR_FAIL, "chats", _("the index cannot be read: %s"), err.msg);
        doctor_next(d, _("remove %s/index.db: it is made anew"), path.p);
    } else {
        say_chats(d, path.p, &list, known);
    }
    index_close(ix);
    folder_list_clear(&list);
    buf_clear(&path);
}

void doctor_folders(struct doctor *d, const struct options *o)
{
    config(d, o);
    folder(d, "state", PATH_STATE);
    folder(d, "data", PATH_DATA);
    disk(d);
    sessions(d);
}
