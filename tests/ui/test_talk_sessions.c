/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/talk_sessions.h"

#include "events.h"
#include "store/place.h"

#include <sqlite3.h>

#include "base/file.h"
#include "store/folder.h"
#include "store/keeper.h"
#include "store/saved.h"
#include "ui/lookup.h"
#include "ui/talk.h"
#include "ui/talk_steer.h"

/* A backend that takes every turn; the tests tell the events. */
struct deaf {
    struct backend b;
    uint32_t turns;
    bool refuses;
};

static bool deaf_start(struct backend *b, const struct conversation *c,
                       const struct turn_options *o, uint32_t *turn,
                       struct err *err)
{
    struct deaf *d = (struct deaf *)b;
    (void)c;
    (void)o;
    if (d->refuses)
        return err_set(err, ERR_LIMIT, "too long");
    *turn = ++d->turns;
    return true;
}

static void deaf_cancel(struct backend *b)
{
    (void)b;
}

static const struct backend_ops deaf_ops = {.start = deaf_start,
                                            .cancel = deaf_cancel};

static struct deaf deaf;

static struct talk fresh_talk(void)
{
    struct talk t;
    struct turn_options o = {.sampling = {.seed = 1}};
    deaf = (struct deaf){.b.ops = &deaf_ops};
    talk_init(&t, &deaf.b, &o);
    talk_keep(&t, place);
    return t;
}

static void answered(struct talk *t, const char *text)
{
    struct event ev = event_text(PART_ANSWER, str_of(text));
    ev.turn = t->turn;
    talk_event(t, &ev);
    ev = event_done(DONE_END);
    ev.turn = t->turn;
    talk_event(t, &ev);
}

static void turn(struct talk *t, const char *question, const char *text)
{
    struct err err;
    CHECK_OK(talk_say(t, str_of(question), &err), &err);
    answered(t, text);
}

/* Does it, and says which texts the path has then: "one/two/". */
static const char *after(struct talk *t, enum action a, const char *args,
                         enum talk_change want)
{
    static char path[256];
    struct buf answer = {0};
    struct err err;
    enum talk_change change;
    CHECK_OK(talk_sessions_act(t, a, str_of(args), &answer, &change, &err), &err);
    assert_int_equal(change, want);
    if (change == TALK_STARTED)
        answered(t, "new");
    path[0] = '\0';
    for (size_t i = 0; i < t->c.n; i++)
        snprintf(path + strlen(path), sizeof path - strlen(path), "%s/",
                 t->c.messages[i]->text.p);
    buf_clear(&answer);
    return path;
}

static void refused(struct talk *t, enum action a, const char *args)
{
    struct buf answer = {0};
    struct err err;
    enum talk_change change;
    CHECK_REFUSED(talk_sessions_act(t, a, str_of(args), &answer, &change, &err),
                  &err, ERR_USAGE);
    assert_int_equal(change, TALK_SAME);
    buf_clear(&answer);
}

/* What a list says, also when it takes long on a busy machine. */
static void looked_up(struct talk *t, enum action a, const char *args,
                      struct buf *answer)
{
    struct err err;
    enum talk_change change;
    buf_reset(answer);
    CHECK_OK(talk_sessions_act(t, a, str_of(args), answer, &change, &err), &err);
    assert_int_equal(change, TALK_SAME);
    if (t->lookup)
        CHECK_OK(talk_looked_up(t, answer, &err), &err);
    assert_null(t->lookup);
}

/* What a reader of the journal would see now. */
static void same_on_disk(struct talk *t)
{
    struct saved s = {0};
    struct buf news = {0};
    struct err err;
    CHECK(!keeping_flush(&t->keep, NULL, &news));
    CHECK_OK(saved_read(&s, keeper_path(t->keep.keeper), &err), &err);
    assert_int_equal(s.found.damaged, 0);
    assert_int_equal(s.c.n, t->c.n);
    assert_int_equal(s.c.n_all, t->c.n_all);
    for (size_t i = 0; i < s.c.n; i++)
        assert_int_equal(s.c.messages[i]->id, t->c.messages[i]->id);
    saved_clear(&s);
}

