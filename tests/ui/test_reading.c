/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/reading.h"

#include "check.h"

#include "chat/telemetry.h"
#include "ui/events.h"

static struct reading r;
static struct telemetry now;
static char out[READING_MAX];

static void read_so_far(uint32_t done, uint32_t total)
{
    struct event ev = event_of(EVENT_PREFILL);
    ev.prefill.done = done;
    ev.prefill.total = total;
    reading_event(&r, &ev);
}

static void time_left_is_told_once_something_was_measured(void **state)
{
    (void)state;
    now.prompt_tok_s = 20; /* of the turn before */
    read_so_far(512, 4505);
    assert_string_equal(reading_text(&r, &now, out), "512 of 4,505 tokens");
    now.prompt_tok_s = 32;
    read_so_far(1024, 4505);
    assert_string_equal(reading_text(&r, &now, out),
                        "1,024 of 4,505 tokens, 1 min 49 s left");
    read_so_far(4480, 4505);
    assert_string_equal(reading_text(&r, &now, out), "4,480 of 4,505 tokens");
    now.prompt_tok_s = 0;
    read_so_far(4481, 4505);
    assert_true(reading_left_ms(&r, &now) <= 0);
}

static void it_ends_with_the_prompt_or_the_turn(void **state)
{
    (void)state;
    read_so_far(64, 100);
    struct event notice = event_of(EVENT_NOTICE), done = event_of(EVENT_DONE);
    reading_event(&r, &notice);
    assert_int_equal(r.total, 100);
    read_so_far(100, 100);
    assert_int_equal(r.total, 0);
    read_so_far(64, 100);
    reading_event(&r, &done);
    assert_int_equal(r.total, 0);
    read_so_far(80, 100); /* a new one: nothing measured of it */
    now.prompt_tok_s = 1;
    assert_true(reading_left_ms(&r, &now) <= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_left_is_told_once_something_was_measured),
        cmocka_unit_test(it_ends_with_the_prompt_or_the_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
