/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <pthread.h>
#include <poll.h>

#include "base/buf.h"
#include "chat/event_queue.h"

static struct event_queue *new_queue(uint32_t max_picks)
{
    struct err err;
    struct event_queue *q = event_queue_new(max_picks, &err);
    if (!q)
        fail_msg("%s", err.msg);
    return q;
}

static void a_token_brings_its_picks(void **state)
{
    (void)state;
    struct event_queue *q = new_queue(6);
    struct expert_pick picks[6];
    for (uint16_t i = 0; i < 6; i++)
        picks[i] = (struct expert_pick){i, (uint16_t)(1000 * i)};
    struct event in = {.kind = EVENT_TOKEN, .turn = 3}, out;
    in.token.id = 77;
    in.token.n_moe_layers = 3;
    in.token.n_used = 2;
    in.token.picks = picks;
    assert_true(event_queue_push(q, &in));
    memset(picks, 0, sizeof picks); /* they were copied */

    assert_true(event_queue_pop(q, &out));
    assert_int_equal(out.turn, 3);
    assert_int_equal(out.token.id, 77);
    for (uint16_t i = 0; i < 6; i++) {
        assert_int_equal(out.token.picks[i].expert, i);
        assert_int_equal(out.token.picks[i].weight, 1000 * i);
    }
    assert_false(event_queue_pop(q, &out));
    event_queue_free(q);
}

static void a_token_without_experts_has_no_picks(void **state)
{
    (void)state;
    struct event_queue *q = new_queue(0);
    struct event in = {.kind = EVENT_TOKEN}, out;
    assert_true(event_queue_push(q, &in));
    assert_true(event_queue_pop(q, &out));
    assert_null(out.token.picks);
    event_queue_free(q);
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {"a", "\xC3\xA9", "\xE4\xBD\xA0",
                                        "\xF0\x9F\x98\x80"};
    struct event_queue *q = new_queue(0);
    for (size_t u = 0; u < 4; u++) {
        for (size_t shift = 0; shift < 4; shift++) {
            struct buf text = {0}, got = {0};
            for (size_t i = 0; i < shift; i++)
                buf_putc(&text, '.');
            while (text.len < 1000)
                buf_puts(&text, units[u]);
            assert_true(event_queue_push_text(q, 1, PART_THOUGHT,
                                              buf_str(&text)));
            struct event ev;
            while (event_queue_pop(q, &ev)) {
                assert_int_equal(ev.kind, EVENT_TEXT);
                assert_int_equal(ev.text.part, PART_THOUGHT);
                assert_in_range(ev.text.len, 1, EVENT_TEXT_MAX);
                assert_true(((unsigned char)ev.text.s[0] & 0xC0) != 0x80);
                buf_add(&got, ev.text.s, ev.text.len);
            }
            assert_true(str_eq(buf_str(&got), buf_str(&text)));
            buf_clear(&text);
            buf_clear(&got);
        }
    }
    event_queue_free(q);
}

#define TOKENS 3000

static void *produce(void *arg)
{
    struct event_queue *q = arg;
    struct expert_pick picks[64];
    for (int32_t i = 0; i < TOKENS; i++) {
        struct event ev = {.kind = EVENT_TOKEN, .turn = 1};
        ev.token.id = i;
        ev.token.n_moe_layers = (uint16_t)(i % 9);
        ev.token.n_used = 7;
        ev.token.picks = picks;
        for (int j = 0; j < i % 9 * 7; j++)
            picks[j] = (struct expert_pick){(uint16_t)(i + j), (uint16_t)j};
        if (!event_queue_push(q, &ev))
            return NULL;
    }
    struct event done = {.kind = EVENT_DONE, .turn = 1};
    event_queue_push(q, &done);
    return NULL;
}

static void no_event_is_lost_between_two_threads(void **state)
{
    (void)state;
    struct event_queue *q = new_queue(64);
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, q), 0);
    struct event ev = {0};
    for (int32_t n = 0; ev.kind != EVENT_DONE;) {
        struct pollfd p = {.fd = event_queue_fd(q), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 60000), 1);
        while (event_queue_pop(q, &ev)) {
            if (ev.kind == EVENT_DONE) {
                assert_int_equal(n, TOKENS);
                break;
            }
            assert_int_equal(ev.token.id, n);
            for (int j = 0; j < n % 9 * 7; j++)
                assert_int_equal(ev.token.picks[j].expert, (uint16_t)(n + j));
            n++;
        }
    }
    pthread_join(producer, NULL);
    event_queue_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_brings_its_picks),
        cmocka_unit_test(a_token_without_experts_has_no_picks),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(no_event_is_lost_between_two_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
