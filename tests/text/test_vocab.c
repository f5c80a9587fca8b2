/* SPDX-License-Identifier: Apache-2.0 */
#include "with_vocab.h"

#include "text/byte_alphabet.h"
#include "text/encode.h"
#include "tiny/tiny.h"

static void the_byte_alphabet_holds_every_byte_once(void **state)
{
    (void)state;
    bool seen[256] = {false};
    for (uint32_t cp = 0x21; cp <= 0x143; cp++) {
        if ((cp > 0x7E && cp < 0xA1) || cp == 0xAD)
            continue; /* not letters of it */
        char text[3];
        struct buf out = {0};
        snprintf(text, sizeof text, cp < 0x80 ? "%c" : "%c%c",
                 (int)(cp < 0x80 ? cp : 0xC0 | cp >> 6),
                 (int)(0x80 | (cp & 63)));
        byte_alphabet_decode(str_of(text), &out);
        assert_int_equal(out.len, 1);
        assert_false(seen[(uint8_t)out.p[0]]);
        seen[(uint8_t)out.p[0]] = true;
        buf_clear(&out);
    }
    for (int i = 0; i < 256; i++)
        assert_true(seen[i]);
}

static void what_is_not_of_the_alphabet_stands_for_itself(void **state)
{
    (void)state;
    struct buf out = {0};
    byte_alphabet_decode(str_of("\xC4\xA0x\xE4\xBD\xA0 \xFF\xE4"), &out);
    assert_string_equal(out.p, " x\xE4\xBD\xA0 \xFF\xE4");
    buf_clear(&out);
}

/* --- good files ----------------------------------------------------------- */

static void the_built_in_model_has_its_tokens(void **state)
{
    (void)state;
    struct vocab *v = vocab_of_default_model();
    assert_int_equal(vocab_size(v), 4096);
    assert_string_equal(vocab_pretokenizer(v), "deepseek-coder");
    assert_int_equal(vocab_bos(v), 0);
    assert_int_equal(vocab_eos(v), 1);
    CHECK(vocab_add_bos(v) && vocab_ends_turn(v, 1) && !vocab_ends_turn(v, 0));
    assert_int_equal(vocab_special(v, "<think>"), 4);
    assert_int_equal(vocab_special(v, "</think>"), 5);
    assert_int_equal(vocab_special(v, "<no such token>"), TOKEN_NONE);
    vocab_free(v);
}

/* --- files with one thing wrong ------------------------------------------- */

static struct gguf_writer *without(const char *key)
{
    struct err err;
    struct buf file = {0};
    struct gguf g;
    tiny_text_write(&file);
    CHECK_OK(gguf_open_memory(&g, file.p, file.len, &err), &err);
    struct gguf_writer *w = tiny_text_without(&g, key);
    gguf_close(&g);
    buf_clear(&file);
    return w;
}

static void check_refused(struct gguf_writer *w, enum err_kind kind,
                          const char *says)
{
    struct err err;
    CHECK_REFUSED(tiny_text_open(w, &err), &err, kind);
    if (!strstr(err.msg, says))
        fail_msg("\"%s\" does not say \"%s\"", err.msg, says);
}

#define KEY(name) "tokenizer.ggml." name

static void missing_and_mistyped_keys_are_refused(void **state)
{
    (void)state;
    struct gguf_writer *w;
    check_refused(without(KEY("model")), ERR_FORMAT, KEY("model"));
    check_refused(without(KEY("tokens")), ERR_FORMAT, KEY("tokens"));
    check_refused(without(KEY("merges")), ERR_FORMAT, KEY("merges"));
    static const char *const texts[] = {KEY("model"), KEY("pre"),
                                        KEY("tokens"), KEY("merges"),
                                        KEY("token_type"), KEY("bos_token_id"),
                                        KEY("add_bos_token")};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        w = without(texts[i]);
        gguf_put_f32(w, texts[i], 1.5f);
        check_refused(w, ERR_FORMAT, texts[i]);
    }
}

static void other_kinds_of_tokenizers_are_refused_by_name(void **state)
{
    (void)state;
    struct gguf_writer *w = without(KEY("model"));
    gguf_put_str(w, KEY("model"), str_of("rwkv"));
    check_refused(w, ERR_UNSUPPORTED, "rwkv");
    w = without(KEY("pre"));
    gguf_put_str(w, KEY("pre"), str_of("martian"));
    check_refused(w, ERR_UNSUPPORTED, "martian");
}

static void token_types_must_be_there_for_all_and_known(void **state)
{
    (void)state;
    int32_t types[TINY_VOCAB] = {0};
    struct gguf_writer *w = without(KEY("token_type"));
    gguf_put_i32s(w, KEY("token_type"), types, TINY_VOCAB - 1);
    check_refused(w, ERR_FORMAT, "287 entries for 288 tokens");
    types[7] = 9;
    w = without(KEY("token_type"));
    gguf_put_i32s(w, KEY("token_type"), types, TINY_VOCAB);
    check_refused(w, ERR_FORMAT, "of token 7 is 9");
    types[7] = -1;
    w = without(KEY("token_type"));
    gguf_put_i32s(w, KEY("token_type"), types, TINY_VOCAB);
    check_refused(w, ERR_FORMAT, "of token 7 is -1");
}

