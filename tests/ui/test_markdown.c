/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/markdown.h"

#include "base/rng.h"
#include "chat/backend.h"
#include "check.h"
#include "events.h"
#include "golden.h"
#include "ui/panes.h"
#include "ui/rows.h"
#include "ui/transcript.h"
#include "ui/wrap.h"

static const char sample[] =
    "# Primes\n"
    "\n"
    "A **prime** has *two* divisors, see [the list](https://oeis.org/A40):\n"
    "\n"
    "- 2 is the only even one, which is why so many proofs begin with it\n"
    "- 3, 5, 7\n"
    "  - nested, with `code` and a line that is longer than the screen is wide\n"
    "  1. numbered\n"
    "  10. and further\n"
    "\n"
    "> quoted, and **bold** inside of it, over more than one line of the screen\n"
    "> > twice\n"
    "\n"
    "## A table\n"
    "\n"
    "| n | name | what is said of it |\n"
    "|--:|:----:|---|\n"
    "| 2 | two | the only even prime, and the smallest |\n"
    "| 391 | `17 * 23` | no prime: $17 \\times 23$<br>as was seen |\n"
    "\n"
    "```python\n"
    "def is_prime(n):  # slow\n"
    "    return n > 1 and all(n % d for d in range(2, int(n ** 0.5) + 1))\n"
    "\n"
    "\"\"\" a string\n"
    "of two lines \"\"\"\n"
    "```\n"
    "So $391 = 17 \\times 23$, and\n"
    "\n"
    "$$\n"
    "\\frac{391}{17} = 23\n"
    "$$\n"
    "\\[ \\sqrt{391} < 20 \\]\n"
    "\n"
    "---\n"
    "\n"
    "The answer is \\boxed{17 \\cdot 23}. A lone ** or `tick, from $5 to $10.\n";

/* --- pictures ------------------------------------------------------------- */

static const struct backend_info pilot = {.name = "mini", .quant = "Q8_0",
                                          .context_max = 2048};

static void tell(struct transcript *t, struct pane *p, struct event ev)
{
    transcript_event(t, &ev);
    p->ops->event(p, &ev);
}

static void say(struct transcript *t, struct pane *p, const char *text)
{
    for (struct str left = str_of(text); left.len;) {
        size_t n = left.len < 30 ? left.len : 30;
        tell(t, p, event_text(PART_ANSWER, str_n(left.p, n)));
        left = str_n(left.p + n, left.len - n);
    }
}

static void picture(const char *name, int width, int height, bool ascii,
                    bool raw)
{
    struct transcript *t = transcript_new();
    struct pane *p = chat_pane_new(t, &pilot, NULL);
    struct canvas c;
    canvas_init(&c, width, height);
    c.ascii = ascii;
    say(t, p, sample);
    tell(t, p, event_done(DONE_END));
    if (raw)
        p->ops->action(p, ACTION_RAW);
    p->ops->draw(p, &c, (struct rect){0, 0, width, height}, false);
    golden_canvas(name, &c);
    canvas_clear(&c);
    p->ops->free(p);
    transcript_free(t);
}

static void an_answer_is_laid_out(void **state)
{
    (void)state;
    picture("markdown-72", 72, 48, false, false);
}

static void a_narrow_screen_cuts_nothing_away(void **state)
{
    (void)state;
    picture("markdown-34", 34, 72, false, false);
    picture("markdown-12", 12, 60, false, false);
}

static void ascii_leaves_formulas_as_they_are(void **state)
{
    (void)state;
    picture("markdown-ascii-72", 72, 48, true, false);
}

static void raw_is_the_text_as_it_came(void **state)
{
    (void)state;
    picture("markdown-raw-72", 72, 50, false, true);
}

static void a_thought_is_laid_out_in_its_own_voice(void **state)
{
    (void)state;
    static const char thought[] =
        "## Plan\nLet me use $x^2 + 1$, that is **easy**.\n\n- try `x = 2`\n"
        "Wait, 2*3 and 4*5:\n  391\n+  48\n```c\nint n; /* so */\n```\n";
    struct transcript *t = transcript_new();
    struct pane *p = chat_pane_new(t, &pilot, NULL);
    struct canvas c;
    canvas_init(&c, 40, 14);
    tell(t, p, event_text(PART_THOUGHT, str_of(thought)));
    p->ops->draw(p, &c, (struct rect){0, 0, 40, 14}, false);
    golden_canvas("markdown-thought-40", &c);
    canvas_clear(&c);
    p->ops->free(p);
    transcript_free(t);
}

