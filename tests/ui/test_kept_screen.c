/* SPDX-License-Identifier: Apache-2.0 */
/* Chats that are kept, and traces to read, on the full screen. */
#include "store/place.h"

#include <signal.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "chat/conversation.h"
#include "store/folder.h"
#include "store/saved.h"
#include "ui/pty.h"
#include "ui/scripted.h"
#include "ui/ui.h"
#include "ui/view.h"

struct show {
    struct pty p;
    struct backend *b;
    struct ui_options o;
    struct conversation reading;
};

static int run_ui(void *arg)
{
    struct show *s = arg;
    struct err err;
    int code = 0;
    if (!ui_run(s->b, &s->o, &err)) {
        dprintf(STDOUT_FILENO, "refused: %s\n", err.msg);
        code = 3;
    }
    backend_close(s->b);
    return code;
}

static int run_view(void *arg)
{
    struct show *s = arg;
    struct err err;
    return view_screen(&s->reading, "some\033[31m trace", NULL, &s->o, &err) ? 0 : 3;
}

static void open_show(struct show *s, const struct script_step *steps)
{
    struct pty_start how = {.width = 80, .height = 24, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run_ui, .arg = s};
    s->b = scripted_new(steps, false);
    s->o.turn.sampling = s->b->info.sampling;
    s->o.sessions = place;
    pty_begin(&s->p, &how);
    pty_wait_bytes(&s->p, "\033[?2004h");
}

static void close_show(struct show *s)
{
    pty_free(&s->p);
    backend_close(s->b);
}

static void leave(struct show *s, const char *keys)
{
    pty_send(&s->p, keys);
    pty_end(&s->p);
    assert_true(WIFEXITED(s->p.status));
    assert_int_equal(WEXITSTATUS(s->p.status), 0);
    pty_check_restored(&s->p);
    pty_check_harmless(&s->p);
}

/* The path of the only session; good until the next call. */
static const char *only_session(void)
{
    static char path[512];
    struct folder_list list;
    folder_read(place, &list);
    assert_int_equal(list.n, 1);
    snprintf(path, sizeof path, "%s/%s" FOLDER_SUFFIX, place, list.entries[0].id);
    folder_list_clear(&list);
    return path;
}

static struct saved read_session(void)
{
    struct saved s = {0};
    struct err err;
    CHECK_OK(saved_read(&s, only_session(), &err), &err);
    return s;
}

static const struct script_step waits[] = {
    {SCRIPT_READ, NULL, 10},        {SCRIPT_THINK, "first I think", 0},
    {SCRIPT_SAY, "half of it", 0},  {SCRIPT_WAIT, NULL, 0},
    {SCRIPT_SAY, " and the rest", 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "second answer", 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "third answer", 0},  {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "fourth answer", 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static const struct script_step answers[] = {
    {SCRIPT_SAY, "second answer", 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "third answer", 0},  {SCRIPT_DONE, NULL, 0},
    {SCRIPT_SAY, "fourth answer", 0}, {SCRIPT_DONE, NULL, 0},
    {SCRIPT_END, NULL, 0},
};

static void a_chat_that_was_killed_goes_on_with_all_it_had_shown(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, waits);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "half of it");
    pty_listen(&s.p, 150); /* longer than what a kill may cost */
    kill(s.p.child, SIGKILL);
    pty_end(&s.p);
    close_show(&s);

    struct saved kept = read_session();
    assert_int_equal(kept.c.n, 2);
    assert_string_equal(kept.c.messages[1]->thought.p, "first I think");
    assert_string_equal(kept.c.messages[1]->text.p, "half of it");
    assert_true(kept.c.messages[1]->interrupted);
    saved_clear(&kept);

    s = (struct show){0};
    s.o.resume = only_session();
    open_show(&s, answers);
    pty_wait(&s.p, "half of it");
    pty_wait(&s.p, "ended from outside");
    pty_send(&s.p, "two\r");
    pty_wait(&s.p, "second answer");
    leave(&s, "\x04");
    close_show(&s);
    kept = read_session();
    assert_int_equal(kept.c.n, 4);
    assert_false(kept.interrupted);
    saved_clear(&kept);
    place_empty(place);
}

static void a_signal_that_ends_it_keeps_what_was_said(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct show s = {0};
        open_show(&s, waits);
        pty_send(&s.p, "one\r");
        pty_wait(&s.p, "half of it");
        kill(s.p.child, signals[i]);
        pty_end(&s.p);
        assert_true(WIFSIGNALED(s.p.status));
        close_show(&s);
        struct saved kept = read_session();
        assert_int_equal(kept.c.n, 2);
        assert_string_equal(kept.c.messages[1]->text.p, "half of it");
        assert_false(kept.interrupted); /* it was closed in order */
        saved_clear(&kept);
        place_empty(place);
    }
}

