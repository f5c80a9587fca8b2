/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ask.h"

#include "chat/event_queue.h"
#include "engine/turn.h"

/* Counts every allocation of the process, libraries included, by standing in
 * for the C library's own functions. A sanitizer does that already. */
#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__ || \
    !defined __GLIBC__
#define SANITIZED 1
#endif

static atomic_uint n_allocations;

#ifndef SANITIZED
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t item);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
    atomic_fetch_add(&n_allocations, 1);
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t item)
{
    atomic_fetch_add(&n_allocations, 1);
    return __libc_calloc(n, item);
}

void *realloc(void *p, size_t n)
{
    atomic_fetch_add(&n_allocations, 1);
    return __libc_realloc(p, n);
}
#endif

enum { TOKENS = 16, CALLS = 64 };

struct watch {
    unsigned at_call[CALLS];
    int n;
};

static void on_publish(void *arg, const struct turn_rates *rates)
{
    struct watch *w = arg;
    (void)rates;
    if (w->n < CALLS)
        w->at_call[w->n++] = atomic_load(&n_allocations);
}

static void check_token_loop(const struct tiny_spec *spec, float temp,
                             int draft)
{
    struct subject s;
    struct err err;
    struct turn_parts parts;
    struct watch watch = {0};
    subject_open(&s, (struct subject_options){.tiny = spec});
    struct event_queue *events = event_queue_new(1000, &err);
    assert_non_null(events);
    CHECK_OK(turn_parts_init(&parts, &s.m, events, KV_F16, 256, 32,
                             draft, &err),
             &err);

    struct conversation c = {0};
    conversation_add(&c, ROLE_USER, str_of("hello"));
    struct turn_options o = greedy(TOKENS);
    o.sampling.temp = temp;
    o.sampling.repeat_penalty = 1.1f;
    o.sampling.repeat_last = 64;
    atomic_bool cancel = false, enough = false;
    struct turn turn = {.conversation = &c, .options = &o, .number = 1,
                        .cancel = &cancel, .enough = &enough,
                        .publish = on_publish,
                        .publish_arg = &watch};
    turn_run(&parts, &turn);

    /* The last call is the end's, the ones before it are the tokens'. */
    assert_true(watch.n > TOKENS);
    int last = watch.n - 2;
    assert_int_equal(watch.at_call[last], watch.at_call[last - 10]);

    conversation_clear(&c);
    turn_parts_clear(&parts);
    event_queue_free(events);
    subject_close(&s);
}

static void the_token_loop_does_not_allocate(void **state)
{
    (void)state;
#ifdef SANITIZED
    print_message("# skipped: allocations cannot be counted in this build\n");
    skip();
#else
    unsigned before = atomic_load(&n_allocations);
    void *volatile p = malloc(1);
    free(p);
    assert_true(atomic_load(&n_allocations) > before); /* they are counted */
#endif
    struct tiny_spec a = tiny_llama(), b = tiny_deepseek2(), c = b;
    c.mtp = true;
    check_token_loop(&a, 0, DRAFT_AUTO);
    check_token_loop(&b, 0, DRAFT_OFF);
    check_token_loop(&b, 0.8f, 2);
    check_token_loop(&c, 0, DRAFT_AUTO);
    check_token_loop(&c, 0.8f, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_token_loop_does_not_allocate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
