/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index_task.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"
#include "store/index.h"

struct index_task {
    char *folder;         /* owned */
    index_ask_fn ask;
    void *arg;            /* borrowed */
    pthread_t thread;
    bool runs;
    int fd[2];            /* a pipe; the thread closes its end of it */
    _Atomic size_t done, total;
    atomic_bool stop;
    /* Of the thread until it has ended. */
    bool ok;
    struct err err;
    size_t left;
};

static bool go_on(void *arg, size_t done, size_t total)
{
    struct index_task *t = arg;
    atomic_store(&t->done, done);
    atomic_store(&t->total, total);
    return !atomic_load(&t->stop);
}

static void *run(void *arg)
{
    struct index_task *t = arg;
    struct index_watch watch = {go_on, t};
    struct index *ix = index_open(t->folder, &watch, &t->err);
    t->ok = ix && t->ask(t->arg, ix, &t->err);
    t->left = ix ? index_left(ix) : 0;
    index_close(ix);
    if (t->fd[1] >= 0)
        close(t->fd[1]);
    return NULL;
}

struct index_task *index_task_begin(const char *folder, index_ask_fn ask,
                                    void *arg)
{
    struct index_task *t = mem_zalloc(sizeof *t);
    t->folder = mem_strdup(folder);
    t->ask = ask;
    t->arg = arg;
    if (pipe(t->fd) != 0)
        t->fd[0] = t->fd[1] = -1;
    for (int i = 0; i < 2 && t->fd[i] >= 0; i++)
        fcntl(t->fd[i], F_SETFD, FD_CLOEXEC);
    t->runs = t->fd[0] >= 0 && thread_begin(&t->thread, run, t) == 0;
    if (!t->runs) /* no thread to be had: then whoever asks waits after all */
        run(t);
    return t;
}

int index_task_fd(const struct index_task *t)
{
    return t->fd[0];
}

bool index_task_wait(const struct index_task *t, int ms)
{
    struct pollfd p = {.fd = t->fd[0], .events = POLLIN};
    int n;
    if (!t->runs)
        return true;
    do
        n = poll(&p, 1, ms);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

void index_task_progress(const struct index_task *t, size_t *done,
                         size_t *total)
{
    *done = atomic_load(&t->done);
    *total = atomic_load(&t->total);
}

void index_task_stop(struct index_task *t)
{
    atomic_store(&t->stop, true);
}

bool index_task_end(struct index_task *t, size_t *left, struct err *err)
{
    if (t->runs)
        pthread_join(t->thread, NULL);
    if (t->fd[0] >= 0)
        close(t->fd[0]);
    bool ok = t->ok;
    *left = t->left;
    if (!ok)
        *err = t->err;
    mem_free(t->folder);
    mem_free(t);
    return ok;
}
