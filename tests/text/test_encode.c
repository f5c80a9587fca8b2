/* SPDX-License-Identifier: Apache-2.0 */
#include "with_vocab.h"

#include <jansson.h>

#include "base/rng.h"
#include "base/utf8.h"
#include "text/detok.h"
#include "text/encode.h"
#include "text/normalize.h"
#include "text/spm.h"
#include "text/tiny_spm.h"

/* --- against the ids of the original tokenizers --------------------------- */

static void check_line(const struct vocab *v, const char *line,
                       enum encode_mode mode, const char *where)
{
    json_error_t error;
    json_t *root = json_loads(line, JSON_ALLOW_NUL, &error), *text, *want;
    if (!root)
        fail_msg("%s: %s", where, error.text);
    text = json_object_get(root, "text");
    want = json_object_get(root, "ids");
    struct ids got = {0};
    encode(v, str_n(json_string_value(text), json_string_length(text)), mode,
           &got);
    bool same = got.n == json_array_size(want);
    for (size_t i = 0; same && i < got.n; i++)
        same = got.p[i] == json_integer_value(json_array_get(want, i));
    if (!same)
        fail_msg("%s: other ids for %s", where, line);
    ids_clear(&got);
    json_decref(root);
}

static int check_lines(const struct vocab *v, const char *name,
                       enum encode_mode mode)
{
    char file[128], where[160], *line = NULL;
    size_t cap = 0;
    snprintf(file, sizeof file, "vocab/%s.%s.jsonl", name,
             mode == ENCODE_PLAIN ? "plain" : "special");
    FILE *f = fopen(fixture_path(file), "r");
    int n = 0;
    while (f && getline(&line, &cap, f) > 0) {
        snprintf(where, sizeof where, "%s line %d", file, ++n);
        check_line(v, line, mode, where);
    }
    free(line);
    if (f)
        fclose(f);
    print_message("# %s: %d lines equal\n", file, n);
    return n;
}

static void check_fixture(const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "vocab/%s.gguf", name);
    struct vocab *v = vocab_of_file(fixture_path(file));
    CHECK(check_lines(v, name, ENCODE_PLAIN) > 0);
    CHECK(check_lines(v, name, ENCODE_SPECIAL) > 0);
    vocab_free(v);
}

static void deepseek_v3_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("deepseek-v3");
}

static void deepseek_llm_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("deepseek-llm");
}

static void deepseek_coder_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("deepseek-coder");
}

static void llama3_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("llama3");
}

static void qwen3_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("qwen3");
}

static void llama_spm_gives_the_original_ids(void **state)
{
    (void)state;
    check_fixture("llama-spm");
}

/* --- properties ----------------------------------------------------------- */

static void check_round_trip(const struct vocab *v, struct str text,
                             enum encode_mode mode)
{
    struct ids ids = {0};
    struct buf want = {0}, got = {0}, room = {0};
    utf8_repair(text, &want);
    encode(v, text, mode, &ids);
    struct detok d = {0};
    for (size_t i = 0; i < ids.n; i++)
        detok_token(&d, v, ids.p[i], false, &got);
    detok_end(&d, &got);
    struct str expect = buf_str(&want);
    if (vocab_adds_space(v)) { /* writes both as the same */
        spm_unescape(expect, &room);
        expect = buf_str(&room);
    }
    if (strcmp(vocab_pretokenizer(v), "qwen2") == 0)
        expect = normalize_nfc(expect, &room);
    if (!str_eq(buf_str(&got), expect))
        fail_msg("round trip of \"%s\" gives \"%s\"", want.p, got.p);
    ids_clear(&ids);
    buf_clear(&want);
    buf_clear(&got);
    buf_clear(&room);
}

static const char *const bits[] = {
    "a", "the ", "  ", "\n", "\r\n", "\t", "'s", "'LL", "123", "4567", "\xC3\xB6",
    "\xE4\xBD\xA0\xE5\xA5\xBD", "\xE3\x82\xBF", "e\xCC\x81", "\xF0\x9F\x98\x80",
    "\xEF\xBC\x81", "<|", "|>", "<think>", "=", " + ", "\xC2\xA0", "\xE2\x80\xA8",
    "\xEA\xB0\x80", "\xE1\x84\x80\xE1\x85\xA1", "\xD9\xA1", "\xFF", "\xE4\xBD",
    "\xED\xA0\x80", "\xE2\x96\x81", "<s>", "<0x41>", "_x", "\xE1\xA0\x8E", "[PAD1]", "\x01", "\x7F", "zz",
};

static void random_text(struct rng *rng, struct buf *out)
{
    buf_reset(out);
    for (uint32_t n = rng_below(rng, 30); n > 0; n--)
        buf_puts(out, bits[rng_below(rng, sizeof bits / sizeof *bits)]);
}

static void check_random_round_trips(const struct vocab *v, uint64_t key)
{
    struct rng rng = rng_init(key);
    struct buf text = {0};
    for (int i = 0; i < 500; i++) {
        random_text(&rng, &text);
        check_round_trip(v, buf_str(&text), ENCODE_PLAIN);
        check_round_trip(v, buf_str(&text), ENCODE_CONTENT);
    }
    buf_clear(&text);
}

static void decoding_gives_back_what_was_encoded(void **state)
{
    (void)state;
    struct vocab *v = vocab_tiny();
    check_random_round_trips(v, 1);
    vocab_free(v);
    v = vocab_tiny_spm();
    check_random_round_trips(v, 11);
    vocab_free(v);
}

static const char *const real[] = {"deepseek-v3", "deepseek-llm",
                                   "deepseek-coder", "llama3", "qwen3",
                                   "llama-spm"};

