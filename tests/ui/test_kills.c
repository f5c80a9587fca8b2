/* SPDX-License-Identifier: Apache-2.0 */
/* A chat is killed at every place where it writes: before, within and after each
 * write, rename and cut of a file, ours and SQLite's. Then all of it must be there
 * that was written whole, and the chat goes on.
 *
 * Nothing of mull takes part in the dying: this program has pwrite and the others
 * of its own, which libraries find before those of the system. */
#include "config.h"

#include "ui/talk_sessions.h"

#include "store/place.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "base/rng.h"
#include "events.h"
#include "store/export.h"
#include "store/folder.h"
#include "store/index.h"
#include "store/keeper.h"
#include "store/saved.h"
#include "ui/talk.h"
#include "ui/talk_steer.h"

enum { ROOM = 1 << 18, DIED = 77, CUTS = 4 };

/* Shared with the child that dies. */
static struct shared {
    unsigned points;       /* places where it could have died so far */
    unsigned die_at, cut;  /* there; cut: how much of a write is still done */
    char id[64];           /* of the session that is written */
    char bytes[ROOM];      /* all that was meant to stand in it */
    size_t meant, done;    /* so much of it; of that, by writes that returned */
    char told[ROOM];       /* the chat as it was after the last whole flush */
    size_t told_end;       /* and how long the file was then */
} *now;

static bool in_child;
static struct talk *live;

/* --- dying ---------------------------------------------------------------- */

static bool dies_here(void)
{
    return in_child && ++now->points == now->die_at;
}

static void note_bytes(const void *p, size_t n, off_t at)
{
    if (!in_child || !live || !live->keep.keeper || (size_t)at + n > ROOM)
        return;
    const char *id = keeper_id(live->keep.keeper);
    if (strcmp(now->id, id) != 0) { /* another chat begins */
        snprintf(now->id, sizeof now->id, "%s", id);
        now->meant = now->done = now->told_end = 0;
        now->told[0] = '\0';
    }
    memcpy(now->bytes + at, p, n);
    now->meant = (size_t)at + n;
}

static ssize_t write_at(int fd, const void *p, size_t n, off_t at)
{
    if (dies_here()) {
        size_t some[CUTS] = {0, 1, n / 2, n};
        if (some[now->cut])
            syscall(SYS_pwrite64, fd, p, some[now->cut], at);
        _exit(DIED);
    }
    return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at);
ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    note_bytes(p, n, at);
    ssize_t w = write_at(fd, p, n, at);
    if (in_child && w > 0)
        now->done = (size_t)at + (size_t)w;
    return w;
}

/* Of calls that are done or not done, the even cuts die before. */
#define DIE_AROUND(call)                   \
    do {                                   \
        if (!dies_here())                  \
            return (int)(call);            \
        if (now->cut % 2 == 1)             \
            (void)!(call);                 \
        _exit(DIED);                       \
    } while (0)

int rename(const char *from, const char *to)
{
    DIE_AROUND(syscall(SYS_rename, from, to));
}

int ftruncate(int fd, off_t size)
{
    DIE_AROUND(syscall(SYS_ftruncate, fd, size));
}

int unlink(const char *path)
{
    DIE_AROUND(syscall(SYS_unlink, path));
}

/* A kill leaves what was written: nobody needs the disk here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

int fdatasync(int fd)
{
    (void)fd;
    return 0;
}

static ssize_t sqlite_write(int fd, const void *p, size_t n, off_t at)
{
    return write_at(fd, p, n, at);
}

static void watch_sqlite(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    sqlite3_syscall_ptr w = (sqlite3_syscall_ptr)sqlite_write;
    vfs->xSetSystemCall(vfs, "pwrite", w);
    vfs->xSetSystemCall(vfs, "pwrite64", w);
    vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)ftruncate);
    vfs->xSetSystemCall(vfs, "unlink", (sqlite3_syscall_ptr)unlink);
    vfs->xSetSystemCall(vfs, "fsync", (sqlite3_syscall_ptr)fsync);
}

/* --- what a chat is ------------------------------------------------------- */

/* An answer of which nothing came yet is none. */
static void describe(const struct conversation *c, const struct buf *title,
                     size_t unseen, struct buf *out)
{
    struct conversation path = *c;
    const struct message *last = c->n ? c->messages[c->n - 1] : NULL;
    if (last && last->role == ROLE_ASSISTANT && !last->first &&
        last->text.len + last->thought.len == 0)
        path.n--;
    buf_printf(out, "%s|%zu|", title->len ? title->p : "", unseen);
    export_plain_json(&path, out);
}

