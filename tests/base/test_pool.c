/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/pool.h"

#define MAX_THREADS 9

struct tally {
    _Atomic unsigned runs[MAX_THREADS];
    unsigned n_parts;
    unsigned long plain[MAX_THREADS]; /* not atomic: the pool orders it */
};

static struct pool *pool_of(unsigned n)
{
    struct err err;
    struct pool *p = pool_new(n, &err);
    if (!p)
        fail_msg("%s", err.msg);
    return p;
}

static void count(void *arg, unsigned part, unsigned n_parts)
{
    struct tally *t = arg;
    atomic_fetch_add(&t->runs[part], 1);
    t->plain[part]++;
    if (part == 0)
        t->n_parts = n_parts;
}

static void every_part_runs_exactly_once_in_every_job(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= MAX_THREADS; n++) {
        struct tally t = {0};
        struct pool *p = pool_of(n);
        assert_int_equal(pool_size(p), n);
        for (unsigned job = 1; job <= 2000; job++) {
            pool_run(p, count, &t);
            assert_int_equal(t.n_parts, n);
            for (unsigned i = 0; i < n; i++) {
                assert_int_equal(t.runs[i], job);
                assert_int_equal(t.plain[i], job);
            }
        }
        pool_free(p);
    }
}

enum { STEPS = 50 };

struct relay {
    atomic_uint done[MAX_THREADS];
    unsigned carried[MAX_THREADS][STEPS]; /* not atomic: waiting orders it */
};

static void carry_on(void *arg, unsigned part, unsigned n_parts)
{
    struct relay *r = arg;
    (void)n_parts;
    for (unsigned i = 0; i < STEPS; i++) {
        if (part > 0)
            pool_wait(&r->done[part - 1], i + 1);
        r->carried[part][i] = part > 0 ? r->carried[part - 1][i] + 1 : i;
        atomic_store(&r->done[part], i + 1);
    }
}

static void a_part_can_wait_for_the_one_before_it(void **state)
{
    (void)state;
    for (unsigned n = 1; n <= MAX_THREADS; n++) {
        struct pool *p = pool_of(n);
        for (unsigned job = 0; job < 20; job++) {
            struct relay r = {0};
            pool_run(p, carry_on, &r);
            for (unsigned i = 0; i < STEPS; i++)
                assert_int_equal(r.carried[n - 1][i], i + n - 1);
        }
        pool_free(p);
    }
}

static void workers_that_fell_asleep_wake_up(void **state)
{
    (void)state;
    struct tally t = {0};
    struct pool *p = pool_of(3);
    for (unsigned job = 1; job <= 20; job++) {
        usleep(job % 2 ? 500 : 60); /* asleep, or about to fall asleep */
        pool_run(p, count, &t);
        for (unsigned i = 0; i < 3; i++)
            assert_int_equal(t.runs[i], job);
    }
    pool_free(p);
}

struct slow {
    pthread_t caller;
    _Atomic bool other_began;
};

/* The caller's part ends at once, the other one only after the caller has
 * certainly gone to sleep. */
static void slow_elsewhere(void *arg, unsigned part, unsigned n_parts)
{
    struct slow *s = arg;
    (void)n_parts;
    if (part == 0) {
        for (int i = 0; i < 10000 && !s->other_began; i++)
            usleep(100);
        return;
    }
    s->other_began = true;
    usleep(2000);
}

static void a_caller_that_fell_asleep_is_woken(void **state)
{
    (void)state;
    struct slow s = {.caller = pthread_self()};
    struct pool *p = pool_of(2);
    for (int i = 0; i < 10; i++) {
        s.other_began = false;
        pool_run(p, slow_elsewhere, &s);
        assert_true(s.other_began);
    }
    pool_free(p);
}

static void note_blocked(void *arg, unsigned part, unsigned n_parts)
{
    struct slow *s = arg;
    sigset_t mask;
    (void)n_parts;
    if (pthread_equal(pthread_self(), s->caller)) {
        for (int i = 0; part == 0 && i < 10000 && !s->other_began; i++)
            usleep(100);
        return;
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    s->other_began = sigismember(&mask, SIGINT) && sigismember(&mask, SIGWINCH);
}

static void workers_receive_no_signals_and_the_caller_still_does(void **state)
{
    (void)state;
    struct slow s = {.caller = pthread_self()};
    struct pool *p = pool_of(2);
    pool_run(p, note_blocked, &s);
    assert_true(s.other_began);
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_false(sigismember(&mask, SIGINT));
    pool_free(p);
}

static void a_pool_can_be_freed_before_it_worked(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        pool_free(pool_of(4));
    pool_free(NULL);
}

static void ranges_cover_all_items_without_overlap(void **state)
{
    (void)state;
    const size_t items[] = {0, 1, 7, 16, 17, 576, 1536, 49152, 102401};
    const size_t grains[] = {1, 4, 16, 64};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        for (size_t g = 0; g < sizeof grains / sizeof *grains; g++)
            for (unsigned n = 1; n <= MAX_THREADS; n++) {
                size_t next = 0, begin, end, least = SIZE_MAX, most = 0;
                for (unsigned part = 0; part < n; part++) {
                    pool_range(items[i], grains[g], part, n, &begin, &end);
                    assert_true(begin == next && end >= begin);
                    assert_true(begin % grains[g] == 0 || begin == items[i]);
                    size_t len = (end - begin + grains[g] - 1) / grains[g];
                    least = len < least ? len : least;
                    most = len > most ? len : most;
                    next = end;
                }
                assert_int_equal(next, items[i]);
                assert_true(most - least <= 1);
            }
}

static void there_is_at_least_one_thread_worth_starting(void **state)
{
    (void)state;
    unsigned n = pool_default_threads();
    assert_true(n >= 1 && n <= (unsigned)sysconf(_SC_NPROCESSORS_CONF));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_runs_exactly_once_in_every_job),
        cmocka_unit_test(a_part_can_wait_for_the_one_before_it),
        cmocka_unit_test(workers_that_fell_asleep_wake_up),
        cmocka_unit_test(a_caller_that_fell_asleep_is_woken),
        cmocka_unit_test(workers_receive_no_signals_and_the_caller_still_does),
        cmocka_unit_test(a_pool_can_be_freed_before_it_worked),
        cmocka_unit_test(ranges_cover_all_items_without_overlap),
        cmocka_unit_test(there_is_at_least_one_thread_worth_starting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
