/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reserve.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { BYTES = 4 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the next two */
static void *reserve;
static bool begun;
static atomic_bool spent;
static atomic_bool gone;

static void say(void)
{
    if (atomic_load(&gone))
        fputs("mull: out of memory\n", stderr);
}

bool reserve_keep(void)
{
    pthread_mutex_lock(&lock);
    /* The first to be registered is the last to be called: the terminal is itself
     * again by then. */
    if (!begun)
        begun = atexit(say) == 0;
    if (!reserve) {
        void *p = mmap(NULL, BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        reserve = p == MAP_FAILED ? NULL : p;
        if (reserve)
            atomic_store(&spent, false);
    }
    bool kept = reserve != NULL;
    pthread_mutex_unlock(&lock);
    return kept;
}

bool reserve_is_spent(void)
{
    return atomic_load_explicit(&spent, memory_order_relaxed);
}

void reserve_spend(void)
{
    pthread_mutex_lock(&lock);
    if (reserve) {
        munmap(reserve, BYTES);
        reserve = NULL;
        atomic_store(&spent, true);
    }
    pthread_mutex_unlock(&lock);
}

void reserve_exit(void)
{
    atomic_store(&gone, true);
    if (!begun)
        say();
    exit(1);
}