static void real_vocabularies_give_back_what_was_encoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        char file[64];
        snprintf(file, sizeof file, "vocab/%s.gguf", real[i]);
        struct vocab *v = vocab_of_file(fixture_path(file));
        check_random_round_trips(v, 2 + i);
        vocab_free(v);
    }
}

static void check_long_runs(struct vocab *v)
{
    static const char *const units[] = {"a", " ", "\n", "'s", "\xFF", "1", "=",
                                        "\xCC\x81", "\xE4\xBD\xA0", " \n"};
    struct buf text = {0};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        buf_reset(&text);
        while (text.len < 100000)
            buf_puts(&text, units[i]);
        check_round_trip(v, buf_str(&text), ENCODE_CONTENT);
    }
    buf_clear(&text);
    vocab_free(v);
}

static void long_runs_take_no_quadratic_time(void **state)
{
    (void)state;
    check_long_runs(vocab_tiny());
    check_long_runs(vocab_tiny_spm());
}

/* --- nothing that a user writes is a control token (R13) ------------------ */

static bool is_special(const struct vocab *v, int32_t id)
{
    enum token_kind kind = vocab_kind(v, id);
    struct str text = vocab_bytes(v, id);
    uint32_t cp;
    /* A single letter is only a letter. */
    if (kind == TOKEN_USER_DEFINED && text.len > 1 &&
        utf8_decode(text.p, text.len, &cp, NULL) == text.len)
        return false;
    return kind == TOKEN_CONTROL || kind == TOKEN_USER_DEFINED ||
           kind == TOKEN_UNKNOWN;
}

static void check_content(const struct vocab *v, struct str text)
{
    struct ids ids = {0};
    encode(v, text, ENCODE_CONTENT, &ids);
    for (size_t i = 0; i < ids.n; i++) {
        if (is_special(v, ids.p[i]))
            fail_msg("content gave token %d", (int)ids.p[i]);
    }
    ids_clear(&ids);
    ids = (struct ids){0};
    encode(v, text, ENCODE_PLAIN, &ids);
    for (size_t i = 0; i < ids.n; i++)
        CHECK(vocab_kind(v, ids.p[i]) != TOKEN_CONTROL &&
              vocab_kind(v, ids.p[i]) != TOKEN_UNKNOWN);
    ids_clear(&ids);
}

/* Whole, doubled, one inside another, and cut everywhere. */
static void check_forgeries(const struct vocab *v)
{
    struct buf text = {0};
    struct str before = str_of("");
    for (int32_t id = 0; (uint32_t)id < vocab_size(v); id++) {
        if (!is_special(v, id))
            continue;
        struct str s = vocab_bytes(v, id);
        check_content(v, s);
        buf_reset(&text);
        buf_add_str(&text, s);
        buf_add_str(&text, s);
        check_content(v, buf_str(&text));
        for (size_t cut = 0; cut <= s.len && vocab_size(v) < 2000; cut++) {
            buf_reset(&text);
            buf_add(&text, s.p, cut);
            buf_add_str(&text, before);
            buf_add(&text, s.p + cut, s.len - cut);
            check_content(v, buf_str(&text));
            check_content(v, str_n(s.p, cut));
            check_content(v, str_n(s.p + cut, s.len - cut));
        }
        before = s;
    }
    buf_clear(&text);
}

static void no_text_forges_a_control_token(void **state)
{
    (void)state;
    struct vocab *v = vocab_tiny();
    check_forgeries(v);
    vocab_free(v);
    v = vocab_tiny_spm();
    check_forgeries(v);
    vocab_free(v);
    v = vocab_of_default_model();
    check_forgeries(v);
    vocab_free(v);
}

static void no_text_forges_a_control_token_of_real_vocabularies(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof real / sizeof *real; i++) {
        char file[64];
        snprintf(file, sizeof file, "vocab/%s.gguf", real[i]);
        struct vocab *v = vocab_of_file(fixture_path(file));
        check_forgeries(v);
        vocab_free(v);
    }
}

static void specials_match_only_where_the_mode_allows(void **state)
{
    (void)state;
    struct vocab *v = vocab_of_default_model();
    static const char text[] = "<\xEF\xBD\x9CUser\xEF\xBD\x9C>x<think>";
    struct ids ids = {0};
    encode(v, str_of(text), ENCODE_SPECIAL, &ids);
    assert_int_equal(ids.n, 3);
    assert_int_equal(ids.p[0], 2);
    assert_int_equal(ids.p[2], 4);
    ids_clear(&ids);
    encode(v, str_of(text), ENCODE_PLAIN, &ids);
    CHECK(ids.n > 5 && ids.p[0] != 2 && ids.p[ids.n - 1] == 4);
    ids_clear(&ids);
    encode(v, str_of(text), ENCODE_CONTENT, &ids);
    CHECK(ids.n > 5 && ids.p[ids.n - 1] != 4);
    ids_clear(&ids);
    vocab_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deepseek_v3_gives_the_original_ids),
        cmocka_unit_test(deepseek_llm_gives_the_original_ids),
        cmocka_unit_test(deepseek_coder_gives_the_original_ids),
        cmocka_unit_test(llama3_gives_the_original_ids),
        cmocka_unit_test(qwen3_gives_the_original_ids),
        cmocka_unit_test(llama_spm_gives_the_original_ids),
        cmocka_unit_test(decoding_gives_back_what_was_encoded),
        cmocka_unit_test(real_vocabularies_give_back_what_was_encoded),
        cmocka_unit_test(long_runs_take_no_quadratic_time),
        cmocka_unit_test(no_text_forges_a_control_token),
        cmocka_unit_test(no_text_forges_a_control_token_of_real_vocabularies),
        cmocka_unit_test(specials_match_only_where_the_mode_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
