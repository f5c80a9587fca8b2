/* SPDX-License-Identifier: Apache-2.0 */
#include "store/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/rng.h"

/* --- names ---------------------------------------------------------------- */

void folder_new_id(struct buf *id)
{
    /* No vowels: no words by accident; no letters that look alike. */
    static const char letters[] = "bcdfghjkmnpqrstvwxz";
    time_t now = time(NULL);
    struct tm t;
    uint64_t chance;
    char moment[32] = "00000000-000000";
    if (localtime_r(&now, &t))
        strftime(moment, sizeof moment, "%Y%m%d-%H%M%S", &t);
    if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) != sizeof chance)
        chance = rng_mix(clock_ns());
    buf_reset(id);
    buf_printf(id, "%s-", moment);
    for (int i = 0; i < 4; i++, chance /= sizeof letters - 1)
        buf_putc(id, letters[chance % (sizeof letters - 1)]);
}

/* Only letters, digits and dashes: an id is put into paths. */
static bool is_id(struct str s)
{
    if (s.len == 0 || s.len > 64)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.p[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
            !(c >= 'A' && c <= 'Z') && c != '-' && c != '_')
            return false;
    }
    return true;
}

/* "….session": the id before it, or nothing. */
static struct str id_in(const char *name)
{
    struct str s = str_of(name), suffix = str_of(FOLDER_SUFFIX);
    if (!str_ends(s, suffix))
        return str_n("", 0);
    s.len -= suffix.len;
    return is_id(s) ? s : str_n("", 0);
}

void folder_id_of(const char *path, struct buf *id)
{
    const char *slash = strrchr(path, '/');
    buf_reset(id);
    buf_add_str(id, id_in(slash ? slash + 1 : path));
}

void folder_path(const char *folder, const char *id, struct buf *path)
{
    buf_reset(path);
    buf_printf(path, "%s/%s" FOLDER_SUFFIX, folder, id);
}

/* --- the folder ----------------------------------------------------------- */

bool folder_make(const char *folder, struct err *err)
{
    struct stat st;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_system(err, errno, _("cannot be made")) ||
               file_context(err, folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_IO, _("is not a folder of its own")) ||
               file_context(err, folder);
    bool ok = fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
              ((st.st_mode & 077) == 0 || fchmod(fd, 0700) == 0);
    close(fd);
    return ok || err_set(err, ERR_IO, _("belongs to somebody else")) ||
           file_context(err, folder);
}

static int newest_first(const void *a, const void *b)
{
    const struct folder_entry *x = a, *y = b;
    if (x->changed_ns != y->changed_ns)
        return x->changed_ns < y->changed_ns ? 1 : -1;
    return strcmp(y->id, x->id);
}

void folder_read(const char *folder, struct folder_list *list)
{
    DIR *d = opendir(folder);
    struct dirent *e;
    struct stat st;
    *list = (struct folder_list){0};
    while (d && (e = readdir(d)) != NULL) {
        struct str id = id_in(e->d_name);
        if (id.len == 0 ||
            fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(st.st_mode))
            continue;
        if (list->n == list->cap) {
            list->cap = list->cap ? 2 * list->cap : 64;
            list->entries = mem_realloc(list->entries,
                                        list->cap * sizeof *list->entries);
        }
        list->entries[list->n++] = (struct folder_entry){
            .id = mem_strndup(id.p, id.len), .size = (uint64_t)st.st_size,
            .changed_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
                          st.st_mtim.tv_nsec};
    }
    if (d)
        closedir(d);
    if (list->n)
        qsort(list->entries, list->n, sizeof *list->entries, newest_first);
}

void folder_list_clear(struct folder_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        mem_free(list->entries[i].id);
    mem_free(list->entries);
    *list = (struct folder_list){0};
}

bool folder_find(const char *folder, const char *part, struct buf *id,
                 struct err *err)
{
    struct folder_list list;
    size_t hits = 0;
    folder_read(folder, &list);
    buf_reset(id);
    for (size_t i = 0; i < list.n; i++) {
        bool whole = strcmp(list.entries[i].id, part) == 0;
        if (!whole && !strstr(list.entries[i].id, part))
            continue;
        hits = whole ? 1 : hits + 1;
        buf_reset(id);
        buf_puts(id, list.entries[i].id);
        if (whole)
            break;
    }
    folder_list_clear(&list);
    if (hits == 1 && *part)
        return true;
    buf_reset(id);
    if (hits == 0 || !*part)
        return err_set(err, ERR_USAGE, _("there is no session \"%.64s\": mull "
                       "sessions lists them"), part);
    return err_set(err, ERR_USAGE, _("\"%.64s\" could be %zu sessions: more of "
                   "the name is needed"), part, hits);
}

/* --- the trash ------------------------------------------------------------ */

static bool move(const char *from, const char *to, struct err *err)
{
    struct stat st;
    if (lstat(to, &st) == 0)
        return err_set(err, ERR_IO, _("there is another of that name"));
    if (rename(from, to) != 0)
        return err_system(err, errno, _("cannot be moved"));
    file_sync_folder_of(from);
    file_sync_folder_of(to);
    return true;
}

/* Nobody may be writing it: the lock that we get shows it. */
static bool is_free(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return err_system(err, errno, _("cannot be opened"));
    bool ok = flock(fd, LOCK_EX | LOCK_NB) == 0 ||
              err_set(err, ERR_IO, _("is open in another mull: leave it there "
                      "first"));
    close(fd);
    return ok;
}

static void purge(const char *trash)
{
    struct folder_list list;
    struct buf path = {0};
    int64_t oldest = (clock_wall_ms() -
                      (int64_t)FOLDER_KEEP_DAYS * 24 * 3600 * 1000) * 1000000;
    struct stat st;
    folder_read(trash, &list);
    for (size_t i = 0; i < list.n; i++) {
        folder_path(trash, list.entries[i].id, &path);
        /* ctime is when it was moved here. */
        if (lstat(path.p, &st) == 0 &&
            (int64_t)st.st_ctim.tv_sec * 1000000000 < oldest)
            unlink(path.p);
    }
    buf_clear(&path);
    folder_list_clear(&list);
}

bool folder_delete(const char *folder, const char *id, bool ours,
                   struct err *err)
{
    struct buf from = {0}, to = {0}, trash = {0};
    buf_printf(&trash, "%s/" FOLDER_TRASH, folder);
    folder_path(folder, id, &from);
    folder_path(trash.p, id, &to);
    bool ok = (ours || is_free(from.p, err)) && folder_make(trash.p, err) &&
              move(from.p, to.p, err);
    if (ok)
        purge(trash.p);
    buf_clear(&from);
    buf_clear(&to);
    buf_clear(&trash);
    return ok || err_context(err, "%s", id);
}

bool folder_undelete(const char *folder, const char *id, struct err *err)
{
    struct buf from = {0}, to = {0}, trash = {0};
    buf_printf(&trash, "%s/" FOLDER_TRASH, folder);
    folder_path(trash.p, id, &from);
    folder_path(folder, id, &to);
    bool ok = move(from.p, to.p, err);
    buf_clear(&from);
    buf_clear(&to);
    buf_clear(&trash);
    return ok || err_context(err, "%s", id);
}
