/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"

/* Longer than the gap between two tokens of a small model, shorter than anybody
 * would notice on a battery. The first part is spun without leaving the CPU;
 * after that whoever else wants it goes first. */
#define SPIN_NS 200000
#define SPIN_ALONE_NS 10000
#define SPINS_PER_LOOK 32

#define CACHE_LINE 64

/* The parts of a job are claimed, not dealt: a worker that is late, because it
 * slept or another program holds its CPU, finds its part done by whoever was
 * early. Job number and next part stand in one word, so that a worker which
 * wakes up after its job was over cannot take a part of the next one by
 * mistake. Job and sleepers are read and written in one order that all threads
 * agree on (seq_cst): either the caller sees the sleeper, or the sleeper sees
 * the job. */
struct pool {
    _Alignas(CACHE_LINE) _Atomic uint64_t ticket; /* job << 32 | next part */
    _Alignas(CACHE_LINE) _Atomic unsigned n_done; /* parts of this job */
    _Alignas(CACHE_LINE) _Atomic unsigned n_sleeping;
    _Atomic bool caller_sleeps;
    _Atomic bool stop;

    /* Written before the job's number, read after claiming one of its parts. */
    _Alignas(CACHE_LINE) pool_fn fn;
    void *arg;

    unsigned n_threads, n_workers;
    pthread_mutex_t mutex; /* guards falling asleep, nothing else */
    pthread_cond_t job_ready, job_done;
    size_t bytes;          /* of this struct, workers included */
    pthread_t workers[];
};

static inline void relax(void)
{
#if defined __x86_64__ || defined __i386__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

/* Waits while the condition holds, but not long: look again afterwards. */
#define SPIN_WHILE(condition)                                       \
    do {                                                            \
        uint64_t start = clock_ns(), spent = 0;                     \
        while ((condition) && spent < SPIN_NS) {                    \
            for (int i = 0; i < SPINS_PER_LOOK && (condition); i++) \
                relax();                                            \
            spent = clock_ns() - start;                             \
            if (spent > SPIN_ALONE_NS && (condition))               \
                sched_yield();                                      \
        }                                                           \
    } while (0)

static uint32_t job_number(struct pool *p)
{
    return (uint32_t)(atomic_load(&p->ticket) >> 32);
}

static bool claim(struct pool *p, uint32_t job, unsigned *part)
{
    uint64_t t = atomic_load(&p->ticket);
    do {
        *part = (unsigned)(t & UINT32_MAX);
        if ((uint32_t)(t >> 32) != job || *part >= p->n_threads)
            return false;
    } while (!atomic_compare_exchange_weak(&p->ticket, &t, t + 1));
    return true;
}

static void work(struct pool *p, uint32_t job)
{
    unsigned part;
    while (claim(p, job, &part)) {
        p->fn(p->arg, part, p->n_threads);
        if (atomic_fetch_add(&p->n_done, 1) + 1 == p->n_threads &&
            atomic_load(&p->caller_sleeps)) {
            pthread_mutex_lock(&p->mutex);
            pthread_cond_signal(&p->job_done);
            pthread_mutex_unlock(&p->mutex);
        }
    }
}

static void wait_for_job(struct pool *p, uint32_t seen)
{
    SPIN_WHILE(job_number(p) == seen);
    if (job_number(p) != seen)
        return;
    pthread_mutex_lock(&p->mutex);
    atomic_fetch_add(&p->n_sleeping, 1);
    while (job_number(p) == seen)
        pthread_cond_wait(&p->job_ready, &p->mutex);
    atomic_fetch_sub(&p->n_sleeping, 1);
    pthread_mutex_unlock(&p->mutex);
}

static void wait_until_done(struct pool *p)
{
    SPIN_WHILE(atomic_load(&p->n_done) < p->n_threads);
    if (atomic_load(&p->n_done) == p->n_threads)
        return;
    pthread_mutex_lock(&p->mutex);
    atomic_store(&p->caller_sleeps, true);
    while (atomic_load(&p->n_done) < p->n_threads)
        pthread_cond_wait(&p->job_done, &p->mutex);
    atomic_store(&p->caller_sleeps, false);
    pthread_mutex_unlock(&p->mutex);
}

static void *worker_main(void *arg)
{
    struct pool *p = arg;
    uint32_t job = 0;
    for (;;) {
        wait_for_job(p, job);
        if (atomic_load(&p->stop))
            return NULL;
        job = job_number(p);
        work(p, job);
    }
}

static void publish(struct pool *p, uint64_t first_part)
{
    uint64_t job = (uint64_t)(uint32_t)(job_number(p) + 1);
    atomic_store(&p->ticket, job << 32 | first_part);
    if (atomic_load(&p->n_sleeping) == 0)
        return;
    pthread_mutex_lock(&p->mutex);
    pthread_cond_broadcast(&p->job_ready);
    pthread_mutex_unlock(&p->mutex);
}

void pool_run(struct pool *p, pool_fn fn, void *arg)
{
    if (p->n_threads == 1) {
        fn(arg, 0, 1);
        return;
    }
    p->fn = fn;
    p->arg = arg;
    atomic_store(&p->n_done, 1);
    publish(p, 1); /* part 0 is the caller's */
    fn(arg, 0, p->n_threads);
    work(p, job_number(p));
    wait_until_done(p);
}

static int start_workers(struct pool *p)
{
    int failed = 0;
    while (!failed && p->n_workers < p->n_threads - 1) {
        failed = thread_begin(&p->workers[p->n_workers], worker_main, p);
        p->n_workers += !failed;
    }
    return failed;
}

struct pool *pool_new(unsigned n_threads, struct err *err)
{
    n_threads = n_threads ? n_threads : 1;
    size_t bytes = sizeof(struct pool) + n_threads * sizeof(pthread_t);
    struct pool *p = mem_big(bytes, "worker threads", err);
    if (!p)
        return NULL;
    p->bytes = bytes;
    p->n_threads = n_threads;
    pthread_mutex_init(&p->mutex, NULL);
    pthread_cond_init(&p->job_ready, NULL);
    pthread_cond_init(&p->job_done, NULL);
    int failed = start_workers(p);
    if (failed) {
        err_system(err, failed, "starting %u threads", n_threads);
        pool_free(p);
        return NULL;
    }
    return p;
}

void pool_free(struct pool *p)
{
    if (!p)
        return;
    atomic_store(&p->stop, true);
    publish(p, p->n_threads); /* a job without parts */
    for (unsigned i = 0; i < p->n_workers; i++)
        pthread_join(p->workers[i], NULL);
    pthread_cond_destroy(&p->job_done);
    pthread_cond_destroy(&p->job_ready);
    pthread_mutex_destroy(&p->mutex);
    mem_big_free(p, p->bytes);
}

unsigned pool_size(const struct pool *p)
{
    return p->n_threads;
}

void pool_wait(const atomic_uint *progress, unsigned least)
{
    while (atomic_load(progress) < least)
        SPIN_WHILE(atomic_load(progress) < least);
}

void pool_range(size_t n_items, size_t grain, unsigned part, unsigned n_parts,
                size_t *begin, size_t *end)
{
    size_t n_grains = n_items / grain + (n_items % grain != 0);
    size_t each = n_grains / n_parts, more = n_grains % n_parts;
    size_t first = each * part + (part < more ? part : more);
    size_t last = first + each + (part < more);
    *begin = first * grain < n_items ? first * grain : n_items;
    *end = last * grain < n_items ? last * grain : n_items;
}
