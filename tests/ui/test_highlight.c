/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/highlight.h"

#include "base/buf.h"
#include "base/rng.h"
#include "check.h"

struct told {
    struct str line;
    char look[256];
};

static void tell(void *arg, size_t from, size_t to, enum style_role role)
{
    struct told *t = arg;
    assert_true(from < to && to <= t->line.len);
    for (size_t i = from; i < to; i++) {
        assert_int_equal(t->look[i], '.'); /* in order, nothing twice */
        t->look[i] = role == STYLE_CODE_KEYWORD   ? 'k'
                     : role == STYLE_CODE_STRING  ? 's'
                     : role == STYLE_CODE_COMMENT ? 'c'
                     : role == STYLE_CODE_NUMBER  ? 'n'
                     : role == STYLE_ACCENT       ? '+'
                     : role == STYLE_LOOK         ? '-'
                                                  : 'h';
    }
}

static uint8_t expect(const char *language, uint8_t open, const char *line,
                      const char *want)
{
    const struct language *l = language_find(str_of(language));
    struct told t = {.line = str_of(line)};
    assert_non_null(l);
    memset(t.look, '.', t.line.len);
    open = highlight_line(l, t.line, open, tell, &t);
    if (strcmp(t.look, want) != 0)
        fail_msg("%s:\n%s\ngave\n%s, wanted\n%s", language, line, t.look, want);
    return open;
}

static void every_language_has_its_words(void **state)
{
    (void)state;
    expect("c", 0, "return x + 0x1F; /* y */",
                   "kkkkkk.....nnnn..ccccccc");
    expect("C", 0, "#include <stdio.h> // io",
                   "kkkkkkkk...........ccccc");
    expect("cpp", 0, "char *s = \"a\\\"b\";",
                     "kkkk......ssssss.");
    expect("python", 0, "def f(x): # say 'hi'",
                        "kkk.......cccccccccc");
    expect("js", 0, "const a = `x` + 'y'",
                    "kkkkk.....sss...sss");
    expect("rust", 0, "fn f(x: &'a str) {}",
                      "kk..........kkk....");
    expect("go", 0, "for i := range 10 {",
                    "kkk......kkkkk.nn..");
    expect("bash", 0, "if [ $# -gt 0 ]; then # x",
                      "kk..........n....kkkk.ccc");
    expect("json", 0, "{\"a\": [1.5, true]}",
                      ".sss...nnn..kkkk..");
    expect("SQL", 0, "SELECT a FROM t -- all",
                     "kkkkkk...kkkk...cccccc");
    expect("diff", 0, "+new", "++++");
    expect("diff", 0, "-old", "----");
    expect("diff", 0, " same", ".....");
    expect("diff", 0, "--- a/x", "hhhhhhh");
}

static void what_goes_on_over_lines_is_remembered(void **state)
{
    (void)state;
    uint8_t open = expect("c", 0, "x; /* a", "...cccc");
    open = expect("c", open, "b", "c");
    open = expect("c", open, "c */ if", "cccc.kk");
    assert_int_equal(open, 0);
    open = expect("python", 0, "s = \"\"\"a", "....ssss");
    open = expect("python", open, "'b' if", "ssssss");
    open = expect("python", open, "\"\"\" if", "sss.kk");
    assert_int_equal(open, 0);
    open = expect("js", 0, "`a", "ss");
    open = expect("js", open, "", "");
    open = expect("js", open, "b` if", "ss.kk");
    assert_int_equal(open, 0);
}

static void a_language_nobody_knows_is_none(void **state)
{
    (void)state;
    assert_null(language_find(str_of("")));
    assert_null(language_find(str_of("brainfuck")));
    assert_null(language_find(str_of("c py")));
    assert_true(language_find(str_of("C++")) == language_find(str_of("c")));
}

static void any_bytes_with_any_state_are_read(void **state)
{
    (void)state;
    static const char *const names[] = {"c", "python", "js", "rust", "go", "sh",
                                        "json", "sql", "diff", "html", "lua"};
    static const char some[] = "\"'`/*-#+<!>{}[]\\ a1_.\t\xC3\xA9\n$@";
    struct rng rng = rng_init(4);
    for (int round = 0; round < 4000; round++) {
        char line[40];
        struct told t = {.line = {line, rng_next(&rng) % sizeof line}};
        for (size_t i = 0; i < t.line.len; i++)
            line[i] = some[rng_next(&rng) % (sizeof some - 1)];
        memset(t.look, '.', sizeof t.look);
        highlight_line(language_find(str_of(names[round % 11])), t.line,
                       (uint8_t)(rng_next(&rng) % 7), tell, &t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_language_has_its_words),
        cmocka_unit_test(what_goes_on_over_lines_is_remembered),
        cmocka_unit_test(a_language_nobody_knows_is_none),
        cmocka_unit_test(any_bytes_with_any_state_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
