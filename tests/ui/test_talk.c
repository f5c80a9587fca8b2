/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk.h"

#include "check.h"
#include "events.h"

/* A backend that only notes what it was asked; the tests tell the events. */
struct deaf {
    struct backend b;
    uint32_t turns, cancels;
    size_t n_messages;
    uint64_t seed;
    bool refuses;
};

static bool deaf_start(struct backend *b, const struct conversation *c,
                       const struct turn_options *o, uint32_t *turn,
                       struct err *err)
{
    struct deaf *d = (struct deaf *)b;
    if (d->refuses)
        return err_set(err, ERR_LIMIT, "too long");
    d->n_messages = c->n;
    d->seed = o->sampling.seed;
    *turn = ++d->turns;
    return true;
}

static void deaf_cancel(struct backend *b)
{
    ((struct deaf *)b)->cancels++;
}

static const struct backend_ops deaf_ops = {.start = deaf_start,
                                            .cancel = deaf_cancel};

static struct talk talk_with(struct deaf *d)
{
    struct talk t;
    struct turn_options o = {.sampling = {.seed = 1}};
    *d = (struct deaf){.b.ops = &deaf_ops};
    talk_init(&t, &d->b, &o);
    return t;
}

static bool tell(struct talk *t, struct event ev, uint32_t turn)
{
    ev.turn = turn;
    return talk_event(t, &ev);
}

static void say(struct talk *t, const char *s)
{
    struct err err;
    CHECK_OK(talk_say(t, str_of(s), &err), &err);
}

static void a_turn_becomes_two_messages_raw(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    say(&t, "hi");
    assert_int_equal(d.n_messages, 1);
    CHECK(tell(&t, event_text(PART_THOUGHT, str_of("h\033m")), 1));
    CHECK(tell(&t, event_text(PART_ANSWER, str_of("\n\nyo")), 1));
    CHECK(tell(&t, event_done(DONE_END), 1));
    assert_int_equal(t.c.n, 2);
    CHECK(str_is(buf_str(&t.c.messages[1]->thought), "h\033m"));
    CHECK(str_is(buf_str(&t.c.messages[1]->text), "\n\nyo"));
    CHECK(!t.c.messages[1]->interrupted && !t.running);
    talk_clear(&t);
}

static void a_cut_thought_is_remembered_as_such(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    say(&t, "hi");
    tell(&t, event_text(PART_THOUGHT, str_of("hm")), 1);
    tell(&t, event_done(DONE_CANCELLED), 1);
    CHECK(t.c.messages[1]->interrupted && t.c.messages[1]->thought_open);
    talk_clear(&t);
}

static void what_does_not_fit_leaves_the_conversation(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct err err = {0};
    d.refuses = true;
    CHECK_REFUSED(talk_say(&t, str_of("long"), &err), &err, ERR_LIMIT);
    assert_int_equal(t.c.n, 0);
    d.refuses = false;
    say(&t, "long");
    struct event ev = event_of(EVENT_ERROR);
    err_set(&ev.error, ERR_LIMIT, "too long");
    CHECK(tell(&t, ev, 1));
    assert_int_equal(t.c.n, 0);
    say(&t, "short");
    err_set(&ev.error, ERR_MODEL, "nonsense");
    tell(&t, ev, 2);
    assert_int_equal(t.c.n, 1); /* may be asked again */
    CHECK_OK(talk_again(&t, &err), &err);
    talk_clear(&t);
    assert_int_equal(d.cancels, 1);
}

static void asking_again_takes_another_seed(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct err err = {0};
    CHECK_REFUSED(talk_again(&t, &err), &err, ERR_USAGE);
    say(&t, "hi");
    tell(&t, event_text(PART_ANSWER, str_of("one")), 1);
    tell(&t, event_done(DONE_END), 1);
    uint64_t seed = d.seed;
    CHECK_OK(talk_again(&t, &err), &err);
    CHECK(d.seed != seed);
    assert_int_equal(d.n_messages, 1);
    tell(&t, event_text(PART_ANSWER, str_of("other")), 2);
    tell(&t, event_done(DONE_END), 2);
    /* Both answers are there; the new one is talked on. */
    assert_int_equal(t.c.n, 2);
    assert_int_equal(conversation_variants(&t.c, t.c.messages[1], NULL), 2);
    CHECK(str_is(buf_str(&t.c.messages[1]->text), "other"));
    d.refuses = true;
    CHECK_REFUSED(talk_again(&t, &err), &err, ERR_LIMIT);
    assert_int_equal(t.c.n, 2); /* nothing came, nothing went */
    talk_clear(&t);
}

