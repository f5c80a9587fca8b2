/* SPDX-License-Identifier: Apache-2.0 */
/* Two engines on one loaded model: weights, kernels and threads are shared,
 * sessions are not. */
#include "engine/ask.h"

#include <pthread.h>

static const char *const prompts[] = {"Calculate 347+582.",
                                      "Which is larger, 3.14 or 3.4?"};

enum { TURNS = 3 };

/* One front end: a backend of its own, asked from a thread of its own. */
struct asker {
    struct subject s; /* m: borrowed from another */
    const char *prompt;
    struct reply_heard heard[TURNS];
    pthread_t thread;
};

static void *ask_all(void *arg)
{
    struct asker *a = arg;
    for (int i = 0; i < TURNS; i++)
        a->heard[i] = ask_text(&a->s, a->prompt, greedy(60), STOP_NEVER);
    return NULL;
}

static void check_heard(const struct asker *a, const struct reply_heard *alone)
{
    for (int i = 0; i < TURNS; i++) {
        assert_true(a->heard[i].ended);
        assert_string_equal(a->heard[i].thought.p, alone->thought.p);
        assert_string_equal(a->heard[i].text.p, alone->text.p);
    }
}

static void open_asker(struct asker *a, struct subject *owner,
                       const char *prompt)
{
    struct err err;
    struct engine_options o = {.context = 256};
    *a = (struct asker){.prompt = prompt};
    a->s.b = engine_open(&owner->m, &o, &err);
    if (!a->s.b)
        fail_msg("%s", err.msg);
}

static void engines_in_parallel_say_what_each_says_alone(void **state)
{
    (void)state;
    struct subject owner;
    struct reply_heard alone[2];
    struct asker askers[2];
    subject_open(&owner, (struct subject_options){.context = 256});
    for (int i = 0; i < 2; i++) {
        /* A first turn, so that both start with nothing in the cache. */
        alone[i] = ask_text(&owner, prompts[i], greedy(60), STOP_NEVER);
        open_asker(&askers[i], &owner, prompts[i]);
    }
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_all,
                                        &askers[i]), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(askers[i].thread, NULL);
    for (int i = 0; i < 2; i++) {
        check_heard(&askers[i], &alone[i]);
        for (int k = 0; k < TURNS; k++)
            forget(&askers[i].heard[k]);
        forget(&alone[i]);
        backend_close(askers[i].s.b);
    }
    subject_close(&owner);
}

/* Opening asks for shared room while another computes in it. */
static void an_engine_opens_and_closes_beside_one_that_runs(void **state)
{
    (void)state;
    struct subject owner;
    struct asker busy, other;
    subject_open(&owner, (struct subject_options){.context = 256});
    open_asker(&busy, &owner, prompts[0]);
    assert_int_equal(pthread_create(&busy.thread, NULL, ask_all, &busy), 0);
    for (int i = 0; i < 5; i++) {
        open_asker(&other, &owner, prompts[1]);
        backend_close(other.s.b);
    }
    pthread_join(busy.thread, NULL);
    check_heard(&busy, &busy.heard[0]);
    for (int k = 0; k < TURNS; k++)
        forget(&busy.heard[k]);
    backend_close(busy.s.b);
    subject_close(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engines_in_parallel_say_what_each_says_alone),
        cmocka_unit_test(an_engine_opens_and_closes_beside_one_that_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
