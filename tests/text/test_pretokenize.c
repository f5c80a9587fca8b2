/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "base/rng.h"
#include "text/pretokenize.h"

/* Texts, and how each set cuts them: pieces apart by U+2502. */
#define I "\xE2\x94\x82"

static const char text_a[] =
    "Hello, world! I've 12345 apples\n\n  x = 3.14;  ";
static const char text_b[] =
    "\xE4\xBD\xA0\xE5\xA5\xBD" "123\xEF\xBC\x8C\xE4\xB8\x96\xE7\x95\x8C def f(a):\n\treturn a_b<|x|>  \n end";
static const char text_c[] =
    "a  b   \n\n\n  c";
static const char text_d[] =
    "\xE3\x80\x8C\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x80\x8D\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC\xEF\xBC\x81ok";

static const struct {
    const char *set, *text, *pieces;
} cuts[] = {
    {"deepseek-llm", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'" I "ve" I " " I "12345"
     I " apples" I "\n" I "\n" I " " I " x" I " =" I " " I "3" I "." I "14"
     I ";" I "  "},
    {"deepseek-llm", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(" I "a" I "):" I "\n"
     I "\treturn" I " a" I "_" I "b" I "<|" I "x" I "|>" I "  " I "\n"
     I " end"},
    {"deepseek-llm", text_c,
     "a" I " " I " b" I "   " I "\n" I "\n" I "\n" I " " I " c"},
    {"deepseek-llm", text_d,
     
    "\xE3\x80\x8C\xE6\x9D\xB1\xE4\xBA\xAC\xE3\x80\x8D\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC"
     I "\xEF\xBC\x81" I "ok"},
    {"deepseek-coder", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'" I "ve" I " " I "1" I "2"
     I "3" I "4" I "5" I " apples" I "\n" I "\n" I " " I " x" I " = " I "3"
     I "." I "1" I "4" I ";" I "  "},
    {"deepseek-coder", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "1" I "2" I "3" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(" I "a" I "):" I "\n"
     I "\treturn" I " a" I "_" I "b" I "<|" I "x" I "|>  " I "\n" I " end"},
    {"deepseek-coder", text_c,
     "a" I " " I " b" I "   " I "\n" I "\n" I "\n" I " " I " c"},
    {"deepseek-coder", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC" I "\xE3\x80\x8D"
     I "\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81" I "ok"},
    {"deepseek-v3", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'ve" I " " I "123" I "45"
     I " apples" I "\n\n" I " " I " x" I " =" I " " I "3" I "." I "14" I ";"
     I "  "},
    {"deepseek-v3", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(a" I "):\n" I "\treturn"
     I " a" I "_b" I "<|" I "x" I "|>" I "  \n" I " end"},
    {"deepseek-v3", text_c,
     "a" I " " I " b" I "   \n\n\n" I " " I " c"},
    {"deepseek-v3", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC" I "\xE3\x80\x8D"
     I "\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81" I "ok"},
    {"qwen2", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'ve" I " " I "1" I "2" I "3"
     I "4" I "5" I " apples" I "\n\n" I " " I " x" I " =" I " " I "3" I "."
     I "1" I "4" I ";" I "  "},
    {"qwen2", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "1" I "2" I "3"
     I "\xEF\xBC\x8C\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(a" I "):\n"
     I "\treturn" I " a" I "_b" I "<|" I "x" I "|>" I "  \n" I " end"},
    {"qwen2", text_c,
     "a" I " " I " b" I "   \n\n\n" I " " I " c"},
    {"qwen2", text_d,
     "\xE3\x80\x8C\xE6\x9D\xB1\xE4\xBA\xAC"
     I "\xE3\x80\x8D\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81ok"},
    /* By hand, from the pattern: no reference is at hand. */
    {"kimi-k2", text_a,
     "Hello" I "," I " world" I "!" I " I've" I " " I "123" I "45"
     I " apples" I "\n\n" I " " I " x" I " =" I " " I "3" I "." I "14" I ";"
     I "  "},
    {"kimi-k2", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(a" I "):\n" I "\treturn"
     I " a" I "_b" I "<|" I "x" I "|>" I "  \n" I " end"},
    {"kimi-k2", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC"
     I "\xE3\x80\x8D\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC"
     I "\xEF\xBC\x81ok"},
    {"llama-bpe", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'ve" I " " I "123" I "45"
     I " apples" I "\n\n" I " " I " x" I " =" I " " I "3" I "." I "14" I ";"
     I "  "},
    {"llama-bpe", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123"
     I "\xEF\xBC\x8C\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(a" I "):\n"
     I "\treturn" I " a" I "_b" I "<|" I "x" I "|>" I "  \n" I " end"},
    {"llama-bpe", text_c,
     "a" I " " I " b" I "   \n\n\n" I " " I " c"},
    {"llama-bpe", text_d,
     "\xE3\x80\x8C\xE6\x9D\xB1\xE4\xBA\xAC"
     I "\xE3\x80\x8D\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81ok"},
    {"smollm", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'ve" I " " I "1" I "2" I "3"
     I "4" I "5" I " apples" I "\n\n " I " x" I " =" I " " I "3" I "." I "1"
     I "4" I ";" I "  "},
    {"smollm", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "1" I "2" I "3" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(" I "a" I "):" I "\n"
     I "\t" I "return" I " a" I "_" I "b" I "<|" I "x" I "|>" I "  \n"
     I " end"},
    {"smollm", text_c,
     "a" I " " I " b" I "   \n\n\n " I " c"},
    {"smollm", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC" I "\xE3\x80\x8D"
     I "\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81" I "ok"},
    {"gpt-2", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'ve" I " 12345" I " apples"
     I "\n\n " I " x" I " =" I " 3" I "." I "14" I ";" I "  "},
    {"gpt-2", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(" I "a" I "):" I "\n"
     I "\t" I "return" I " a" I "_" I "b" I "<|" I "x" I "|>" I "  \n"
     I " end"},
    {"gpt-2", text_c,
     "a" I " " I " b" I "   \n\n\n " I " c"},
    {"gpt-2", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC" I "\xE3\x80\x8D"
     I "\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81" I "ok"},
    {"default", text_a,
     "Hello" I "," I " world" I "!" I " I" I "'" I "ve" I " " I "123" I "45"
     I " apples" I "\n\n " I " x" I " " I "=" I " " I "3" I "." I "14" I ";"
     I "  "},
    {"default", text_b,
     "\xE4\xBD\xA0\xE5\xA5\xBD" I "123" I "\xEF\xBC\x8C"
     I "\xE4\xB8\x96\xE7\x95\x8C" I " def" I " f" I "(" I "a" I "):" I "\n"
     I "\t" I "return" I " a" I "_" I "b" I "<|" I "x" I "|>" I "  \n"
     I " end"},
    {"default", text_c,
     "a" I " " I " b" I "   \n\n\n " I " c"},
    {"default", text_d,
     "\xE3\x80\x8C" I "\xE6\x9D\xB1\xE4\xBA\xAC" I "\xE3\x80\x8D"
     I "\xE3\x82\xBF\xE3\x83\xAF\xE3\x83\xBC" I "\xEF\xBC\x81" I "ok"},
};

