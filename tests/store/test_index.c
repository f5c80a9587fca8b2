/* SPDX-License-Identifier: Apache-2.0 */
#include "store/index.h"

#include "place.h"

#include <fcntl.h>

#include <sqlite3.h>

#include "chat/conversation.h"
#include "store/folder.h"
#include "store/index_words.h"
#include "store/keeper.h"

static const char *fresh(const char *name)
{
    struct err err;
    const char *folder = at(name);
    CHECK_OK(folder_make(folder, &err), &err);
    return folder;
}

/* A session of one question and its answer, begun at this moment. */
static char *put(const char *folder, const char *question, const char *thought,
                 const char *answer, int64_t ms)
{
    struct conversation c = {0};
    struct err err;
    struct keeper *k = keeper_new(folder, NULL);
    struct message *m = conversation_add(&c, ROLE_USER, str_of(question));
    m->at_ms = ms;
    keeper_message(k, m, NULL);
    m = conversation_add(&c, ROLE_ASSISTANT, str_of(answer));
    buf_puts(&m->thought, thought);
    m->at_ms = ms + 1;
    keeper_message(k, m, NULL);
    char *id = strdup(keeper_id(k));
    CHECK_OK(keeper_close(k, &err), &err);
    conversation_clear(&c);
    return id;
}

static bool add_title(void *arg, const struct index_session *s)
{
    buf_printf(arg, "%s(%u) ", s->title, s->n_messages);
    return true;
}

static bool add_hit(void *arg, const struct index_hit *hit)
{
    buf_printf(arg, "%s:%s ", hit->session.title, hit->part);
    return true;
}

static struct index *open_index(const char *folder)
{
    struct err err;
    struct index *ix = index_open(folder, NULL, &err);
    CHECK_OK(ix, &err);
    return ix;
}

static void lists(const char *folder, const char *want)
{
    struct buf b = {0};
    struct err err;
    struct index *ix = open_index(folder);
    CHECK_OK(index_list(ix, add_title, &b, &err), &err);
    assert_string_equal(b.p ? b.p : "", want);
    index_close(ix);
    buf_clear(&b);
}

static void finds(const char *folder, const char *words, const char *want)
{
    struct buf b = {0};
    struct err err;
    struct index *ix = open_index(folder);
    CHECK_OK(index_search(ix, words, add_hit, &b, &err), &err);
    assert_string_equal(b.p ? b.p : "", want);
    index_close(ix);
    buf_clear(&b);
}

static void sessions_are_listed_in_the_order_of_talking(void **state)
{
    (void)state;
    const char *folder = fresh("order");
    lists(folder, "");
    free(put(folder, "old", "", "x", 1000));
    free(put(folder, "new", "", "x", 3000));
    free(put(folder, "middle", "", "x", 2000));
    lists(folder, "new(2) middle(2) old(2) ");
    lists(at("nowhere"), ""); /* no folder, no index, no failure */
}

static void every_part_of_a_chat_is_searched(void **state)
{
    (void)state;
    const char *folder = fresh("parts");
    free(put(folder, "Is 391 prime?", "so 17*23 it is", "No, 391 is not.", 1000));
    free(put(folder, "other", "", "nothing", 2000));
    finds(folder, "391", "Is 391 prime?:user Is 391 prime?:answer ");
    finds(folder, "17*23", "Is 391 prime?:thought ");
    finds(folder, "PRIME", "Is 391 prime?:user ");
    finds(folder, "391 not", "Is 391 prime?:answer ");
    finds(folder, "\"391 is\"", "Is 391 prime?:answer ");
    finds(folder, "\"is 391 not\"", "");
    finds(folder, "absent", "");
    finds(folder, "is", "Is 391 prime?:user Is 391 prime?:thought "
                        "Is 391 prime?:answer ");
}

