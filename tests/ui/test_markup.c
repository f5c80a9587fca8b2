/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markup.h"

#include "base/buf.h"
#include "check.h"

/* What is drawn, with the looks as tags, so that a table can say what is wanted:
 * b bold, i italic, u underlined, c code, d dim. */
static void draw(const struct rich *r, struct buf *out)
{
    for (uint32_t i = 0; i < r->n; i++) {
        const struct run *run = &r->runs[i];
        struct str s = str_n(r->text.p + run->at, run->len);
        if (run->kind == RUN_HIDDEN)
            continue;
        char tag[8] = "";
        size_t n = 0;
        if (run->style.flags & STYLE_BOLD)
            tag[n++] = 'b';
        if (run->style.flags & STYLE_ITALIC)
            tag[n++] = 'i';
        if (run->style.flags & STYLE_UNDERLINE)
            tag[n++] = 'u';
        if (run->style.role == STYLE_SECONDARY)
            tag[n++] = 'c';
        if (run->style.role == STYLE_DIM)
            tag[n++] = 'd';
        if (n)
            buf_printf(out, "<%s>", tag);
        buf_add_str(out, s);
        if (n)
            buf_puts(out, "</>");
    }
}

static void expect_how(const struct markup *how, const char *text,
                       const char *want)
{
    struct buf out = {0};
    struct rich r = {0};
    buf_puts(&out, "");
    size_t n = markup_read(how, str_of(text), 0, &r);
    draw(&r, &out);
    if (n < strlen(text))
        buf_printf(&out, "...%zu", strlen(text) - n);
    if (!str_is(buf_str(&out), want))
        fail_msg("\"%s\" gave \"%s\", not \"%s\"", text, out.p, want);
    buf_clear(&out);
    rich_clear(&r);
}

static void expect(const char *text, const char *want)
{
    expect_how(&(struct markup){0}, text, want);
}

