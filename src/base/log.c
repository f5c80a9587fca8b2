/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/sanitize.h"

#define LINE_BYTES 1024

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* file, line */
static int file = -1;
static struct buf line;
/* Read without the lock: a line below the level must cost next to nothing. */
static atomic_int least_level = LOG_ERROR + 1;

static const char *const level_names[] = {"debug", "info", "warning", "error"};
static const char *const area_names[] = {"main", "model", "engine", "ui"};

bool log_open(const char *path, enum log_level least, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    if (fd < 0)
        return err_system(err, errno, "cannot open the log file %s", path);
    log_close();
    pthread_mutex_lock(&lock);
    file = fd;
    pthread_mutex_unlock(&lock);
    atomic_store(&least_level, (int)least);
    return true;
}

void log_close(void)
{
    atomic_store(&least_level, LOG_ERROR + 1);
    pthread_mutex_lock(&lock);
    if (file >= 0)
        close(file);
    file = -1;
    buf_clear(&line);
    pthread_mutex_unlock(&lock);
}

/* One write per line, so that lines of several processes do not mix. A log
 * that cannot be written is no reason to stop. */
static void write_line(void)
{
    size_t done = 0;
    while (done < line.len) {
        ssize_t n = write(file, line.p + done, line.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        done += (size_t)n;
    }
}

void log_write(enum log_level level, enum log_area area, const char *fmt, ...)
{
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;

    char text[LINE_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);

    struct timespec now;
    struct tm tm;
    char stamp[32] = "";
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &tm))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);

    pthread_mutex_lock(&lock);
    if (file >= 0) {
        buf_reset(&line);
        buf_printf(&line, "%s.%03ldZ %s %s: ", stamp, now.tv_nsec / 1000000,
                   level_names[level], area_names[area]);
        sanitize_text(str_of(text), true, &line);
        buf_putc(&line, '\n');
        write_line();
    }
    pthread_mutex_unlock(&lock);
}