static void answers_given_again_stay_and_can_be_looked_at(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, answers);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "second answer");
    pty_send(&s.p, "/regen\r");
    pty_wait(&s.p, "third answer");
    pty_send(&s.p, "\t["); /* browse; the variant before */
    pty_wait_gone(&s.p, "third answer");
    pty_wait(&s.p, "variant 1 of 2");
    pty_send(&s.p, "]");
    pty_wait(&s.p, "variant 2 of 2");
    pty_wait(&s.p, "third answer");
    pty_send(&s.p, "e"); /* the question, to be changed */
    pty_wait(&s.p, "/edit one");
    pty_send(&s.p, " more\r");
    pty_wait(&s.p, "› one more");
    pty_wait(&s.p, "fourth answer"); /* nothing is undone while it is on its way */
    pty_send(&s.p, "/undo\r");
    pty_wait_gone(&s.p, "› one more");
    pty_send(&s.p, "/sessions\r");
    pty_wait(&s.p, "/load NAME goes on with one");
    leave(&s, "\x04");
    close_show(&s);
    struct saved kept = read_session();
    assert_int_equal(kept.c.n, 0);     /* taken back */
    assert_int_equal(kept.c.n_all, 5); /* and all still there */
    saved_clear(&kept);
    place_empty(place);
}

static void a_deleted_chat_comes_back(void **state)
{
    (void)state;
    struct show s = {0};
    open_show(&s, answers);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "second answer");
    pty_send(&s.p, "/delete\r");
    pty_wait(&s.p, "/undo brings it back");
    pty_wait_gone(&s.p, "second answer");
    pty_send(&s.p, "/undo\r");
    pty_wait(&s.p, "second answer");
    leave(&s, "\x04");
    close_show(&s);
    struct saved kept = read_session();
    assert_int_equal(kept.c.n, 2);
    saved_clear(&kept);
    place_empty(place);
}

static void a_full_disk_is_told_and_the_chat_goes_on(void **state)
{
    (void)state;
    struct show s = {0};
    struct pty_start how = {.width = 80, .height = 24, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run_ui, .arg = &s};
    s.b = scripted_new(answers, false);
    s.o.turn.sampling = s.b->info.sampling;
    s.o.sessions = at("gone");
    pty_begin(&s.p, &how);
    pty_wait_bytes(&s.p, "\033[?2004h");
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "second answer");
    pty_wait(&s.p, "this chat is not being kept");
    assert_int_equal(mkdir(at("gone"), 0700), 0);
    pty_wait(&s.p, "this chat is kept again, all of it");
    leave(&s, "\x04");
    close_show(&s);
    struct folder_list list;
    folder_read(at("gone"), &list);
    assert_int_equal(list.n, 1);
    folder_list_clear(&list);
    place_empty(place);
}

/* Something else writes the index, which takes longer than a screen waits. */
static void a_list_that_takes_long_comes_later(void **state)
{
    (void)state;
    struct show s = {0};
    sqlite3 *other;
    open_show(&s, answers);
    pty_send(&s.p, "one\r");
    pty_wait(&s.p, "second answer");
    pty_send(&s.p, "/sessions\r");
    pty_wait(&s.p, "/load NAME goes on with one");
    assert_int_equal(sqlite3_open(at("index.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    pty_send(&s.p, "two\r");
    pty_wait(&s.p, "third answer");
    pty_send(&s.p, "/find third\r");
    pty_wait(&s.p, "many chats are read for the first time");
    pty_wait(&s.p, "not in the lists yet: 1");
    sqlite3_close(other);
    pty_send(&s.p, "/find third\r");
    pty_wait(&s.p, "answer   third answer");
    leave(&s, "\x04");
    close_show(&s);
    place_empty(place);
}

static void a_trace_is_read_from_its_beginning(void **state)
{
    (void)state;
    struct show s = {0};
    struct pty_start how = {.width = 120, .height = 24, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run_view, .arg = &s};
    conversation_add(&s.reading, ROLE_USER, str_of("the question"));
    struct message *m = conversation_add(&s.reading, ROLE_ASSISTANT, str_of(""));
    buf_puts(&m->thought, "a\033]52;c;aGk=\007 thought");
    for (int i = 0; i < 100; i++)
        buf_printf(&m->text, "line %d \033[2J\xE2\x80\xAE\n", i);
    pty_begin(&s.p, &how);
    pty_wait(&s.p, "the question");
    pty_wait(&s.p, "line 3 ");
    assert_null(strstr(pty_screen(&s.p), "no experts"));
    assert_null(strstr(pty_screen(&s.p), "memory"));
    pty_send(&s.p, "G");
    pty_wait(&s.p, "line 99 ");
    pty_send(&s.p, "g");
    pty_wait(&s.p, "thought");
    pty_send(&s.p, "\t\t\r");
    pty_send(&s.p, "ihello\r");
    pty_wait(&s.p, "only to be read");
    pty_send(&s.p, "\t");
    pty_wait(&s.p, "q leave");
    assert_null(strstr(pty_screen(&s.p), "x experts"));
    leave(&s, "q");
    pty_free(&s.p);
    conversation_clear(&s.reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_that_was_killed_goes_on_with_all_it_had_shown),
        cmocka_unit_test(a_signal_that_ends_it_keeps_what_was_said),
        cmocka_unit_test(answers_given_again_stay_and_can_be_looked_at),
        cmocka_unit_test(a_deleted_chat_comes_back),
        cmocka_unit_test(a_list_that_takes_long_comes_later),
        cmocka_unit_test(a_full_disk_is_told_and_the_chat_goes_on),
        cmocka_unit_test(a_trace_is_read_from_its_beginning),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