static const char *shown(struct pane *p, int width, int height)
{
    static struct buf b;
    struct canvas c;
    canvas_init(&c, width, height);
    p->ops->draw(p, &c, (struct rect){0, 0, width, height}, true);
    buf_reset(&b);
    canvas_dump(&c, &b);
    canvas_clear(&c);
    return b.p;
}

/* The line with the cursor. */
static bool cursor_on(struct pane *p, const char *text)
{
    const char *line = strstr(shown(p, 40, 12), "\xE2\x96\x8C");
    const char *end = line ? strchr(line, '\n') : NULL;
    const char *found = line ? strstr(line, text) : NULL;
    return found && end && found < end;
}

static void raw_keeps_the_place_and_tab_finds_code(void **state)
{
    (void)state;
    struct transcript *t = transcript_new();
    struct pane *p = chat_pane_new(t, &pilot, NULL);
    say(t, p, sample);
    tell(t, p, event_done(DONE_END));
    shown(p, 40, 12);
    p->ops->action(p, ACTION_TOP);
    p->ops->action(p, ACTION_NEXT_BLOCK);
    assert_true(cursor_on(p, "def is_prime"));
    assert_non_null(strstr(shown(p, 40, 12), "a string")); /* and more of it */
    size_t block, at;
    assert_true(chat_pane_cursor(p, &block, &at));
    assert_memory_equal(block_text(transcript_block(t, block)).p + at,
                        "def is_prime", 12);
    p->ops->action(p, ACTION_RAW);
    assert_true(cursor_on(p, "def is_prime"));
    assert_null(strstr(shown(p, 40, 12), "new line"));
    p->ops->action(p, ACTION_RAW);
    assert_true(cursor_on(p, "def is_prime"));
    p->ops->action(p, ACTION_PREV_BLOCK);
    assert_true(cursor_on(p, "Primes"));
    p->ops->free(p);
    transcript_free(t);
}

/* --- laying out ----------------------------------------------------------- */

struct laid {
    struct md *md;
    struct rows rows;
};

static void lay(struct laid *l, struct str text, int columns, bool open)
{
    if (!l->rows.md)
        l->md = l->rows.md = md_new();
    struct md_how how = {.columns = columns, .open = open};
    md_update(l->md, &l->rows, text, &how);
}

/* Row i as text. */
static void row_text(struct laid *l, struct str text, size_t i, struct buf *out)
{
    struct md_row row;
    struct rich shown = {0};
    size_t from = out->len;
    md_row(l->md, text, i, &row);
    buf_add_str(out, row.lead);
    rich_add_part(&shown, row.body, row.from, row.to);
    buf_add_str(out, buf_str(&shown.text));
    while (out->len > from && out->p[out->len - 1] == ' ')
        buf_erase(out, out->len - 1, 1);
    buf_putc(out, '\n');
    rich_clear(&shown);
}

static void all_rows(struct laid *l, struct str text, struct buf *out)
{
    buf_reset(out);
    buf_puts(out, "");
    for (size_t i = 0; i < l->rows.n; i++)
        row_text(l, text, i, out);
}

static void expect(const char *text, int columns, const char *want)
{
    struct laid l = {0};
    struct buf out = {0};
    lay(&l, str_of(text), columns, false);
    all_rows(&l, str_of(text), &out);
    if (!str_is(buf_str(&out), want))
        fail_msg("\"%s\" gave\n%s, wanted\n%s", text, out.p, want);
    rows_clear(&l.rows);
    buf_clear(&out);
}

static void lines_are_what_they_begin_with(void **state)
{
    (void)state;
    expect("a\nb", 20, "a\nb\n");
    expect("a\n\n\n\nb", 20, "a\n\nb\n");
    expect("#a\n# b\n####### c", 20, "#a\nb\n####### c\n");
    expect("- a b c d", 6, "• a b\n  c d\n");
    expect("  391\n+  48\n- 1,000 * 2 = 7\n", 20,
           "  391\n+  48\n- 1,000 * 2 = 7\n");
    expect("- 3, 5\n+ b\n* 2 eggs", 20, "• 3, 5\n• b\n• 2 eggs\n");
    expect("12. a b c d", 8, "12. a b\n    c d\n");
    expect("-a\n2.5 b\n1)c", 20, "-a\n2.5 b\n1)c\n");
    expect("> a b c d", 7, "▏ a b c\n▏ d\n");
    expect("***\na", 3, "───\na\n");
    expect("a | b\nc", 20, "a | b\nc\n");
    expect("```\nx  y\n```\nz", 20, "  x  y\nz\n");
    expect("~~~c\n```\n~~~", 20, "  c\n  ```\n");
    expect("```\nabcdef", 6, "  abcd\n↪ ef\n");
    expect("> ```\n> x\ny", 20, "▏   x\ny\n");
    expect("$$\nx^2\n\nb^2", 20, "    x²\n\nb^2\n");
    expect("\\begin{align*}\na &= b \\\\\nc &= d\n\\end{align*}\ne", 20,
           "    a = b\n    c = d\ne\n");
    expect("$$\\begin{aligned}\na &= b\n\\end{aligned}$$\nc", 20,
           "    a = b\nc\n");
    expect("a <br> b", 20, "a <br> b\n");
}

