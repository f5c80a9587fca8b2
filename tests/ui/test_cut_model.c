/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody truncates the model's file while it writes an answer: the real engine on
 * a copy of the model in models/, before the full screen and before plain lines. */
#include "store/place.h"

#include <poll.h>
#include <sys/wait.h>

#include "chat/conversation.h"
#include "engine/engine.h"
#include "engine/load.h"
#include "store/folder.h"
#include "store/saved.h"
#include "ui/pty.h"
#include "ui/ui.h"

static const char *copy; /* of the model */

static void copy_model(void)
{
    struct buf path = {0};
    buf_printf(&path, "%s/models/default.gguf", getenv("MULL_SOURCE"));
    struct buf bytes = bytes_of(path.p);
    copy = at("copy.gguf");
    put_bytes(copy, bytes.p, bytes.len);
    buf_clear(&bytes);
    buf_clear(&path);
}

/* At such a temperature the model says anything and hardly ever ends; two threads
 * compute, so that the fault comes in either. */
struct talker {
    struct loaded_model m;
    struct backend *b;
    struct ui_options o;
};

static bool talker_open(struct talker *t, struct err *err)
{
    struct load_options load = {.path = copy, .threads = 2, .cpu = CPU_SCALAR};
    struct engine_options engine = {.context = 8192};
    *t = (struct talker){0};
    if (!loaded_model_open(&t->m, &load, err))
        return false;
    t->b = engine_open(&t->m, &engine, err);
    if (!t->b) {
        loaded_model_close(&t->m);
        return false;
    }
    t->o.turn.sampling = t->b->info.sampling;
    t->o.turn.sampling.temp = 10;
    t->o.turn.sampling.top_p = 1;
    return true;
}

static void talker_close(struct talker *t)
{
    backend_close(t->b);
    loaded_model_close(&t->m);
}

static int run_screen(void *arg)
{
    (void)arg;
    struct talker t;
    struct err err;
    if (!talker_open(&t, &err))
        return 9;
    t.o.sessions = place;
    bool ok = ui_run(t.b, &t.o, &err);
    talker_close(&t);
    return ok ? 0 : 3;
}

static void the_screen_stays_and_the_chat_is_kept(void **state)
{
    (void)state;
    struct pty p;
    struct pty_start how = {.width = 100, .height = 30, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run_screen};
    copy_model();
    pty_begin(&p, &how);
    pty_wait_bytes(&p, "\033[?2004h");
    pty_send(&p, "go\r");
    pty_wait(&p, "▏ "); /* a thought that grows */
    assert_int_equal(truncate(copy, 100000), 0);
    pty_wait(&p, "the model's file was cut short while it was in use");
    pty_send(&p, "again\r"); /* and every turn after says so too */
    pty_wait(&p, "› again");
    pty_wait_gone(&p, "Ctrl-C stop");
    pty_send(&p, "/sessions\r");
    pty_wait(&p, "(this chat)");
    pty_send(&p, "\x04");
    pty_end(&p);
    assert_true(WIFEXITED(p.status));
    assert_int_equal(WEXITSTATUS(p.status), 0);
    pty_check_restored(&p);
    pty_check_harmless(&p);
    pty_free(&p);

    struct folder_list list;
    struct saved s = {0};
    struct err err;
    struct buf path = {0};
    folder_read(place, &list);
    assert_int_equal(list.n, 1);
    folder_path(place, list.entries[0].id, &path);
    CHECK_OK(saved_read(&s, path.p, &err), &err);
    assert_false(s.interrupted); /* mull was not */
    assert_true(s.c.n >= 2);
    assert_true(s.c.messages[1]->interrupted); /* its answer was */
    assert_true(s.c.messages[1]->thought.len + s.c.messages[1]->text.len > 0);
    saved_clear(&s);
    folder_list_clear(&list);
    buf_clear(&path);
    place_empty(place);
}

/* The child's side of the pipes: one message from `in`. */
static void be_plain(int in, int out)
{
    struct talker t;
    struct err err;
    FILE *from = fdopen(in, "r"), *to = fdopen(out, "w");
    setvbuf(to, NULL, _IONBF, 0);
    if (!talker_open(&t, &err))
        _exit(9);
    bool ok = plain_run(t.b, &t.o, from, to, to, &err);
    if (!ok)
        fprintf(to, "\nrefused: %s\n", err.msg);
    talker_close(&t);
    _exit(ok ? 0 : 3);
}

static void plain_lines_end_with_a_sentence(void **state)
{
    (void)state;
    int in[2], out[2], status;
    struct buf heard = {0};
    char some[4096];
    ssize_t n;
    copy_model();
    assert_int_equal(pipe(in) | pipe(out), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        close(in[1]);
        close(out[0]);
        be_plain(in[0], out[1]);
    }
    close(in[0]);
    close(out[1]);
    assert_int_equal(write(in[1], "go\n", 3), 3);
    close(in[1]);
    while ((n = read(out[0], some, sizeof some)) > 0) {
        if (heard.len < 200 && heard.len + (size_t)n >= 200)
            assert_int_equal(truncate(copy, 100000), 0);
        buf_add(&heard, some, (size_t)n);
    }
    close(out[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_non_null(strstr(heard.p, "refused: the model's file was cut short"));
    buf_clear(&heard);
    place_empty(place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_screen_stays_and_the_chat_is_kept),
        cmocka_unit_test(plain_lines_end_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
