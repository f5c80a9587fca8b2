/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map_guard.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

struct map_guard {
    _Atomic uintptr_t from, to; /* whole pages; to 0: not in use */
    atomic_bool tripped;
    struct map_guard *next;     /* set before others can see it */
};

/* A handler has no context, so the list is the process's. It only grows. */
static _Atomic(struct map_guard *) guards;
static uintptr_t page = 4096;
static struct sigaction before; /* what SIGBUS did without us */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards adding */

static struct map_guard *guard_of(uintptr_t at)
{
    for (struct map_guard *g = atomic_load(&guards); g; g = g->next)
        if (at < atomic_load(&g->to) && at >= atomic_load(&g->from))
            return g;
    return NULL;
}

bool map_guard_repair(const void *place)
{
    uintptr_t at = (uintptr_t)place & ~(page - 1);
    struct map_guard *g = guard_of((uintptr_t)place);
    if (!g)
        return false;
    int saved = errno;
    atomic_store(&g->tripped, true);
    void *p = mmap((void *)at, atomic_load(&g->to) - at, PROT_READ,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
                   0);
    errno = saved;
    return p != MAP_FAILED;
}

/* One that somebody sent has no place. */
static void on_bus(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code > 0 && map_guard_repair(info->si_addr))
        return;
    sigaction(signal, &before, NULL);
    raise(signal); /* comes when this returns */
}

/* Once, by the first. */
static void take_signal(void)
{
    struct sigaction sa = {.sa_sigaction = on_bus,
                           .sa_flags = SA_SIGINFO | SA_ONSTACK};
    long size = sysconf(_SC_PAGESIZE);
    if (size > 0)
        page = (uintptr_t)size;
    sigfillset(&sa.sa_mask);
    sigaction(SIGBUS, &sa, &before);
}

static struct map_guard *unused(void)
{
    for (struct map_guard *g = atomic_load(&guards); g; g = g->next)
        if (atomic_load(&g->to) == 0)
            return g;
    struct map_guard *g = mem_zalloc(sizeof *g);
    if (!atomic_load(&guards))
        take_signal();
    g->next = atomic_load(&guards);
    atomic_store(&guards, g);
    return g;
}

struct map_guard *map_guard_add(const void *from, size_t size)
{
    pthread_mutex_lock(&lock);
    struct map_guard *g = unused();
    uintptr_t end = (uintptr_t)from + size;
    atomic_store(&g->tripped, false);
    atomic_store(&g->from, (uintptr_t)from);
    atomic_store(&g->to, (end + page - 1) & ~(page - 1));
    pthread_mutex_unlock(&lock);
    return g;
}

bool map_guard_tripped(const struct map_guard *g)
{
    return atomic_load(&g->tripped);
}

void map_guard_remove(struct map_guard *g)
{
    if (!g)
        return;
    pthread_mutex_lock(&lock);
    atomic_store(&g->to, 0);
    pthread_mutex_unlock(&lock);
}
