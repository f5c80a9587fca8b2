/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h" /* mkostemp */

#include "base/file_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

static bool check_place(const char *path, struct err *err)
{
    struct stat st;
    if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
        return true; /* what else is wrong shows when it is opened */
    return err_set(err, ERR_IO, "is %s, not a file",
                   S_ISDIR(st.st_mode) ? "a directory" : "a device or a pipe");
}

static bool check_room(int fd, uint64_t bytes, struct err *err)
{
    struct statvfs fs;
    if (fstatvfs(fd, &fs) != 0)
        return true;
    uint64_t room = (uint64_t)fs.f_bavail * fs.f_frsize;
    if (room >= bytes || room == 0) /* 0: some file systems do not know */
        return true;
    return err_set(err, ERR_IO,
                   "needs %.1f MB, the disk has %.1f MB left",
                   (double)bytes / 1e6, (double)room / 1e6);
}

static bool open_part(struct file_out *f, struct err *err)
{
    /* O_EXCL: never through a link, never into what another run is writing. */
    f->fd = open(f->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (f->fd >= 0)
        return true;
    if (errno == EEXIST)
        return err_set(err, ERR_IO,
                       "is being written by another run, or one was killed: "
                       "then remove the .part file beside it first");
    return err_system(err, errno, "cannot be written");
}

bool file_out_open_private(struct file_out *f, const char *path, uint64_t bytes,
                           struct err *err)
{
    struct buf part = {0};
    *f = (struct file_out){.fd = -1};
    if (!check_place(path, err))
        return false;
    buf_printf(&part, "%s.XXXXXX", path);
    f->fd = mkostemp(part.p, O_CLOEXEC); /* 0600, and never an existing file */
    if (f->fd < 0) {
        err_system(err, errno, "cannot be written");
        buf_clear(&part);
        return false;
    }
    f->part = part.p;
    f->path = mem_strdup(path);
    if (check_room(f->fd, bytes, err))
        return true;
    file_out_abandon(f);
    return false;
}

bool file_out_open(struct file_out *f, const char *path, uint64_t bytes,
                   struct err *err)
{
    struct buf part = {0};
    *f = (struct file_out){.fd = -1};
    if (!check_place(path, err))
        return false;
    buf_printf(&part, "%s.part", path);
    f->part = part.p;
    if (!open_part(f, err)) {
        buf_clear(&part);
        f->part = NULL;
        return false;
    }
    f->path = mem_strdup(path);
    if (check_room(f->fd, bytes, err))
        return true;
    file_out_abandon(f);
    return false;
}

bool file_out_write(struct file_out *f, const void *data, size_t size,
                    struct err *err)
{
    return file_write_fd(f->fd, data, size, err);
}

bool file_out_commit(struct file_out *f, struct err *err)
{
    bool ok = fsync(f->fd) == 0;
    int errnum = errno;
    if (close(f->fd) != 0 && ok) {
        ok = false;
        errnum = errno;
    }
    f->fd = -1;
    if (!ok)
        err_system(err, errnum, "cannot be written to the disk");
    else if (rename(f->part, f->path) != 0)
        ok = err_system(err, errno, "cannot be put in its place");
    if (ok) {
        file_sync_folder_of(f->path);
        mem_free(f->part);
        f->part = NULL;
    }
    file_out_abandon(f);
    return ok;
}

void file_out_abandon(struct file_out *f)
{
    if (f->fd >= 0)
        close(f->fd);
    if (f->part)
        unlink(f->part);
    mem_free(f->part);
    mem_free(f->path);
    *f = (struct file_out){.fd = -1};
}
