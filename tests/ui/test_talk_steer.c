/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_steer.h"

#include "chat/backend.h"
#include "check.h"
#include "events.h"
#include "ui/glass.h"
#include "ui/talk.h"
#include "ui/transcript.h"

/* A backend that notes what it was asked; the tests tell the events. */
struct deaf {
    struct backend b;
    uint32_t turns, enough;
    size_t n_sent;
    char first[32];
    int32_t prefix[16];
    uint32_t n_prefix;
    enum think_mode think;
    bool only_read;
};

static bool deaf_start(struct backend *b, const struct conversation *c,
                       const struct turn_options *o, uint32_t *turn,
                       struct err *err)
{
    struct deaf *d = (struct deaf *)b;
    (void)err;
    d->n_sent = c->n;
    snprintf(d->first, sizeof d->first, "%s", c->messages[0]->text.p);
    d->n_prefix = o->n_prefix;
    for (uint32_t i = 0; i < o->n_prefix && i < 16; i++)
        d->prefix[i] = o->prefix[i];
    d->think = o->think;
    d->only_read = o->only_read;
    *turn = ++d->turns;
    return true;
}

static void deaf_cancel(struct backend *b)
{
    (void)b;
}

static void deaf_enough(struct backend *b)
{
    ((struct deaf *)b)->enough++;
}

static const struct backend_ops ops = {.start = deaf_start,
                                       .cancel = deaf_cancel,
                                       .enough = deaf_enough};

struct world {
    struct deaf d;
    struct talk talk;
    struct transcript *t;
    struct glass g;
};

static void begin(struct world *w)
{
    struct turn_options o = {.sampling = {.seed = 1}};
    *w = (struct world){.d = {.b = {.ops = &ops, .info = {.thinks = true}}}};
    talk_init(&w->talk, &w->d.b, &o);
    w->t = transcript_new();
    glass_init(&w->g, &w->d.b.info, w->t);
}

static void end(struct world *w)
{
    talk_clear(&w->talk);
    glass_clear(&w->g);
    transcript_free(w->t);
}

static void tell(struct world *w, struct event ev)
{
    ev.turn = w->d.turns;
    assert_true(talk_event(&w->talk, &ev));
    transcript_event(w->t, &ev);
    glass_event(&w->g, &ev);
}

static void token(struct world *w, enum text_part part, int32_t id, uint32_t pos)
{
    struct event ev = event_token(part, 1);
    ev.token.id = id;
    ev.token.pos = pos;
    ev.token.measured = true;
    ev.token.n_alts = 2;
    ev.token.alts[0] = (struct token_alt){.id = id, .p = 0.5f};
    ev.token.alts[1] = (struct token_alt){.id = id + 100, .p = 0.25f};
    tell(w, ev);
    tell(w, event_text(part, str_of("x ")));
}

/* A question, two tokens of thought, three of answer. */
static void turn(struct world *w, const char *question, enum done_reason why)
{
    struct err err;
    struct telemetry now = {.context_used = 15, .context_max = 100,
                            .kv_bytes = 1500, .kv_bytes_per_token = 100};
    struct event read = event_of(EVENT_PREFILL);
    transcript_user(w->t, str_of(question));
    CHECK_OK(talk_say(&w->talk, str_of(question), &err), &err);
    read.prefill.done = read.prefill.total = 10;
    tell(w, read);
    for (int i = 0; i < 5; i++)
        token(w, i < 2 ? PART_THOUGHT : PART_ANSWER, 1 + i, 10 + (uint32_t)i);
    struct event done = event_done(why);
    done.done.stats.context_used = 15;
    tell(w, done);
    glass_telemetry(&w->g, &now);
}

static void enough_is_said_while_something_runs(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    begin(&w);
    assert_false(talk_enough(&w.talk, &err));
    CHECK_OK(talk_say(&w.talk, str_of("q"), &err), &err);
    CHECK_OK(talk_enough(&w.talk, &err), &err);
    assert_int_equal(w.d.enough, 1);
    w.d.b.info.thinks = false;
    assert_false(talk_enough(&w.talk, &err));
    end(&w);
}

