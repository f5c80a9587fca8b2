/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h" /* mkostemp */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/i18n.h"
#include "base/map_guard.h"
#include "base/mem.h"

static bool open_refused(int errnum, struct err *err)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return err_set(err, ERR_IO, _("there is no such file"));
    case EACCES:
    case EPERM:
        return err_set(err, ERR_IO, _("no permission to read it"));
    default:
        return err_system(err, errnum, _("cannot be opened"));
    }
}

static const char *kind_of_file(mode_t mode)
{
    return S_ISDIR(mode)    ? "a directory"
           : S_ISFIFO(mode) ? "a pipe"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

/* Nonblocking, because opening a FIFO would otherwise wait for its writer. */
static int open_regular(const char *path, struct stat *st, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        open_refused(errno, err);
        return -1;
    }
    if (fstat(fd, st) != 0)
        err_system(err, errno, _("cannot be examined"));
    else if (!S_ISREG(st->st_mode))
        err_set(err, ERR_IO, _("is %s, not a file"), kind_of_file(st->st_mode));
    else
        return fd;
    close(fd);
    return -1;
}

static int64_t changed_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

bool file_map_open(struct file_map *f, const char *path, struct err *err)
{
    struct stat st;
    *f = (struct file_map){0};
    int fd = open_regular(path, &st, err);
    if (fd < 0)
        return false;
    if (st.st_size == 0) {
        close(fd);
        return true;
    }
    if ((uintmax_t)st.st_size > SIZE_MAX / 2) {
        close(fd);
        return err_set(err, ERR_IO, _("is too large for this machine's addresses"));
    }
    size_t size = (size_t)st.st_size;
    void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        err_system(err, errno, _("cannot be mapped into memory"));
        close(fd);
        return false;
    }
    *f = (struct file_map){.data = p, .size = size, .mapped = true,
                           .device = st.st_dev, .inode = st.st_ino,
                           .changed_ns = changed_ns(&st), .fd = fd};
    return true;
}

struct file_map file_map_over(const void *data, size_t size)
{
    return (struct file_map){.data = size ? data : NULL, .size = size};
}

void file_map_close(struct file_map *f)
{
    map_guard_remove(f->guard);
    if (f->mapped) {
        munmap((void *)(uintptr_t)f->data, f->size);
        close(f->fd);
    }
    *f = (struct file_map){0};
}

void file_map_survive(struct file_map *f)
{
    if (f->mapped && !f->guard)
        f->guard = map_guard_add(f->data, f->size);
}

bool file_map_intact(const struct file_map *f, struct err *err)
{
    struct stat st;
    if (!f->mapped)
        return true;
    if (f->guard && map_guard_tripped(f->guard))
        return err_set(err, ERR_IO, _("was cut short while it was in use, or its "
                       "disk fails"));
    if (fstat(f->fd, &st) != 0)
        return err_system(err, errno, _("cannot be examined any more"));
    if ((uintmax_t)st.st_size < f->size)
        return err_set(err, ERR_IO, _("was cut short while it was in use"));
    return changed_ns(&st) == f->changed_ns ||
           err_set(err, ERR_IO, _("was changed while it was in use"));
}

bool file_map_is(const struct file_map *f, const char *path)
{
    struct stat st;
    return f->mapped && stat(path, &st) == 0 && st.st_dev == f->device &&
           st.st_ino == f->inode;
}

