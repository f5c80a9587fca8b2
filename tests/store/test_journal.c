/* SPDX-License-Identifier: Apache-2.0 */
#include "store/journal.h"

#include "place.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Records as they are told, one a line. */
static bool collect(void *arg, struct str json)
{
    buf_add_str(arg, json);
    buf_putc(arg, '\n');
    return json.len < 2 || json.p[1] != '!';
}

static const char *const three[] = {"{\"a\":1}", "{\"b\":\"\xE4\xB8\xAD\"}",
                                    "{\"c\":[1,2,3]}"};
static const char three_told[] =
    "{\"a\":1}\n{\"b\":\"\xE4\xB8\xAD\"}\n{\"c\":[1,2,3]}\n";

static void write_three(const char *path)
{
    struct err err;
    struct journal *j = journal_new(path);
    for (int i = 0; i < 3; i++) {
        journal_add(j, str_of(three[i]));
        CHECK_OK(journal_flush(j, &err), &err);
    }
    CHECK_OK(journal_close(j, &err), &err);
}

static void what_was_added_is_read_back(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    struct stat st;
    mode_t before = umask(0);
    write_three(at("x"));
    umask(before);
    assert_int_equal(stat(at("x"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    CHECK_OK(journal_read(at("x"), collect, &told, &found, &err), &err);
    assert_string_equal(told.p, three_told);
    assert_int_equal(found.records, 3);
    assert_int_equal(found.damaged, 0);
    assert_int_equal(found.torn, 0);
    buf_clear(&told);
}

static void nothing_added_makes_no_file(void **state)
{
    (void)state;
    struct err err;
    struct journal *j = journal_new(at("never"));
    assert_int_equal(access(at("never"), F_OK), -1);
    journal_add(j, str_of("{}"));
    assert_int_equal(access(at("never"), F_OK), -1);
    CHECK_OK(journal_close(j, &err), &err);
    assert_int_equal(access(at("never"), F_OK), 0);
}

static void a_name_that_is_taken_is_refused(void **state)
{
    (void)state;
    struct err err;
    put_bytes(at("taken"), "mine", 4);
    assert_int_equal(symlink(at("elsewhere"), at("link")), 0);
    const char *const names[] = {at("taken"), at("link"), at("no/such/folder")};
    for (int i = 0; i < 3; i++) {
        struct journal *j = journal_new(names[i]);
        journal_add(j, str_of("{}"));
        CHECK_REFUSED(journal_flush(j, &err), &err, ERR_IO);
        CHECK_REFUSED(journal_close(j, &err), &err, ERR_IO);
    }
    struct buf b = bytes_of(at("taken"));
    assert_string_equal(b.p, "mine");
    assert_int_equal(access(at("elsewhere"), F_OK), -1);
    buf_clear(&b);
}

/* The file cut at every byte: all whole records are there, an open cuts the rest
 * off, and what is added then stands behind them. */
static void wherever_it_is_torn_all_whole_records_stay(void **state)
{
    (void)state;
    write_three(at("whole"));
    struct buf all = bytes_of(at("whole"));
    for (size_t cut = 0; cut <= all.len; cut++) {
        struct journal_found found;
        struct buf told = {0}, again = {0};
        struct err err;
        put_bytes(at("cut"), all.p, cut);
        CHECK_OK(journal_read(at("cut"), collect, &told, &found, &err), &err);
        unsigned lines = 0;
        size_t whole = 0;
        for (size_t i = 0; i < cut; i++)
            if (all.p[i] == '\n') {
                lines++;
                whole = i + 1;
            }
        assert_int_equal(found.records, lines ? lines - 1 : 0);
        assert_int_equal(found.damaged, 0);
        assert_int_equal(found.torn, cut - whole);
        assert_int_equal(strncmp(told.p ? told.p : "", three_told, told.len), 0);

        struct journal *j = journal_open(at("cut"), collect, &again, &found, &err);
        CHECK_OK(j, &err);
        journal_add(j, str_of("{\"new\":true}"));
        CHECK_OK(journal_close(j, &err), &err);
        buf_puts(&told, "{\"new\":true}\n");
        buf_reset(&again);
        CHECK_OK(journal_read(at("cut"), collect, &again, &found, &err), &err);
        assert_string_equal(again.p, told.p);
        assert_int_equal(found.torn + found.damaged, 0);
        buf_clear(&told);
        buf_clear(&again);
    }
    buf_clear(&all);
}

static void a_damaged_byte_costs_its_record_and_no_other(void **state)
{
    (void)state;
    static const unsigned char flips[] = {0x01, 0x80, 0xFF, 0x20};
    write_three(at("good"));
    struct buf all = bytes_of(at("good"));
    size_t header = (size_t)(strchr(all.p, '\n') - all.p) + 1;
    for (size_t i = header; i < all.len; i++)
        for (size_t f = 0; f < sizeof flips; f++) {
            struct journal_found found;
            struct buf told = {0};
            struct err err;
            char was = all.p[i];
            all.p[i] = (char)(was ^ (char)flips[f]);
            CHECK_OK(journal_read_bytes(buf_str(&all), collect, &told, &found,
                                        &err), &err);
            /* A line feed more or less makes two lines of one, or one of two. */
            assert_true(found.records >= 1 && found.records <= 2);
            assert_true(found.damaged >= 1 || found.torn > 0);
            all.p[i] = was;
            buf_clear(&told);
        }
    buf_clear(&all);
}

/* After a power loss a sector that was not synced may be empty while later ones
 * are there: its records are gone, no other, and what is added then stands. */
static void a_sector_of_nothing_costs_what_stood_in_it(void **state)
{
    (void)state;
    enum { RECORDS = 60, SECTOR = 512 };
    struct err err;
    struct journal *j = journal_new(at("sectors"));
    for (int i = 0; i < RECORDS; i++) {
        char json[96];
        snprintf(json, sizeof json, "{\"n\":%d,\"text\":\"%040d\"}", i, i);
        journal_add(j, str_of(json));
    }
    CHECK_OK(journal_close(j, &err), &err);
    struct buf all = bytes_of(at("sectors"));
    for (size_t hole = SECTOR; hole < all.len; hole += SECTOR) {
        size_t len = all.len - hole < SECTOR ? all.len - hole : SECTOR;
        struct buf torn = {0}, told = {0};
        struct journal_found found;
        unsigned touched = 1;
        buf_add_str(&torn, buf_str(&all));
        for (size_t i = hole; i < hole + len; i++)
            touched += all.p[i] == '\n';
        memset(torn.p + hole, 0, len);
        put_bytes(at("torn"), torn.p, torn.len);
        j = journal_open(at("torn"), collect, &told, &found, &err);
        CHECK_OK(j, &err);
        assert_true(found.records + touched >= RECORDS);
        assert_true(found.damaged + (found.torn > 0) >= 1);
        journal_add(j, str_of("{\"new\":1}"));
        CHECK_OK(journal_close(j, &err), &err);
        unsigned before = found.records;
        buf_reset(&told);
        CHECK_OK(journal_read(at("torn"), collect, &told, &found, &err), &err);
        assert_int_equal(found.records, before + 1);
        assert_true(str_ends(buf_str(&told), str_of("{\"new\":1}\n")));
        buf_clear(&torn);
        buf_clear(&told);
    }
    buf_clear(&all);
}

static void what_is_no_journal_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "hello\n", "mull-session \n", "mull-session x\n", "mull-session 0\n",
        "mull-session 99999\n", "mull-session 1 \n", "GGUF", "\n",
        "mull-session 1234567890123456789"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct journal_found found;
        struct buf told = {0};
        struct err err;
        CHECK_REFUSED(journal_read_bytes(str_of(wrong[i]), collect, &told,
                                         &found, &err), &err, ERR_FORMAT);
        put_bytes(at("wrong"), wrong[i], strlen(wrong[i]));
        CHECK_REFUSED(journal_open(at("wrong"), collect, &told, &found, &err),
                      &err, ERR_FORMAT);
        struct buf after = bytes_of(at("wrong"));
        assert_string_equal(after.p, wrong[i]); /* untouched */
        buf_clear(&after);
        buf_clear(&told);
    }
}

static void a_newer_version_is_read_and_never_written(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    write_three(at("newer"));
    struct buf all = bytes_of(at("newer"));
    all.p[strlen("mull-session ")] = '2';
    buf_puts(&all, "torn");
    put_bytes(at("newer"), all.p, all.len);
    CHECK_OK(journal_read(at("newer"), collect, &told, &found, &err), &err);
    assert_int_equal(found.version, 2);
    assert_string_equal(told.p, three_told);
    CHECK_REFUSED(journal_open(at("newer"), collect, &told, &found, &err), &err,
                  ERR_UNSUPPORTED);
    struct buf after = bytes_of(at("newer"));
    assert_true(str_eq(buf_str(&after), buf_str(&all)));
    buf_clear(&after);
    buf_clear(&all);
    buf_clear(&told);
}

static void two_cannot_write_at_once(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    write_three(at("shared"));
    struct journal *j = journal_open(at("shared"), collect, &told, &found, &err);
    CHECK_OK(j, &err);
    CHECK_REFUSED(journal_open(at("shared"), collect, &told, &found, &err), &err,
                  ERR_IO);
    assert_non_null(strstr(err.msg, "another mull"));
    CHECK_OK(journal_read(at("shared"), collect, &told, &found, &err), &err);
    CHECK_OK(journal_close(j, &err), &err);
    j = journal_open(at("shared"), collect, &told, &found, &err);
    CHECK_OK(j, &err);
    CHECK_OK(journal_close(j, &err), &err);
    buf_clear(&told);
}

static void the_lock_dies_with_its_process(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    int ready[2];
    char c;
    write_three(at("held"));
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        if (journal_open(at("held"), collect, &told, &found, &err))
            (void)!write(ready[1], "x", 1);
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &c, 1), 1);
    CHECK_REFUSED(journal_open(at("held"), collect, &told, &found, &err), &err,
                  ERR_IO);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    struct journal *j = journal_open(at("held"), collect, &told, &found, &err);
    CHECK_OK(j, &err);
    CHECK_OK(journal_close(j, &err), &err);
    close(ready[0]);
    close(ready[1]);
    buf_clear(&told);
}

