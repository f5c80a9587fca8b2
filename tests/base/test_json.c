/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "base/buf.h"
#include "base/json.h"

#include <math.h>

static void any_bytes_become_text_that_json_has(void **state)
{
    (void)state;
    struct buf b = {0};
    json_t *o = json_object();
    json_put_text(o, "text", str_n("a\xFF\0b", 4));
    json_put_text(o, "none", str_n(NULL, 0));
    CHECK(json_print(o, JSON_COMPACT, &b));
    assert_string_equal(b.p, "{\"text\":\"a\xEF\xBF\xBD\\u0000b\",\"none\":\"\"}");
    buf_clear(&b);
}

static void a_number_that_is_none_stays_away(void **state)
{
    (void)state;
    struct buf b = {0};
    json_t *o = json_object();
    json_put_real(o, "ms", NAN);
    json_put_count(o, "n", UINT32_MAX);
    json_put_bool(o, "yes", true);
    json_put_name(o, "kind", "end");
    CHECK(json_print(o, JSON_COMPACT, &b));
    assert_string_equal(b.p, "{\"n\":4294967295,\"yes\":true,\"kind\":\"end\"}");
    buf_clear(&b);
}

static void what_could_not_be_made_is_not_printed(void **state)
{
    (void)state;
    struct buf b = {0};
    CHECK(!json_print(json_pack("{s:f}", "x", (double)INFINITY), 0, &b));
    CHECK(b.len == 0);
    buf_clear(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_become_text_that_json_has),
        cmocka_unit_test(a_number_that_is_none_stays_away),
        cmocka_unit_test(what_could_not_be_made_is_not_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
