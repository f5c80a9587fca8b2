/* SPDX-License-Identifier: Apache-2.0 */
#include "paths.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "check.h"

static char home[32];

static mode_t mode_of(const char *below_home)
{
    char path[256];
    struct stat st;

    snprintf(path, sizeof path, "%s/%s", home, below_home);
    return stat(path, &st) == 0 ? st.st_mode & 0777 : 0;
}

static int begin(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/mull-paths-XXXXXX");
    unsetenv("XDG_STATE_HOME");
    unsetenv("XDG_CONFIG_HOME");
    return mkdtemp(home) && setenv("HOME", home, 1) == 0 ? 0 : -1;
}

/* Deepest first; what a test did not make is not there to remove. */
static int end(void **state)
{
    (void)state;
    static const char *const made[] = {".local/state/mull", ".local/state",
                                       ".local", "state/mull", "state",
                                       "elsewhere", ""};
    char path[256];

    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        snprintf(path, sizeof path, "%s/%s", home, made[i]);
        if (rmdir(path) != 0)
            unlink(path);
    }
    return 0;
}

static void a_folder_is_made_for_its_owner_alone(void **state)
{
    (void)state;
    struct buf path = {0};
    struct err err;
    char want[256];

    mode_t before = umask(0);
    CHECK_OK(path_make(PATH_STATE, "mull.log", &path, &err), &err);
    umask(before);
    snprintf(want, sizeof want, "%s/.local/state/mull/mull.log", home);
    assert_string_equal(path.p, want);
    assert_int_equal(mode_of(".local/state/mull"), 0700);
    assert_int_equal(mode_of(".local"), 0700);
    buf_clear(&path);
}

static void an_open_folder_is_closed_to_others(void **state)
{
    (void)state;
    struct buf path = {0};
    struct err err;
    char folder[256];

    CHECK_OK(path_make(PATH_STATE, "x", &path, &err), &err);
    snprintf(folder, sizeof folder, "%s/.local/state/mull", home);
    CHECK(chmod(folder, 0777) == 0);
    CHECK_OK(path_make(PATH_STATE, "x", &path, &err), &err);
    assert_int_equal(mode_of(".local/state/mull"), 0700);
    buf_clear(&path);
}

static void the_variable_decides_unless_it_is_relative(void **state)
{
    (void)state;
    struct buf path = {0};
    char want[256];

    setenv("XDG_CONFIG_HOME", "/some/where", 1);
    CHECK(path_find(PATH_CONFIG, "mullrc", &path));
    assert_string_equal(path.p, "/some/where/mull/mullrc");
    setenv("XDG_CONFIG_HOME", "some/where", 1);
    CHECK(path_find(PATH_CONFIG, "mullrc", &path));
    snprintf(want, sizeof want, "%s/.config/mull/mullrc", home);
    assert_string_equal(path.p, want);
    buf_clear(&path);
}

static void a_link_in_place_of_the_folder_is_refused(void **state)
{
    (void)state;
    struct buf path = {0};
    struct err err;
    char a[256], b[256];

    snprintf(a, sizeof a, "%s/state", home);
    CHECK(mkdir(a, 0700) == 0);
    setenv("XDG_STATE_HOME", a, 1);
    snprintf(a, sizeof a, "%s/elsewhere", home);
    CHECK(mkdir(a, 0755) == 0);
    snprintf(b, sizeof b, "%s/state/mull", home);
    CHECK(symlink(a, b) == 0);
    CHECK_REFUSED(path_make(PATH_STATE, "x", &path, &err), &err, ERR_IO);
    assert_int_equal(mode_of("elsewhere"), 0755);
    buf_clear(&path);
}

static void without_a_home_there_is_no_path(void **state)
{
    (void)state;
    struct buf path = {0};
    struct err err;

    unsetenv("HOME");
    CHECK(!path_find(PATH_CONFIG, "mullrc", &path));
    CHECK_REFUSED(path_make(PATH_STATE, "x", &path, &err), &err, ERR_IO);
    buf_clear(&path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_folder_is_made_for_its_owner_alone),
        TEST(an_open_folder_is_closed_to_others),
        TEST(the_variable_decides_unless_it_is_relative),
        TEST(a_link_in_place_of_the_folder_is_refused),
        TEST(without_a_home_there_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
