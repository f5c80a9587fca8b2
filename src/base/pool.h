/* pool.h - worker threads that compute row ranges, no more.
 *
 * pool_run hands one function to every thread, the caller's own included, and
 * returns when all are done. Workers spin briefly for the next job, because
 * the products of one layer follow each other within microseconds, then sleep,
 * because a chat is idle most of the day. They block all signals, allocate
 * nothing, and know no model. One pool serves one caller thread at a time. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdatomic.h>
#include <stddef.h>

struct err;
struct pool;

/* part is 0..n_parts-1; every part runs exactly once. */
typedef void (*pool_fn)(void *arg, unsigned part, unsigned n_parts);

/* How many threads are worth starting: the CPUs this process may use. */
unsigned pool_default_threads(void);

struct pool *pool_new(unsigned n_threads, struct err *err); /* n_threads >= 1 */
void pool_free(struct pool *p);                             /* NULL is fine */
unsigned pool_size(const struct pool *p);
void pool_run(struct pool *p, pool_fn fn, void *arg);

/* For a part that needs what another part of the job is doing: waits until
 * *progress is `least` or more. Parts must be in need of earlier ones only, for
 * one thread may run several of them, in their order. */
void pool_wait(const atomic_uint *progress, unsigned least);

/* The half-open range of items [*begin, *end) of `part`: as even as can be, cut
 * at multiples of `grain`. */
void pool_range(size_t n_items, size_t grain, unsigned part, unsigned n_parts,
                size_t *begin, size_t *end);

#endif
