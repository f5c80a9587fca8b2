/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"

/* Old entries beyond this much file are left alone. */
#define READ_MAX (1 << 20)
#define ENTRY_MAX (64 << 10)

static int open_history(const char *path, int flags)
{
    struct stat st;
    int fd = open(path, flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void read_tail(int fd, struct buf *out)
{
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > READ_MAX ? size - READ_MAX : 0;
    if (size < 0 || lseek(fd, from, SEEK_SET) < 0)
        return;
    char block[4096];
    ssize_t n;
    while (out->len < READ_MAX && ((n = read(fd, block, sizeof block)) > 0 ||
                                   (n < 0 && errno == EINTR)))
        if (n > 0)
            buf_add(out, block, (size_t)n);
    if (from > 0) { /* the first line is half a line */
        size_t end = str_find(buf_str(out), str_of("\n"), 0);
        buf_erase(out, 0, end < out->len ? end + 1 : out->len);
    }
}

static void tell_line(struct str line, history_fn fn, void *arg)
{
    json_t *j = json_loadb(line.p, line.len, JSON_DECODE_ANY, NULL);
    if (json_is_string(j) && json_string_length(j) > 0)
        fn(arg, json_string_value(j));
    json_decref(j);
}

void history_load(const char *path, history_fn fn, void *arg)
{
    int fd = open_history(path, O_RDONLY | O_NONBLOCK);
    if (fd < 0)
        return;
    struct buf all = {0};
    read_tail(fd, &all);
    close(fd);
    for (size_t at = 0; at < all.len;) {
        size_t end = str_find(buf_str(&all), str_of("\n"), at);
        tell_line(str_n(all.p + at, end - at), fn, arg);
        at = end + 1;
    }
    buf_clear(&all);
}

bool history_append(const char *path, struct str entry)
{
    if (entry.len == 0 || entry.len > ENTRY_MAX)
        return false;
    struct buf clean = {0};
    utf8_repair(entry, &clean);
    json_t *j = json_stringn(clean.p, clean.len);
    char *text = j ? json_dumps(j, JSON_ENCODE_ANY) : NULL;
    bool ok = false;
    if (text) {
        /* In one write: two copies of the program may share the file. */
        buf_reset(&clean);
        buf_puts(&clean, text);
        buf_putc(&clean, '\n');
        int fd = open_history(path, O_WRONLY | O_APPEND | O_CREAT);
        ok = fd >= 0 && write(fd, clean.p, clean.len) == (ssize_t)clean.len;
        if (fd >= 0)
            close(fd);
    }
    free(text);
    json_decref(j);
    buf_clear(&clean);
    return ok;
}