static void chinese_is_found_by_one_character_or_more(void **state)
{
    (void)state;
    const char *folder = fresh("chinese");
    free(put(folder, "\xE8\xB4\xA8\xE6\x95\xB0\xE6\x98\xAF\xE4\xBB\x80\xE4\xB9\x88",
             "", "\xE5\xA4\xA7\xE4\xBA\x8E\xE4\xB8\x80", 1000)); /* 质数是什么 */
#define TITLE "\xE8\xB4\xA8\xE6\x95\xB0\xE6\x98\xAF\xE4\xBB\x80\xE4\xB9\x88:"
    finds(folder, "\xE8\xB4\xA8\xE6\x95\xB0", TITLE "user ");       /* 质数 */
    finds(folder, "\xE6\x95\xB0", TITLE "user ");                   /* 数 */
    finds(folder, "\xE6\x95\xB0\xE6\x98\xAF\xE4\xBB\x80", TITLE "user ");
    finds(folder, "\xE5\xA4\xA7\xE4\xBA\x8E \xE4\xB8\x80", TITLE "answer ");
    finds(folder, "\xE5\x81\xB6\xE6\x95\xB0", "");                  /* 偶数 */
}

static void no_word_is_a_piece_of_a_query_language(void **state)
{
    (void)state;
    const char *folder = fresh("quoted");
    struct err err;
    free(put(folder, "100% of a_b \\ \"so\" OR 'x'", "", "100 per cent", 1000));
    finds(folder, "0%", "100% of a_b \\ \"so\" OR 'x':user ");
    finds(folder, "a_", "100% of a_b \\ \"so\" OR 'x':user ");
    finds(folder, "\\", "100% of a_b \\ \"so\" OR 'x':user ");
    finds(folder, "zzz OR 100", "");
    finds(folder, "body:100", "");
    finds(folder, "100*", "");
    finds(folder, "NEAR( \"'; --", "");
    struct index *ix = open_index(folder);
    CHECK_REFUSED(index_search(ix, " \"\" ", add_hit, NULL, &err), &err,
                  ERR_USAGE);
    index_close(ix);
}

static void what_changed_is_taken_in(void **state)
{
    (void)state;
    const char *folder = fresh("changes");
    struct err err;
    char *a = put(folder, "first", "", "apple", 1000);
    char *b = put(folder, "second", "", "pear", 2000);
    finds(folder, "apple", "first:answer ");
    CHECK_OK(folder_delete(folder, a, false, &err), &err);
    finds(folder, "apple", "");
    finds(folder, "pear", "second:answer ");
    CHECK_OK(folder_undelete(folder, a, &err), &err);
    finds(folder, "apple", "first:answer ");
    struct buf path = {0};
    folder_path(folder, b, &path);
    struct buf bytes = bytes_of(path.p);
    put_bytes(path.p, bytes.p, bytes.len / 2);
    finds(folder, "pear", "");
    lists(folder, "second(1) first(2) ");
    buf_clear(&bytes);
    buf_clear(&path);
    free(a);
    free(b);
}

/* Lets so many chats be read, and remembers what it was told. */
struct patience {
    size_t chats, done, total;
};

static bool until_enough(void *arg, size_t done, size_t total)
{
    struct patience *p = arg;
    assert_true(done >= p->done && done <= total);
    p->done = done;
    p->total = total;
    return done < p->chats;
}

/* As if it had been talked so many seconds after the first. */
static void set_time(const char *folder, const char *id, int seconds)
{
    struct buf path = {0};
    struct timespec t = {.tv_sec = 1700000000 + seconds}, both[2] = {t, t};
    folder_path(folder, id, &path);
    assert_int_equal(utimensat(AT_FDCWD, path.p, both, 0), 0);
    buf_clear(&path);
}

static struct index *open_impatiently(const char *folder, struct patience *p)
{
    struct index_watch w = {until_enough, p};
    struct err err;
    struct index *ix = index_open(folder, &w, &err);
    CHECK_OK(ix, &err);
    return ix;
}