static void a_message_is_taken_back_and_said_again(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    refused(&t, ACTION_UNDO, "");
    refused(&t, ACTION_REDO, "");
    turn(&t, "a", "A");
    turn(&t, "b", "B");
    assert_string_equal(after(&t, ACTION_UNDO, "", TALK_REPLAY), "a/A/");
    same_on_disk(&t);
    assert_string_equal(after(&t, ACTION_UNDO, "", TALK_REPLAY), "");
    same_on_disk(&t);
    assert_string_equal(after(&t, ACTION_REDO, "", TALK_REPLAY), "a/A/b/B/");
    same_on_disk(&t);
    refused(&t, ACTION_REDO, "");
    talk_clear(&t);
    place_empty(place);
}

static void a_message_said_otherwise_is_a_branch(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct err err;
    refused(&t, ACTION_EDIT, "x");
    turn(&t, "a", "A");
    turn(&t, "b", "B");
    refused(&t, ACTION_EDIT, "");
    CHECK(str_is(talk_last_question(&t), "b"));
    assert_string_equal(after(&t, ACTION_EDIT, "c", TALK_STARTED), "a/A/c/new/");
    same_on_disk(&t);
    assert_string_equal(after(&t, ACTION_VARIANT_BEFORE, "", TALK_REPLAY),
                        "a/A/b/B/");
    same_on_disk(&t);
    deaf.refuses = true;
    CHECK_REFUSED(talk_edit(&t, str_of("d"), &err), &err, ERR_LIMIT);
    assert_int_equal(t.c.n, 4); /* as it was */
    talk_clear(&t);
    place_empty(place);
}

static void answers_can_be_chosen_among(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct err err;
    turn(&t, "a", "one");
    refused(&t, ACTION_VARIANT, "");
    refused(&t, ACTION_VARIANT_AFTER, "");
    for (int i = 0; i < 2; i++) {
        CHECK_OK(talk_again(&t, &err), &err);
        answered(&t, i ? "three" : "two");
    }
    refused(&t, ACTION_VARIANT_AFTER, "");
    assert_string_equal(after(&t, ACTION_VARIANT_BEFORE, "", TALK_REPLAY), "a/two/");
    assert_string_equal(after(&t, ACTION_VARIANT, "1", TALK_REPLAY), "a/one/");
    same_on_disk(&t);
    turn(&t, "b", "B");
    assert_string_equal(after(&t, ACTION_VARIANT, "3", TALK_REPLAY), "a/three/");
    assert_string_equal(after(&t, ACTION_VARIANT, "1", TALK_REPLAY),
                        "a/one/b/B/");
    assert_string_equal(after(&t, ACTION_VARIANT, "", TALK_SAME), "a/one/b/B/");
    refused(&t, ACTION_VARIANT, "4");
    refused(&t, ACTION_VARIANT, "0");
    refused(&t, ACTION_VARIANT, "x");
    refused(&t, ACTION_VARIANT, "99999999999999999999");
    talk_clear(&t);
    place_empty(place);
}

static void what_is_deleted_comes_back_with_undo(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    refused(&t, ACTION_DELETE, ""); /* nothing was said */
    turn(&t, "a", "A");
    assert_string_equal(after(&t, ACTION_RENAME, "my title", TALK_SAME), "a/A/");
    assert_string_equal(after(&t, ACTION_DELETE, "", TALK_REPLAY), "");
    struct folder_list list;
    folder_read(place, &list);
    assert_int_equal(list.n, 0);
    folder_list_clear(&list);
    assert_string_equal(after(&t, ACTION_UNDO, "", TALK_REPLAY), "a/A/");
    CHECK(str_is(buf_str(&t.keep.title), "my title"));
    turn(&t, "b", "B");
    same_on_disk(&t);
    talk_clear(&t);
    place_empty(place);
}

