/* SPDX-License-Identifier: Apache-2.0 */
#include "train/chart.h"

#include <math.h>

#include "check.h"

static unsigned count(const struct buf *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = text->p; at && (at = strstr(at, what)); at++)
        n++;
    return n;
}

static void a_series_becomes_a_line_within_the_frame(void **state)
{
    struct series s = {.name = "a < b"};
    struct buf out = {0};
    double x, y;
    (void)state;
    for (int i = 0; i <= 10; i++)
        series_add(&s, i, 10 - i);
    series_add(&s, 11, NAN);
    struct chart c = {.title = "t", .x_name = "x", .y_name = "y", .series = &s,
                      .n_series = 1};
    CHECK(chart_svg(&c, &out));
    assert_int_equal(count(&out, "<polyline"), 1);
    assert_int_equal(count(&out, "a &lt; b"), 1);
    const char *at = strstr(out.p, "points=\"") + strlen("points=\"");
    for (int i = 0; i <= 10; i++) {
        int n = 0;
        assert_int_equal(sscanf(at, "%lf,%lf %n", &x, &y, &n), 2);
        CHECK(fabs(x - (64 + 64.0 * i)) < 0.06); /* 640 wide, from 64 on */
        CHECK(fabs(y - (40 + 31.2 * i)) < 0.06); /* 312 high: down as y falls */
        at += n;
    }
    CHECK(*at == '"'); /* what is no number was left out */
    series_clear(&s);
    buf_clear(&out);
}

static void long_series_are_drawn_short(void **state)
{
    struct series s = {.name = "long"};
    struct buf out = {0};
    (void)state;
    for (int i = 0; i < 100000; i++)
        series_add(&s, i, sin(i));
    struct chart c = {.title = "t", .x_name = "x", .y_name = "y", .series = &s,
                      .n_series = 1};
    CHECK(chart_svg(&c, &out));
    CHECK(out.len < 20000);
    series_clear(&s);
    buf_clear(&out);
}

static void nothing_gives_no_chart(void **state)
{
    struct series s = {.name = "none"};
    struct chart c = {.series = &s, .n_series = 1};
    struct buf out = {0};
    (void)state;
    CHECK(!chart_svg(&c, &out) && out.len == 0);
}

static void a_single_point_has_a_frame(void **state)
{
    struct series s = {.name = "one"};
    struct buf out = {0};
    (void)state;
    series_add(&s, 5, 0);
    struct chart c = {.title = "t", .x_name = "x", .y_name = "y", .series = &s,
                      .n_series = 1};
    CHECK(chart_svg(&c, &out));
    CHECK(!strstr(out.p, "nan") && !strstr(out.p, "inf"));
    series_clear(&s);
    buf_clear(&out);
}

static void bars_are_as_long_as_what_they_say(void **state)
{
    const struct bar bars[] = {{"add", {0.5, 1}}, {"a & b", {0.25, NAN}}};
    struct bars b = {.title = "t", .names = {"one", "two"}, .bars = bars, .n = 2};
    struct buf out = {0};
    double half, whole;
    (void)state;
    CHECK(bars_svg(&b, &out));
    assert_int_equal(count(&out, "<rect x="), 3); /* NaN has none */
    assert_int_equal(count(&out, "a &amp; b"), 1);
    const char *at = strstr(out.p, "<rect x=");
    CHECK(sscanf(strstr(at, "width="), "width=\"%lf", &half) == 1);
    at = strstr(at + 1, "<rect x=");
    CHECK(sscanf(strstr(at, "width="), "width=\"%lf", &whole) == 1);
    CHECK(fabs(whole - 2 * half) < 0.2);
    b.n = 0;
    CHECK(!bars_svg(&b, &out));
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_becomes_a_line_within_the_frame),
        cmocka_unit_test(bars_are_as_long_as_what_they_say),
        cmocka_unit_test(long_series_are_drawn_short),
        cmocka_unit_test(nothing_gives_no_chart),
        cmocka_unit_test(a_single_point_has_a_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
