/* SPDX-License-Identifier: Apache-2.0 */
#include "store/folder.h"

#include "place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <time.h>

static void put(const char *folder, const char *id, time_t when)
{
    struct buf path = {0};
    folder_path(folder, id, &path);
    put_bytes(path.p, "mull-session 1\n", 15);
    struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
    assert_int_equal(utimensat(AT_FDCWD, path.p, times, 0), 0);
    buf_clear(&path);
}

static const char *fresh(const char *name)
{
    struct err err;
    const char *folder = at(name);
    CHECK_OK(folder_make(folder, &err), &err);
    return folder;
}

static void ids_differ_and_stand_in_their_paths(void **state)
{
    (void)state;
    struct buf a = {0}, b = {0}, path = {0};
    folder_new_id(&a);
    folder_new_id(&b);
    assert_int_equal(a.len, strlen("20261122-143205-k7qz"));
    assert_false(str_eq(buf_str(&a), buf_str(&b)));
    folder_path("/x", a.p, &path);
    folder_id_of(path.p, &b);
    assert_string_equal(a.p, b.p);
    folder_id_of("/x/../../etc/passwd", &b);
    assert_int_equal(b.len, 0);
    folder_id_of("/x/a b.session", &b);
    assert_int_equal(b.len, 0);
    buf_clear(&a);
    buf_clear(&b);
    buf_clear(&path);
}

static void sessions_are_listed_newest_first(void **state)
{
    (void)state;
    struct folder_list list;
    const char *folder = fresh("list");
    put(folder, "20260101-000000-aaaa", 100);
    put(folder, "20260102-000000-bbbb", 300);
    put(folder, "20260103-000000-cccc", 200);
    put_bytes(at("list/notes.txt"), "x", 1);
    put_bytes(at("list/.session"), "x", 1);
    assert_int_equal(mkdir(at("list/folder.session"), 0700), 0);
    assert_int_equal(symlink("/etc/passwd", at("list/link.session")), 0);
    folder_read(folder, &list);
    assert_int_equal(list.n, 3);
    assert_string_equal(list.entries[0].id, "20260102-000000-bbbb");
    assert_string_equal(list.entries[2].id, "20260101-000000-aaaa");
    assert_int_equal(list.entries[0].size, 15);
    folder_list_clear(&list);
    folder_read(at("nowhere"), &list);
    assert_int_equal(list.n, 0);
    folder_list_clear(&list);
}

static void any_part_that_no_other_has_finds_a_session(void **state)
{
    (void)state;
    struct buf id = {0};
    struct err err;
    const char *folder = fresh("find");
    put(folder, "20260101-000000-aaaa", 1);
    put(folder, "20260101-000000-aaab", 1);
    put(folder, "20260101-000000", 1);
    CHECK_OK(folder_find(folder, "aaab", &id, &err), &err);
    assert_string_equal(id.p, "20260101-000000-aaab");
    CHECK_OK(folder_find(folder, "20260101-000000", &id, &err), &err); /* whole */
    assert_string_equal(id.p, "20260101-000000");
    CHECK_REFUSED(folder_find(folder, "aaa", &id, &err), &err, ERR_USAGE);
    assert_non_null(strstr(err.msg, "2 sessions"));
    CHECK_REFUSED(folder_find(folder, "zzzz", &id, &err), &err, ERR_USAGE);
    CHECK_REFUSED(folder_find(folder, "", &id, &err), &err, ERR_USAGE);
    buf_clear(&id);
}

static void what_is_deleted_can_come_back(void **state)
{
    (void)state;
    struct folder_list list;
    struct err err;
    struct stat st;
    const char *id = "20260101-000000-aaaa";
    const char *folder = fresh("trashed");
    put(folder, id, 1);
    CHECK_OK(folder_delete(folder, id, false, &err), &err);
    folder_read(folder, &list);
    assert_int_equal(list.n, 0);
    folder_list_clear(&list);
    assert_int_equal(stat(at("trashed/trash"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    put(folder, id, 1);
    CHECK_REFUSED(folder_undelete(folder, id, &err), &err, ERR_IO);
    CHECK_REFUSED(folder_delete(folder, id, false, &err), &err, ERR_IO);
    unlink(at("trashed/20260101-000000-aaaa.session"));
    CHECK_OK(folder_undelete(folder, id, &err), &err);
    folder_read(folder, &list);
    assert_int_equal(list.n, 1);
    folder_list_clear(&list);
    CHECK_REFUSED(folder_undelete(folder, id, &err), &err, ERR_IO);
    CHECK_REFUSED(folder_delete(folder, "none", false, &err), &err, ERR_IO);
}

static void one_that_is_open_elsewhere_is_not_deleted(void **state)
{
    (void)state;
    struct err err;
    const char *folder = fresh("busy");
    put(folder, "x", 1);
    int fd = open(at("busy/x.session"), O_RDWR);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    CHECK_REFUSED(folder_delete(folder, "x", false, &err), &err, ERR_IO);
    CHECK_OK(folder_delete(folder, "x", true, &err), &err); /* it is ours */
    close(fd);
}

static void the_folder_is_its_owners_alone(void **state)
{
    (void)state;
    struct err err;
    struct stat st;
    mode_t before = umask(0);
    CHECK_OK(folder_make(at("mine"), &err), &err);
    umask(before);
    assert_int_equal(stat(at("mine"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    chmod(at("mine"), 0755);
    CHECK_OK(folder_make(at("mine"), &err), &err);
    assert_int_equal(stat(at("mine"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(symlink("/tmp", at("linked")), 0);
    CHECK_REFUSED(folder_make(at("linked"), &err), &err, ERR_IO);
    CHECK_REFUSED(folder_make(at("a/b/c"), &err), &err, ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_differ_and_stand_in_their_paths),
        cmocka_unit_test(sessions_are_listed_newest_first),
        cmocka_unit_test(any_part_that_no_other_has_finds_a_session),
        cmocka_unit_test(what_is_deleted_can_come_back),
        cmocka_unit_test(one_that_is_open_elsewhere_is_not_deleted),
        cmocka_unit_test(the_folder_is_its_owners_alone),
    };
    return cmocka_run_group_tests(tests, place_begin, place_end);
}