static void another_chat_can_be_gone_on_with(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    turn(&t, "a", "A");
    char *first = strdup(keeper_id(t.keep.keeper));
    refused(&t, ACTION_LOAD, first); /* there is no file yet */
    struct buf news = {0};
    CHECK(!keeping_flush(&t.keep, NULL, &news));
    refused(&t, ACTION_LOAD, first); /* it is this one */
    talk_restart(&t);
    turn(&t, "b", "B");
    assert_string_equal(after(&t, ACTION_LOAD, first, TALK_REPLAY), "a/A/");
    turn(&t, "c", "C");
    same_on_disk(&t);
    refused(&t, ACTION_LOAD, "");
    refused(&t, ACTION_LOAD, "no such");
    free(first);
    talk_clear(&t);
    place_empty(place);
}

static void chats_are_listed_and_searched_with_the_present_one(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct buf answer = {0};
    turn(&t, "apples", "and pears");
    talk_restart(&t);
    turn(&t, "plums", "and apples");
    looked_up(&t, ACTION_SESSIONS, "", &answer);
    CHECK(strstr(answer.p, "plums") && strstr(answer.p, "apples"));
    CHECK(strstr(answer.p, "/load NAME"));
    CHECK(strstr(answer.p, "plums  (this chat)"));
    CHECK(!strstr(answer.p, "not closed"));
    looked_up(&t, ACTION_FIND, "apples and", &answer);
    CHECK(strstr(answer.p, "answer   and apples"));
    CHECK(!strstr(answer.p, "pears"));
    refused(&t, ACTION_FIND, "");
    buf_clear(&answer);
    talk_clear(&t);
    place_empty(place);
}

