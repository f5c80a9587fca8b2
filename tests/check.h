/* check.h - cmocka, with the few checks that our tests share.
 *
 * Test names are sentences: static void a_cut_cache_equals_one_never_filled().
 * A test that needs ../shared/fixtures asks fixture_path and skips, saying so,
 * where MULL_FIXTURES is unset. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"

#define CHECK(x) assert_true(x)

/* A call that must succeed: its reason is shown when it does not. */
#define CHECK_OK(call, err)                                       \
    do {                                                          \
        if (!(call))                                              \
            fail_msg("%s: %s", #call, (err)->msg);                \
    } while (0)

/* A call that must be refused with this kind, and say something. */
#define CHECK_REFUSED(call, err, want)                            \
    do {                                                          \
        (err)->kind = ERR_NONE;                                   \
        (err)->msg[0] = '\0';                                     \
        if (call)                                                 \
            fail_msg("%s should have failed", #call);             \
        assert_int_equal((err)->kind, (want));                    \
        assert_true((err)->msg[0] != '\0');                       \
    } while (0)

/* The path of a file below MULL_FIXTURES (or below its sibling "models" when
 * name begins with "../models/"); skips the test when it is not there. */
static inline const char *fixture_path(const char *name)
{
    static char path[4096];
    const char *dir = getenv("MULL_FIXTURES");
    if (!dir || !*dir) {
        print_message("# skipped: MULL_FIXTURES is not set\n");
        skip();
    }
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        print_message("# skipped: no %s\n", name);
        skip();
    } else {
        fclose(f);
    }
    return path;
}

#endif