static void reading_may_stop_and_goes_on_where_it_was(void **state)
{
    (void)state;
    const char *folder = fresh("later");
    for (int i = 0; i < 5; i++) {
        char question[16];
        snprintf(question, sizeof question, "%d", i);
        char *id = put(folder, question, "", "apple", 1000 + i);
        set_time(folder, id, i);
        free(id);
    }
    struct patience p = {.chats = 2};
    struct buf b = {0};
    struct err err;
    struct index *ix = open_impatiently(folder, &p);
    assert_int_equal(p.total, 5);
    assert_int_equal(index_left(ix), 3);
    CHECK_OK(index_search(ix, "apple", add_hit, &b, &err), &err);
    assert_string_equal(b.p, "4:answer 3:answer "); /* the newest come first */
    index_close(ix);
    p = (struct patience){.chats = 0};
    ix = open_impatiently(folder, &p);
    assert_int_equal(p.total, 3); /* what was read is not read again */
    assert_int_equal(index_left(ix), 3);
    index_close(ix);
    p = (struct patience){.chats = 99};
    ix = open_impatiently(folder, &p);
    assert_int_equal(p.total, 3);
    assert_int_equal(index_left(ix), 0);
    index_close(ix);
    p = (struct patience){.chats = 99};
    index_close(open_impatiently(folder, &p));
    assert_int_equal(p.total, 0); /* nobody was asked: there was nothing to read */
    buf_clear(&b);
}

/* The other mull is another connection here: what SQLite locks, it locks between
 * any two. */
