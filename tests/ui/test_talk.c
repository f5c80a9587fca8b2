/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk.h"

#include "check.h"
#include "events.h"
#include "store/folder.h"
#include "store/saved.h"
#include "store/place.h"
#include "ui/talk_settings.h"
#include "ui/talk_stats.h"

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

static bool expert(struct talk *t, const char *args, struct buf *b,
                   struct err *err)
{
    return talk_settings_act(t, ACTION_EXPERT, str_of(args), b, err);
}

static void experts_are_switched_and_told(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct buf b = {0};
    struct err err;
    CHECK_REFUSED(expert(&t, "off 2:1", &b, &err), &err, ERR_USAGE);
    /* it had none until now */
    d.b.info = (struct backend_info){.n_moe_layers = 4, .first_moe_layer = 1,
                                     .n_experts = 8, .n_experts_used = 2};
    CHECK_OK(expert(&t, "off 2:1,4:7", &b, &err), &err);
    CHECK(strstr(b.p, "2 experts off") && strstr(b.p, "2:1,4:7"));
    CHECK_REFUSED(expert(&t, "off 5:0", &b, &err), &err, ERR_USAGE);
    static const char *const wrong[] = {"off", "away 2:1", "used", "used x",
                                        "used 0", "used 9", "on 2"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_REFUSED(expert(&t, wrong[i], &b, &err), &err, ERR_USAGE);
    assert_int_equal(t.options.experts.n_off, 2);
    CHECK_OK(expert(&t, "on 2:1", &b, &err), &err);
    CHECK_OK(expert(&t, "used 3", &b, &err), &err);
    buf_reset(&b);
    CHECK_OK(expert(&t, "", &b, &err), &err);
    CHECK(strstr(b.p, "1 expert off, 3 of 8 used"));
    CHECK_OK(expert(&t, "on", &b, &err), &err);
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
    CHECK_OK(expert(&t, "off 2:1", &b, &err), &err);
    say(&t, "hi");
    CHECK(tell(&t, event_done(DONE_END), 1));
    CHECK_OK(expert(&t, "on", &b, &err), &err);
    buf_reset(&b);
    talk_stats(&t, &b);
    CHECK(strstr(b.p, "modified: 1 expert off"));
    buf_clear(&b);
    talk_clear(&t);
}

/* What the journal of the only session says now, as after a crash. */
static struct saved read_session(const char *folder)
{
    struct folder_list list;
    struct saved s = {0};
    struct buf path = {0};
    struct err err;
    folder_read(folder, &list);
    assert_int_equal(list.n, 1);
    folder_path(folder, list.entries[0].id, &path);
    CHECK_OK(saved_read(&s, path.p, &err), &err);
    folder_list_clear(&list);
    buf_clear(&path);
    return s;
}

static void flush(struct talk *t)
{
    struct buf news = {0};
    CHECK(!keeping_flush(&t->keep, NULL, &news));
}

static void every_token_is_in_the_journal_once_it_is_flushed(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    char text[4] = "", c;
    talk_keep(&t, place);
    say(&t, "hi");
    for (int i = 0; i < 3; i++) {
        c = (char)('a' + i);
        text[i] = c;
        tell(&t, event_text(PART_ANSWER, str_n(&c, 1)), 1);
        flush(&t);
        struct saved s = read_session(place); /* killed now */
        assert_int_equal(s.c.n, 2);
        assert_string_equal(s.c.messages[1]->text.p, text);
        CHECK(s.c.messages[1]->interrupted && s.interrupted);
        saved_clear(&s);
    }
    tell(&t, event_done(DONE_END), 1);
    flush(&t);
    struct saved s = read_session(place);
    CHECK(!s.c.messages[1]->interrupted);
    saved_clear(&s);
    talk_clear(&t);
    s = read_session(place);
    CHECK(!s.interrupted);
    saved_clear(&s);
    place_empty(place);
}

static void an_answer_of_nothing_leaves_the_one_before(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct err err;
    talk_keep(&t, place);
    say(&t, "hi");
    tell(&t, event_text(PART_ANSWER, str_of("one")), 1);
    tell(&t, event_done(DONE_END), 1);
    CHECK_OK(talk_again(&t, &err), &err);
    tell(&t, event_done(DONE_CANCELLED), 2);
    assert_int_equal(t.c.n, 2);
    CHECK(str_is(buf_str(&t.c.messages[1]->text), "one"));
    talk_clear(&t);
    struct saved s = read_session(place);
    assert_int_equal(s.c.n, 2);
    assert_int_equal(s.c.n_all, 2);
    saved_clear(&s);
    place_empty(place);
}

static void a_new_chat_is_a_new_session_and_the_old_one_goes_on(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct err err;
    struct buf note = {0}, path = {0};
    talk_keep(&t, place);
    say(&t, "first");
    tell(&t, event_text(PART_ANSWER, str_of("half")), 1);
    talk_restart(&t); /* while it writes */
    tell(&t, event_done(DONE_CANCELLED), 1);
    struct saved s = read_session(place);
    assert_int_equal(s.c.n, 2);
    CHECK(s.c.messages[1]->interrupted && !s.interrupted);
    saved_clear(&s);

    say(&t, "second");
    CHECK_REFUSED(talk_resume(&t, "x", &note, &err), &err, ERR_USAGE);
    tell(&t, event_text(PART_ANSWER, str_of("two")), 2);
    tell(&t, event_done(DONE_END), 2);
    struct folder_list list;
    folder_read(place, &list);
    assert_int_equal(list.n, 1); /* nothing is flushed yet */
    folder_path(place, list.entries[0].id, &path);
    folder_list_clear(&list);
    CHECK_OK(talk_resume(&t, path.p, &note, &err), &err);
    assert_int_equal(t.c.n, 2);
    CHECK(str_is(buf_str(&t.c.messages[0]->text), "first"));
    folder_read(place, &list);
    assert_int_equal(list.n, 2); /* the second was kept when it was left */
    folder_list_clear(&list);
    CHECK_REFUSED(talk_resume(&t, "/none", &note, &err), &err, ERR_IO);
    assert_int_equal(t.c.n, 2);
    say(&t, "third");
    assert_int_equal(d.n_messages, 3);
    talk_clear(&t);
    buf_clear(&note);
    buf_clear(&path);
    place_empty(place);
}

static void a_disk_that_refuses_is_told_once(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct buf news = {0};
    talk_keep(&t, at("not/there"));
    say(&t, "hi");
    CHECK(keeping_flush(&t.keep, NULL, &news));
    CHECK(strstr(news.p, "not being kept"));
    CHECK(!keeping_flush(&t.keep, NULL, &news));
    struct err err;
    CHECK_REFUSED(talk_close(&t, &err), &err, ERR_IO);
    buf_clear(&news);
}

static void without_a_folder_nothing_is_written(void **state)
{
    (void)state;
    struct deaf d;
    struct talk t = talk_with(&d);
    struct folder_list list;
    talk_keep(&t, NULL);
    say(&t, "hi");
    tell(&t, event_text(PART_ANSWER, str_of("one")), 1);
    tell(&t, event_done(DONE_END), 1);
    flush(&t);
    talk_restart(&t);
    talk_clear(&t);
    folder_read(place, &list);
    assert_int_equal(list.n, 0);
    folder_list_clear(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_token_is_in_the_journal_once_it_is_flushed),
        cmocka_unit_test(an_answer_of_nothing_leaves_the_one_before),
        cmocka_unit_test(a_new_chat_is_a_new_session_and_the_old_one_goes_on),
        cmocka_unit_test(a_disk_that_refuses_is_told_once),
        cmocka_unit_test(without_a_folder_nothing_is_written),
        cmocka_unit_test(experts_are_switched_and_told),
        cmocka_unit_test(figures_name_the_experts_of_their_turn),
        cmocka_unit_test(a_turn_becomes_two_messages_raw),
        cmocka_unit_test(a_cut_thought_is_remembered_as_such),
        cmocka_unit_test(what_does_not_fit_leaves_the_conversation),
        cmocka_unit_test(asking_again_takes_another_seed),
        cmocka_unit_test(a_cleared_conversation_hears_nothing_of_the_old),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
