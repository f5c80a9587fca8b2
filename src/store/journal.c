/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/crc32c.h"
#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/syncer.h"

#define MAGIC "mull-session "
enum { CRC_DIGITS = 8, CHUNK = 1 << 16 };

struct journal {
    int fd;               /* -1: there is no file yet */
    char *path;           /* owned */
    struct buf waiting;   /* owned; added, not written yet */
    uint64_t end;         /* of what is written; the waiting goes there */
    struct crc32c crc;
    struct syncer syncer;
};

/* --- reading -------------------------------------------------------------- */

/* Takes bytes in pieces of any size, and tells lines. */
struct reader {
    struct crc32c crc;
    struct buf line;      /* owned; the line so far */
    bool header_seen;
    bool too_long;        /* the rest of this line is passed over */
    uint64_t taken;       /* bytes */
    uint64_t whole;       /* of them, up to the last line feed */
    journal_fn fn;
    void *arg;
    struct journal_found *found;
};

static bool read_header(struct reader *r, struct str line)
{
    struct str magic = str_of(MAGIC);
    unsigned version = 0;
    if (!str_starts(line, magic) || line.len == magic.len ||
        line.len > magic.len + 4)
        return false;
    for (size_t i = magic.len; i < line.len; i++) {
        if (line.p[i] < '0' || line.p[i] > '9')
            return false;
        version = version * 10 + (unsigned)(line.p[i] - '0');
    }
    r->found->version = version;
    r->header_seen = true;
    return version > 0;
}

static bool hex(struct str digits, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.p[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : 16;
        if (digit == 16)
            return false;
        *value = *value << 4 | digit;
    }
    return true;
}

static bool read_record(struct reader *r, struct str line)
{
    uint32_t crc;
    if (r->too_long || line.len <= CRC_DIGITS || line.p[CRC_DIGITS] != ' ' ||
        !hex(str_n(line.p, CRC_DIGITS), &crc))
        return false;
    struct str json = str_n(line.p + CRC_DIGITS + 1, line.len - CRC_DIGITS - 1);
    return crc32c_add(&r->crc, 0, json.p, json.len) == crc && r->fn(r->arg, json);
}

static bool end_line(struct reader *r, struct err *err)
{
    struct str line = buf_str(&r->line);
    bool ok = true;
    if (!r->header_seen)
        ok = (!r->too_long && read_header(r, line)) ||
             err_set(err, ERR_FORMAT, _("is not a session of mull"));
    else if (read_record(r, line))
        r->found->records++;
    else
        r->found->damaged++;
    buf_reset(&r->line);
    r->too_long = false;
    return ok;
}

static bool feed(struct reader *r, const char *p, size_t len, struct err *err)
{
    for (size_t at = 0; at < len;) {
        const char *nl = memchr(p + at, '\n', len - at);
        size_t end = nl ? (size_t)(nl - p) : len;
        size_t most = r->header_seen ? JOURNAL_LINE_MAX : sizeof MAGIC + 8;
        if (r->line.len + (end - at) > most)
            r->too_long = true;
        else if (!r->too_long)
            buf_add(&r->line, p + at, end - at);
        r->taken += end - at + (nl != NULL);
        at = end + (nl != NULL);
        if (!nl)
            break;
        r->whole = r->taken;
        if (!end_line(r, err))
            return false;
    }
    return true;
}

/* A file that ends within its first line was killed while it began: there is
 * nothing in it yet, which is no damage. */
static bool finish(struct reader *r, struct err *err)
{
    struct str line = buf_str(&r->line), magic = str_of(MAGIC);
    bool began = r->header_seen || r->taken == 0 ||
                 (!r->too_long && (str_starts(line, magic) ||
                                   str_starts(magic, line)));
    r->found->torn = r->taken - r->whole;
    return began || err_set(err, ERR_FORMAT, _("is not a session of mull"));
}

static struct reader reader_of(journal_fn fn, void *arg,
                               struct journal_found *found)
{
    struct reader r = {.fn = fn, .arg = arg, .found = found};
    *found = (struct journal_found){.version = JOURNAL_VERSION};
    crc32c_init(&r.crc);
    return r;
}

bool journal_read_bytes(struct str bytes, journal_fn fn, void *arg,
                        struct journal_found *found, struct err *err)
{
    struct reader r = reader_of(fn, arg, found);
    bool ok = feed(&r, bytes.p, bytes.len, err) && finish(&r, err);
    buf_clear(&r.line);
    return ok;
}

/* *whole: where the last finished line ends. */
static bool read_fd(int fd, journal_fn fn, void *arg,
                    struct journal_found *found, uint64_t *whole,
                    struct err *err)
{
    struct reader r = reader_of(fn, arg, found);
    char *chunk = mem_alloc(CHUNK);
    bool ok = true;
    ssize_t n = 1;
    while (ok && n > 0) {
        n = read(fd, chunk, CHUNK);
        if (n < 0 && errno == EINTR)
            n = 1;
        else if (n < 0)
            ok = err_system(err, errno, _("cannot be read"));
        else
            ok = feed(&r, chunk, (size_t)n, err);
    }
    ok = ok && finish(&r, err);
    *whole = r.whole;
    mem_free(chunk);
    buf_clear(&r.line);
    return ok;
}

