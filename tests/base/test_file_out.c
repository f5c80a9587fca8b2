/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_out.h"

static char dir[] = "/tmp/mull-file-out-XXXXXX";
static char path[64], part[64];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/file", dir);
    snprintf(part, sizeof part, "%s/file.part", dir);
    return 0;
}

/* Fails when something was left. */
static int remove_folder(void **state)
{
    (void)state;
    return rmdir(dir);
}

static void check_holds(const char *want)
{
    struct buf b = {0};
    struct err err;
    CHECK_OK(file_read(path, 100, &b, &err), &err);
    assert_string_equal(b.p, want);
    buf_clear(&b);
}

static void write_whole(const char *text)
{
    struct file_out f;
    struct err err;
    CHECK_OK(file_out_open(&f, path, strlen(text), &err), &err);
    CHECK_OK(file_out_write(&f, text, strlen(text), &err), &err);
    CHECK_OK(file_out_commit(&f, &err), &err);
    file_out_abandon(&f); /* nothing to abandon any more */
}

static void a_file_appears_when_it_is_whole(void **state)
{
    (void)state;
    struct file_out f;
    struct err err;
    struct stat st;
    mode_t before = umask(027);
    CHECK_OK(file_out_open(&f, path, 5, &err), &err);
    CHECK_OK(file_out_write(&f, "he", 2, &err), &err);
    CHECK(access(path, F_OK) != 0 && access(part, F_OK) == 0);
    CHECK_OK(file_out_write(&f, "llo", 3, &err), &err);
    CHECK_OK(file_out_commit(&f, &err), &err);
    umask(before);
    CHECK(access(part, F_OK) != 0);
    check_holds("hello");
    CHECK(stat(path, &st) == 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    unlink(path);
}

static void an_old_file_stays_until_then(void **state)
{
    (void)state;
    struct file_out f;
    struct err err;
    write_whole("old");
    CHECK_OK(file_out_open(&f, path, 3, &err), &err);
    CHECK_OK(file_out_write(&f, "new", 3, &err), &err);
    check_holds("old");
    file_out_abandon(&f);
    CHECK(access(part, F_OK) != 0);
    check_holds("old");
    write_whole("new");
    check_holds("new");
    unlink(path);
}

static void a_part_of_somebody_else_is_left_alone(void **state)
{
    (void)state;
    struct file_out f;
    struct err err;
    CHECK(symlink("elsewhere", part) == 0);
    CHECK_REFUSED(file_out_open(&f, path, 1, &err), &err, ERR_IO);
    file_out_abandon(&f);
    struct stat st;
    CHECK(lstat(part, &st) == 0 && S_ISLNK(st.st_mode));
    unlink(part);
}

static void a_disk_that_is_too_small_is_told_at_once(void **state)
{
    (void)state;
    struct file_out f;
    struct err err;
    CHECK_REFUSED(file_out_open(&f, path, UINT64_MAX, &err), &err, ERR_IO);
    CHECK(strstr(err.msg, "the disk has"));
    CHECK(access(part, F_OK) != 0);
}

static void only_a_file_is_replaced(void **state)
{
    (void)state;
    struct file_out f;
    struct err err;
    CHECK_REFUSED(file_out_open(&f, dir, 1, &err), &err, ERR_IO);
    CHECK_REFUSED(file_out_open(&f, "/dev/null", 1, &err), &err, ERR_IO);
    CHECK_REFUSED(file_out_open(&f, "/no/such/folder/file", 1, &err), &err,
                  ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_when_it_is_whole),
        cmocka_unit_test(an_old_file_stays_until_then),
        cmocka_unit_test(a_part_of_somebody_else_is_left_alone),
        cmocka_unit_test(a_disk_that_is_too_small_is_told_at_once),
        cmocka_unit_test(only_a_file_is_replaced),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
