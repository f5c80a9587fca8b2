/* SPDX-License-Identifier: Apache-2.0 */
#include "store/syncer.h"

#include <errno.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/thread.h"

void syncer_init(struct syncer *s, int fd, const char *path)
{
    *s = (struct syncer){.fd = fd, .path = path};
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wish, NULL);
}

static void *run(void *arg)
{
    struct syncer *s = arg;
    file_sync_folder_of(s->path);
    pthread_mutex_lock(&s->lock);
    while (!s->stop) {
        if (!s->wanted) {
            pthread_cond_wait(&s->wish, &s->lock);
            continue;
        }
        s->wanted = false;
        pthread_mutex_unlock(&s->lock);
        int errnum = fsync(s->fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&s->lock);
        if (errnum)
            s->errnum = errnum;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static bool start(struct syncer *s)
{
    s->started = thread_begin(&s->thread, run, s) == 0;
    return s->started;
}

void syncer_want(struct syncer *s)
{
    pthread_mutex_lock(&s->lock);
    s->wanted = true;
    pthread_cond_signal(&s->wish);
    pthread_mutex_unlock(&s->lock);
    if (!s->started && !start(s))
        fsync(s->fd); /* no thread to be had: then wait after all */
}

bool syncer_finish(struct syncer *s, struct err *err)
{
    if (s->started) {
        pthread_mutex_lock(&s->lock);
        s->stop = true;
        pthread_cond_signal(&s->wish);
        pthread_mutex_unlock(&s->lock);
        pthread_join(s->thread, NULL);
    } else {
        file_sync_folder_of(s->path);
    }
    /* A failure is told by fsync once only, so an earlier one counts too. */
    int errnum = fsync(s->fd) == 0 ? s->errnum : errno;
    pthread_mutex_destroy(&s->lock);
    pthread_cond_destroy(&s->wish);
    return errnum == 0 || err_system(err, errnum, _("cannot be written to the disk"));
}