static void tables_fit_or_stay_text(void **state)
{
    (void)state;
    expect("|a|b|\n|-|-|\n|1|2|\nend", 20,
           "a   │ b\n────┼────\n1   │ 2\nend\n");
    expect("|a|b|\n|-:|-|\n|1|2|3|4|", 20,
           "  a │ b\n────┼──────\n  1 │ 2|3|4\n");
    expect("|a|b|c|\n|-|-|-|\n|1|2|3|", 10, "|a|b|c|\n|-|-|-|\n|1|2|3|\n");
    expect("|a|b|\n|-|-|-|", 20, "|a|b|\n|-|-|-|\n");
    expect("|word|a b c|\n|-|-|\n|x|", 10,
           "word │ a b\n     │ c\n─────┼────\nx    │\n");
}

/* --- what may be relied on ------------------------------------------------ */

/* Text that comes byte by byte ends as if it had come at once, and rows with
 * another row below them never begin elsewhere; tables under way apart. */
static void grow(struct str text, int columns, bool has_table)
{
    struct laid l = {0}, whole = {0};
    struct buf now = {0}, want = {0};
    size_t *before = NULL, n = 0;
    for (size_t len = 1; len <= text.len; len++) {
        lay(&l, str_n(text.p, len), columns, true);
        bool kept = n <= l.rows.n + 1; /* all but the last */
        for (size_t i = 0; kept && i + 1 < n; i++)
            kept = l.rows.starts[i] == before[i];
        if (!kept && !has_table)
            fail_msg("byte %zu moved finished rows of %.*s", len, (int)len,
                     text.p);
        n = l.rows.n;
        before = realloc(before, (n + 1) * sizeof *before);
        if (n)
            memcpy(before, l.rows.starts, n * sizeof *before);
    }
    lay(&l, text, columns, false);
    all_rows(&l, text, &now);
    lay(&whole, text, columns, false);
    all_rows(&whole, text, &want);
    assert_string_equal(now.p, want.p);
    rows_clear(&l.rows);
    rows_clear(&whole.rows);
    free(before);
    buf_clear(&now);
    buf_clear(&want);
}

static void finished_lines_are_never_laid_out_again(void **state)
{
    (void)state;
    size_t table = str_find(str_of(sample), str_of("| n |"), 0);
    grow(str_n(sample, table - 1), 30, false);
    size_t code = str_find(str_of(sample), str_of("```"), 0);
    grow(str_of(sample + code), 30, false);
    grow(str_n(sample, sizeof sample - 2), 40, true);
}

static void a_long_answer_is_laid_out_once(void **state)
{
    (void)state;
    struct laid l = {0};
    struct buf text = {0};
    size_t laid = 0;
    for (int i = 0; i < 500; i++) {
        buf_printf(&text, "line **%d** of many\n", i);
        struct md_how how = {.columns = 40, .open = true};
        if (!l.rows.md)
            l.md = l.rows.md = md_new();
        laid += md_update(l.md, &l.rows,
                          str_n(text.p, text.len - 1), &how);
    }
    assert_int_equal(l.rows.n, 500);
    assert_true(laid < 1100);
    rows_clear(&l.rows);
    buf_clear(&text);
}

static void a_long_table_stops_widening(void **state)
{
    (void)state;
    struct laid l = {0};
    struct buf text = {0};
    size_t laid = 0;
    buf_puts(&text, "|a|b|\n|-|-|\n");
    for (int i = 0; i < 400; i++) {
        buf_printf(&text, "|%d|x|\n", i);
        struct md_how how = {.columns = 40, .open = true};
        if (!l.rows.md)
            l.md = l.rows.md = md_new();
        laid += md_update(l.md, &l.rows, str_n(text.p, text.len - 1), &how);
    }
    assert_int_equal(l.rows.n, 402);
    assert_true(laid < 66 * 67 + 400 * 3);
    rows_clear(&l.rows);
    buf_clear(&text);
}