static void what_another_mull_is_writing_is_waited_for_and_then_left(void **state)
{
    (void)state;
    const char *folder = fresh("busy");
    sqlite3 *other;
    free(put(folder, "old", "", "apple", 1000));
    lists(folder, "old(2) ");
    assert_int_equal(sqlite3_open(at("busy/index.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL),
                     SQLITE_OK);
    free(put(folder, "new", "", "apple", 2000));
    struct index *ix = open_index(folder);
    struct buf b = {0};
    struct err err;
    assert_int_equal(index_left(ix), 1);
    CHECK_OK(index_list(ix, add_title, &b, &err), &err);
    assert_string_equal(b.p, "old(2) ");
    index_close(ix);
    buf_clear(&b);
    sqlite3_close(other);
    lists(folder, "new(2) old(2) ");
}

static void letters_of_any_case_are_the_same(void **state)
{
    (void)state;
    const char *folder = fresh("case");
    free(put(folder, "\xC3\x84pfel UND Birnen", "", "x", 1000)); /* Äpfel */
#define APPLES "\xC3\x84pfel UND Birnen:"
    finds(folder, "\xC3\xA4PFEL und", APPLES "user ");
    finds(folder, "\xC3\xA4p", APPLES "user ");
    finds(folder, "\"un\" bIrN", APPLES "user ");
    finds(folder, "apfel", "");
    finds(folder, "\"pfel birnen\"", "");
    /* Each trigram is there, the word is not. */
    free(put(folder, "abcd bcde", "", "y", 2000));
    finds(folder, "abcde", "");
    finds(folder, "bcd", "abcd bcde:user ");
}

static void an_index_that_is_broken_is_made_anew(void **state)
{
    (void)state;
    const char *folder = fresh("broken");
    struct stat st;
    free(put(folder, "kept", "", "apple", 1000));
    lists(folder, "kept(2) ");
    struct buf good = bytes_of(at("broken/index.db"));
    put_bytes(at("broken/index.db"), "this is no database at all, is it", 33);
    finds(folder, "apple", "kept:answer ");
    put_bytes(at("broken/index.db"), good.p, good.len / 2);
    finds(folder, "apple", "kept:answer ");
    for (size_t i = 100; i < good.len; i += 7)
        good.p[i] ^= 0x55;
    put_bytes(at("broken/index.db"), good.p, good.len);
    finds(folder, "apple", "kept:answer ");
    put_bytes(at("broken/index.db"), "", 0);
    finds(folder, "apple", "kept:answer ");
    unlink(at("broken/index.db"));
    mode_t before = umask(0);
    lists(folder, "kept(2) ");
    umask(before);
    assert_int_equal(stat(at("broken/index.db"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    buf_clear(&good);
}

static void without_a_place_it_is_made_in_memory(void **state)
{
    (void)state;
    const char *folder = fresh("memory");
    free(put(folder, "kept", "", "apple", 1000));
    assert_int_equal(mkdir(at("memory/index.db"), 0700), 0);
    finds(folder, "apple", "kept:answer ");
    assert_int_equal(rmdir(at("memory/index.db")), 0);
    put_bytes(at("elsewhere"), "", 0);
    assert_int_equal(symlink(at("elsewhere"), at("memory/index.db")), 0);
    finds(folder, "apple", "kept:answer ");
    struct buf b = bytes_of(at("elsewhere"));
    assert_int_equal(b.len, 0); /* no link was followed */
    buf_clear(&b);
}

static void a_folder_may_be_behind_a_link(void **state)
{
    (void)state;
    struct stat st;
    const char *folder = fresh("real");
    free(put(folder, "kept", "", "apple", 1000));
    assert_int_equal(symlink(folder, at("link")), 0);
    lists(at("link"), "kept(2) ");
    assert_int_equal(stat(at("real/index.db"), &st), 0);
    assert_true(st.st_size > 0);
}

static void a_session_that_cannot_be_read_is_in_the_list(void **state)
{
    (void)state;
    const char *folder = fresh("odd");
    put_bytes(at("odd/20260101-000000-bbbb.session"), "GGUF", 4);
    put_bytes(at("odd/20260101-000000-cccc.session"), "", 0); /* nothing said */
    lists(folder, "(cannot be read)(1) ");
}

static void a_snippet_shows_the_word_and_its_surroundings(void **state)
{
    (void)state;
    struct buf b = {0}, text = {0};
    index_snippet(str_of("short text"), str_of("TEXT"), &b);
    assert_string_equal(b.p, "short text");
    for (int i = 0; i < 100; i++)
        buf_puts(&text, "\xE4\xB8\xAD");
    buf_puts(&text, "\nhere\033");
    for (int i = 0; i < 100; i++)
        buf_puts(&text, "\xE6\x96\x87");
    index_snippet(buf_str(&text), str_of("Here"), &b);
    assert_non_null(strstr(b.p, " here\xEF\xBF\xBD"));
    assert_true(str_starts(buf_str(&b), str_of("\xE2\x80\xA6")));
    assert_true(str_ends(buf_str(&b), str_of("\xE2\x80\xA6")));
    assert_true(b.len < 300);
    index_snippet(buf_str(&text), str_of("absent"), &b);
    assert_true(str_starts(buf_str(&b), str_of("\xE4\xB8\xAD")));
    index_snippet(str_n("", 0), str_of("x"), &b);
    assert_int_equal(b.len, 0);
    struct index_words w = index_words_of(str_of(" a \"b c\"d \"e"));
    assert_int_equal(w.n, 4);
    assert_true(str_is(w.word[1], "b c") && str_is(w.word[3], "e"));
    buf_clear(&b);
    buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_listed_in_the_order_of_talking),
        cmocka_unit_test(every_part_of_a_chat_is_searched),
        cmocka_unit_test(chinese_is_found_by_one_character_or_more),
        cmocka_unit_test(no_word_is_a_piece_of_a_query_language),
        cmocka_unit_test(what_changed_is_taken_in),
        cmocka_unit_test(reading_may_stop_and_goes_on_where_it_was),
        cmocka_unit_test(what_another_mull_is_writing_is_waited_for_and_then_left),
        cmocka_unit_test(letters_of_any_case_are_the_same),
        cmocka_unit_test(an_index_that_is_broken_is_made_anew),
        cmocka_unit_test(without_a_place_it_is_made_in_memory),
        cmocka_unit_test(a_folder_may_be_behind_a_link),
        cmocka_unit_test(a_session_that_cannot_be_read_is_in_the_list),
        cmocka_unit_test(a_snippet_shows_the_word_and_its_surroundings),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
