/* SPDX-License-Identifier: Apache-2.0 */
#include "train/data/loader.h"

#include <pthread.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"
#include "train/data/batch.h"

enum { N_BATCHES = 2 };

struct loader {
    struct loader_options o;
    struct loader_place at;       /* of the maker alone */
    struct data_work work;        /* likewise */
    pthread_t thread;
    pthread_mutex_t lock;         /* guards made, taken and stop */
    pthread_cond_t changed;
    uint64_t made, taken;         /* batches; n is in batches[n % 2] */
    bool stop;
    struct batch batches[N_BATCHES];
};

static void make_batch(struct loader *l, struct batch *b)
{
    uint32_t tokens;
    bool decay;
    l->o.size(l->o.arg, l->at.tokens, &tokens, &decay);
    dataset_batch(l->o.dataset, l->o.plan, l->o.stage, l->at.step, tokens,
                  decay, &l->work, b);
    l->at.step++;
    l->at.tokens += b->n_tokens;
}

/* The batch that was taken last is still in use: with two, one is made ahead. */
static void *run(void *arg)
{
    struct loader *l = arg;
    pthread_mutex_lock(&l->lock);
    while (!l->stop) {
        if (l->made >= l->taken + N_BATCHES - (l->taken > 0)) {
            pthread_cond_wait(&l->changed, &l->lock);
            continue;
        }
        pthread_mutex_unlock(&l->lock);
        make_batch(l, &l->batches[l->made % N_BATCHES]);
        pthread_mutex_lock(&l->lock);
        l->made++;
        pthread_cond_broadcast(&l->changed);
    }
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

struct loader *loader_new(const struct loader_options *o, struct err *err)
{
    struct loader *l = mem_zalloc(sizeof *l);
    l->o = *o;
    l->at = o->from;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    for (int i = 0; i < N_BATCHES; i++)
        batch_init(&l->batches[i], o->max_batch + o->plan->context,
                   o->max_batch + o->plan->context);
    int failed = thread_begin(&l->thread, run, l);
    if (!failed)
        return l;
    err_system(err, failed, "no thread for the data");
    l->stop = true;
    loader_free(l);
    return NULL;
}

void loader_free(struct loader *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    bool running = !l->stop;
    l->stop = true;
    pthread_cond_broadcast(&l->changed);
    pthread_mutex_unlock(&l->lock);
    if (running)
        pthread_join(l->thread, NULL);
    for (int i = 0; i < N_BATCHES; i++)
        batch_clear(&l->batches[i]);
    data_work_clear(&l->work);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

const struct batch *loader_next(struct loader *l)
{
    pthread_mutex_lock(&l->lock);
    uint64_t n = l->taken++;
    pthread_cond_broadcast(&l->changed);
    while (l->made <= n)
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return &l->batches[n % N_BATCHES];
}
