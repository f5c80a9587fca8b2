/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ask.h"

#include <poll.h>

#include "engine/experts.h"

static struct turn_options with_off(const char *list, uint32_t used)
{
    struct turn_options o = greedy(40);
    struct err err;
    o.experts.used = used;
    if (list)
        CHECK_OK(experts_switch(&o.experts, str_of(list), false, &err), &err);
    return o;
}

static bool is_off(const struct expert_changes *x, uint32_t layer,
                   uint32_t expert)
{
    for (size_t i = 0; i < x->n_off; i++)
        if (x->off[i].layer == layer && x->off[i].expert == expert)
            return true;
    return false;
}

/* One turn; how often each expert of layer `first_moe_layer` was chosen. */
struct chosen {
    uint32_t count[64], n_tokens, n_used;
    struct turn_stats stats;
};

static void note_token(struct subject *s, const struct turn_options *o,
                       const struct token_info *t, struct chosen *c)
{
    uint32_t first = s->b->info.first_moe_layer;
    c->n_tokens++;
    c->n_used = t->n_used;
    for (uint32_t j = 0; j < t->n_moe_layers; j++)
        for (uint32_t k = 0; k < t->n_used; k++) {
            uint32_t e = t->picks[j * t->n_used + k].expert;
            CHECK(!is_off(&o->experts, first + j, e));
            if (j == 0)
                c->count[e]++;
        }
}

static struct chosen turn_with(struct subject *s, const struct turn_options *o)
{
    struct conversation c = {0};
    struct chosen heard = {0};
    struct err err;
    struct event ev = {0};
    uint32_t turn;
    conversation_add(&c, ROLE_USER, str_of("What is 391 + 2748?"));
    CHECK_OK(backend_start(s->b, &c, o, &turn, &err), &err);
    while (ev.kind != EVENT_DONE) {
        struct pollfd p = {.fd = backend_fd(s->b), .events = POLLIN};
        assert_int_equal(poll(&p, 1, 600000), 1);
        while (ev.kind != EVENT_DONE && backend_next(s->b, &ev)) {
            assert_int_not_equal(ev.kind, EVENT_ERROR);
            if (ev.kind == EVENT_TOKEN)
                note_token(s, o, &ev.token, &heard);
        }
    }
    heard.stats = ev.done.stats;
    conversation_clear(&c);
    return heard;
}

static void experts_that_are_off_are_chosen_by_no_token(void **state)
{
    (void)state;
    struct subject s;
    struct turn_options plain = greedy(40), o;
    char list[16];
    subject_open(&s, (struct subject_options){0});
    struct chosen before = turn_with(&s, &plain);
    uint32_t busiest = 0;
    for (uint32_t e = 0; e < s.b->info.n_experts; e++)
        if (before.count[e] > before.count[busiest])
            busiest = e;
    assert_true(before.count[busiest] > 0);
    snprintf(list, sizeof list, "%u:%u", (unsigned)s.b->info.first_moe_layer,
             (unsigned)busiest);
    o = with_off(list, 0);
    struct chosen after = turn_with(&s, &o);
    assert_int_equal(after.count[busiest], 0);
    assert_int_equal(after.n_used, before.n_used);
    subject_close(&s);
}

static void any_number_of_experts_can_be_used(void **state)
{
    (void)state;
    struct subject s;
    subject_open(&s, (struct subject_options){0});
    uint32_t all = s.b->info.n_experts;
    for (uint32_t used = 1; used <= all; used *= 2) {
        struct turn_options o = with_off(NULL, used);
        struct chosen c = turn_with(&s, &o);
        assert_int_equal(c.n_used, used);
        for (uint32_t e = 0; used == all && e < all; e++)
            assert_int_equal(c.count[e], c.n_tokens);
    }
    subject_close(&s);
}

static void tokens_of_other_experts_are_not_reused(void **state)
{
    (void)state;
    struct subject s;
    struct turn_options plain = greedy(40), o = with_off("2:0", 0);
    subject_open(&s, (struct subject_options){0});
    struct reply_heard first =
        ask_text(&s, "What is 391 + 2748?", plain, STOP_NEVER);
    assert_int_equal(turn_with(&s, &o).stats.reused_tokens, 0);
    assert_int_not_equal(turn_with(&s, &o).stats.reused_tokens, 0);
    struct reply_heard again =
        ask_text(&s, "What is 391 + 2748?", plain, STOP_NEVER);
    assert_int_equal(again.stats.reused_tokens, 0);
    assert_string_equal(first.thought.p, again.thought.p);
    assert_string_equal(first.text.p, again.text.p);
    forget(&first);
    forget(&again);
    subject_close(&s);
}

static void experts_that_are_not_there_are_refused_before_the_turn(void **state)
{
    (void)state;
    struct conversation c = {0};
    struct subject s;
    struct err err;
    uint32_t turn;
    conversation_add(&c, ROLE_USER, str_of("hi"));
    subject_open(&s, (struct subject_options){0});
    struct turn_options o = with_off("999:0", 0);
    CHECK_REFUSED(backend_start(s.b, &c, &o, &turn, &err), &err, ERR_USAGE);
    o = with_off(NULL, 65);
    CHECK_REFUSED(backend_start(s.b, &c, &o, &turn, &err), &err, ERR_USAGE);
    o = greedy(3);
    assert_int_equal(turn_with(&s, &o).n_tokens, 3);
    conversation_clear(&c);
    subject_close(&s);
}

static void a_dense_model_has_none_to_change(void **state)
{
    (void)state;
    struct tiny_spec spec = tiny_llama();
    struct subject s;
    struct conversation c = {0};
    struct turn_options o = with_off(NULL, 2);
    struct err err;
    uint32_t turn;
    subject_open(&s, (struct subject_options){.tiny = &spec});
    conversation_add(&c, ROLE_USER, str_of("hi"));
    CHECK_REFUSED(backend_start(s.b, &c, &o, &turn, &err), &err, ERR_USAGE);
    conversation_clear(&c);
    subject_close(&s);
}

static void fewer_experts_are_fewer_bytes(void **state)
{
    (void)state;
    struct subject s;
    struct expert_changes none = {0}, one = {.used = 1};
    subject_open(&s, (struct subject_options){0});
    assert_int_equal(experts_active_bytes(&none, &s.m.model),
                     s.m.model.w.active_bytes);
    assert_true(experts_active_bytes(&one, &s.m.model) <
                s.m.model.w.active_bytes);
    subject_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(experts_that_are_off_are_chosen_by_no_token),
        cmocka_unit_test(any_number_of_experts_can_be_used),
        cmocka_unit_test(tokens_of_other_experts_are_not_reused),
        cmocka_unit_test(experts_that_are_not_there_are_refused_before_the_turn),
        cmocka_unit_test(a_dense_model_has_none_to_change),
        cmocka_unit_test(fewer_experts_are_fewer_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
