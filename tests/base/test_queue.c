/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "base/queue.h"
#include "base/rng.h"

static struct queue *new_queue(size_t bytes)
{
    struct err err;
    struct queue *q = queue_new(bytes, &err);
    if (!q)
        fail_msg("%s", err.msg);
    return q;
}

static bool is_readable(struct queue *q, int timeout_ms)
{
    struct pollfd p = {.fd = queue_fd(q), .events = POLLIN};
    return poll(&p, 1, timeout_ms) == 1;
}

static void records_come_back_whole_and_in_order(void **state)
{
    (void)state;
    struct queue *q = new_queue(64);
    char out[64];

    /* 27 is no divisor of 64: the seam of the ring is met at every place. */
    for (int i = 0; i < 200; i++) {
        char head[8], body[16] = {0};
        snprintf(head, sizeof head, "h%06d", i);
        snprintf(body, sizeof body, "body of %d", i);
        assert_true(queue_push(q, head, 7, body, 16));
        assert_int_equal(queue_pop(q, out, sizeof out), 23);
        assert_memory_equal(out, head, 7);
        assert_memory_equal(out + 7, body, 16);
    }
    assert_int_equal(queue_pop(q, out, sizeof out), 0);
    queue_free(q);
}

static void a_record_may_fill_half_the_ring(void **state)
{
    (void)state;
    struct queue *q = new_queue(64);
    char in[28], out[28];
    memset(in, 'x', sizeof in);
    assert_true(queue_push(q, in, sizeof in, NULL, 0));
    assert_true(queue_push(q, in, sizeof in, NULL, 0));
    assert_int_equal(queue_pop(q, out, sizeof out), sizeof in);
    assert_int_equal(queue_pop(q, out, sizeof out), sizeof in);
    assert_memory_equal(in, out, sizeof in);
    queue_free(q);
}

static void the_descriptor_is_readable_while_records_wait(void **state)
{
    (void)state;
    struct queue *q = new_queue(256);
    char out[8];
    assert_false(is_readable(q, 0));
    for (int round = 0; round < 3; round++) {
        queue_push(q, "a", 1, NULL, 0);
        queue_push(q, "b", 1, NULL, 0);
        assert_true(is_readable(q, 0));
        assert_int_equal(queue_pop(q, out, sizeof out), 1);
        assert_true(is_readable(q, 0));
        assert_int_equal(queue_pop(q, out, sizeof out), 1);
        assert_false(is_readable(q, 0));
    }
    queue_free(q);
}

/* An eventfd hands out its count, a pipe its bytes: one poke is a one. */
static void a_batch_is_poked_once(void **state)
{
    (void)state;
    struct queue *q = new_queue(256);
    for (int i = 0; i < 5; i++)
        queue_push(q, "abc", 3, NULL, 0);
    unsigned char raw[8] = {0};
    ssize_t n = read(queue_fd(q), raw, sizeof raw);
    if (n == 8) {
        uint64_t count;
        memcpy(&count, raw, sizeof count);
        assert_int_equal(count, 1);
    } else {
        assert_int_equal(n, 1);
    }
    queue_free(q);
}

static void a_closed_queue_keeps_what_it_holds_and_takes_no_more(void **state)
{
    (void)state;
    struct queue *q = new_queue(256);
    char out[8];
    queue_push(q, "left", 4, NULL, 0);
    queue_close(q);
    assert_false(queue_push(q, "late", 4, NULL, 0));
    assert_true(is_readable(q, 0));
    assert_int_equal(queue_pop_wait(q, out, sizeof out), 4);
    assert_memory_equal(out, "left", 4);
    assert_int_equal(queue_pop_wait(q, out, sizeof out), 0);
    assert_true(is_readable(q, 0));
    queue_free(q);
}

/* --- two threads ---------------------------------------------------------- */

#define RECORDS 20000

/* Record i as bytes: its length and content follow from i alone. */
static size_t make_record(uint32_t i, uint8_t *out)
{
    size_t len = sizeof i + rng_mix(i) % 200;
    memcpy(out, &i, sizeof i);
    for (size_t j = sizeof i; j < len; j++)
        out[j] = (uint8_t)(i * 31 + j);
    return len;
}

static void *produce(void *arg)
{
    struct queue *q = arg;
    uint8_t record[256];
    for (uint32_t i = 0; i < RECORDS; i++) {
        size_t len = make_record(i, record);
        size_t head = rng_mix(i + 7) % len;
        if (!queue_push(q, record, head, record + head, len - head))
            break;
    }
    queue_close(q);
    return NULL;
}

static void expect_record(uint32_t i, const uint8_t *got, size_t len)
{
    uint8_t want[256];
    assert_int_equal(len, make_record(i, want));
    assert_memory_equal(got, want, len);
}

static void a_polling_consumer_gets_every_record(void **state)
{
    (void)state;
    struct queue *q = new_queue(1024); /* full most of the time */
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, q), 0);

    uint8_t got[256];
    uint32_t n = 0;
    while (n < RECORDS) {
        /* A lost wake-up would show as this time-out. */
        assert_true(is_readable(q, 60000));
        for (size_t len; (len = queue_pop(q, got, sizeof got)) > 0; n++)
            expect_record(n, got, len);
    }
    pthread_join(producer, NULL);
    queue_free(q);
}

static void a_waiting_consumer_gets_every_record(void **state)
{
    (void)state;
    struct queue *q = new_queue(1024);
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, q), 0);

    uint8_t got[256];
    uint32_t n = 0;
    for (size_t len; (len = queue_pop_wait(q, got, sizeof got)) > 0; n++)
        expect_record(n, got, len);
    assert_int_equal(n, RECORDS);
    pthread_join(producer, NULL);
    queue_free(q);
}

static void closing_wakes_a_producer_that_waits_for_room(void **state)
{
    (void)state;
    struct queue *q = new_queue(1024);
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, q), 0);
    /* Nobody takes anything: the producer fills the ring and waits, or is
     * about to; closing must end it either way. */
    assert_true(is_readable(q, 60000));
    queue_close(q);
    pthread_join(producer, NULL);
    queue_free(q);
}

static void *close_it(void *arg)
{
    queue_close(arg);
    return NULL;
}

static void closing_wakes_a_waiting_consumer(void **state)
{
    (void)state;
    struct queue *q = new_queue(1024);
    pthread_t closer;
    char out[8];
    assert_int_equal(pthread_create(&closer, NULL, close_it, q), 0);
    assert_int_equal(queue_pop_wait(q, out, sizeof out), 0);
    pthread_join(closer, NULL);
    queue_free(q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_whole_and_in_order),
        cmocka_unit_test(a_record_may_fill_half_the_ring),
        cmocka_unit_test(the_descriptor_is_readable_while_records_wait),
        cmocka_unit_test(a_batch_is_poked_once),
        cmocka_unit_test(a_closed_queue_keeps_what_it_holds_and_takes_no_more),
        cmocka_unit_test(a_polling_consumer_gets_every_record),
        cmocka_unit_test(a_waiting_consumer_gets_every_record),
        cmocka_unit_test(closing_wakes_a_producer_that_waits_for_room),
        cmocka_unit_test(closing_wakes_a_waiting_consumer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