/* Another mull writes the index all the time, which is waited for. */
static void a_list_that_takes_long_is_not_waited_for(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct buf answer = {0};
    struct err err;
    enum talk_change change;
    sqlite3 *other;
    turn(&t, "apples", "and pears");
    looked_up(&t, ACTION_SESSIONS, "", &answer);
    turn(&t, "plums", "and apples");
    assert_int_equal(sqlite3_open(at("index.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    buf_reset(&answer);
    CHECK_OK(talk_sessions_act(&t, ACTION_FIND, str_of("apples"), &answer, &change,
                               &err), &err);
    assert_non_null(t.lookup);
    CHECK(strstr(answer.p, "comes when that is done"));
    CHECK(strstr(lookup_progress(t.lookup), "0 of 1"));
    assert_true(lookup_fd(t.lookup) >= 0);
    turn(&t, "meanwhile", "talked"); /* nobody is kept from that */
    lookup_stop(t.lookup);
    assert_true(lookup_wait(t.lookup, -1));
    buf_reset(&answer);
    CHECK_OK(talk_looked_up(&t, &answer, &err), &err);
    CHECK(strstr(answer.p, "user     apples")); /* as far as it was known */
    CHECK(!strstr(answer.p, "and apples"));
    CHECK(strstr(answer.p, "not in the lists yet: 1"));
    /* One that is not waited for to its end. */
    CHECK_OK(talk_sessions_act(&t, ACTION_SESSIONS, str_of(""), &answer, &change,
                               &err), &err);
    assert_non_null(t.lookup);
    talk_clear(&t);
    assert_null(t.lookup);
    sqlite3_close(other);
    buf_clear(&answer);
    place_empty(place);
}

static void a_chat_is_written_to_a_new_file(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct buf answer = {0};
    struct err err;
    enum talk_change change;
    char args[600];
    refused(&t, ACTION_EXPORT, "");
    turn(&t, "a", "A");
    snprintf(args, sizeof args, "html %s", at("out.html"));
    CHECK_OK(talk_sessions_act(&t, ACTION_EXPORT, str_of(args), &answer, &change,
                               &err), &err);
    struct buf b = bytes_of(at("out.html"));
    CHECK(strstr(b.p, "<div class=\"text answer\">A</div>"));
    buf_clear(&b);
    CHECK_REFUSED(talk_sessions_act(&t, ACTION_EXPORT, str_of(args), &answer,
                                    &change, &err), &err, ERR_IO); /* is there */
    refused(&t, ACTION_EXPORT, "pdf");
    buf_clear(&answer);
    talk_clear(&t);
    place_empty(place);
}

static void what_changes_the_path_waits_for_the_answer(void **state)
{
    (void)state;
    static const enum action waits[] = {
        ACTION_EDIT, ACTION_UNDO, ACTION_REDO, ACTION_VARIANT, ACTION_LOAD,
        ACTION_DELETE, ACTION_VARIANT_BEFORE, ACTION_VARIANT_AFTER,
        ACTION_EXPORT};
    struct talk t = fresh_talk();
    struct err err;
    turn(&t, "a", "A");
    CHECK_OK(talk_say(&t, str_of("b"), &err), &err);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        refused(&t, waits[i], "md");
    assert_int_equal(t.c.n, 4);
    talk_clear(&t);
    place_empty(place);
}

static void without_a_folder_there_is_nothing_to_list(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    talk_clear(&t);
    struct turn_options o = {0};
    talk_init(&t, &deaf.b, &o);
    talk_keep(&t, NULL);
    turn(&t, "a", "A");
    refused(&t, ACTION_SESSIONS, "");
    refused(&t, ACTION_FIND, "x");
    refused(&t, ACTION_RENAME, "x");
    refused(&t, ACTION_DELETE, "");
    assert_string_equal(after(&t, ACTION_UNDO, "", TALK_REPLAY), "");
    talk_clear(&t);
}

static void the_system_text_begins_the_chat_and_is_kept(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct err err;
    after(&t, ACTION_SYSTEM, "be brief", TALK_SAME);
    turn(&t, "a", "A");
    assert_string_equal(after(&t, ACTION_SYSTEM, "", TALK_SAME), "be brief/a/A/");
    same_on_disk(&t);
    assert_string_equal(after(&t, ACTION_EDIT, "b", TALK_STARTED),
                        "be brief/b/new/");
    same_on_disk(&t); /* the system is not told twice */
    after(&t, ACTION_SYSTEM, "be long", TALK_SAME);
    turn(&t, "c", "C");
    assert_int_equal(t.c.n, 5); /* for the next chat only */
    talk_restart(&t);
    CHECK_OK(talk_say(&t, str_of("far too long"), &err), &err);
    struct event ev = event_of(EVENT_ERROR);
    err_set(&ev.error, ERR_LIMIT, "too long");
    ev.turn = t.turn;
    talk_event(&t, &ev);
    turn(&t, "shorter", "yes");
    same_on_disk(&t);
    talk_restart(&t);
    deaf.refuses = true;
    CHECK_REFUSED(talk_say(&t, str_of("x"), &err), &err, ERR_LIMIT);
    assert_int_equal(t.c.n_all, 0);
    deaf.refuses = false;
    turn(&t, "d", "D");
    assert_string_equal(after(&t, ACTION_UNDO, "", TALK_REPLAY), "be long/");
    after(&t, ACTION_SYSTEM, "off", TALK_SAME);
    turn(&t, "e", "E");
    assert_string_equal(after(&t, ACTION_SYSTEM, "", TALK_SAME), "e/E/");
    same_on_disk(&t);
    talk_clear(&t);
    place_empty(place);
}

static void a_chat_gone_on_with_tells_the_model_as_much_as_before(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct buf said = {0}, path = {0};
    struct err err;
    turn(&t, "one", "1");
    turn(&t, "two", "2");
    turn(&t, "three", "3");
    CHECK_OK(talk_drop_oldest(&t, &said, &err), &err);
    CHECK_OK(talk_drop_oldest(&t, &said, &err), &err);
    assert_int_equal(t.skip, 4);
    buf_puts(&path, keeper_path(t.keep.keeper));
    talk_clear(&t);

    t = fresh_talk();
    CHECK_OK(talk_resume(&t, path.p, &said, &err), &err);
    assert_int_equal(t.c.n, 6);
    assert_int_equal(t.skip, 4);
    after(&t, ACTION_UNDO, "", TALK_REPLAY);
    talk_clear(&t);
    t = fresh_talk();
    CHECK_OK(talk_resume(&t, path.p, &said, &err), &err);
    assert_int_equal(t.c.n, 4);
    assert_int_equal(t.skip, 0); /* all that is left is in sight again */
    talk_clear(&t);
    buf_clear(&said);
    buf_clear(&path);
    place_empty(place);
}

static void another_model_than_before_is_told(void **state)
{
    (void)state;
    struct {
        const char *name;
        uint64_t hash;
        const char *said;
    } next[] = {
        {"old one", 0xFEDCBA9876543210, NULL},
        {"new one", 5, "another model answered here: old one; from now on it is "
                       "new one\n"},
        {"old one", 5, "another model of the same name answered here\n"},
        {"who knows", 0, NULL},
    };
    struct talk t = fresh_talk();
    struct buf path = {0};
    struct err err;
    snprintf(deaf.b.info.name, sizeof deaf.b.info.name, "old one");
    deaf.b.info.model_hash = 0xFEDCBA9876543210;
    talk_clear(&t); /* and a keeper that knows it */
    talk_init(&t, &deaf.b, &(struct turn_options){0});
    talk_keep(&t, place);
    turn(&t, "one", "1");
    buf_puts(&path, keeper_path(t.keep.keeper));
    talk_clear(&t);
    for (size_t i = 0; i < sizeof next / sizeof *next; i++) {
        struct buf note = {0};
        t = fresh_talk();
        snprintf(deaf.b.info.name, sizeof deaf.b.info.name, "%s", next[i].name);
        deaf.b.info.model_hash = next[i].hash;
        CHECK_OK(talk_resume(&t, path.p, &note, &err), &err);
        assert_string_equal(note.p ? note.p : "", next[i].said ? next[i].said : "");
        buf_clear(&note);
        talk_clear(&t);
    }
    buf_clear(&path);
    place_empty(place);
}

static void a_full_disk_is_still_told_after_a_list(void **state)
{
    (void)state;
    struct talk t = fresh_talk();
    struct buf answer = {0}, news = {0};
    struct turn_options o = {0};
    talk_clear(&t);
    talk_init(&t, &deaf.b, &o);
    talk_keep(&t, at("not/there"));
    turn(&t, "a", "A");
    looked_up(&t, ACTION_SESSIONS, "", &answer);
    CHECK(keeping_flush(&t.keep, NULL, &news));
    CHECK(strstr(news.p, "not being kept"));
    buf_clear(&answer);
    buf_clear(&news);
    talk_clear(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_text_begins_the_chat_and_is_kept),
        cmocka_unit_test(a_chat_gone_on_with_tells_the_model_as_much_as_before),
        cmocka_unit_test(another_model_than_before_is_told),
        cmocka_unit_test(a_full_disk_is_still_told_after_a_list),
        cmocka_unit_test(a_message_is_taken_back_and_said_again),
        cmocka_unit_test(a_message_said_otherwise_is_a_branch),
        cmocka_unit_test(answers_can_be_chosen_among),
        cmocka_unit_test(what_is_deleted_comes_back_with_undo),
        cmocka_unit_test(another_chat_can_be_gone_on_with),
        cmocka_unit_test(chats_are_listed_and_searched_with_the_present_one),
        cmocka_unit_test(a_list_that_takes_long_is_not_waited_for),
        cmocka_unit_test(a_chat_is_written_to_a_new_file),
        cmocka_unit_test(what_changes_the_path_waits_for_the_answer),
        cmocka_unit_test(without_a_folder_there_is_nothing_to_list),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