static void flush(struct talk *t)
{
    struct buf say = {0}, is = {0};
    keeping_flush(&t->keep, NULL, &say);
    buf_clear(&say);
    if (strcmp(now->id, keeper_id(t->keep.keeper)) == 0) {
        describe(&t->c, &t->keep.title, t->skip, &is);
        snprintf(now->told, sizeof now->told, "%s", is.p);
        now->told_end = now->done;
    }
    buf_clear(&is);
}

/* --- a life --------------------------------------------------------------- */

static bool deaf_start(struct backend *b, const struct conversation *c,
                       const struct turn_options *o, uint32_t *turn,
                       struct err *err)
{
    static uint32_t turns;
    (void)b;
    (void)c;
    (void)o;
    (void)err;
    *turn = ++turns;
    return true;
}

static void deaf_cancel(struct backend *b)
{
    (void)b;
}

static const struct backend_ops deaf_ops = {.start = deaf_start,
                                            .cancel = deaf_cancel};
static struct backend deaf = {.ops = &deaf_ops};

static void tell(struct talk *t, struct event ev)
{
    ev.turn = t->turn;
    talk_event(t, &ev);
}

static void answer(struct talk *t, struct rng *r)
{
    flush(t);
    for (uint32_t n = rng_below(r, 4); n > 0; n--) {
        tell(t, event_text(PART_THOUGHT, str_of("a thought\n")));
        if (rng_below(r, 2))
            flush(t);
    }
    for (uint32_t n = 1 + rng_below(r, 3); n > 0; n--) {
        tell(t, event_text(PART_ANSWER, str_of("so \xE4\xBD\xA0 ")));
        if (rng_below(r, 2))
            flush(t);
    }
    tell(t, event_done(rng_below(r, 4) ? DONE_END : DONE_CANCELLED));
    flush(t);
}

/* Refusals (nothing to undo, no variants) are part of life. */
static void act(struct talk *t, enum action a, const char *args)
{
    struct buf said = {0};
    struct err err;
    enum talk_change change;
    talk_sessions_act(t, a, str_of(args), &said, &change, &err);
    buf_clear(&said);
}

static void live_once(uint64_t seed)
{
    struct turn_options o = {.sampling = {.seed = 1}};
    struct rng r = rng_init(seed);
    struct talk t;
    struct err err;
    struct buf said = {0};
    talk_init(&t, &deaf, &o);
    talk_keep(&t, place);
    live = &t;
    for (int step = 0; step < 14; step++) {
        switch (step < 2 ? 0 : rng_below(&r, 9)) {
        case 0:
        case 1:
        case 2:
            talk_say(&t, str_of("a question"), &err);
            break;
        case 3:
            talk_again(&t, &err);
            break;
        case 4:
            act(&t, ACTION_EDIT, "said otherwise");
            break;
        case 5:
            act(&t, rng_below(&r, 2) ? ACTION_UNDO : ACTION_REDO, "");
            break;
        case 6:
            act(&t, ACTION_VARIANT_BEFORE, "");
            act(&t, ACTION_RENAME, step % 2 ? "a title" : "another");
            break;
        case 7:
            talk_drop_oldest(&t, &said, &err);
            break;
        case 8:
            act(&t, ACTION_DELETE, "");
            act(&t, ACTION_UNDO, "");
            break;
        }
        if (t.running)
            answer(&t, &r);
        flush(&t);
    }
    buf_clear(&said);
    talk_clear(&t);
    live = NULL;
}

static void index_once(uint64_t seed)
{
    struct err err;
    (void)seed;
    watch_sqlite();
    index_close(index_open(place, NULL, &err));
}

/* --- what is left --------------------------------------------------------- */

/* The bytes of the session, wherever it is now; whether it is in the trash. */
static bool find_file(struct buf *path)
{
    struct buf trash = {0};
    folder_path(place, now->id, path);
    bool here = access(path->p, F_OK) == 0;
    buf_printf(&trash, "%s/" FOLDER_TRASH, place);
    struct buf there = {0};
    folder_path(trash.p, now->id, &there);
    bool deleted = access(there.p, F_OK) == 0;
    assert_false(here && deleted);
    if (!here && deleted) {
        buf_reset(path);
        buf_add_str(path, buf_str(&there));
    }
    buf_clear(&trash);
    buf_clear(&there);
    return here || deleted;
}

static struct saved read_saved(struct str bytes)
{
    struct saved s = {0};
    struct err err;
    CHECK_OK(saved_read_bytes(&s, bytes, &err), &err);
    assert_int_equal(s.found.damaged, 0);
    return s;
}

/* What was told as kept is what the file said then. */
static void check_told(void)
{
    struct buf is = {0};
    struct saved s = read_saved(str_n(now->bytes, now->told_end));
    describe(&s.c, &s.title, s.unseen <= s.c.n ? s.unseen : 0, &is);
    assert_string_equal(is.p, now->told);
    buf_clear(&is);
    saved_clear(&s);
}