bool journal_read(const char *path, journal_fn fn, void *arg,
                  struct journal_found *found, struct err *err)
{
    struct file_in in;
    uint64_t whole;
    if (!file_in_open(&in, path, err))
        return false;
    bool ok = read_fd(in.fd, fn, arg, found, &whole, err);
    file_in_close(&in);
    return ok;
}

/* --- opening to write ----------------------------------------------------- */

static struct journal *journal_over(int fd, const char *path)
{
    struct journal *j = mem_zalloc(sizeof *j);
    j->fd = fd;
    j->path = mem_strdup(path);
    crc32c_init(&j->crc);
    if (fd >= 0)
        syncer_init(&j->syncer, fd, j->path);
    return j;
}

static bool lock(int fd, struct err *err)
{
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno == EWOULDBLOCK)
        return err_set(err, ERR_IO, _("is open in another mull: leave it there "
                       "first, or read it with mull view"));
    return err_system(err, errno, _("cannot be locked"));
}

struct journal *journal_new(const char *path)
{
    struct journal *j = journal_over(-1, path);
    buf_printf(&j->waiting, MAGIC "%d\n", JOURNAL_VERSION);
    return j;
}

/* umask is no policy: the mode is set, whatever it is. */
static bool create(struct journal *j, struct err *err)
{
    int fd = open(j->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0)
        return err_system(err, errno, _("cannot be created"));
    if (!lock(fd, err)) {
        close(fd);
        return false;
    }
    fchmod(fd, 0600);
    j->fd = fd;
    syncer_init(&j->syncer, fd, j->path);
    return true;
}

/* A file of ours alone, and still the one of this name: it may have been moved
 * away while we waited for it. */
static bool check_file(int fd, const char *path, struct err *err)
{
    struct stat st, named;
    if (fstat(fd, &st) != 0)
        return err_system(err, errno, _("cannot be examined"));
    if (!S_ISREG(st.st_mode))
        return err_set(err, ERR_IO, _("is not a file"));
    if (st.st_uid != geteuid())
        return err_set(err, ERR_IO, _("belongs to somebody else"));
    if (st.st_nlink != 1 || lstat(path, &named) != 0 ||
        named.st_ino != st.st_ino || named.st_dev != st.st_dev)
        return err_set(err, ERR_IO, _("is not in its place any more"));
    if ((st.st_mode & 077) != 0 && fchmod(fd, 0600) != 0)
        return err_system(err, errno, _("cannot be closed to others"));
    return true;
}

static bool read_to_end(struct journal *j, journal_fn fn, void *arg,
                        struct journal_found *found, struct err *err)
{
    if (!read_fd(j->fd, fn, arg, found, &j->end, err))
        return false;
    if (found->version > JOURNAL_VERSION)
        return err_set(err, ERR_UNSUPPORTED, _("was written by a newer mull: it "
                       "can be read (mull view), not gone on with"));
    if (found->torn && ftruncate(j->fd, (off_t)j->end) != 0)
        return err_system(err, errno, _("its torn end cannot be cut off"));
    if (j->end == 0)
        buf_printf(&j->waiting, MAGIC "%d\n", JOURNAL_VERSION);
    return true;
}

struct journal *journal_open(const char *path, journal_fn fn, void *arg,
                             struct journal_found *found, struct err *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        if (errno == ENOENT)
            err_set(err, ERR_IO, _("there is no such file"));
        else
            err_system(err, errno, _("cannot be opened"));
        return NULL;
    }
    struct journal *j = journal_over(fd, path);
    if (lock(fd, err) && check_file(fd, path, err) &&
        read_to_end(j, fn, arg, found, err))
        return j;
    struct err ignored;
    buf_clear(&j->waiting);
    journal_close(j, &ignored);
    return NULL;
}

/* --- writing -------------------------------------------------------------- */

void journal_add(struct journal *j, struct str json)
{
    buf_printf(&j->waiting, "%08x ",
               (unsigned)crc32c_add(&j->crc, 0, json.p, json.len));
    buf_add_str(&j->waiting, json);
    buf_putc(&j->waiting, '\n');
}

/* At a place of our own counting: what a failed try left half written is
 * written over by the next. */
bool journal_flush(struct journal *j, struct err *err)
{
    size_t done = 0;
    int errnum = 0;
    if (j->fd < 0 && !create(j, err))
        return false;
    while (done < j->waiting.len && !errnum) {
        ssize_t n = pwrite(j->fd, j->waiting.p + done, j->waiting.len - done,
                           (off_t)(j->end + done));
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            errnum = n == 0 ? ENOSPC : errno;
    }
    j->end += done;
    buf_erase(&j->waiting, 0, done);
    return !errnum || err_system(err, errnum, _("cannot be written"));
}

void journal_sync(struct journal *j)
{
    if (j->fd >= 0)
        syncer_want(&j->syncer);
}

bool journal_close(struct journal *j, struct err *err)
{
    struct err ignored;
    if (!j)
        return true;
    bool ok = journal_flush(j, err);
    if (j->fd >= 0) {
        if (!syncer_finish(&j->syncer, ok ? err : &ignored))
            ok = false;
        close(j->fd);
    }
    buf_clear(&j->waiting);
    mem_free(j->path);
    mem_free(j);
    return ok;
}