/* One read into the room that is reserved. -1 is an error, 0 the end. */
static ssize_t read_some(int fd, void *to, size_t room)
{
    for (;;) {
        ssize_t n = read(fd, to, room);
        if (n >= 0)
            return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd p = {.fd = fd, .events = POLLIN};
            if (poll(&p, 1, -1) < 0 && errno != EINTR)
                return -1;
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

bool file_read_fd(int fd, size_t max_bytes, struct buf *out, struct err *err)
{
    size_t start = out->len;
    for (;;) {
        buf_reserve(out, 16384);
        ssize_t n = read_some(fd, out->p + out->len, out->cap - out->len - 1);
        if (n < 0)
            return err_system(err, errno, _("cannot be read"));
        if (n == 0)
            return true;
        out->len += (size_t)n;
        out->p[out->len] = '\0';
        if (out->len - start > max_bytes)
            return err_set(err, ERR_LIMIT, _("is longer than %zu bytes"),
                           max_bytes);
    }
}

bool file_read(const char *path, size_t max_bytes, struct buf *out,
               struct err *err)
{
    struct stat st;
    int fd = open_regular(path, &st, err);
    if (fd < 0)
        return false;
    bool ok = file_read_fd(fd, max_bytes, out, err);
    close(fd);
    return ok;
}

bool file_write_fd(int fd, const void *data, size_t size, struct err *err)
{
    const char *p = data;
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_system(err, errno, _("cannot be written"));
        p += n;
        size -= (size_t)n;
    }
    return true;
}

void file_sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = !slash          ? mem_strdup(".")
                : slash == path ? mem_strdup("/")
                                : mem_strndup(path, (size_t)(slash - path));
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(dir);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

bool file_replace(const char *path, const void *data, size_t size,
                  struct err *err)
{
    struct buf temp = {0};
    buf_printf(&temp, "%s.XXXXXX", path);
    int fd = mkostemp(temp.p, O_CLOEXEC); /* 0600, and never an existing file */
    bool ok = false;
    if (fd < 0) {
        err_system(err, errno, _("cannot be written"));
        goto out;
    }
    ok = file_write_fd(fd, data, size, err);
    if (ok && fsync(fd) != 0)
        ok = err_system(err, errno, _("cannot be written to the disk"));
    if (close(fd) != 0 && ok)
        ok = err_system(err, errno, _("cannot be written"));
    if (ok && rename(temp.p, path) != 0)
        ok = err_system(err, errno, _("cannot be put in its place"));
    if (ok)
        file_sync_folder_of(path);
    else
        unlink(temp.p);
out:
    buf_clear(&temp);
    return ok;
}

bool file_in_open(struct file_in *f, const char *path, struct err *err)
{
    struct stat st;
    f->fd = open_regular(path, &st, err);
    if (f->fd < 0)
        return false;
    f->size = (uint64_t)st.st_size;
    return true;
}

bool file_in_read(struct file_in *f, void *to, size_t size, struct err *err)
{
    char *p = to;
    while (size > 0) {
        ssize_t n = read_some(f->fd, p, size);
        if (n < 0)
            return err_system(err, errno, _("cannot be read"));
        if (n == 0)
            return err_set(err, ERR_FORMAT, _("ends in the middle"));
        p += n;
        size -= (size_t)n;
    }
    return true;
}

void file_in_close(struct file_in *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

bool file_context(struct err *err, const char *path)
{
    enum { SHOWN = 100 };
    size_t len = strlen(path);
    if (len <= SHOWN)
        return err_context(err, "%s", path);
    const char *tail = path + len - SHOWN;
    while (((unsigned char)*tail & 0xC0) == 0x80)
        tail++; /* do not begin inside a character */
    return err_context(err, "...%s", tail);
}

/* The descriptor of a file that was not there, or -1. */
static int create_new(const char *path, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY,
                  0600);
    if (fd >= 0)
        return fd;
    if (errno == EEXIST)
        err_set(err, ERR_IO, _("is there already, and is not overwritten"));
    else
        err_system(err, errno, _("cannot be created"));
    file_context(err, path);
    return -1;
}

FILE *file_create(const char *path, struct err *err)
{
    int fd = create_new(path, err);
    FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
    if (fd >= 0 && !f) {
        err_system(err, errno, _("cannot be created"));
        close(fd);
    }
    return f;
}

bool file_write_new(const char *path, const void *data, size_t size,
                    struct err *err)
{
    int fd = create_new(path, err);
    if (fd < 0)
        return false;
    bool ok = file_write_fd(fd, data, size, err);
    if (close(fd) != 0 && ok)
        ok = err_system(err, errno, _("cannot be written"));
    if (!ok)
        unlink(path);
    return ok || file_context(err, path);
}