static void dropping_thoughts_reads_and_says_what_it_gave_back(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    struct buf b = {0};
    begin(&w);
    assert_false(talk_drop_thoughts(&w.talk, &w.g, &err));
    turn(&w, "q", DONE_END);
    assert_int_equal(glass_thought_tokens(&w.g), 2);
    CHECK_OK(talk_drop_thoughts(&w.talk, &w.g, &err), &err);
    assert_true(w.d.only_read && w.talk.running);
    assert_false(talk_drop_thoughts(&w.talk, &w.g, &err)); /* it runs */
    struct event read = event_of(EVENT_PREFILL);
    read.prefill.done = 9;
    tell(&w, read);
    read.prefill.done = 12;
    tell(&w, read);
    struct event done = event_done(DONE_END);
    done.done.stats.context_used = 12;
    tell(&w, done);
    struct telemetry now = {.context_used = 12, .kv_bytes_per_token = 100};
    glass_telemetry(&w.g, &now);
    talk_dropped(&w.talk, &w.g, &b);
    assert_string_equal(b.p, "thoughts are out of the cache: 3 tokens, 300 B "
                             "given back\n");
    assert_int_equal(w.talk.c.n, 2); /* no message came of it */
    assert_false(talk_drop_thoughts(&w.talk, &w.g, &err));
    buf_clear(&b);
    end(&w);
}

static void the_oldest_question_leaves_the_models_sight_alone(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    struct buf b = {0};
    begin(&w);
    assert_false(talk_drop_oldest(&w.talk, &b, &err));
    turn(&w, "one", DONE_END);
    assert_false(talk_drop_oldest(&w.talk, &b, &err)); /* it is the only one */
    turn(&w, "two", DONE_END);
    assert_int_equal(w.d.n_sent, 3);
    CHECK_OK(talk_drop_oldest(&w.talk, &b, &err), &err);
    turn(&w, "three", DONE_END);
    assert_int_equal(w.d.n_sent, 3);
    assert_string_equal(w.d.first, "two");
    assert_int_equal(w.talk.c.n, 6);
    talk_restart(&w.talk);
    turn(&w, "anew", DONE_END);
    assert_int_equal(w.d.n_sent, 1);
    buf_clear(&b);
    end(&w);
}

static void a_branch_sends_the_tokens_before_it_and_the_other_one(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    struct buf said = {0};
    begin(&w);
    turn(&w, "q", DONE_END);
    CHECK_OK(talk_branch_at(&w.talk, &w.g, 3, 1, &said, &err), &err);
    assert_int_equal(w.d.n_prefix, 4);
    static const int32_t want[] = {1, 2, 3, 104};
    assert_memory_equal(w.d.prefix, want, sizeof want);
    assert_int_equal(w.d.n_sent, 1);
    assert_null(w.talk.options.prefix);
    tell(&w, event_text(PART_ANSWER, str_of("else")));
    tell(&w, event_done(DONE_END));
    assert_int_equal(w.talk.c.n, 2);
    assert_int_equal(conversation_variants(&w.talk.c, w.talk.c.messages[1],
                                           NULL), 2);
    assert_false(talk_branch_at(&w.talk, &w.g, 3, 7, &said, &err));
    assert_false(talk_branch_at(&w.talk, &w.g, 99, 0, &said, &err));
    /* Of a turn before the last: what came after it stays beside. */
    turn(&w, "later", DONE_END);
    buf_reset(&said);
    CHECK_OK(talk_branch_at(&w.talk, &w.g, 0, 1, &said, &err), &err);
    assert_int_equal(w.d.n_sent, 1);
    assert_int_equal(w.d.n_prefix, 1);
    buf_clear(&said);
    end(&w);
}

static void an_answer_that_stopped_goes_on(void **state)
{
    (void)state;
    struct world w;
    struct err err;
    begin(&w);
    turn(&w, "q", DONE_END);
    assert_false(talk_go_on(&w.talk, &w.g, false, &err)); /* it is done */
    turn(&w, "q2", DONE_CONTEXT);
    CHECK_OK(talk_go_on(&w.talk, &w.g, false, &err), &err);
    assert_int_equal(w.d.n_prefix, 5);
    assert_int_equal(w.d.think, THINK_DEFAULT);
    tell(&w, event_text(PART_ANSWER, str_of("on")));
    tell(&w, event_done(DONE_END));
    turn(&w, "q3", DONE_CONTEXT);
    CHECK_OK(talk_go_on(&w.talk, &w.g, true, &err), &err);
    static const int32_t want[] = {3, 4, 5}; /* the answer alone */
    assert_int_equal(w.d.n_prefix, 3);
    assert_memory_equal(w.d.prefix, want, sizeof want);
    assert_int_equal(w.d.think, THINK_OFF);
    assert_int_equal(w.talk.options.think, THINK_DEFAULT);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enough_is_said_while_something_runs),
        cmocka_unit_test(dropping_thoughts_reads_and_says_what_it_gave_back),
        cmocka_unit_test(the_oldest_question_leaves_the_models_sight_alone),
        cmocka_unit_test(a_branch_sends_the_tokens_before_it_and_the_other_one),
        cmocka_unit_test(an_answer_that_stopped_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