static void cut(const struct pretokenizer *p, struct str text, struct buf *out)
{
    struct pieces pieces = {0};
    size_t at = 0;
    pretokenize(p, text, &pieces);
    for (size_t i = 0; i < pieces.n; i++) {
        CHECK(pieces.ends[i] > at); /* none is empty */
        if (i)
            buf_puts(out, I);
        buf_add(out, text.p + at, pieces.ends[i] - at);
        at = pieces.ends[i];
    }
    CHECK(at == text.len); /* nothing is lost */
    pieces_clear(&pieces);
}

static struct pretokenizer *open_set(const char *name)
{
    struct err err;
    struct pretokenizer *p = pretokenizer_new(str_of(name), &err);
    if (!p)
        fail_msg("%s: %s", name, err.msg);
    return p;
}

static void every_set_cuts_as_the_original_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        struct pretokenizer *p = open_set(cuts[i].set);
        struct buf got = {0};
        cut(p, str_of(cuts[i].text), &got);
        assert_string_equal(got.p, cuts[i].pieces);
        buf_clear(&got);
        pretokenizer_free(p);
    }
}

static const char *const sets[] = {
    "deepseek-llm", "deepseek-coder", "deepseek-v3", "qwen2", "llama-bpe",
    "smollm", "gpt-2", "default", "qwen35", "glm4", "deepseek-r1-qwen",
    "kimi-k2",
};

#define N_SETS (sizeof sets / sizeof *sets)

static void any_text_comes_out_whole(void **state)
{
    (void)state;
    struct rng rng = rng_init(3);
    for (size_t i = 0; i < N_SETS; i++) {
        struct pretokenizer *p = open_set(sets[i]);
        struct buf text = {0}, got = {0};
        for (int round = 0; round < 300; round++) {
            buf_reset(&text);
            buf_reset(&got);
            for (uint32_t n = rng_below(&rng, 40); n > 0; n--) {
                char s[4];
                uint32_t cp = rng_below(&rng, 4) ? rng_below(&rng, 0x80)
                                                 : rng_below(&rng, 0x3100);
                buf_add(&text, s, utf8_encode(cp, s));
            }
            cut(p, buf_str(&text), &got);
        }
        buf_clear(&text);
        buf_clear(&got);
        pretokenizer_free(p);
    }
}

/* A run of one character is a handful of pieces, or one for each, however long
 * it is: the patterns find no limit on the way. */
static void long_runs_are_cut_like_short_ones(void **state)
{
    (void)state;
    static const char *const units[] = {" ", "a", "\n", "=", "1", "!", "\t"};
    for (size_t i = 0; i < N_SETS; i++) {
        struct pretokenizer *p = open_set(sets[i]);
        for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
            struct pieces pieces = {0};
            struct buf text = {0};
            size_t n[2];
            for (int k = 0; k < 2; k++) {
                buf_reset(&text);
                while (text.len < (k ? 60000u : 3000u))
                    buf_puts(&text, units[u]);
                buf_putc(&text, 'x');
                pretokenize(p, buf_str(&text), &pieces);
                n[k] = pieces.n;
            }
            CHECK(n[1] == n[0] || n[1] >= 58000 / 3);
            buf_clear(&text);
            pieces_clear(&pieces);
        }
        pretokenizer_free(p);
    }
}

static void aliases_are_the_same_set(void **state)
{
    (void)state;
    struct pretokenizer *p = open_set("llama3");
    assert_string_equal(pretokenizer_name(p), "llama-bpe");
    CHECK(pretokenizer_ignores_merges(p) && pretokenizer_adds_bos(p));
    CHECK(!pretokenizer_wants_nfc(p));
    pretokenizer_free(p);
}

static void an_unknown_set_is_refused_by_name(void **state)
{
    (void)state;
    struct err err;
    CHECK_REFUSED(pretokenizer_new(str_of("martian"), &err), &err,
                  ERR_UNSUPPORTED);
    CHECK(strstr(err.msg, "martian"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_set_cuts_as_the_original_does),
        cmocka_unit_test(any_text_comes_out_whole),
        cmocka_unit_test(long_runs_are_cut_like_short_ones),
        cmocka_unit_test(aliases_are_the_same_set),
        cmocka_unit_test(an_unknown_set_is_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
