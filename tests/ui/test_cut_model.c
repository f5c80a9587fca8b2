/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody truncates the model's file while it writes an answer, or memory runs out:
 * the real engine on a copy of the model in models/, before the full screen and
 * before plain lines. */
#include "config.h" /* prlimit */

#include "store/place.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <sys/resource.h>
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

/* What is free goes back to the system, so that it can run out. */
static void own_no_spare_memory(void)
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 128 << 10);
    mallopt(M_TRIM_THRESHOLD, 128 << 10);
    malloc_trim(0);
#endif
}

static int run_screen(void *arg)
{
    (void)arg;
    own_no_spare_memory();
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

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* Of a program that is running: no more than it has, the reserve among it. */
static void give_no_more_memory(pid_t child)
{
    char path[64], line[128];
    unsigned long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)child);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (kb == 0 && fgets(line, sizeof line, f))
        sscanf(line, "VmData: %lu", &kb);
    fclose(f);
    assert_true(kb > 0);
    struct rlimit lim = {.rlim_cur = kb * 1024, .rlim_max = RLIM_INFINITY};
    assert_int_equal(prlimit(child, RLIMIT_DATA, &lim, NULL), 0);
}

/* More text than its free pieces can hold, typed while it answers. */
static void paste(struct pty *p)
{
    struct buf b = {0};
    buf_puts(&b, "\033[200~");
    for (int i = 0; i < 20000; i++)
        buf_puts(&b, "many words or so ");
    buf_puts(&b, "\033[201~");
    pty_send(p, b.p);
    buf_clear(&b);
}

static void memory_that_is_used_up_ends_the_turn(void **state)
{
    (void)state;
#if defined SANITIZED || !defined __GLIBC__
    skip(); /* what a sanitizer has spare, or another malloc, is not known */
#endif
    struct pty p;
    struct pty_start how = {.width = 100, .height = 30, .term = "xterm-256color",
                            .locale = "C.UTF-8", .run = run_screen};
    copy_model();
    pty_begin(&p, &how);
    pty_wait_bytes(&p, "\033[?2004h");
    pty_send(&p, "go\r");
    pty_wait(&p, "▏ ");
    give_no_more_memory(p.child);
    paste(&p);
    pty_wait(&p, "memory is used up");
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    assert_int_equal(prlimit(p.child, RLIMIT_DATA, &all, NULL), 0);
    pty_send(&p, "\x03"); /* the line away */
    pty_wait_gone(&p, "many words");
    pty_send(&p, "again\r"); /* somebody has ended another program */
    pty_wait(&p, "Ctrl-C stop");
    pty_send(&p, "\x03");
    pty_wait_gone(&p, "Ctrl-C stop");
    pty_send(&p, "\x04");
    pty_end(&p);
    assert_true(WIFEXITED(p.status));
    assert_int_equal(WEXITSTATUS(p.status), 0);
    pty_check_restored(&p);
    pty_free(&p);
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
        cmocka_unit_test(memory_that_is_used_up_ends_the_turn),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