/* Somebody opens it, says one more thing, and leaves. */
static void go_on(const char *path, size_t whole)
{
    struct saved before = {0}, after = {0};
    struct err err;
    struct keeper *k = keeper_open(path, NULL, &before, &err);
    CHECK_OK(k, &err);
    struct buf sentence = {0};
    assert_int_equal(saved_damage(&before, &sentence), before.found.torn > 0);
    size_t n = before.c.n;
    conversation_add(&before.c, ROLE_USER, str_of("going on"));
    keeper_message(k, conversation_last(&before.c), NULL);
    CHECK_OK(keeper_close(k, &err), &err);
    CHECK_OK(saved_read(&after, path, &err), &err);
    assert_int_equal(after.found.damaged + after.found.torn, 0);
    assert_int_equal(after.c.n, n + 1);
    assert_false(after.interrupted);
    struct buf bytes = bytes_of(path);
    assert_memory_equal(bytes.p, now->bytes, whole); /* nothing old was touched */
    buf_clear(&bytes);
    buf_clear(&sentence);
    saved_clear(&before);
    saved_clear(&after);
}

static void check_session(void)
{
    struct buf path = {0};
    if (!now->id[0])
        return; /* it died before it had said anything */
    if (!find_file(&path)) {
        assert_int_equal(now->done, 0);
        buf_clear(&path);
        return;
    }
    struct buf file = bytes_of(path.p);
    if (file.len < now->done || file.len > now->meant)
        fail_msg("%zu bytes in the file, %zu written whole, %zu meant",
                 file.len, now->done, now->meant);
    if (file.len)
        assert_memory_equal(file.p, now->bytes, file.len);
    size_t whole = file.len;
    while (whole > 0 && file.p[whole - 1] != '\n')
        whole--;
    struct saved s = read_saved(buf_str(&file));
    assert_int_equal(s.found.torn, file.len - whole);
    saved_clear(&s);
    if (now->told_end)
        check_told();
    go_on(path.p, whole);
    buf_clear(&file);
    buf_clear(&path);
}

static bool count_listed(void *arg, const struct index_session *s)
{
    (void)s;
    ++*(unsigned *)arg;
    return true;
}

static void check_index(void)
{
    struct err err;
    unsigned n = 0;
    struct folder_list list;
    struct index *ix = index_open(place, NULL, &err);
    CHECK_OK(ix, &err);
    CHECK_OK(index_list(ix, count_listed, &n, &err), &err);
    index_close(ix);
    folder_read(place, &list);
    assert_int_equal(n, list.n);
    folder_list_clear(&list);
}

/* --- all places ----------------------------------------------------------- */

/* How many places it passed, or the one where it died. */
static unsigned run(void (*life)(uint64_t), uint64_t seed, unsigned die_at,
                    unsigned cut)
{
    int status;
    now->points = now->cut = 0;
    now->id[0] = now->told[0] = '\0';
    now->meant = now->done = now->told_end = 0;
    now->die_at = die_at;
    now->cut = cut;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        in_child = true;
        life(seed);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), die_at ? DIED : 0);
    return now->points;
}

static void wherever_a_chat_is_killed_all_that_was_whole_is_there(void **state)
{
    (void)state;
    unsigned kills = 0;
    for (uint64_t seed = 1; kills < 1000; seed++) {
        unsigned points = run(live_once, seed, 0, 0);
        assert_true(points > 10);
        check_session();
        place_empty(place);
        for (unsigned at = 1; at <= points; at++)
            for (unsigned cut = 0; cut < CUTS; cut++, kills++) {
                run(live_once, seed, at, cut);
                check_session();
                place_empty(place);
            }
    }
    print_message("# %u kills\n", kills);
}

static void an_index_killed_while_it_is_made_is_made_anew(void **state)
{
    (void)state;
    unsigned points;
    run(live_once, 2, 0, 0);
    points = run(index_once, 0, 0, 0);
    assert_true(points > 3);
    for (unsigned i = 1; i <= points; i++)
        for (unsigned cut = 0; cut < CUTS; cut++) {
            unlink(at("index.db"));
            unlink(at("index.db-journal"));
            run(index_once, 0, i, cut);
            check_index();
        }
    print_message("# %u kills\n", points * CUTS);
    place_empty(place);
}

static int begin(void **state)
{
    now = mmap(NULL, sizeof *now, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return now == MAP_FAILED ? -1 : place_begin(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wherever_a_chat_is_killed_all_that_was_whole_is_there),
        cmocka_unit_test(an_index_killed_while_it_is_made_is_made_anew),
    };
    return cmocka_run_group_tests(tests, begin, place_end);
}