static void a_cleared_conversation_hears_nothing_of_the_old(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    say(&t, "hi");
    talk_restart(&t);
    assert_int_equal(d.cancels, 1);
    CHECK(t.running); /* its end is still to come */
    CHECK(!tell(&t, event_text(PART_ANSWER, str_of("late")), 1));
    CHECK(!tell(&t, event_done(DONE_CANCELLED), 1));
    CHECK(!t.running && t.c.n == 0);
    say(&t, "again");
    CHECK(!tell(&t, event_text(PART_ANSWER, str_of("later")), 1));
    CHECK(tell(&t, event_text(PART_ANSWER, str_of("new")), 2));
    talk_clear(&t);
}

static void experts_are_switched_and_told(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct buf b = {0};
    struct err err;
    CHECK_REFUSED(talk_experts(&t, str_of("off 2:1"), &b, &err), &err,
                  ERR_USAGE); /* has none */
    d.b.info = (struct backend_info){.n_moe_layers = 4, .first_moe_layer = 1,
                                     .n_experts = 8, .n_experts_used = 2};
    CHECK_OK(talk_experts(&t, str_of("off 2:1,4:7"), &b, &err), &err);
    CHECK(strstr(b.p, "2 experts off") && strstr(b.p, "2:1,4:7"));
    CHECK_REFUSED(talk_experts(&t, str_of("off 5:0"), &b, &err), &err,
                  ERR_USAGE);
    static const char *const wrong[] = {"off", "away 2:1", "used", "used x",
                                        "used 0", "used 9", "on 2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_REFUSED(talk_experts(&t, str_of(wrong[i]), &b, &err), &err,
                      ERR_USAGE);
    assert_int_equal(t.options.experts.n_off, 2);
    CHECK_OK(talk_experts(&t, str_of("on 2:1"), &b, &err), &err);
    CHECK_OK(talk_experts(&t, str_of("used 3"), &b, &err), &err);
    buf_reset(&b);
    CHECK_OK(talk_experts(&t, str_of(""), &b, &err), &err);
    CHECK(strstr(b.p, "1 expert off, 3 of 8 used"));
    CHECK_OK(talk_experts(&t, str_of("on"), &b, &err), &err);
    CHECK(!experts_modified(&t.options.experts));
    buf_clear(&b);
    talk_clear(&t);
}

static void figures_name_the_experts_of_their_turn(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct buf b = {0};
    struct err err;
    d.b.info = (struct backend_info){.n_moe_layers = 4, .first_moe_layer = 1,
                                     .n_experts = 8, .n_experts_used = 2};
    CHECK_OK(talk_experts(&t, str_of("off 2:1"), &b, &err), &err);
    say(&t, "hi");
    CHECK(tell(&t, event_done(DONE_END), 1));
    CHECK_OK(talk_experts(&t, str_of("on"), &b, &err), &err);
    buf_reset(&b);
    talk_stats(&t, &b);
    CHECK(strstr(b.p, "modified: 1 expert off"));
    buf_clear(&b);
    talk_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(experts_are_switched_and_told),
        cmocka_unit_test(figures_name_the_experts_of_their_turn),
        cmocka_unit_test(a_turn_becomes_two_messages_raw),
        cmocka_unit_test(a_cut_thought_is_remembered_as_such),
        cmocka_unit_test(what_does_not_fit_leaves_the_conversation),
        cmocka_unit_test(asking_again_takes_another_seed),
        cmocka_unit_test(a_cleared_conversation_hears_nothing_of_the_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