static void marks_count_in_pairs(void **state)
{
    (void)state;
    static const char *const table[][2] = {
        {"plain", "plain"},
        {"", ""},
        {"a **b c** d", "a <b>b c</> d"},
        {"a *b c* d", "a <i>b c</> d"},
        {"a __b__ _c_ d", "a <b>b</> <i>c</> d"},
        {"a ***b*** c", "a <bi>b</> c"},
        {"**a *b* c**", "<b>a </><bi>b</><b> c</>"},
        {"**a *b***", "<b>a </><bi>b</>"},
        {"*a **b***", "<i>a </><bi>b</>"},
        {"a `b c` d", "a <c>b c</> d"},
        {"a ``b ` c`` d", "a <c>b ` c</> d"},
        {"**a `b` c**", "<b>a </><bc>b</><b> c</>"},
        {"`a **b** c`", "<c>a **b** c</>"},
        {"**open", "**open"},
        {"`open", "`open"},
        {"2 ** 3 ** 4", "2 ** 3 ** 4"},
        {"2 * 3 * 4", "2 * 3 * 4"},
        {"2*3*4 and 5*6", "2*3*4 and 5*6"},
        {"2**3 and 2**4", "2**3 and 2**4"},
        {"(a+b)*(c) = a*c, b*c", "(a+b)*(c) = a*c, b*c"},
        {"*2*3 = 6* it is", "<i>2</><i>*</><i>3 = 6</> it is"},
        {"un*like*ly", "un*like*ly"},
        {"un**like**ly", "un<b>like</>ly"},
        {"\xE8\xBF\x99*\xE6\x98\xAF*\xE7\x9A\x84",
         "\xE8\xBF\x99<i>\xE6\x98\xAF</>\xE7\x9A\x84"},
        {"snake_case_name", "snake_case_name"},
        {"__init__.py", "<b>init</>.py"},
        {"a_1 and b_2", "a_1 and b_2"},
        {"****a****", "****a****"},
        {"```c", "```c"},
        {"**a `b** c` d", "**a <c>b** c</> d"},
        {"**a** **b", "<b>a</> **b"},
        {"``", "``"},
        {"\\*a\\* \\`b\\`", "*a* `b`"},
        {"C:\\dir", "C:\\dir"},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(table[i][0], table[i][1]);
}

static void a_link_shows_where_it_goes(void **state)
{
    (void)state;
    expect("see [the **page**](https://x.org/a_b_c) now",
           "see <u>the </><bu>page</><d>\xC2\xA0<</><d>https://x.org/a_b_c</><d>></> "
           "now");
    expect("[a](b c)", "[a](b c)");
    expect("[a]", "[a]");
    expect("[](x)", "[](x)");
    expect("a[1](2", "a[1](2");
}

static void formulas_are_read_and_money_is_not(void **state)
{
    (void)state;
    expect("so $x^2$ is", "so x² is");
    expect("so \\(x^2\\) is", "so x² is");
    expect("it is $$\\frac{1}{2}$$ and \\[a \\le b\\].", "it is ½ and a ≤ b.");
    expect("**$x_1$**", "<b>x₁</>");
    expect("from $5 to $10", "from $5 to $10");
    expect("$5-$10 each", "$5-$10 each");
    expect("`$x^2$`", "<c>$x^2$</>");
    expect("The answer is \\boxed{42}.", "The answer is [42].");
    expect("\\boxed{", "\\boxed{");
    expect("$\\frac{1}$", "$\\frac{1}$");
    expect("\\$5^2$", "$5^2$");
    expect_how(&(struct markup){.ascii = true}, "so $x^2$ is", "so $x^2$ is");
}

static void half_a_formula_waits_while_more_may_come(void **state)
{
    (void)state;
    struct markup open = {.open = true};
    expect_how(&open, "so $x^", "so ...3");
    expect_how(&open, "so \\(x", "so ...3");
    expect_how(&open, "so \\", "so ...1");
    expect_how(&open, "so \\bo", "so ...3");
    expect_how(&open, "so \\boxed{4", "so ...8");
    expect_how(&open, "a \\d", "a \\d");
    expect_how(&open, "it costs $5 and that is a fair price for it",
               "it costs $5 and that is a fair price for it");
    struct buf b = {0};
    buf_puts(&b, "\\(");
    for (int i = 0; i < 200; i++)
        buf_puts(&b, "x + ");
    expect_how(&open, b.p, b.p); /* for ever is too long */
    buf_clear(&b);
}

static void every_byte_knows_where_it_came_from(void **state)
{
    (void)state;
    struct rich r = {0};
    const char *text = "a **b** $x^2$ [l](u)";
    markup_read(&(struct markup){0}, str_of(text), 100, &r);
    size_t src = 100;
    for (uint32_t i = 0; i < r.n; i++) {
        assert_int_equal(r.runs[i].src, src); /* no gap, no overlap */
        src += r.runs[i].src_len;
        if (r.runs[i].kind != RUN_WHOLE)
            assert_memory_equal(r.text.p + r.runs[i].at,
                                text + (r.runs[i].src - 100), r.runs[i].len);
    }
    assert_int_equal(src, 100 + strlen(text));
    rich_clear(&r);
}

static void many_marks_without_partners_cost_little(void **state)
{
    (void)state;
    static const char *const pieces[] = {"*a ", "**a ", "_a ", "`a``", "[a",
                                         "\\(", "$a ", "[a](b", "*a _b **c "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf b = {0};
        struct rich r = {0};
        while (b.len + strlen(pieces[i]) <= MARKUP_MAX)
            buf_puts(&b, pieces[i]);
        for (int k = 0; k < 20; k++) {
            rich_reset(&r);
            assert_int_equal(markup_read(&(struct markup){0}, buf_str(&b), 0,
                                         &r), b.len);
        }
        rich_clear(&r);
        buf_clear(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_count_in_pairs),
        cmocka_unit_test(a_link_shows_where_it_goes),
        cmocka_unit_test(formulas_are_read_and_money_is_not),
        cmocka_unit_test(half_a_formula_waits_while_more_may_come),
        cmocka_unit_test(every_byte_knows_where_it_came_from),
        cmocka_unit_test(many_marks_without_partners_cost_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
