/* SPDX-License-Identifier: Apache-2.0 */
/* Two engines on one loaded model: weights, kernels and threads are shared,
 * sessions are not. */
#include "engine/ask.h"

#include <pthread.h>

static const char *const words[] = {"Calculate 347+582. ",
                                    "Which is larger, 3.14 or 3.4? "};

enum { TURNS = 3, CONTEXT = 512 };

/* Long enough that its products are worth all threads: short ones are computed
 * by the engine's own and would meet nobody. The last byte makes every turn
 * read most of it again. */
static void make_prompt(const char *word, int turn, struct buf *out)
{
    buf_reset(out);
    buf_putc(out, (char)('A' + turn));
    while (out->len < 600)
        buf_puts(out, word);
}

/* One front end: a backend of its own, asked from a thread of its own. */
struct asker {
    struct subject s; /* m: borrowed from another */
    const char *word;
    struct reply_heard heard[TURNS];
    pthread_t thread;
};

static void *ask_all(void *arg)
{
    struct asker *a = arg;
    struct buf prompt = {0};
    for (int i = 0; i < TURNS; i++) {
        make_prompt(a->word, i, &prompt);
        a->heard[i] = ask_text(&a->s, prompt.p, greedy(30), STOP_NEVER);
    }
    buf_clear(&prompt);
    return NULL;
}

static void check_same(const struct asker *a, const struct asker *b)
{
    for (int i = 0; i < TURNS; i++) {
        assert_true(a->heard[i].ended && b->heard[i].ended);
        assert_true(a->heard[i].stats.prompt_tokens > 100);
        assert_string_equal(a->heard[i].thought.p, b->heard[i].thought.p);
        assert_string_equal(a->heard[i].text.p, b->heard[i].text.p);
    }
}

static void open_asker(struct asker *a, struct subject *owner, const char *word)
{
    struct err err;
    struct engine_options o = {.context = CONTEXT, .max_batch = 32};
    *a = (struct asker){.word = word};
    a->s.b = engine_open(&owner->m, &o, &err);
    if (!a->s.b)
        fail_msg("%s", err.msg);
}

static void close_asker(struct asker *a)
{
    for (int i = 0; i < TURNS; i++)
        forget(&a->heard[i]);
    backend_close(a->s.b);
}

static void start(struct asker *a)
{
    assert_int_equal(pthread_create(&a->thread, NULL, ask_all, a), 0);
}

static void engines_in_parallel_say_what_each_says_alone(void **state)
{
    (void)state;
    struct subject owner;
    struct asker alone[2], both[2];
    subject_open(&owner, (struct subject_options){.context = CONTEXT});
    for (int i = 0; i < 2; i++) {
        open_asker(&alone[i], &owner, words[i]);
        open_asker(&both[i], &owner, words[i]);
        ask_all(&alone[i]);
    }
    for (int i = 0; i < 2; i++)
        start(&both[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(both[i].thread, NULL);
    for (int i = 0; i < 2; i++) {
        check_same(&both[i], &alone[i]);
        close_asker(&both[i]);
        close_asker(&alone[i]);
    }
    subject_close(&owner);
}

/* Opening asks for shared room while another computes in it. */
static void an_engine_opens_and_closes_beside_one_that_runs(void **state)
{
    (void)state;
    struct subject owner;
    struct asker alone, busy, other;
    subject_open(&owner, (struct subject_options){.context = CONTEXT});
    open_asker(&alone, &owner, words[0]);
    ask_all(&alone);
    open_asker(&busy, &owner, words[0]);
    start(&busy);
    for (int i = 0; i < 5; i++) {
        open_asker(&other, &owner, words[1]);
        backend_close(other.s.b);
    }
    pthread_join(busy.thread, NULL);
    check_same(&busy, &alone);
    close_asker(&busy);
    close_asker(&alone);
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
