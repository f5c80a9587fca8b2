/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>

#include "check.h"
#include "chat/conversation.h"
#include "ui/scripted.h"

/* What a turn told, as letters: p prefill, ( ) thought, t token, x text,
 * n notice, . done, ! error. */
static char *play(struct backend *b, struct event *last, const char *cancel_at)
{
    struct conversation c = {0};
    struct err err;
    struct buf told = {0};
    uint32_t turn;
    conversation_add(&c, ROLE_USER, str_of("hello there"));
    CHECK_OK(backend_start(b, &c, &(struct turn_options){0}, &turn, &err),
             &err);
    conversation_clear(&c);
    for (;;) {
        struct pollfd p = {.fd = backend_fd(b), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 10000), 1);
        while (backend_next(b, last)) {
            assert_int_equal(last->turn, turn);
            buf_putc(&told, "p()xtn.!"[last->kind]);
            if (cancel_at && strcmp(told.p, cancel_at) == 0)
                backend_cancel(b);
            if (last->kind == EVENT_DONE || last->kind == EVENT_ERROR)
                return told.p;
        }
    }
}

static void a_turn_has_the_order_that_events_promise(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_READ, NULL, 100}, {SCRIPT_THINK, "one two", 0},
        {SCRIPT_SAY, "three", 0}, {SCRIPT_DONE, NULL, 0},
        {SCRIPT_ECHO, NULL, 0},   {SCRIPT_FAIL, "no more", 0},
        {SCRIPT_END, NULL, 0},
    };
    struct backend *b = scripted_new(steps, false);
    struct event last;
    char *told = play(b, &last, NULL);
    assert_string_equal(told, "ppp(txtx)tx.");
    assert_int_equal(last.done.stats.think_tokens, 2);
    assert_int_equal(last.done.stats.prompt_tokens, 100);
    free(told);
    told = play(b, &last, NULL);
    assert_string_equal(told, "txtx!");
    assert_string_equal(last.error.msg, "no more");
    free(told);
    backend_close(b);
}

static void a_waiting_turn_can_be_stopped_or_let_go(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "a", 0},  {SCRIPT_WAIT, NULL, 0}, {SCRIPT_SAY, "b", 0},
        {SCRIPT_DONE, NULL, 0}, {SCRIPT_END, NULL, 0},
    };
    struct backend *b = scripted_new(steps, false);
    struct event last;
    char *told = play(b, &last, "tx");
    assert_string_equal(told, "tx.");
    assert_int_equal(last.done.reason, DONE_CANCELLED);
    free(told);
    scripted_go(b);
    told = play(b, &last, NULL);
    assert_string_equal(told, "txtx.");
    assert_int_equal(last.done.reason, DONE_END);
    free(told);
    backend_close(b);
}

static void a_token_brings_its_experts(void **state)
{
    (void)state;
    static const struct script_step steps[] = {
        {SCRIPT_SAY, "a", 0}, {SCRIPT_DONE, NULL, 0}, {SCRIPT_END, NULL, 0}};
    struct backend *b = scripted_new(steps, false);
    struct conversation c = {0};
    struct err err;
    struct event ev;
    uint32_t turn;
    conversation_add(&c, ROLE_USER, str_of("x"));
    CHECK_OK(backend_start(b, &c, &(struct turn_options){0}, &turn, &err),
             &err);
    struct pollfd p = {.fd = backend_fd(b), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 10000), 1);
    assert_true(backend_next(b, &ev));
    assert_int_equal(ev.kind, EVENT_TOKEN);
    assert_int_equal(ev.token.n_moe_layers, b->info.n_moe_layers);
    for (int layer = 0; layer < ev.token.n_moe_layers; layer++)
        for (int k = 0; k < ev.token.n_used; k++) {
            const struct expert_pick *at = ev.token.picks + layer * 4;
            assert_true(at[k].expert < b->info.n_experts);
            for (int j = 0; j < k; j++)
                assert_int_not_equal(at[j].expert, at[k].expert);
        }
    conversation_clear(&c);
    backend_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turn_has_the_order_that_events_promise),
        cmocka_unit_test(a_waiting_turn_can_be_stopped_or_let_go),
        cmocka_unit_test(a_token_brings_its_experts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