static void files_of_others_and_links_are_refused(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    struct stat st;
    write_three(at("real"));
    assert_int_equal(symlink(at("real"), at("sym")), 0);
    CHECK_REFUSED(journal_open(at("sym"), collect, &told, &found, &err), &err,
                  ERR_IO);
    assert_int_equal(link(at("real"), at("hard")), 0);
    CHECK_REFUSED(journal_open(at("real"), collect, &told, &found, &err), &err,
                  ERR_IO);
    assert_int_equal(unlink(at("hard")), 0);
    assert_int_equal(mkfifo(at("fifo"), 0600), 0);
    CHECK_REFUSED(journal_open(at("fifo"), collect, &told, &found, &err), &err,
                  ERR_IO);
    CHECK_REFUSED(journal_open(place, collect, &told, &found, &err), &err,
                  ERR_IO);
    CHECK_REFUSED(journal_open(at("none"), collect, &told, &found, &err), &err,
                  ERR_IO);
    /* Ours, but open to all: closed to them. */
    assert_int_equal(chmod(at("real"), 0644), 0);
    struct journal *j = journal_open(at("real"), collect, &told, &found, &err);
    CHECK_OK(j, &err);
    CHECK_OK(journal_close(j, &err), &err);
    assert_int_equal(stat(at("real"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    buf_clear(&told);
}

static void room_for(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* The disk is full after every possible number of bytes, also in the middle of a
 * record; when there is room again, nothing is missing and nothing is twice. */
static void a_full_disk_loses_nothing_once_there_is_room(void **state)
{
    (void)state;
    struct err err;
    signal(SIGXFSZ, SIG_IGN);
    write_three(at("expected"));
    struct buf want = bytes_of(at("expected"));
    for (size_t room = 0; room < want.len; room++) {
        struct journal *j = journal_new(at("full"));
        room_for(room);
        bool failed = false;
        for (int i = 0; i < 3; i++) {
            journal_add(j, str_of(three[i]));
            if (!journal_flush(j, &err)) {
                failed = true;
                assert_int_equal(err.kind, ERR_IO);
            }
        }
        assert_true(failed);
        struct buf torn = bytes_of(at("full"));
        assert_true(torn.len <= room);
        assert_int_equal(memcmp(torn.p ? torn.p : "", want.p, torn.len), 0);
        buf_clear(&torn);
        room_for(RLIM_INFINITY);
        CHECK_OK(journal_flush(j, &err), &err);
        CHECK_OK(journal_close(j, &err), &err);
        struct buf got = bytes_of(at("full"));
        assert_true(str_eq(buf_str(&got), buf_str(&want)));
        buf_clear(&got);
        assert_int_equal(unlink(at("full")), 0);
    }
    buf_clear(&want);
}

static void a_close_that_fails_says_so_and_leaves_whole_records(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf told = {0};
    struct err err;
    signal(SIGXFSZ, SIG_IGN);
    struct journal *j = journal_new(at("short"));
    journal_add(j, str_of(three[0]));
    journal_add(j, str_of(three[1]));
    room_for(40); /* the header, the first record, a little of the second */
    CHECK_REFUSED(journal_close(j, &err), &err, ERR_IO);
    room_for(RLIM_INFINITY);
    CHECK_OK(journal_read(at("short"), collect, &told, &found, &err), &err);
    assert_int_equal(found.records, 1);
    assert_true(found.torn > 0);
    buf_clear(&told);
}

/* Killed at any moment while it writes as fast as it can. */
static void a_kill_loses_no_record_that_was_flushed(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0) {
            struct err err;
            struct journal *j = journal_new(at("killed"));
            for (unsigned n = 0;; n++) {
                char json[64];
                snprintf(json, sizeof json, "{\"n\":%u}", n);
                journal_add(j, str_of(json));
                if (!journal_flush(j, &err))
                    _exit(1);
                (void)!write(told[1], &n, sizeof n);
                if (n % 16 == 0)
                    journal_sync(j);
            }
        }
        unsigned n = 0, last = 0;
        while (n < (unsigned)round * 7) /* another moment each time */
            assert_int_equal(read(told[0], &n, sizeof n), sizeof n);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(told[1]);
        while (read(told[0], &n, sizeof n) == sizeof n)
            last = n;
        last = n > last ? n : last;
        close(told[0]);

        struct journal_found found;
        struct buf all = {0};
        struct err err;
        if (access(at("killed"), F_OK) != 0)
            continue;
        CHECK_OK(journal_read(at("killed"), collect, &all, &found, &err), &err);
        assert_int_equal(found.damaged, 0);
        assert_true(found.records >= last);
        buf_clear(&all);
        unlink(at("killed"));
    }
}

static void lines_longer_than_memory_are_passed_over(void **state)
{
    (void)state;
    struct journal_found found;
    struct buf all = {0}, told = {0};
    struct err err;
    buf_puts(&all, "mull-session 1\n");
    buf_reserve(&all, JOURNAL_LINE_MAX + 10);
    memset(all.p + all.len, 'x', JOURNAL_LINE_MAX + 10);
    all.len += JOURNAL_LINE_MAX + 10;
    buf_puts(&all, "\n");
    write_three(at("tail"));
    struct buf tail = bytes_of(at("tail"));
    buf_puts(&all, strchr(tail.p, '\n') + 1);
    CHECK_OK(journal_read_bytes(buf_str(&all), collect, &told, &found, &err),
             &err);
    assert_int_equal(found.damaged, 1);
    assert_int_equal(found.records, 3);
    buf_clear(&all);
    buf_clear(&told);
    buf_clear(&tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_added_is_read_back),
        cmocka_unit_test(nothing_added_makes_no_file),
        cmocka_unit_test(a_name_that_is_taken_is_refused),
        cmocka_unit_test(wherever_it_is_torn_all_whole_records_stay),
        cmocka_unit_test(a_damaged_byte_costs_its_record_and_no_other),
        cmocka_unit_test(a_sector_of_nothing_costs_what_stood_in_it),
        cmocka_unit_test(what_is_no_journal_is_refused),
        cmocka_unit_test(a_newer_version_is_read_and_never_written),
        cmocka_unit_test(two_cannot_write_at_once),
        cmocka_unit_test(the_lock_dies_with_its_process),
        cmocka_unit_test(files_of_others_and_links_are_refused),
        cmocka_unit_test(a_full_disk_loses_nothing_once_there_is_room),
        cmocka_unit_test(a_close_that_fails_says_so_and_leaves_whole_records),
        cmocka_unit_test(a_kill_loses_no_record_that_was_flushed),
        cmocka_unit_test(lines_longer_than_memory_are_passed_over),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
