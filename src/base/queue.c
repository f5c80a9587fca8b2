/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/queue.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
/* QUEUE_USE_PIPE: the tests run both ways of waking on one system. */
#if HAVE_EVENTFD && !defined QUEUE_USE_PIPE
#include <sys/eventfd.h>
#define USE_EVENTFD 1
#else
#define USE_EVENTFD 0
#endif

#include "base/err.h"
#include "base/mem.h"

struct queue {
    pthread_mutex_t lock; /* guards all below but the descriptors */
    pthread_cond_t readable, writable;
    uint8_t *ring;        /* owned; records: u32 length, then the bytes */
    size_t cap;
    uint64_t begin, end;  /* bytes ever taken and ever put */
    bool closed;
    bool poked;           /* the descriptor is readable */
    int read_fd, write_fd; /* the same one where there is eventfd */
};

static bool open_wake_up(struct queue *q, struct err *err)
{
#if USE_EVENTFD
    q->read_fd = q->write_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (q->read_fd < 0)
        return err_system(err, errno, "cannot make an eventfd");
#else
    int fds[2];
    if (pipe(fds) != 0)
        return err_system(err, errno, "cannot make a pipe");
    for (int i = 0; i < 2; i++) {
        fcntl(fds[i], F_SETFD, FD_CLOEXEC);
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
    }
    q->read_fd = fds[0];
    q->write_fd = fds[1];
#endif
    return true;
}

/* Neither can fail while `poked` alternates: the counter, or the pipe, holds
 * at most one. Only a signal may interrupt. */
static void poke(struct queue *q)
{
    uint64_t one = 1;
    if (q->poked)
        return;
    while (write(q->write_fd, &one, USE_EVENTFD ? sizeof one : 1) < 0 &&
           errno == EINTR)
        ;
    q->poked = true;
}

static void unpoke(struct queue *q)
{
    uint64_t count;
    if (!q->poked)
        return;
    while (read(q->read_fd, &count, USE_EVENTFD ? sizeof count : 1) < 0 &&
           errno == EINTR)
        ;
    q->poked = false;
}

struct queue *queue_new(size_t ring_bytes, struct err *err)
{
    struct queue *q = mem_zalloc(sizeof *q);
    q->cap = ring_bytes;
    q->ring = mem_big(ring_bytes, "a queue", err);
    if (!q->ring || !open_wake_up(q, err)) {
        mem_big_free(q->ring, q->cap);
        mem_free(q);
        return NULL;
    }
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->readable, NULL);
    pthread_cond_init(&q->writable, NULL);
    return q;
}

void queue_free(struct queue *q)
{
    if (!q)
        return;
    close(q->read_fd);
    if (q->write_fd != q->read_fd)
        close(q->write_fd);
    pthread_cond_destroy(&q->readable);
    pthread_cond_destroy(&q->writable);
    pthread_mutex_destroy(&q->lock);
    mem_big_free(q->ring, q->cap);
    mem_free(q);
}

static void put(struct queue *q, const void *from, size_t len)
{
    if (len == 0)
        return;
    size_t at = (size_t)(q->end % q->cap);
    size_t first = len < q->cap - at ? len : q->cap - at;
    memcpy(q->ring + at, from, first);
    memcpy(q->ring, (const uint8_t *)from + first, len - first);
    q->end += len;
}

static void take(struct queue *q, void *to, size_t len)
{
    size_t at = (size_t)(q->begin % q->cap);
    size_t first = len < q->cap - at ? len : q->cap - at;
    memcpy(to, q->ring + at, first);
    memcpy((uint8_t *)to + first, q->ring, len - first);
    q->begin += len;
}

bool queue_push(struct queue *q, const void *head, size_t head_len,
                const void *body, size_t body_len)
{
    uint32_t len = (uint32_t)(head_len + body_len);
    size_t need = sizeof len + len;
    assert(len > 0 && need <= q->cap / 2);

    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->cap - (size_t)(q->end - q->begin) < need)
        pthread_cond_wait(&q->writable, &q->lock);
    bool open = !q->closed;
    if (open) {
        put(q, &len, sizeof len);
        put(q, head, head_len);
        put(q, body, body_len);
        poke(q);
        pthread_cond_signal(&q->readable);
    }
    pthread_mutex_unlock(&q->lock);
    return open;
}

static size_t pop_locked(struct queue *q, void *out, size_t cap)
{
    uint32_t len = 0;
    if (q->begin != q->end) {
        take(q, &len, sizeof len);
        assert(len <= cap);
        take(q, out, len);
        pthread_cond_signal(&q->writable);
    }
    /* Once closed it stays readable, so that whoever polls finds out. */
    if (q->begin == q->end && !q->closed)
        unpoke(q);
    return len;
}

size_t queue_pop(struct queue *q, void *out, size_t cap)
{
    pthread_mutex_lock(&q->lock);
    size_t len = pop_locked(q, out, cap);
    pthread_mutex_unlock(&q->lock);
    return len;
}

size_t queue_pop_wait(struct queue *q, void *out, size_t cap)
{
    pthread_mutex_lock(&q->lock);
    while (q->begin == q->end && !q->closed)
        pthread_cond_wait(&q->readable, &q->lock);
    size_t len = pop_locked(q, out, cap);
    pthread_mutex_unlock(&q->lock);
    return len;
}

int queue_fd(const struct queue *q)
{
    return q->read_fd;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    poke(q);
    pthread_cond_broadcast(&q->readable);
    pthread_cond_broadcast(&q->writable);
    pthread_mutex_unlock(&q->lock);
}