static void very_long_lines_are_cut_at_a_blank(void **state)
{
    (void)state;
    struct laid l = {0};
    struct buf text = {0}, out = {0};
    for (int i = 0; i < 20000; i++)
        buf_puts(&text, i % 7 ? "ab " : "**cd** ");
    lay(&l, buf_str(&text), 60, false);
    all_rows(&l, buf_str(&text), &out);
    assert_true(l.rows.n > 1000);
    assert_null(strstr(out.p, "**"));
    rows_clear(&l.rows);
    buf_clear(&text);
    buf_clear(&out);
}

static void no_row_is_wider_than_the_screen(void **state)
{
    (void)state;
    for (int columns = 1; columns < 90; columns += 3) {
        struct laid l = {0};
        struct buf row = {0};
        struct str text = str_n(sample, sizeof sample - 2);
        lay(&l, text, columns, false);
        for (size_t i = 0; i < l.rows.n; i++) {
            buf_reset(&row);
            row_text(&l, text, i, &row);
            int n = text_columns(str_n(row.p, row.len - 1));
            if (columns >= 12 && n > columns)
                fail_msg("%d columns at %d: %s", n, columns, row.p);
            assert_true(i == 0 || l.rows.starts[i] >= l.rows.starts[i - 1]);
        }
        rows_clear(&l.rows);
        buf_clear(&row);
    }
}

static void any_pieces_in_any_order_are_laid_out(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "|", "|-|-|\n", "|a|b|\n", "```", "```c\n", "\n", "\n\n", "> ", "- ",
        "# ", "**", "*", "_", "`", "$", "$$", "\\[", "\\]", "\\(", "\\)", "a",
        "word ", "你好", "1. ", "    ", "\t", "[a](b)", "\\frac{1}{2}", "---\n",
        "\\boxed{", "}", "~~~\n", "<br>",
    };
    struct rng rng = rng_init(9);
    for (int round = 0; round < 400; round++) {
        struct buf text = {0};
        for (uint64_t n = 1 + rng_next(&rng) % 40; n > 0; n--)
            buf_puts(&text, pieces[rng_next(&rng) %
                                   (sizeof pieces / sizeof *pieces)]);
        grow(buf_str(&text), 1 + (int)(rng_next(&rng) % 50), true);
        buf_clear(&text);
    }
}

static void code_is_found_by_a_byte_of_it(void **state)
{
    (void)state;
    static const char text[] = "a\n```c\nint x;\n\ny\n```\nb\n> ```\n> q\n> ```";
    struct laid l = {0};
    struct buf code = {0};
    struct str s = str_of(text);
    lay(&l, s, 40, false);
    assert_false(md_code_at(l.md, s, 0, &code));
    assert_true(md_code_at(l.md, s, str_find(s, str_of("y"), 0), &code));
    assert_string_equal(code.p, "int x;\n\ny\n");
    buf_reset(&code);
    assert_true(md_code_at(l.md, s, str_find(s, str_of("q"), 0), &code));
    assert_string_equal(code.p, "q\n");
    size_t first = md_next_code(l.md, 0, 1);
    assert_int_equal(first, str_find(s, str_of("int"), 0));
    size_t second = md_next_code(l.md, first, 1);
    assert_int_equal(second, str_find(s, str_of("> q"), 0));
    assert_true(md_next_code(l.md, second, 1) == SIZE_MAX);
    assert_int_equal(md_next_code(l.md, second, -1), first);
    rows_clear(&l.rows);
    buf_clear(&code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_laid_out),
        cmocka_unit_test(a_narrow_screen_cuts_nothing_away),
        cmocka_unit_test(ascii_leaves_formulas_as_they_are),
        cmocka_unit_test(raw_is_the_text_as_it_came),
        cmocka_unit_test(a_thought_is_laid_out_in_its_own_voice),
        cmocka_unit_test(raw_keeps_the_place_and_tab_finds_code),
        cmocka_unit_test(lines_are_what_they_begin_with),
        cmocka_unit_test(tables_fit_or_stay_text),
        cmocka_unit_test(finished_lines_are_never_laid_out_again),
        cmocka_unit_test(a_long_answer_is_laid_out_once),
        cmocka_unit_test(a_long_table_stops_widening),
        cmocka_unit_test(very_long_lines_are_cut_at_a_blank),
        cmocka_unit_test(no_row_is_wider_than_the_screen),
        cmocka_unit_test(any_pieces_in_any_order_are_laid_out),
        cmocka_unit_test(code_is_found_by_a_byte_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
