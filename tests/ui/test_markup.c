/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markup.h"

#include "base/buf.h"
#include "check.h"

/* Bold as <b>, code as <c>, so that a table can say what is wanted. */
static void tag(void *arg, struct str s, unsigned flags)
{
    struct buf *out = arg;
    buf_puts(out, flags & MARKUP_BOLD ? "<b>" : "");
    buf_puts(out, flags & MARKUP_CODE ? "<c>" : "");
    buf_add_str(out, s);
    buf_puts(out, flags ? "</>" : "");
}

static void expect(const char *text, size_t from, size_t to, const char *want)
{
    struct buf out = {0};
    buf_puts(&out, "");
    markup_line(str_of(text), from, to, tag, &out);
    if (!str_is(buf_str(&out), want))
        fail_msg("\"%s\" [%zu..%zu) gave \"%s\", not \"%s\"", text, from, to,
                 out.p ? out.p : "", want);
    buf_clear(&out);
}

static void marks_count_in_pairs(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"a **b c** d", "a <b>b c</> d"},
        {"a `b c` d", "a <c>b c</> d"},
        {"**a `b` c**", "<b>a </><b><c>b</><b> c</>"},
        {"`a **b** c`", "<c>a **b** c</>"},
        {"**open", "**open"},
        {"`open", "`open"},
        {"2 ** 3 ** 4", "2 ** 3 ** 4"},
        {"**a **b**", "<b>a </><b>**</><b>b</>"},
        {"a*b*c", "a*b*c"},
        {"***a***", "***a***"},
        {"```c", "```c"},
        {"**a `b** c` d", "**a <c>b** c</> d"},
        {"**a** **b", "<b>a</> **b"},
        {"``", "``"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(table[i][0], 0, strlen(table[i][0]), table[i][1]);
}

static void marks_reach_over_lines_but_not_over_paragraphs(void **state)
{
    (void)state;
    expect("a **b c** d", 0, 6, "a <b>b </>");
    expect("a **b c** d", 6, 11, "<b>c</> d");
    expect("**a\nb**", 0, 3, "**a");
    expect("**a\nb**", 4, 7, "b**");
}

static void an_endless_paragraph_is_left_as_it_is(void **state)
{
    (void)state;
    struct buf b = {0}, out = {0};
    for (int i = 0; i < 100000; i++)
        buf_puts(&b, "**x ");
    buf_puts(&out, "");
    markup_line(buf_str(&b), 200000, 200004, tag, &out);
    CHECK(str_is(buf_str(&out), "**x "));
    buf_clear(&b);
    buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_count_in_pairs),
        cmocka_unit_test(marks_reach_over_lines_but_not_over_paragraphs),
        cmocka_unit_test(an_endless_paragraph_is_left_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