static void ids_that_are_no_tokens_count_as_not_named(void **state)
{
    (void)state;
    struct err err;
    struct gguf_writer *w = without(KEY("bos_token_id"));
    gguf_put_u32(w, KEY("bos_token_id"), TINY_VOCAB);
    struct vocab *v = tiny_text_open(w, &err);
    CHECK(v);
    assert_int_equal(vocab_bos(v), TOKEN_NONE);
    vocab_free(v);
}

/* A vocabulary of the given tokens and merges, all of them normal but the
 * last, which is control. */
static struct vocab *made_of(const struct str *tokens, size_t n,
                             const struct str *merges, size_t n_merges)
{
    struct err err;
    int32_t types[16];
    struct gguf_writer *w = gguf_writer_new(32);
    for (size_t i = 0; i < n; i++)
        types[i] = i + 1 == n ? TOKEN_CONTROL : TOKEN_NORMAL;
    gguf_put_str(w, "general.architecture", str_of("llama"));
    gguf_put_str(w, KEY("model"), str_of("gpt2"));
    gguf_put_strs(w, KEY("tokens"), tokens, n);
    gguf_put_i32s(w, KEY("token_type"), types, n);
    gguf_put_strs(w, KEY("merges"), merges, n_merges);
    struct vocab *v = tiny_text_open(w, &err);
    if (!v)
        fail_msg("%s", err.msg);
    return v;
}

#define S(text) {text, sizeof text - 1}

static void check_ids(const struct vocab *v, const char *text,
                      enum encode_mode mode, const int32_t *want, size_t n)
{
    struct ids got = {0};
    encode(v, str_of(text), mode, &got);
    assert_int_equal(got.n, n);
    if (n)
        assert_memory_equal(got.p, want, n * sizeof *want);
    ids_clear(&got);
}

/* Kimi's files may have no merges: the order of the ids is their order. */
static void without_merges_the_ids_rank_where_the_set_says_so(void **state)
{
    (void)state;
    struct err err;
    static const struct str tokens[] = {S("a"), S("b"), S("c"), S("bc"),
                                        S("ab"), S("abc"), S("<a>")};
    int32_t types[7] = {1, 1, 1, 1, 1, 1, TOKEN_CONTROL};
    struct gguf_writer *w = gguf_writer_new(32);
    gguf_put_str(w, "general.architecture", str_of("deepseek2"));
    gguf_put_str(w, KEY("model"), str_of("gpt2"));
    gguf_put_str(w, KEY("pre"), str_of("kimi-k2"));
    gguf_put_strs(w, KEY("tokens"), tokens, 7);
    gguf_put_i32s(w, KEY("token_type"), types, 7);
    struct vocab *v = tiny_text_open(w, &err);
    CHECK(v);
    check_ids(v, "abc", ENCODE_PLAIN, (const int32_t[]){5}, 1);
    check_ids(v, "ab", ENCODE_PLAIN, (const int32_t[]){4}, 1);
    check_ids(v, "abcb", ENCODE_PLAIN, (const int32_t[]){5, 1}, 2);
    check_ids(v, "abb", ENCODE_PLAIN, (const int32_t[]){4, 1}, 2);
    check_ids(v, "<a>", ENCODE_PLAIN, (const int32_t[]){0}, 1);
    vocab_free(v);
}

static void empty_and_double_tokens_and_broken_merges_do_no_harm(void **state)
{
    (void)state;
    static const struct str tokens[] = {S("a"), S(""), S("a"), S("b"), S("ab"),
                                        S("x\0y"), S("<a>")};
    static const struct str merges[] = {S(""), S(" "), S("ab"), S("a "),
                                        S(" a"), S("a zzz"), S("a b c"),
                                        S("a b")};
    struct vocab *v = made_of(tokens, 7, merges, 8);
    check_ids(v, "a", ENCODE_PLAIN, (const int32_t[]){0}, 1);
    check_ids(v, "ab", ENCODE_PLAIN, (const int32_t[]){4}, 1);
    check_ids(v, "?", ENCODE_PLAIN, NULL, 0); /* no token holds it */
    vocab_free(v);
}

/* A file whose merges end in a control token: it cannot be reached so. */
static void merging_never_gives_a_control_token(void **state)
{
    (void)state;
    static const struct str tokens[] = {S("x"), S("y"), S("z"), S("xy"),
                                        S("xyz")};
    static const struct str merges[] = {S("x y"), S("xy z")};
    struct vocab *v = made_of(tokens, 5, merges, 2);
    check_ids(v, "xyz", ENCODE_PLAIN, (const int32_t[]){3, 2}, 2);
    check_ids(v, "xyz", ENCODE_CONTENT, (const int32_t[]){3, 2}, 2);
    check_ids(v, "xyz", ENCODE_SPECIAL, (const int32_t[]){4}, 1);
    vocab_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_byte_alphabet_holds_every_byte_once),
        cmocka_unit_test(what_is_not_of_the_alphabet_stands_for_itself),
        cmocka_unit_test(the_built_in_model_has_its_tokens),
        cmocka_unit_test(missing_and_mistyped_keys_are_refused),
        cmocka_unit_test(other_kinds_of_tokenizers_are_refused_by_name),
        cmocka_unit_test(token_types_must_be_there_for_all_and_known),
        cmocka_unit_test(ids_that_are_no_tokens_count_as_not_named),
        cmocka_unit_test(without_merges_the_ids_rank_where_the_set_says_so),
        cmocka_unit_test(empty_and_double_tokens_and_broken_merges_do_no_harm),
        cmocka_unit_test(merging_never_gives_a_control_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
